"""What is looked at no more is not kept in memory, and goes in the thread that it is of."""

import gc
import threading
import weakref
from pathlib import Path

import pytest
from PySide6.QtCore import QObject, QTimer
from pytestqt.qtbot import QtBot

from console.domain.commands.showing import SetPreferences
from console.domain.preferences import Preferences
from console.garbage import Collector, leave_out_of_collections
from tests.console.desk_process import RunningDesk

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)
PATIENCE_MS = 30_000


def test_nothing_is_kept_of_the_window_in_the_language_before(qtbot: QtBot, tmp_path: Path) -> None:
    running = RunningDesk(tmp_path)
    try:
        leave_out_of_collections()  # as of every desk that is live
        before = weakref.ref(running.app.inside)
        running.desk.commands.emit(SetPreferences(Preferences(language="de", lock_minutes=0, has_seen_hints=True)))
        qtbot.waitUntil(lambda: before() is None, timeout=PATIENCE_MS)
    finally:
        running.desk.commands.emit(SetPreferences(Preferences(lock_minutes=0, has_seen_hints=True)))
        running.stop()


class Ring(QObject):
    """Has a timer that runs, and is held by itself alone."""

    def __init__(self) -> None:
        super().__init__()
        self._itself = self
        self._timer = QTimer(self)
        self._timer.start(0)


def test_what_nobody_holds_is_destroyed_in_the_thread_of_the_window(qtbot: QtBot) -> None:
    where: list[threading.Thread] = []
    gc.enable()  # as Python begins
    collector, is_over, rings = Collector(), threading.Event(), 20

    def ask_for_memory() -> None:
        while not is_over.is_set():
            _ = [[] for _ in range(1_000)]

    for _ in range(rings):
        Ring().destroyed.connect(lambda: where.append(threading.current_thread()))
    busy = threading.Thread(target=ask_for_memory)
    busy.start()
    try:
        qtbot.waitUntil(lambda: len(where) == rings, timeout=PATIENCE_MS)
    finally:
        is_over.set()
        busy.join()
        collector.deleteLater()
    assert {*where} == {threading.main_thread()}
