"""Finding by a few letters, and taking what was found without leaving the keyboard."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QScrollArea, QWidget
from pytestqt.qtbot import QtBot

from resources.theme import LIGHT
from widgets.banner import Banner, Notice
from widgets.command_palette import CommandPalette, Entry, ranked
from widgets.connection_bar import ConnectionBar, Link
from widgets.fuzzy import score
from widgets.key_sheet import KeyRow, KeySheet
from widgets.navigation_rail import Destination, NavigationRail
from widgets.samples.data import sample_entries


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("cam", "Cameras"),
        ("412", "Visit 412"),
        ("oat", "Oat milk 1 l"),
        ("floor", "Live floor"),
        ("theme", "Change the theme"),
        ("receipt 1197", "Receipt 1197"),
        ("lf", "Live floor"),
    ],
)
def test_the_one_that_is_meant_comes_first(typed: str, first: str) -> None:
    assert ranked(typed, sample_entries(typed))[0].title == first


def test_what_lacks_a_letter_is_not_found() -> None:
    assert score("xyz", "Live floor") is None
    assert score("", "Live floor") is not None
    assert not ranked("qqq", sample_entries("qqq"))


def test_arrows_and_enter_take_while_the_cursor_stays_in_the_field(qtbot: QtBot) -> None:
    palette = CommandPalette(LIGHT, sample_entries)
    qtbot.addWidget(palette)
    palette.open_at()
    with qtbot.waitSignal(palette.text_changed):
        QTest.keyClicks(palette._field, "ca")
    QTest.keyClick(palette._field, Qt.Key.Key_Down)
    with qtbot.waitSignal(palette.chosen) as chosen:
        QTest.keyClick(palette._field, Qt.Key.Key_Return)
    assert chosen.args == [ranked("ca", sample_entries("ca"))[1].key]
    assert not palette.isVisible()


def test_the_rail_goes_where_it_is_told_and_counts_what_waits(qtbot: QtBot) -> None:
    rail = NavigationRail(LIGHT)
    qtbot.addWidget(rail)
    rail.set_destinations(
        [Destination("floor", "Live floor", "floor"), Destination("cases", "Cases", "cases", is_last=True)]
    )
    rail.show()
    rail.choose("floor")
    rail.set_badge("cases", 3)
    button = rail._buttons["cases"]
    assert "3" in button.accessibleDescription()
    with qtbot.waitSignal(rail.chosen) as chosen:
        QTest.keyClick(button, Qt.Key.Key_Space)
    assert chosen.args == ["cases"]


def test_a_banner_says_all_and_goes_when_told(qtbot: QtBot) -> None:
    banner = Banner(LIGHT)
    qtbot.addWidget(banner)
    notice = Notice(
        "danger", "The store does not answer.", "Your decision is kept.", "It is sent again.", "Try now", "k"
    )
    banner.show_notice(notice)
    assert banner.isVisible()
    for part in (notice.what, notice.kept, notice.advice):
        assert part in banner.accessibleDescription()
    with qtbot.waitSignal(banner.acted) as acted:
        QTest.mouseClick(banner._button, Qt.MouseButton.LeftButton)
    assert acted.args == [notice]
    with qtbot.waitSignal(banner.dismissed) as dismissed:
        QTest.mouseClick(banner._close, Qt.MouseButton.LeftButton)
    assert dismissed.args == [notice]
    assert not banner.isVisible()


def test_a_lost_connection_is_named_in_words(qtbot: QtBot) -> None:
    bar = ConnectionBar(LIGHT)
    qtbot.addWidget(bar)
    bar.set_links([Link("live", "Live", "lost", None, 4, "no answer"), Link("http", "Store", "ok", 12.4)])
    words = [button.accessibleName() for button in bar._buttons]
    assert words == ["Live lost 4 dropped", "Store 12 ms"] or words == ["Live lost %n dropped", "Store 12 ms"]
    with qtbot.waitSignal(bar.link_chosen) as chosen:
        bar._buttons[0].click()
    assert chosen.args == ["live"]


def test_the_key_sheet_shows_all_rows_and_is_never_larger_than_its_window(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(900, 700)
    sheet = KeySheet(LIGHT, window)
    sheet.set_rows([KeyRow(group, f"Action {place}", "Ctrl+K") for group in "AB" for place in range(12)])
    scroll = sheet.findChildren(QScrollArea)[0]
    sheet.show()
    assert scroll.verticalScrollBar().maximum() == 0
    sheet.hide()
    window.resize(500, 200)
    sheet.show()
    assert sheet.width() <= 500
    assert sheet.height() <= 200
    assert scroll.verticalScrollBar().maximum() > 0


def test_an_answer_that_comes_late_does_not_change_what_enter_takes(qtbot: QtBot) -> None:
    found = [Entry(name, name, "Receipt", words="oat") for name in ("one", "two", "three")]
    palette = CommandPalette(LIGHT, lambda _: found)
    qtbot.addWidget(palette)
    palette.open_at()
    QTest.keyClicks(palette._field, "oat")
    QTest.keyClick(palette._field, Qt.Key.Key_Down)
    QTest.keyClick(palette._field, Qt.Key.Key_Down)
    aimed_at = palette._found.entries[2].key
    found.insert(0, Entry("oat", "oat", "Product"))
    palette.refresh()
    with qtbot.waitSignal(palette.chosen) as chosen:
        QTest.keyClick(palette._field, Qt.Key.Key_Return)
    assert chosen.args == [aimed_at]


class ToldBanner(Banner):
    """Counts what a screen reader is told."""

    told = 0

    def setAccessibleDescription(self, description: str) -> None:
        self.told += 1
        super().setAccessibleDescription(description)


def test_a_notice_that_is_shown_again_is_not_read_out_again(qtbot: QtBot) -> None:
    banner = ToldBanner(LIGHT)
    qtbot.addWidget(banner)
    for _ in range(3):  # an alert is looked at with each word about a device, which come each second
        banner.show_notice(Notice("warning", "A camera is lost", advice="Check its cable."))
    assert banner.told == 1
    banner.show_notice(None)
    banner.show_notice(Notice("warning", "A camera is lost", advice="Check its cable."))
    assert banner.told == 2
    assert not banner.isHidden()


def test_the_key_that_opens_the_sheet_of_keys_closes_it(qtbot: QtBot) -> None:
    sheet = KeySheet(LIGHT)
    qtbot.addWidget(sheet)
    sheet.set_rows([KeyRow("Everywhere", "Show the keys", "?")])
    sheet.open()
    QTest.keyClicks(sheet, "?")
    assert sheet.isHidden()
