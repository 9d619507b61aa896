"""Evidence of real trips: kept by a running store, copied into a case, taken away, and there again after kill -9."""

import hashlib
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import cv2
import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from console.domain.commands.evidence import ExportCaseFile
from console.domain.commands.replay import ExportSpan, MarkSpan
from console.domain.commands.watching import ShowFaces
from console.screens.export_form import ExportForm
from store_client.client import StoreClient
from store_client.contract.case import Case, CaseRequest, ClaimedLine
from store_client.contract.case_file import CaseClip
from store_client.contract.evidence import Evidence, FittedStep, PlateTrace
from store_client.contract.export import ExportManifest
from store_client.contract.faces import FacesRequest
from store_client.contract.ids import new_id
from store_client.contract.live import HandedOver, Picked, PutBack
from store_client.errors import Conflict, FacesNeeded, Unavailable
from store_server.desk.case_check import check
from store_server.desk.case_clips import AROUND_US
from store_server.sensing.export.check import check as check_export
from store_server.sensing.sightings import Sightings
from store_server.signing import kept_signer
from store_server.storage.database import Database
from store_server.storage.sightings import Read, SightingRow, unpacked
from tests.conftest import StartStore
from tests.console.desk_process import RunningDesk
from tests.store_process import StoreProcess, wait_for

FAST = ("--scenario", "steady", "--seed", "11", "--speed", "4")
US = 1_000_000
PATIENCE_MS = 60_000
STORE = "demo"


def signed_in(store: StoreProcess, role: str = "agent") -> StoreClient:
    client = StoreClient(store.http)
    client.sign_in(role, store.demo[role])
    return client


def gathered(client: StoreClient, case: str) -> Evidence:
    def all_of_it() -> Evidence | None:
        try:
            return client.case_evidence(case)
        except Unavailable:
            return None

    found = wait_for(all_of_it, "evidence", 90.0)
    assert found is not None
    return found


def opened(client: StoreClient) -> tuple[Case, Evidence]:
    """A case on the first receipt that has none and of whose events there are pictures: on a busy machine some have none."""
    served: set[str] = set()
    while True:
        receipt = wait_for(lambda: _next_receipt(client, served), "a receipt", 150.0)
        assert receipt is not None
        served.add(receipt)
        try:
            case = client.open_case(CaseRequest(receipt, [ClaimedLine(1, 0)], message="I never took that"), new_id())
        except Conflict:  # the store itself has opened one on it meanwhile
            continue
        evidence = gathered(client, case.id)
        if evidence.pictures:
            return case, evidence


def _next_receipt(client: StoreClient, served: set[str]) -> str | None:
    return next((one.id for one in reversed(client.receipts(STORE).items) if one.id not in served), None)


def _are_of_what_is_disputed(clips: list[CaseClip], case: Case, evidence: Evidence) -> None:
    moments = [picture.at for picture in evidence.pictures if picture.event in case.lines[0].events]
    assert clips
    assert {clip.camera for clip in clips} <= {picture.camera for picture in evidence.pictures}
    assert all(clip.frames > 0 and clip.first_at <= clip.last_at for clip in clips)
    for clip in clips if moments else []:
        assert min(moments) - AROUND_US <= clip.first_at
        assert clip.last_at <= max(moments) + AROUND_US


def level(traces: list[PlateTrace], plate: str, since: int, until: int) -> float:
    """Mean of what a plate read in a span; NaN if nothing."""
    values = [
        grams
        for trace in traces
        if trace.plate == plate
        for place, grams in enumerate(trace.grams)
        if grams is not None and since <= trace.first_at + place * US / trace.rate_hz < until
    ]
    return float(np.mean(values)) if values else float("nan")


