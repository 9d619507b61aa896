"""Evidence as it is fetched: over real HTTP, from a store that gathers, fails and lies as it is told; and on paper."""

import io
import threading
import zipfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest
from msgspec.structs import replace
from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QTextDocument
from pytestqt.qtbot import QtBot

from console.case_paper import CasePaper, write_case_paper
from console.domain.commands.evidence import ExportCaseFile, FetchPictures, LoadEvidence
from console.domain.evidence_index import EvidenceIndex
from console.domain.listing import Opened
from console.work.door import Door
from console.work.errand import Errands
from console.work.evidence import AT_ONCE, CasePapers, Evidences
from console.work.runner import Runner
from resources.translations import translator
from store_client.contract.case import AddedLine, Decision
from store_client.contract.case_file import MANIFEST, FileManifest, LackingClip
from store_client.contract.faces import FacesGrant
from store_client.contract.live import Picked, PutBack
from store_client.contract.session import Session
from tests.client.web import Behaviour, Handler, Web, held, problem, raw, serving
from tests.console.day import the_day
from tests.console.desk_fixture import LivingDesk, living_desk
from tests.console.evidence_day import Kept, kept_evidence
from tests.console.plain_desk import example

PATIENCE_MS = 30_000


def bundle() -> bytes:
    """A case file, as far as the desk looks into it."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(MANIFEST, msgspec.json.encode(example(FileManifest)))
    return file.getvalue()


BUNDLE = bundle()


class Archive:
    """The store's part: answers by path. ``gathering``: how many times it says that it is not ready yet."""

    def __init__(self, kept: Kept) -> None:
        self.kept = kept
        self.gathering = 0
        self.lies: frozenset[str] = frozenset()

    def answer(self, handler: Handler) -> None:
        self._behaviour(handler.path.partition("?")[0])(handler)

    def _behaviour(self, path: str) -> Behaviour:
        case = f"/v1/cases/{self.kept.evidence.case}"
        if path == "/v1/session":
            return raw(200, msgspec.json.encode(example(Session)))
        if path == case:
            return raw(200, msgspec.json.encode(the_day().case()))
        if path == f"{case}/file":
            return raw(200, BUNDLE, "application/zip")
        if path == f"{case}/evidence":
            if self.gathering:
                self.gathering -= 1
                return problem(503, "unavailable", Retry_After="0")
            return raw(200, msgspec.json.encode(self.kept.evidence))
        sha256 = path.rpartition("/")[2]
        if sha256 in self.kept.pictures:
            jpeg = self.kept.pictures[sha256]
            return raw(200, jpeg[:-1] + b"!" if sha256 in self.lies else jpeg, "application/octet-stream")
        return problem(404, "not-found")


@pytest.fixture
def archive() -> Archive:
    return Archive(kept_evidence())


@pytest.fixture
def web(archive: Archive) -> Iterator[Web]:
    with serving() as web:
        web.otherwise = archive.answer
        yield web


@pytest.fixture
def desk(qtbot: QtBot) -> LivingDesk:
    desk = living_desk("agent")
    desk.open_case()
    return desk


@pytest.fixture
def evidences(web: Web, desk: LivingDesk) -> Iterator[Evidences]:
    door = Door(lambda _: None)
    door.open(web.url)
    door.client.sessions.sign_in("agent", "secret")
    runner = Runner(desk.tasks)
    made = Evidences(Errands(desk, door, runner), write_case_paper)
    made._follow_case(None)
    yield made
    door.close()
    runner.stop()


def case_id(desk: LivingDesk) -> str:
    return desk.case.value.id or ""


def test_evidence_and_its_pictures_come(evidences: Evidences, desk: LivingDesk, archive: Archive, qtbot: QtBot) -> None:
    evidences.load(LoadEvidence(case_id(desk)))
    qtbot.waitUntil(lambda: desk.evidence.value.value is not None, timeout=PATIENCE_MS)
    found, kept = desk.evidence.value.value, archive.kept.evidence
    assert found is not None
    assert (found.evidence, len(found.tracks)) == (replace(kept, fixes=[]), len({fix.track for fix in kept.fixes}))
    wanted = tuple(archive.kept.pictures)
    evidences.fetch(FetchPictures(case_id(desk), wanted))
    qtbot.waitUntil(lambda: all(desk.exhibits.get(one) is not None for one in wanted), timeout=PATIENCE_MS)
    desk.case.set(Opened())
    assert desk.evidence.value == Opened()
    assert desk.exhibits.get(wanted[0]) is None


