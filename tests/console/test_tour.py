"""A tour that cannot be whole says why."""

import json
from contextlib import ExitStack
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from console import store_keeper
from console.__main__ import paths_of
from console.embedded import EmbeddedStore, Ended
from console.options import Embedded, parse
from console.paths import find_paths
from console.tour import route
from console.tour.tour import Tour
from tests.console.desk_process import RunningDesk

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
