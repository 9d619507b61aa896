"""The settings: they show what holds, also where somebody wrote it into the file."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from console.domain.commands.showing import SetPreferences
from console.domain.preferences import TEXT_SCALES, Preferences
from console.screens.settings import SettingsScreen
from resources.theme import LIGHT
from tests.console.plain_desk import PlainDesk, plain_desk
from widgets.choice_box import ChoiceBox


@pytest.fixture
def desk() -> PlainDesk:
    return plain_desk()


def choice(screen: SettingsScreen, name: str) -> ChoiceBox:
    return next(box for box in screen.findChildren(ChoiceBox) if box.accessibleName() == name)


def test_what_somebody_wrote_into_the_file_is_shown_and_stays(desk: PlainDesk, qtbot: QtBot) -> None:
    written = Preferences(text_scale=110, lock_minutes=10)
    desk.preferences.set(written)
    screen = SettingsScreen(LIGHT, desk)
    qtbot.addWidget(screen)
    sizes = choice(screen, "Size of text")
    assert sizes.currentText() == "110 %"
    assert [sizes.itemData(place) for place in range(sizes.count())] == sorted((*TEXT_SCALES, 110))
    assert choice(screen, "Lock when idle").currentText() == "after 10 minutes"
    theme = choice(screen, "Theme")
    QTest.keyClick(theme, Qt.Key.Key_Home)
    QTest.keyClick(theme, Qt.Key.Key_Down)
    asked = desk.asked.last(SetPreferences)
    assert isinstance(asked, SetPreferences)
    assert (asked.preferences.text_scale, asked.preferences.lock_minutes) == (110, 10)


def test_what_holds_is_shown_when_it_is_another(desk: PlainDesk, qtbot: QtBot) -> None:
    screen = SettingsScreen(LIGHT, desk)
    qtbot.addWidget(screen)
    for scale, minutes, words in ((130, 45, "after 45 minutes"), (200, 0, "never"), (90, 15, "after 15 minutes")):
        desk.preferences.set(Preferences(text_scale=scale, lock_minutes=minutes))
        assert choice(screen, "Size of text").currentData() == scale
        assert choice(screen, "Lock when idle").currentText() == words