def test_pictures_are_fetched_anew_when_faces_may_be_seen_and_when_no_more(
    web: Web, evidences: Evidences, desk: LivingDesk, archive: Archive, qtbot: QtBot
) -> None:
    evidences.load(LoadEvidence(case_id(desk)))
    qtbot.waitUntil(lambda: desk.evidence.value.value is not None, timeout=PATIENCE_MS)
    wanted = tuple(archive.kept.pictures)[:2]
    evidences.fetch(FetchPictures(case_id(desk), wanted))
    qtbot.waitUntil(lambda: all(desk.exhibits.get(one) is not None for one in wanted), timeout=PATIENCE_MS)
    grant = FacesGrant("0198c0de-0000-7000-8000-00000000face", "u1", datetime(2026, 3, 2, 10, tzinfo=UTC))
    for leave, asked in ((grant, f"?faces={grant.id}"), (None, "")):
        web.seen.clear()
        desk.faces.set(leave)
        assert desk.exhibits.get(wanted[0]) is None, "what was seen with leave is not kept"
        qtbot.waitUntil(lambda: all(desk.exhibits.get(one) is not None for one in wanted), timeout=PATIENCE_MS)
        assert {seen.path.rpartition("/")[2] for seen in web.seen} == {f"{one}{asked}" for one in wanted}


def test_a_store_that_still_gathers_is_asked_again(
    evidences: Evidences, desk: LivingDesk, archive: Archive, qtbot: QtBot
) -> None:
    archive.gathering = 6  # more than the client itself tries again
    evidences._again.setInterval(20)
    evidences.load(LoadEvidence(case_id(desk)))
    qtbot.waitUntil(lambda: desk.evidence.value.value is not None, timeout=PATIENCE_MS)
    assert archive.gathering == 0


def test_a_picture_that_is_not_what_its_hash_says_is_not_shown(
    evidences: Evidences, desk: LivingDesk, archive: Archive, qtbot: QtBot
) -> None:
    lie, *others = archive.kept.pictures
    archive.lies = frozenset({lie})
    evidences.load(LoadEvidence(case_id(desk)))
    qtbot.waitUntil(lambda: desk.evidence.value.value is not None, timeout=PATIENCE_MS)
    evidences.fetch(FetchPictures(case_id(desk), (lie, *others)))
    qtbot.waitUntil(lambda: bool(desk.exhibits.why_missing(lie)), timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: all(desk.exhibits.get(one) is not None for one in others), timeout=PATIENCE_MS)
    assert desk.exhibits.get(lie) is None


def test_a_case_that_is_not_there_is_said(evidences: Evidences, desk: LivingDesk, qtbot: QtBot) -> None:
    evidences.load(LoadEvidence("0198c0de-0000-7000-8000-00000000dead"))
    qtbot.waitUntil(lambda: desk.evidence.value.problem is not None, timeout=PATIENCE_MS)


def test_the_case_file_lies_beside_its_paper(
    evidences: Evidences, desk: LivingDesk, tmp_path: Path, qtbot: QtBot
) -> None:
    path = tmp_path / "files" / "case-41"
    evidences.export(ExportCaseFile(case_id(desk), str(path)))
    paper = path.with_suffix(".pdf")
    qtbot.waitUntil(lambda: "case file" in {one.topic for one in desk.problems.value}, timeout=PATIENCE_MS)
    assert path.with_suffix(".zip").read_bytes() == BUNDLE
    assert paper.read_bytes().startswith(b"%PDF-")
    (said,) = [one for one in desk.problems.value if one.topic == "case file"]
    assert (said.severity, said.kept) == (
        "note",
        "It lacks clips: Aisle 2: nothing was recorded then, or it is gone.",
    )


def test_a_case_file_is_saved_though_another_is_asked_for_meanwhile(
    web: Web, evidences: Evidences, desk: LivingDesk, tmp_path: Path, qtbot: QtBot
) -> None:
    let = threading.Event()

    web.answers, asked = [held(let, raw(200, BUNDLE, "application/zip"))], len(web.seen)
    evidences.export(ExportCaseFile(case_id(desk), str(tmp_path / "one")))
    qtbot.waitUntil(lambda: len(web.seen) > asked, timeout=PATIENCE_MS)
    evidences.export(ExportCaseFile(case_id(desk), str(tmp_path / "two")))
    qtbot.waitUntil((tmp_path / "two.pdf").exists, timeout=PATIENCE_MS)
    let.set()
    qtbot.waitUntil((tmp_path / "one.pdf").exists, timeout=PATIENCE_MS)


