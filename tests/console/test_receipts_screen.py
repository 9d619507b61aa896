"""Receipts: found, opened, disputed."""

from dataclasses import replace as replace_listing
from datetime import UTC, datetime

import pytest
from msgspec.structs import replace
from PySide6.QtCore import QLocale, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QLabel, QLineEdit, QPlainTextEdit, QPushButton, QSpinBox
from pytestqt.qtbot import QtBot

from console.domain.audit import AuditQuery
from console.domain.commands.audit import SearchAudit
from console.domain.commands.case import SearchCases, StartCase
from console.domain.commands.receipt import OpenReceipt, SearchReceipts
from console.domain.commands.refund import ResolveDoubt
from console.domain.listing import CaseQuery, Opened, ReceiptQuery
from console.domain.preferences import Preferences
from console.domain.problem import Problem
from console.screens.audit import AuditScreen
from console.screens.cases import CasesScreen
from console.screens.doubt_view import DoubtView
from console.screens.receipts import ReceiptsScreen
from console.screens.search_fields import AgoChoice
from resources.theme import LIGHT
from resources.translations import translator
from store_client.contract.case import ClaimedLine
from store_client.contract.moment import to_micros
from store_client.contract.receipt import Doubt, Receipt
from tests.console.plain_desk import RECEIPT, PlainDesk, drawn, example, plain_desk
from widgets.receipt_table import ReceiptTable
from widgets.table import Table

HOUR_US = 3_600_000_000


def shown(qtbot: QtBot, desk: PlainDesk) -> ReceiptsScreen:
    screen = ReceiptsScreen(LIGHT, desk)
    qtbot.addWidget(screen)
    screen.resize(1300, 800)
    screen.show()
    screen.activate()
    return screen


def field(screen: ReceiptsScreen, name: str) -> QLineEdit:
    return next(one for one in screen.findChildren(QLineEdit) if one.accessibleName() == name)


def test_the_list_and_the_opened_receipt_say_what_the_store_said(qtbot: QtBot) -> None:
    screen = shown(qtbot, plain_desk())
    found = next(table for table in screen.findChildren(Table) if table.accessibleName() == "Receipts found")
    assert drawn(found) == ["1001 | 2026-03-01 09:00:00 | 77 | Oat milk | 2 | visa 4242 | €1.99 | captured"]
    lines = screen.findChildren(ReceiptTable)[0]
    assert drawn(lines) == [
        "Oat milk, corrected from 2 to 1, two people close | 2 | €1.99 | 7 % | €3.98 | €1.99 | 60 % | 09:00:00"
    ]


def test_a_correction_whose_refund_did_not_arrive_is_called_void(qtbot: QtBot) -> None:
    desk = plain_desk()
    [held] = example(Receipt).corrections
    desk.receipt.set(Opened(RECEIPT.id, replace(RECEIPT, corrections=[held, replace(held, id="2", is_void=True)])))
    screen = shown(qtbot, desk)
    corrections = next(table for table in screen.findChildren(Table) if table.accessibleName() == "Corrections")
    reasons = [row.split(" | ")[1] for row in drawn(corrections)]
    assert reasons[1] == f"{reasons[0]}, void: the refund did not arrive"


def test_an_amount_that_cannot_be_read_is_marked_and_asks_nothing(qtbot: QtBot) -> None:
    desk = plain_desk()
    screen = shown(qtbot, desk)
    least = field(screen, "Least amount")
    least.setFocus()
    before = len(desk.asked.of(SearchReceipts))
    QTest.keyClicks(least, "1.2.3")
    QTest.keyClick(least, Qt.Key.Key_Return)
    assert least.property("invalid")
    assert "1.2.3" in least.toolTip()
    least.selectAll()
    QTest.keyClicks(least, "-5")
    QTest.keyClick(least, Qt.Key.Key_Return)
    assert least.property("invalid"), "no receipt has less than nothing"
    assert len(desk.asked.of(SearchReceipts)) == before
    least.selectAll()
    QTest.keyClicks(least, "12.5")
    QTest.keyClick(least, Qt.Key.Key_Return)
    assert not least.property("invalid")
    assert desk.asked.last(SearchReceipts) == SearchReceipts(ReceiptQuery(min_minor=1_250))


