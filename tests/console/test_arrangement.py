"""Panels that are moved, screens in windows of their own, workspaces: kept, and as they were after a restart."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDockWidget, QLineEdit, QPushButton
from pytestqt.qtbot import QtBot

from console.domain.commands.showing import DropWorkspace, OpenWorkspace, SaveWorkspace, SetPreferences, ShowScreen
from console.domain.commands.watching import WatchCameras
from console.domain.listing import Opened
from console.domain.preferences import Preferences
from console.domain.screen_name import ScreenName
from console.domain.session import SignedIn
from console.screens.cases import CasesScreen
from console.window.apart import ApartWindow
from resources.theme import LIGHT
from store_client.contract.planogram import Planogram
from tests.console.day import user
from tests.console.desk_process import RunningDesk
from tests.console.plain_desk import CASE, example, plain_desk
from tests.store_process import ROOT
from widgets.command_palette import CommandPalette
from widgets.dock_area import DockArea
from widgets.help_sheet import HelpSheet
from widgets.split import Split

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)
Start = Callable[[], RunningDesk]


@pytest.fixture
def start(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> Start:
    """A desk without a store, signed in: the same data folder each time."""

    def made() -> RunningDesk:
        desk = RunningDesk(tmp_path)
        desk.desk.preferences.set(Preferences(lock_minutes=0, has_seen_hints=True))
        desk.desk.planogram.set(example(Planogram))
        desk.desk.session.set(SignedIn(user("supervisor")))
        QApplication.processEvents()
        return desk

    return made


def apart() -> dict[str, ApartWindow]:
    found = [one for one in QApplication.topLevelWidgets() if isinstance(one, ApartWindow) and one.isVisible()]
    return {one.frame.entry.name: one for one in found}


def press(desk: RunningDesk, key: Qt.Key) -> None:
    """In the main window, wherever the keys were before."""
    desk.shell.window.activateWindow()
    QApplication.processEvents()
    QTest.keyClick(desk.shell.window, key)


def docks(desk: RunningDesk) -> dict[str, QDockWidget]:
    area = desk.app.inside.frame_of("live_floor").findChildren(DockArea)[0]
    return {dock.objectName(): dock for dock in area.findChildren(QDockWidget)}


def split_of(desk: RunningDesk, name: ScreenName) -> Split:
    desk.desk.commands.emit(ShowScreen(name))
    QApplication.processEvents()
    return desk.app.inside.frame_of(name).findChildren(Split)[0]


def border_moved(desk: RunningDesk, name: ScreenName) -> bytes:
    """By the keys; answers what is kept of it."""
    QTest.keyClick(split_of(desk, name).handle(1), Qt.Key.Key_Left)
    kept = desk.app.inside.frame_of(name).arrangement()
    assert kept
    return kept


def choose(desk: RunningDesk, dock: str, words: str) -> None:
    """From the menu in a dock's heading."""
    area = desk.app.inside.frame_of("live_floor").findChildren(DockArea)[0]
    next(one for one in area.menu_of(docks(desk)[dock]).actions() if one.text() == words).trigger()
    QApplication.processEvents()


