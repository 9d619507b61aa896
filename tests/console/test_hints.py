"""Five hints for who is here for the first time: in order, by keyboard, ended by Esc, never again."""

import pytest
import shiboken6
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from console.domain.commands.command import Command
from console.domain.commands.showing import SetPreferences
from console.window.hints import Hints
from console.window.inside import Inside
from console.window.main_window import MainWindow
from resources.theme import LIGHT
from tests.console.plain_desk import PlainDesk, plain_desk
from widgets.hint import HintBubble

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)


@pytest.fixture
def desk() -> PlainDesk:
    desk = plain_desk()

    def keep(command: Command) -> None:
        if isinstance(command, SetPreferences):
            desk.preferences.set(command.preferences)

    desk.commands.connect(keep)
    return desk


@pytest.fixture
def window(qtbot: QtBot, desk: PlainDesk) -> MainWindow:
    window = MainWindow(LIGHT, desk)
    qtbot.addWidget(window)
    inside = Inside(LIGHT, desk, window, "live_floor")
    window.furnish(inside)
    Hints(LIGHT, desk, inside)
    window.resize(1280, 720)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(lambda: bubble(window) is not None)
    return window


def bubble(window: MainWindow) -> HintBubble | None:
    return next((one for one in window.findChildren(HintBubble) if one.isVisible()), None)


def said(window: MainWindow) -> str:
    shown = bubble(window)
    return "" if shown is None else " ".join(label.text() for label in shown.findChildren(QLabel))


def test_enter_goes_from_hint_to_hint_and_the_last_ends_them(desk: PlainDesk, window: MainWindow) -> None:
    for number in range(1, 6):
        assert f"{number} of 5" in said(window)
        shown = bubble(window)
        assert shown is not None
        assert window.rect().contains(shown.geometry().translated(0, 0))
        assert not desk.preferences.value.has_seen_hints
        focus = QApplication.focusWidget()
        assert focus is not None
        QTest.keySequence(focus, "Return")
    assert bubble(window) is None
    assert desk.preferences.value.has_seen_hints


def test_escape_ends_them_for_good(qtbot: QtBot, desk: PlainDesk, window: MainWindow) -> None:
    QTest.keySequence(window.focusWidget() or window, "Esc")
    qtbot.waitUntil(lambda: bubble(window) is None)
    assert desk.preferences.value.has_seen_hints
    desk.planogram.changed.emit(desk.planogram.value)
    with qtbot.assertNotEmitted(desk.commands, wait=700):
        pass
    assert bubble(window) is None


def test_a_window_that_goes_takes_its_hint_along(qtbot: QtBot) -> None:
    """What is taken down hides itself first, and is asked nothing any more."""
    host = QWidget()
    target = QPushButton("what it is about", host)
    with qtbot.waitExposed(host):
        host.show()
    hint = HintBubble(LIGHT, host)
    hint.point_at(target, "words", 1, 2)
    assert hint.isVisible()
    shiboken6.delete(host)
    assert not shiboken6.isValid(hint)