def test_why_an_amount_cannot_be_read_is_said_in_the_desk_s_language(qtbot: QtBot, qapp: QApplication) -> None:
    german = translator("de")
    qapp.installTranslator(german)
    QLocale.setDefault(QLocale("de_DE"))
    try:
        screen = shown(qtbot, plain_desk())
        least = field(screen, "Kleinster Betrag")
        QTest.keyClicks(least, "12.5")
        QTest.keyClick(least, Qt.Key.Key_Return)
        assert least.toolTip() == "„12.5“ ist nicht als Betrag wie 12,50 lesbar"
    finally:
        qapp.removeTranslator(german)


def test_typing_asks_once_when_it_rests(qtbot: QtBot) -> None:
    desk = plain_desk()
    screen = shown(qtbot, desk)
    before = len(desk.asked.of(SearchReceipts))
    assert screen.act("find_receipt")
    QTest.keyClicks(field(screen, "Search receipts"), "oat")
    qtbot.waitUntil(lambda: len(desk.asked.of(SearchReceipts)) > before, timeout=10_000)
    assert desk.asked.of(SearchReceipts)[before:] == [SearchReceipts(ReceiptQuery(text="oat"))]


def test_how_long_ago_is_reckoned_from_when_it_is_asked(qtbot: QtBot) -> None:
    desk = plain_desk()
    screen = shown(qtbot, desk)
    desk.steady.s += 3_600.0
    span = screen.findChildren(AgoChoice)[0]
    span.setCurrentIndex(span.findText("Last hour"))
    span.activated.emit(span.currentIndex())
    assert desk.asked.last(SearchReceipts) == SearchReceipts(ReceiptQuery(since_us=desk.clock.now_us() - HOUR_US))
    desk.steady.s += 60.0
    screen.activate()
    assert desk.asked.last(SearchReceipts) == SearchReceipts(ReceiptQuery(since_us=desk.clock.now_us() - HOUR_US))


@pytest.mark.parametrize(
    "now",
    [
        datetime(2026, 3, 29, 1, 10, tzinfo=UTC),  # in Berlin ten past three, and ten past two was not
        datetime(2026, 10, 25, 1, 10, tzinfo=UTC),  # ten past two, for the second time
        datetime(2026, 10, 25, 2, 10, tzinfo=UTC),
    ],
)
def test_the_last_hour_is_an_hour_also_when_the_clocks_change(qtbot: QtBot, now: datetime) -> None:
    span = AgoChoice("When")
    qtbot.addWidget(span)
    span.setCurrentIndex(span.findData("hour"))
    assert span.since(to_micros(now), "Europe/Berlin") == to_micros(now) - HOUR_US


def test_a_screen_that_was_built_anew_finds_what_its_fields_say(qtbot: QtBot) -> None:
    """As in another language, or for another user."""
    desk = plain_desk()
    desk.receipts.set(replace_listing(desk.receipts.value, query=ReceiptQuery(last4="4242")))
    desk.cases.set(replace_listing(desk.cases.value, query=CaseQuery(is_mine=True)))
    desk.audit.set(replace_listing(desk.audit.value, query=AuditQuery(by="ada")))
    for screen in (ReceiptsScreen(LIGHT, desk), CasesScreen(LIGHT, desk), AuditScreen(LIGHT, desk)):
        qtbot.addWidget(screen)
        screen.activate()
        screen.deactivate()
    assert desk.asked.last(SearchReceipts) == SearchReceipts(ReceiptQuery())
    assert desk.asked.last(SearchCases) == SearchCases(CaseQuery())
    assert desk.asked.last(SearchAudit) == SearchAudit(AuditQuery())


def test_enter_opens_the_chosen_receipt(qtbot: QtBot) -> None:
    desk = plain_desk()
    desk.receipt.set(Opened())
    screen = shown(qtbot, desk)
    assert not screen.act("start_case")
    assert not screen.act("open_receipt")
    screen.take_focus()
    found = next(table for table in screen.findChildren(Table) if table.accessibleName() == "Receipts found")
    QTest.keyClick(found, Qt.Key.Key_Down)
    assert desk.asked.of(OpenReceipt) == [OpenReceipt(RECEIPT.id)]


