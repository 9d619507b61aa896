"""A tour that cannot be whole says why."""

import json
from contextlib import ExitStack
from pathlib import Path

import pytest
from msgspec.structs import replace
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from console import store_keeper
from console.__main__ import paths_of
from console.domain.commands.case import ClaimCase, DecideCase, OpenCase, PreviewDecision, StartCase
from console.domain.commands.command import Command
from console.domain.listing import Opened
from console.embedded import EmbeddedStore, Ended
from console.options import Embedded, parse
from console.paths import find_paths
from console.tour import disputes, guide, route
from console.tour.tour import Tour
from store_client.contract.case import Effect
from store_client.contract.refund import Refund
from tests.console.desk_process import RunningDesk
from tests.console.plain_desk import CASE, RECEIPT, PlainDesk, example

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)


def test_a_tour_where_nothing_is_ends_with_the_reason(
    tmp_path: Path,
    qapp: QApplication,
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(route, "START_S", 0.1)
    running = RunningDesk(tmp_path / "desk", store="http://127.0.0.1:9")
    try:
        tour = Tour(running.app, tmp_path)
        with qtbot.waitSignal(tour.ended, timeout=30_000) as ended:
            tour.start()
        assert ended.args == [1]
        told = capsys.readouterr().err
        assert told == "console: the tour ended early: it waited in vain for this: somebody is signed in\n"
        record = json.loads((tmp_path / "tour.json").read_text(encoding="utf-8"))
        assert not record["ok"]
        assert record["failed"] == "it waited in vain for this: somebody is signed in"
    finally:
        running.stop()


def test_a_tour_whose_store_ends_again_and_again_does_not_wait_for_it(
    tmp_path: Path,
    qapp: QApplication,
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(store_keeper, "RESTART_MS", 1)
    monkeypatch.setattr(EmbeddedStore, "start", starts_and_fails)
    running = RunningDesk(tmp_path / "desk", embedded=Embedded())
    try:
        tour = Tour(running.app, None)
        with qtbot.waitSignal(tour.ended, timeout=30_000) as ended:
            tour.start()
        assert ended.args == [1]
        told = json.loads(capsys.readouterr().out)
        assert (told["ok"], told["failed"]) == (False, "the embedded store ends again and again: no room left")
    finally:
        running.stop()


def starts_and_fails(store: EmbeddedStore) -> None:
    """In the place of a start: of a store that says one line and ends."""
    store._words.put(Ended("no room left", 1))


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a device that is always full")
def test_a_tour_on_a_full_disk_ends_with_the_reason(
    tmp_path: Path,
    qapp: QApplication,
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(route, "START_S", 0.1)
    (tmp_path / "tour.json").symlink_to("/dev/full")
    running = RunningDesk(tmp_path / "desk", store="http://127.0.0.1:9")
    try:
        tour = Tour(running.app, tmp_path)
        with qtbot.waitSignal(tour.ended, timeout=30_000) as ended:
            tour.start()
        assert ended.args == [1]
        said = capsys.readouterr().err
        assert said == f"console: the tour could not write {tmp_path / 'tour.json'}: No space left on device\n"
    finally:
        running.stop()


def test_a_tour_leaves_the_store_that_people_work_at_alone(tmp_path: Path) -> None:
    with ExitStack() as own:
        check = paths_of(parse(["--self-check"]), own)
        tour = paths_of(parse(["--tour", str(tmp_path / "out")]), own)
        assert len({check.data, tour.data, find_paths(None).data}) == 3
        assert check.store.parent.is_dir()
        assert tour.log == tmp_path / "out" / "console.log"
    assert not check.data.exists()
    with ExitStack() as own:
        assert paths_of(parse(["--self-check", "--data", str(tmp_path)]), own) == find_paths(tmp_path)
        assert paths_of(parse([]), own) == find_paths(None)
        assert paths_of(parse(["--tour", str(tmp_path), "--store", "http://127.0.0.1:9"]), own) == find_paths(None)


class Overtaken(PlainDesk):
    """Of a store whose sensors contradict a receipt just before somebody opens a case on it, and say more while they
    decide."""

    def __init__(self) -> None:
        super().__init__()
        self.fill()
        self.receipt.set(Opened(RECEIPT.id, replace(RECEIPT, cases=[], payment="captured")))
        self.case.set(Opened())
        self.commands.connect(self._answer)

    def _answer(self, command: Command) -> None:
        match command:
            case StartCase():
                self.receipt.set(Opened(RECEIPT.id, replace(RECEIPT, cases=[CASE.id])))
            case OpenCase(case):
                self.case.set(Opened() if case is None else Opened(CASE.id, self.case.value.value or CASE))
            case ClaimCase():
                self.claim()
            case PreviewDecision(draft):
                self.draft.set(draft)
                is_first = len(self.asked.of(PreviewDecision)) == 1
                self.effect.set(Opened(CASE.id, None if is_first else example(Effect)))
            case DecideCase() if len(self.asked.of(DecideCase)) > 1:
                self.case.set(Opened(CASE.id, replace(CASE, state="decided")))


def test_a_tour_asks_again_for_what_was_refused(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guide, "AGAIN_S", 0.0)
    monkeypatch.setattr(disputes, "EVIDENCE_S", 0.0)
    desk = Overtaken()
    story: dict[str, object] = {}
    walk = disputes.Disputes(desk, story)

    def both() -> guide.Walk:
        yield from walk.begin()
        desk.refund.set(Opened("refund", replace(example(Refund), state="settled")))
        yield from walk.settle()

    leader = guide.Guide(both())
    with qtbot.waitSignal(leader.done, timeout=30_000) as done:
        leader.start()
    assert done.args == [""]
    assert story["case"] == CASE.number
