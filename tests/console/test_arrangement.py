"""Panels that are moved, screens in windows of their own, workspaces: kept, and as they were after a restart."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDockWidget, QPushButton
from pytestqt.qtbot import QtBot

from console.domain.commands.showing import DropWorkspace, OpenWorkspace, SaveWorkspace, SetPreferences, ShowScreen
from console.domain.commands.watching import WatchCameras
from console.domain.preferences import Preferences
from console.domain.session import SignedIn
from console.window.apart import ApartWindow
from store_client.contract.planogram import Planogram
from tests.console.day import user
from tests.console.desk_process import RunningDesk
from tests.console.plain_desk import example
from widgets.dock_area import DockArea

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
    apart()["cameras"].setGeometry(40, 50, 500, 400)
    assert set(apart()) == {"cameras"}
    desk.stop()
    assert apart() == {}
    desk = start()
    assert desk.app.inside.current == "live_floor"
    assert apart()["cameras"].geometry().size().toTuple() == (500, 400)
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
    desk.desk.commands.emit(DropWorkspace("Morning"))
    assert list(desk.desk.workspaces.value) == ["Evening"]
    desk.stop()
