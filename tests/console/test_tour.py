"""A tour that cannot be whole says why."""

import json
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

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
        assert told == "console: the tour ended early; it waited in vain for this: somebody is signed in\n"
        record = json.loads((tmp_path / "tour.json").read_text(encoding="utf-8"))
        assert not record["ok"]
        assert record["failed"] == "somebody is signed in"
    finally:
        running.stop()