def test_a_restart_finds_windows_and_panels_as_they_were(start: Start) -> None:
    desk = start()
    desk.desk.commands.emit(ShowScreen("cameras"))
    press(desk, Qt.Key.Key_F8)
    desk.desk.commands.emit(ShowScreen("live_floor"))
    choose(desk, "cart", "To the left")
    choose(desk, "camera", "In a window of its own")
    moved = border_moved(desk, "shelves")
    desk.desk.commands.emit(ShowScreen("live_floor"))
    apart()["cameras"].setGeometry(40, 50, 500, 400)
    assert set(apart()) == {"cameras"}
    desk.stop()
    assert apart() == {}
    desk = start()
    assert desk.app.inside.current == "live_floor"
    assert apart()["cameras"].geometry().size().toTuple() == (500, 400)
    assert desk.app.inside.frame_of("shelves").arrangement() == moved, "while nobody has looked there"
    assert split_of(desk, "shelves").arrangement() == moved
    desk.desk.commands.emit(ShowScreen("live_floor"))
    QApplication.processEvents()
    now = docks(desk)
    area = now["cart"].parent()
    assert isinstance(area, DockArea)
    assert area.dockWidgetArea(now["cart"]) == Qt.DockWidgetArea.LeftDockWidgetArea
    assert area.dockWidgetArea(now["plate"]) == Qt.DockWidgetArea.RightDockWidgetArea
    assert now["camera"].isFloating()
    desk.desk.commands.emit(SetPreferences(Preferences(language="de", lock_minutes=0, has_seen_hints=True)))
    QApplication.processEvents()
    assert apart()["cameras"].windowTitle() == "Kameras – Floorwalker"
    assert docks(desk)["camera"].isFloating(), "another language moves nothing"
    desk.desk.commands.emit(SetPreferences(Preferences(lock_minutes=0, has_seen_hints=True)))
    desk.stop()


def test_a_bench_that_is_built_late_has_its_border_where_it_was_left(qtbot: QtBot) -> None:
    desk = plain_desk()
    desk.case.set(Opened())
    screen = CasesScreen(LIGHT, desk)
    qtbot.addWidget(screen)
    screen.arrange(b"0.3000")
    assert screen.findChildren(Split) == []
    assert screen.arrangement() == b"0.3000"
    desk.case.set(Opened(CASE.id, CASE))
    assert screen.findChildren(Split)[0].arrangement() == b"0.3000"
    screen.arrange(b"")
    assert screen.arrangement() == b""


