"""What is on its way to the store: told in the top bar, listed, and what can be done about each."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QPushButton
from pytestqt.qtbot import QtBot

from console.domain.commands.case import OpenCase
from console.domain.commands.traffic import DropIntent, SendIntent
from console.domain.intent import WANTS_PASSWORD, Intent, IntentKind, IntentState, Kept, Outgoing, phase_of
from console.domain.session import SignedIn
from console.window.inside import Inside
from console.window.main_window import MainWindow
from console.window.outbox_sheet import OutboxSheet
from resources.theme import LIGHT
from tests.console.day import user
from tests.console.plain_desk import CASE, PlainDesk, drawn, plain_desk
from tests.wire.examples import US
from widgets.table import Table


def outgoing(key: str, kind: IntentKind, state: IntentState = "pending", tries: int = 0, detail: str = "") -> Outgoing:
    intent = Intent(key, kind, "demo", "anna", CASE.id, b"", version=3, made_us=US)
    kept = Kept(intent, state, tries, detail, "Case 12")
    return Outgoing(kept, phase_of(kept, is_sending=False))


@pytest.fixture
def desk() -> PlainDesk:
    return plain_desk("supervisor")


@pytest.fixture
def window(qtbot: QtBot, desk: PlainDesk) -> MainWindow:
    desk.session.set(SignedIn(user("supervisor")))
    window = MainWindow(LIGHT, desk)
    qtbot.addWidget(window)
    window.furnish(Inside(LIGHT, desk, window, "settings"))
    with qtbot.waitExposed(window):
        window.show()
    return window


def sheet(window: MainWindow) -> OutboxSheet:
    QTest.keySequence(window.focusWidget() or window, "Ctrl+O")
    return window.findChildren(OutboxSheet)[0]


def buttons(sheet: OutboxSheet) -> dict[str, QPushButton]:
    return {button.text(): button for button in sheet.findChildren(QPushButton) if button.isVisible()}


def told(window: MainWindow) -> set[str]:
    return {button.text() for button in window.findChildren(QPushButton) if button.isVisible()}


def test_each_says_how_it_stands_and_what_can_be_done(qtbot: QtBot, desk: PlainDesk, window: MainWindow) -> None:
    assert not [text for text in told(window) if "waiting" in text or "you" in text.split()]
    desk.outgoing.set((outgoing("k1", "decide_case"), outgoing("k2", "decide_case", tries=2)))
    assert "2 waiting" in told(window)
    listed = sheet(window)
    table = listed.findChildren(Table)[0]
    assert [row.split(" | ")[0] + " | " + row.split(" | ")[2] for row in drawn(table)] == [
        "Decide · Case 12 | waits",
        "Decide · Case 12 | in doubt",
    ]
    assert set(buttons(listed)) == {"See the case", "Take it back", "Send now"}
    buttons(listed)["Take it back"].click()
    assert desk.asked.of(DropIntent) == [DropIntent("k1")]
    QTest.keyClick(table, Qt.Key.Key_Down)  # the one in doubt
    assert set(buttons(listed)) == {"See the case", "Send now"}  # what was sent cannot be taken back
    buttons(listed)["Send now"].click()
    assert desk.asked.of(SendIntent) == [SendIntent("k2")]


def test_what_wants_a_password_is_sent_with_it(qtbot: QtBot, desk: PlainDesk, window: MainWindow) -> None:
    desk.outgoing.set((outgoing("k1", "approve_case", tries=1, detail=WANTS_PASSWORD),))
    listed = sheet(window)
    buttons(listed)["Send now"].click()
    assert not desk.asked.of(SendIntent)  # asks for the password first
    password = next(field for field in listed.findChildren(QLineEdit) if field.isVisible())
    QTest.keyClicks(password, "secret")
    buttons(listed)["Send now"].click()
    assert desk.asked.of(SendIntent) == [SendIntent("k1", "secret")]
    assert password.text() == ""


def test_a_password_stays_in_the_field_until_it_is_closed_or_another_is_chosen(
    desk: PlainDesk, window: MainWindow
) -> None:
    wanting = outgoing("k1", "approve_case", tries=1, detail=WANTS_PASSWORD)
    desk.outgoing.set((wanting,))
    listed = sheet(window)
    password = next(field for field in listed.findChildren(QLineEdit) if field.isVisible())
    QTest.keyClicks(password, "sec")
    desk.outgoing.set((wanting, outgoing("k2", "decide_case")))
    QTest.keyClicks(password, "ret")
    assert password.text() == "secret", "what else is on its way takes nothing from who types"
    table = listed.findChildren(Table)[0]
    QTest.keyClick(table, Qt.Key.Key_Down)
    assert password.text() == ""
    QTest.keyClick(table, Qt.Key.Key_Up)
    QTest.keyClicks(password, "secret")
    QTest.keyClick(listed, Qt.Key.Key_Escape)
    assert not listed.isVisible()
    assert password.text() == ""


def test_a_locked_desk_shows_nothing_of_it(desk: PlainDesk, window: MainWindow) -> None:
    desk.outgoing.set((outgoing("k1", "decide_case"),))
    listed = sheet(window)
    assert listed.isVisible()
    desk.session.set(SignedIn(user("supervisor"), is_locked=True))
    assert not listed.isVisible(), "nor does it stand before the entry page"


def test_what_was_refused_stays_until_somebody_has_understood(
    qtbot: QtBot, desk: PlainDesk, window: MainWindow
) -> None:
    desk.outgoing.set((outgoing("k1", "decide_case", "refused", 1, "Another holds it"),))
    listed = sheet(window)
    assert "Another holds it" in drawn(listed.findChildren(Table)[0])[0]
    assert set(buttons(listed)) == {"See the case", "Understood"}
    buttons(listed)["Understood"].click()
    assert desk.asked.of(DropIntent) == [DropIntent("k1")]
    buttons(listed)["See the case"].click()
    assert desk.asked.last(OpenCase) == OpenCase(CASE.id)