def test_pictures_come_though_those_of_the_case_before_could_not_be_had(
    web: Web, evidences: Evidences, desk: LivingDesk, archive: Archive, qtbot: QtBot
) -> None:
    let = threading.Event()

    *others, wanted = tuple(archive.kept.pictures)[: AT_ONCE + 1]
    desk.evidence.set(Opened(case_id(desk), EvidenceIndex(archive.kept.evidence)))
    web.answers, asked = [held(let, problem(404, "not-found"))] * AT_ONCE, len(web.seen)
    evidences.fetch(FetchPictures(case_id(desk), tuple(others)))
    qtbot.waitUntil(lambda: len(web.seen) == asked + AT_ONCE, timeout=PATIENCE_MS)
    another = "0198c0de-0000-7000-8000-000000000bbb"
    desk.case.set(Opened(another))
    desk.evidence.set(Opened(another, EvidenceIndex(archive.kept.evidence)))
    evidences.fetch(FetchPictures(another, (wanted,)))
    let.set()
    qtbot.waitUntil(lambda: desk.exhibits.get(wanted) is not None, timeout=PATIENCE_MS)


def test_a_picture_that_was_refused_when_leave_to_see_faces_ended_comes_without_them(
    web: Web, evidences: Evidences, desk: LivingDesk, archive: Archive, qtbot: QtBot
) -> None:
    let = threading.Event()

    wanted, asked = next(iter(archive.kept.pictures)), len(web.seen)
    desk.evidence.set(Opened(case_id(desk), EvidenceIndex(archive.kept.evidence)))
    desk.faces.set(FacesGrant("0198c0de-0000-7000-8000-00000000face", "u1", datetime(2026, 3, 2, 10, tzinfo=UTC)))
    web.answers = [held(let, problem(403, "faces-needed"))]
    evidences.fetch(FetchPictures(case_id(desk), (wanted,)))
    qtbot.waitUntil(lambda: len(web.seen) > asked, timeout=PATIENCE_MS)
    desk.faces.set(None)
    let.set()
    qtbot.waitUntil(lambda: desk.exhibits.get(wanted) is not None, timeout=PATIENCE_MS)


# ---- the paper


def papers() -> CasePapers:
    lacking = example(LackingClip)
    return CasePapers(
        the_day().case(), kept_evidence().evidence, {}, "ab" * 32, "Corner Market", "Europe/Berlin", (lacking,)
    )


def words_of(paper: CasePaper, language: str = "en") -> str:
    """As the desk prints it: English too has a catalogue, of its plurals."""
    spoken = translator(language)
    QCoreApplication.installTranslator(spoken)
    try:
        assert paper.pdf().startswith(b"%PDF-")
        document = paper._document
        assert isinstance(document, QTextDocument)
        return document.toPlainText()
    finally:
        QCoreApplication.removeTranslator(spoken)


def test_the_paper_says_what_happened(qtbot: QtBot) -> None:
    words = words_of(CasePaper(papers()))
    for said in (
        "Case 41",
        "I held it and put it back",
        "Took 1 × Knuspra Butter Biscuits · 99 %",
        "Nothing is decided yet.",
        "same weight as another product",
        "no camera was read then",
        "nothing was recorded then, or it is gone",
        "ab" * 32,
    ):
        assert said in words, said


def test_the_paper_leaves_nothing_out_unsaid(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("console.case_paper._MOST_EVENTS", 1)
    evidence, case = kept_evidence().evidence, the_day().case(is_decided=True)
    missed, refused = list(the_day().products.values())[:2]
    handled = [event.id for event in evidence.events if isinstance(event, Picked | PutBack)]
    assert len(handled) == 2
    case = msgspec.structs.replace(
        case,
        lines=[msgspec.structs.replace(case.lines[0], events=handled)],
        added=[AddedLine(refused.gtin, 3)],
        decision=msgspec.structs.replace(example(Decision), lines=[], added=[AddedLine(missed.gtin, 7)]),
    )
    paper = CasePaper(CasePapers(case, evidence, {}, "ab" * 32, "Corner Market", "Europe/Berlin"))
    words = words_of(paper)
    assert "7 taken, not billed" in words, "what was missed is part of the decision"
    assert paper._added() == [(refused.gtin, "3", "0"), (missed.gtin, "0", "7")]
    assert "1 further event in the signed file" in words


def test_the_paper_speaks_the_desk_s_language_and_takes_words_as_words(qtbot: QtBot) -> None:
    case = msgspec.structs.replace(the_day().case(), message="<b>bold</b> & more")
    words = words_of(
        CasePaper(CasePapers(case, kept_evidence().evidence, {}, "ab" * 32, "Laden", "Europe/Berlin")), "de"
    )
    assert "Fall 41" in words
    assert "Was nicht aufbewahrt werden konnte" in words
    assert "<b>bold</b> & more" in words


def test_a_paper_that_cannot_be_written_says_so(tmp_path: Path, qtbot: QtBot) -> None:
    """However long it takes to be drawn: the first one reads its fonts."""
    with ThreadPoolExecutor(1) as pool, pytest.raises(OSError, match="folder"):
        pool.submit(write_case_paper, papers(), tmp_path / "no" / "such" / "folder.pdf").result()