def test_a_receipt_that_could_not_be_opened_is_asked_for_again(qtbot: QtBot) -> None:
    desk = plain_desk()
    screen = shown(qtbot, desk)
    desk.receipt.set(Opened(RECEIPT.id, problem=Problem("receipt", "The store does not answer.")))
    found = next(table for table in screen.findChildren(Table) if table.accessibleName() == "Receipts found")
    QTest.keyClick(found, Qt.Key.Key_Return)
    assert desk.asked.of(OpenReceipt) == [OpenReceipt(RECEIPT.id)]
    again = next(button for button in screen.findChildren(QPushButton) if button.text() == "Try again")
    QTest.mouseClick(again, Qt.MouseButton.LeftButton)
    assert desk.asked.of(OpenReceipt) == [OpenReceipt(RECEIPT.id)] * 2


def test_a_case_is_opened_with_what_the_shopper_says(qtbot: QtBot) -> None:
    desk = plain_desk("agent")
    screen = shown(qtbot, desk)
    assert screen.act("start_case")
    spin, message = screen.findChildren(QSpinBox)[0], screen.findChildren(QPlainTextEdit)[0]
    send = next(button for button in screen.findChildren(QPushButton) if button.text() == "Open the case")
    assert spin.maximum() == 1  # one of the two stands
    assert not send.isEnabled()
    spin.setValue(0)
    QTest.keyClicks(message, "I put it back.")
    QTest.mouseClick(send, Qt.MouseButton.LeftButton)
    assert desk.asked.of(StartCase) == [StartCase(RECEIPT.id, (ClaimedLine(1, 0),), message="I put it back.")]
    assert not screen.act("back")


def test_a_shopper_is_answered_in_the_desk_s_language_unless_another_is_chosen(qtbot: QtBot) -> None:
    desk = plain_desk("agent")
    desk.preferences.set(Preferences(language="de"))
    screen = shown(qtbot, desk)
    send = next(button for button in screen.findChildren(QPushButton) if button.text() == "Open the case")
    tongue = next(box for box in screen.findChildren(QComboBox) if box.accessibleName() == "Language of the answer")
    for chosen in ("de", "en"):
        assert screen.act("start_case")
        if chosen != "de":
            tongue.setCurrentIndex(tongue.findData(chosen))
        screen.findChildren(QSpinBox)[0].setValue(0)
        QTest.mouseClick(send, Qt.MouseButton.LeftButton)
        asked = desk.asked.last(StartCase)
        assert isinstance(asked, StartCase)
        assert asked.language == chosen


def test_who_may_not_open_cases_is_not_offered_it(qtbot: QtBot) -> None:
    screen = shown(qtbot, plain_desk("staff"))
    assert not screen.act("start_case")


def test_money_that_the_provider_has_forgotten_is_settled_where_its_receipt_is(qtbot: QtBot) -> None:
    desk = plain_desk()
    doubt = example(Doubt)
    desk.receipt.set(Opened(RECEIPT.id, replace(RECEIPT, doubts=[doubt])))
    screen = shown(qtbot, desk)
    view = screen.findChildren(DoubtView)[0]

    def button(words: str) -> QPushButton:
        return next(one for one in view.findChildren(QPushButton) if one.text() == words)

    assert any(doubt.key in label.text() for label in view.findChildren(QLabel)), "it is asked about by its key"
    QTest.keyClick(button("Copy the key"), Qt.Key.Key_Space)
    assert QApplication.clipboard().text() == doubt.key, "which nobody has to copy by hand, nor with the mouse"
    button("Settle the doubt…").click()
    for name, text in (
        ("The provider's reference", "P-77"),
        ("Who said so, and when", "Ms. Li"),
        ("Your password", "pw"),
    ):
        QTest.keyClicks(field(screen, name), text)
    choice = view.findChildren(QComboBox)[0]
    choice.setCurrentIndex(choice.findData("again"))
    button("Settle the doubt").click()
    assert desk.asked.of(ResolveDoubt) == [ResolveDoubt(doubt.key, "again", "P-77", "Ms. Li", "pw")]
    desk.receipt.set(Opened(RECEIPT.id, replace(RECEIPT, doubts=[])))
    assert view.isHidden()


def test_who_may_not_approve_settles_no_doubt(qtbot: QtBot) -> None:
    desk = plain_desk("agent")
    desk.receipt.set(Opened(RECEIPT.id, replace(RECEIPT, doubts=[example(Doubt)])))
    screen = shown(qtbot, desk)
    assert "Settle the doubt…" not in [one.text() for one in screen.findChildren(QPushButton) if one.isVisible()]
