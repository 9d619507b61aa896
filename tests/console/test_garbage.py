"""What is looked at no more is not kept in memory."""

import weakref
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from console.domain.commands.showing import SetPreferences
from console.domain.preferences import Preferences
from console.garbage import leave_out_of_collections
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