def levels(step: FittedStep, traces: list[PlateTrace]) -> tuple[float, float]:
    """Before and after it."""
    before = level(traces, step.plate, step.begin_at - US // 2, step.begin_at)
    return before, level(traces, step.plate, step.end_at, step.end_at + US // 2)


def lies_on_its_trace(step: FittedStep, traces: list[PlateTrace]) -> bool:
    before, after = levels(step, traces)
    return abs(before - step.before) < 15.0 and abs(after - step.after) < 15.0


def _measured(evidence: Evidence) -> list[FittedStep]:
    """The steps of which readings were kept."""
    return [step for step in evidence.steps if not any(np.isnan(levels(step, evidence.traces)))]


@pytest.fixture(scope="module")
def busy(start_store: StartStore) -> StoreProcess:
    """For both tests, of which the last one kills it."""
    return start_store(*FAST)


def verified(what: str, path: Path, key: str) -> str:
    ended = subprocess.run(
        [sys.executable, "-m", "store_server", what, "verify", str(path), "--key", key],
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert (ended.returncode, ended.stderr) == (0, ""), ended.stdout
    return ended.stdout


def test_a_case_and_a_span_taken_away_by_the_desk_are_as_the_store_made_them(
    busy: StoreProcess, qtbot: QtBot, tmp_path: Path
) -> None:
    """Checked as whoever gets it would: by a program, without the store."""
    key = kept_signer(busy.data).public
    with signed_in(busy) as client:
        case, _ = opened(client)
    running = RunningDesk(tmp_path / "desk", store=busy.http)
    try:
        desk = running.desk
        qtbot.waitUntil(lambda: not desk.session.value.is_busy, timeout=PATIENCE_MS)
        running.sign_in("agent", busy.demo["agent"])
        qtbot.waitUntil(lambda: bool(desk.cameras.value) and desk.clock.is_known, timeout=PATIENCE_MS)

        now_us = desk.clock.now_us()
        since_us, until_us = now_us - 90 * US, now_us - 10 * US  # of a busy machine's cameras some pictures are in it
        desk.commands.emit(MarkSpan(since_us, until_us))
        qtbot.waitUntil(lambda: desk.marked.value is not None, timeout=PATIENCE_MS)
        films = _exported(running, qtbot, tmp_path / "films", "the shopper asks for them", busy.demo["agent"])
        assert films.faces == "clear"
        assert {file.kind for file in films.files} == {"clip", "weights", "positions"}
        assert "faces clear" in verified("export", tmp_path / "films", key)
        desk.commands.emit(
            ExportSpan(tuple(c.id for c in desk.cameras.value), since_us, until_us, str(tmp_path / "gone"))
        )
        qtbot.waitUntil(lambda: any(problem.topic.startswith("export") and problem.severity == "error" for problem in desk.problems.value), timeout=PATIENCE_MS)  # fmt: skip
        assert not list(tmp_path.glob("gone*")), "without a reason there is no leave to see faces"

        desk.commands.emit(ShowFaces("the shopper's lawyer asks", busy.demo["agent"]))
        qtbot.waitUntil(lambda: desk.faces.value is not None, timeout=PATIENCE_MS)
        desk.commands.emit(ExportCaseFile(case.id, str(tmp_path / "case")))
        qtbot.waitUntil((tmp_path / "case.pdf").exists, timeout=PATIENCE_MS)
        assert f"valid: case {case.number} of store demo" in verified("case", tmp_path / "case.zip", key)
    finally:
        running.stop()
    told = signed_in(busy, "auditor").audit(subject="store:demo", limit=100).items
    assert [entry.action for entry in told if entry.action.startswith("export")] == ["export_signed", "exported"]


def _exported(running: RunningDesk, qtbot: QtBot, folder: Path, reason: str, password: str) -> ExportManifest:
    """By the form, as people fill it in."""
    form = ExportForm(running.shell.window.theme, running.desk, running.shell.window)
    assert running.desk.marked.value is not None
    form.begin(*running.desk.marked.value)
    for name, text in (
        ("Films show faces: why you need to see them", reason),
        ("Your password", password),
        ("New folder to write to", str(folder)),
    ):
        (line,) = [line for line in form.findChildren(QLineEdit) if line.accessibleName() == name]
        line.setText(text)
    QTest.keyClick(form, Qt.Key.Key_Return)
    qtbot.waitUntil(folder.exists, timeout=PATIENCE_MS)
    form.deleteLater()
    return check_export(folder).manifest


def test_a_dispute_has_all_its_evidence_and_keeps_it(
    busy: StoreProcess, start_store: StartStore, tmp_path: Path
) -> None:
    with signed_in(busy) as client:
        case, evidence = opened(client)
        leave = granted(client, busy, case.id)
        _is_whole(evidence, client, leave)
        with pytest.raises(FacesNeeded):
            client.case_file(case.id, tmp_path / "case.zip")
        client.case_file(case.id, tmp_path / "case.zip", faces=leave)
        file = check(tmp_path / "case.zip", kept_signer(busy.data).public)
        assert (file.manifest.case, file.manifest.evidence) == (case.id, evidence.manifest)
        _are_of_what_is_disputed(file.manifest.clips, case, evidence)

    data = busy.data
    unread = wait_for(lambda: _unread(data), "an event whose positions have not come yet", 90.0)
    busy.kill()
    again = start_store(*FAST, data=data)
    wait_for(lambda: not unread & _unread(data), "what the store was killed over", 90.0)
    database = Database(f"sqlite:///{data / 'store.sqlite'}")
    with database.read() as session:
        for event in unread:
            read = unpacked(session.get_one(SightingRow, event).read or b"", Read)
            assert read.traces or read.lacking
    database.close()
    with signed_in(again) as client:
        assert client.case_evidence(case.id) == evidence
        client.case_file(case.id, tmp_path / "again.zip", faces=granted(client, again, case.id))
    assert check(tmp_path / "again.zip", file.key).manifest.evidence == evidence.manifest


def granted(client: StoreClient, store: StoreProcess, case: str) -> str:
    """Leave to see faces for whom ``client`` is signed in."""
    session = client.session
    assert session is not None
    request = FacesRequest("the shopper disputes it", store.demo[session.user.name], case)
    return client.grant_faces(STORE, request).id


def _is_whole(evidence: Evidence, client: StoreClient, leave: str) -> None:
    handled = [event for event in evidence.events if isinstance(event, Picked | PutBack)]
    assert handled
    assert {event.id for event in handled if event.trip == evidence.trip}
    pictured = {picture.event for picture in evidence.pictures}
    assert pictured <= {event.id for event in evidence.events if isinstance(event, Picked | PutBack | HandedOver)}
    missing = {lacking.event for lacking in evidence.lacking if lacking.kind == "picture"}
    assert pictured | missing >= {event.id for event in handled}
    for picture in evidence.pictures[:3]:
        assert client.case_exhibit(evidence.case, picture.sha256).startswith(b"\xff\xd8")
        jpeg = client.case_exhibit(evidence.case, picture.sha256, faces=leave)
        assert hashlib.sha256(jpeg).hexdigest() == picture.sha256
        pixels = cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR)
        assert pixels is not None
        assert pixels.shape == (picture.height, picture.width, 3)
    steps = [step for step in _measured(evidence) if step.event in {event.id for event in handled}]
    fitting = sum(lies_on_its_trace(step, evidence.traces) for step in steps)
    assert fitting >= 0.7 * len(steps), "the fitted steps do not lie on the weights"
    told = {lacking.kind for lacking in evidence.lacking}  # a busy machine keeps less, and says so
    assert steps or "weights" in told
    assert evidence.trip in {fix.trip for fix in evidence.fixes} or "positions" in told
    assert set(evidence.visits) >= {fix.trip for fix in evidence.fixes if fix.trip is not None}
    assert all(evidence.begins_at <= picture.at <= evidence.ends_at for picture in evidence.pictures)
    assert evidence.planogram is not None
    assert evidence.planogram.valid_from < datetime.now(UTC).replace(year=2100)
    assert {"tracker"} <= {clock.device for clock in evidence.clocks}


def _unread(data: Path) -> set[str]:
    """Events of which not everything is kept yet."""
    database = Database(f"sqlite:///{data / 'store.sqlite'}")
    try:
        return {finding.id for finding in Sightings(database, STORE).unread(0, 1 << 62, 1_000)}
    finally:
        database.close()