def test_what_is_apart_works_is_locked_and_comes_back(start: Start) -> None:
    desk = start()
    asked: list[object] = []
    desk.desk.commands.connect(asked.append)
    desk.desk.commands.emit(ShowScreen("cameras"))
    press(desk, Qt.Key.Key_F8)
    desk.desk.commands.emit(ShowScreen("live_floor"))
    choose(desk, "plate", "In a window of its own")
    window = apart()["cameras"]
    assert desk.app.inside.frame_of("cameras").window() is window
    desk.desk.session.set(SignedIn(user("supervisor"), is_locked=True))
    QApplication.processEvents()
    assert not window.isVisible(), "a locked desk shows nothing"
    assert asked[-1] == WatchCameras("cameras", ()) or WatchCameras("cameras", ()) in asked
    assert not docks(desk)["plate"].isVisible()
    desk.desk.session.set(SignedIn(user("supervisor")))
    QApplication.processEvents()
    assert window.isVisible()
    assert docks(desk)["plate"].isVisible()
    window.activateWindow()
    QApplication.processEvents()
    QTest.keyClick(window, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    QApplication.processEvents()
    [palette] = desk.app.inside.findChildren(CommandPalette)
    assert palette.isVisible()
    assert desk.shell.window.isActiveWindow(), "there the palette is typed in"
    QTest.keyClick(palette.findChildren(QLineEdit)[0], Qt.Key.Key_Escape)
    window.activateWindow()
    QApplication.processEvents()
    QTest.keyClick(window, Qt.Key.Key_F1)
    [sheet] = desk.app.inside.findChildren(HelpSheet)
    assert sheet.page == "cameras", "of the screen in whose window it was asked for"
    sheet.reject()
    desk.desk.commands.emit(ShowScreen("shelves"))
    QApplication.processEvents()
    assert not docks(desk)["plate"].isVisible(), "it goes with its screen"
    desk.desk.commands.emit(ShowScreen("cameras"))
    back = next(one for one in desk.app.inside.findChildren(QPushButton) if one.text() == "Bring it back")
    back.click()
    QApplication.processEvents()
    assert apart() == {}
    assert desk.app.inside.frame_of("cameras").isVisible()
    press(desk, Qt.Key.Key_F8)
    apart()["cameras"].close()
    QApplication.processEvents()
    assert desk.app.inside.frame_of("cameras").isVisible()
    desk.stop()


def test_workspaces_are_kept_by_name_and_brought_back(start: Start) -> None:
    desk = start()
    emit = desk.desk.commands.emit
    emit(ShowScreen("live_floor"))
    emit(SaveWorkspace("Morning"))
    choose(desk, "cart", "To the bottom")
    emit(ShowScreen("shelves"))
    press(desk, Qt.Key.Key_F8)
    emit(SaveWorkspace("Evening"))
    emit(OpenWorkspace("Morning"))
    QApplication.processEvents()
    assert apart() == {}
    assert desk.app.inside.current == "live_floor"
    area = docks(desk)["cart"].parent()
    assert isinstance(area, DockArea)
    assert area.dockWidgetArea(docks(desk)["cart"]) == Qt.DockWidgetArea.RightDockWidgetArea
    desk.stop()
    desk = start()
    assert desk.desk.workspaces.value == ("Morning", "Evening")
    for _ in range(2):
        press(desk, Qt.Key.Key_F9)
    QApplication.processEvents()
    assert set(apart()) == {"shelves"}
    asked: list[object] = []
    desk.desk.commands.connect(asked.append)
    desk.desk.commands.emit(OpenWorkspace("Morning"))
    press(desk, Qt.Key.Key_F9)
    assert asked[-1] == OpenWorkspace("Evening"), "the next after the one that was opened last"
    desk.desk.commands.emit(DropWorkspace("Morning"))
    assert list(desk.desk.workspaces.value) == ["Evening"]
    desk.stop()


ENDED = """
import sys
from pathlib import Path
from PySide6.QtCore import QTimer, Qt
from PySide6.QtWidgets import QApplication, QDockWidget
from console import begin
from console.domain.preferences import Preferences
from console.domain.session import SignedIn
from console.options import Options
from console.paths import find_paths
from console.shell import Shell
from tests.console.day import user
from tests.console.plain_desk import example
from store_client.contract.planogram import Planogram

application = QApplication([])
paths = find_paths(Path(sys.argv[1]))
paths.make()
shell = Shell(application, paths)
start = begin.Start(application, shell, Options(), paths, None)


def work():
    if start._app is None:
        QTimer.singleShot(20, work)
        return
    desk, inside = start._app.desk, start._app.inside
    desk.preferences.set(Preferences(lock_minutes=0, has_seen_hints=True))
    desk.planogram.set(example(Planogram))
    desk.session.set(SignedIn(user("supervisor")))
    application.processEvents()
    floating = [dock for dock in inside.findChildren(QDockWidget) if dock.isFloating() and dock.isVisible()]
    print(sorted(inside.arrangement().apart), [dock.objectName() for dock in floating])
    if sys.argv[2] == "first":
        inside.take_apart("cameras")
        next(dock for dock in inside.findChildren(QDockWidget) if dock.objectName() == "plate").setFloating(True)
        application.processEvents()
    QTimer.singleShot(0, shell.window.close)


QTimer.singleShot(0, work)
application.exec()
start.stop()
"""


def test_closing_the_window_puts_nothing_back_before_it_is_kept(tmp_path: Path) -> None:
    """By the program's own way to end: it must not close what is in windows of its own first."""

    def run(which: str) -> str:
        done = subprocess.run(
            [sys.executable, "-c", ENDED, str(tmp_path), which],
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
            cwd=ROOT,
            env={**os.environ, "QT_QPA_PLATFORM": "offscreen", "PYTHONUTF8": "1"},
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    assert run("first") == "[] []"
    assert run("second") == "['cameras'] ['plate']"


def test_a_system_that_ends_all_windows_puts_nothing_back(start: Start) -> None:
    desk = start()
    desk.desk.commands.emit(ShowScreen("cameras"))
    press(desk, Qt.Key.Key_F8)
    assert set(apart()) == {"cameras"}
    QApplication.closeAllWindows()
    desk.stop()
    desk = start()
    assert set(apart()) == {"cameras"}
    desk.stop()
