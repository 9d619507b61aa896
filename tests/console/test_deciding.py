"""A case from the queue to the decision, by keyboard, in the window itself."""

import dataclasses
from collections.abc import Mapping
from datetime import timedelta

import pytest
from msgspec.structs import replace
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QCheckBox, QLabel, QLineEdit, QPlainTextEdit, QPushButton
from pytestqt.qtbot import QtBot

from console.domain.commands.case import (
    ApproveCase,
    ClaimCase,
    DecideCase,
    DropDraft,
    KeepDraft,
    MoreCases,
    OpenCase,
    PreviewDecision,
    ReleaseCase,
)
from console.domain.commands.refund import AskRefund, ResolveRefund
from console.domain.commands.showing import ShowScreen
from console.domain.draft import Draft
from console.domain.evidence_index import EvidenceIndex
from console.domain.listing import CaseQuery, Listing, Opened
from console.domain.problem import Problem
from console.domain.session import SignedIn
from console.screens.cases import CasesScreen
from console.screens.doubt_form import DoubtForm
from console.window.inside import Inside
from console.window.main_window import MainWindow
from resources.theme import LIGHT
from store_client.contract.case import AddedLine, DecidedLine, Decision, Effect
from store_client.contract.live import Alternative, Picked
from store_client.contract.moment import from_micros
from store_client.contract.product import Product
from store_client.contract.refund import Refund
from tests.console.day import user
from tests.console.plain_desk import CASE, EVIDENCE, TRIP, PlainDesk, drawn, example, plain_desk, proposed
from widgets.alternatives_list import AlternativesList
from widgets.decision_table import DecisionTable
from widgets.product_picker import ProductPicker
from widgets.state_chip import StateChip
from widgets.table import Table

EFFECT = replace(example(Effect), needs_approval=False)
OTHER = replace(example(Product), gtin="09521234000013", name="Still water")
OAT = CASE.lines[0].gtin
PICK = replace(
    example(Picked),
    id=CASE.lines[0].events[0],
    gtin=OAT,
    quantity=2,
    trip=TRIP,
    alternatives=[
        Alternative(gtin=OAT, quantity=2, trip=TRIP, probability=0.61),
        Alternative(gtin=OTHER.gtin, quantity=1, trip=TRIP, probability=0.22, reasons=["same_weight"]),
        Alternative(gtin=OAT, quantity=2, trip="another", probability=0.11, reasons=["crossed_hands"]),
        Alternative(gtin=None, quantity=0, trip=None, probability=0.05, reasons=["hand_resting"]),
    ],
)
SEEN = replace(EVIDENCE, events=[PICK], visits={"another": 412})


@pytest.fixture
def desk() -> PlainDesk:
    desk = plain_desk("agent")
    desk.products.put({OTHER.gtin: OTHER})
    return desk


@pytest.fixture
def window(qtbot: QtBot, desk: PlainDesk) -> MainWindow:
    window = MainWindow(LIGHT, desk)
    qtbot.addWidget(window)
    inside = Inside(LIGHT, desk, window, "settings")
    window.furnish(inside)

    def go(command: object) -> None:
        if isinstance(command, ShowScreen):
            inside.show_screen(command.name)

    desk.commands.connect(go)
    with qtbot.waitExposed(window):
        window.show()
    return window


def press(window: MainWindow, keys: str) -> None:
    """To whatever has the focus, shortcuts first, as in life."""
    QTest.keySequence(window.focusWidget() or window, keys)


def queue(window: MainWindow) -> Table:
    return next(table for table in window.findChildren(Table) if table.accessibleName() == "Queue of cases")


def lines(window: MainWindow) -> DecisionTable:
    return window.findChildren(DecisionTable)[0]


def decided(window: MainWindow) -> Mapping[object, int]:
    return lines(window).decisions()


def field(window: MainWindow, name: str) -> QLineEdit:
    return next(field for field in window.findChildren(QLineEdit) if field.accessibleName() == name)


def button(window: MainWindow, words: str) -> QPushButton:
    return next(one for one in window.findChildren(QPushButton) if one.text() == words and one.isVisible())


def said(window: MainWindow) -> list[str]:
    return [one.text() for one in window.findChildren(QLabel) if one.isVisible()]


def test_claim_preview_decide_by_keyboard(qtbot: QtBot, desk: PlainDesk, window: MainWindow) -> None:
    desk.case.set(Opened())
    press(window, "5")
    assert desk.asked.last(ShowScreen) == ShowScreen("cases")
    qtbot.waitUntil(lambda: queue(window).hasFocus(), timeout=10_000)
    assert drawn(queue(window)) == ["12 | in 0 min | 2 × Oat milk | €3.98 | open | ada | shopper | 0 min | 1001 | 77"]
    press(window, "Return")
    assert desk.asked.last(OpenCase) == OpenCase(CASE.id)
    desk.case.set(Opened(CASE.id, CASE))
    assert not lines(window).decisions()

    press(window, "C")
    assert desk.asked.of(ClaimCase) == [ClaimCase(CASE.id)]
    desk.claim()
    qtbot.waitUntil(lambda: lines(window).hasFocus(), timeout=10_000)
    press(window, "1")
    assert not [one for one in desk.asked.of(ShowScreen) if one != ShowScreen("cases")]
    draft = Draft(CASE.id, (DecidedLine(1, 1),), lease=7)
    qtbot.waitUntil(lambda: desk.asked.of(PreviewDecision) == [PreviewDecision(draft)], timeout=10_000)

    press(window, "Ctrl+Return")  # the effect is not known yet: asked again, nothing decided
    assert not desk.asked.of(DecideCase)
    desk.effect.set(Opened(CASE.id, EFFECT))
    press(window, "Return")
    [decided] = desk.asked.of(DecideCase)
    assert isinstance(decided, DecideCase)
    assert dataclasses.replace(decided.draft, message="") == draft
    assert "Oat milk: billed 2, taken 1." in decided.draft.message


def test_what_is_edited_outlives_a_renewed_lease(qtbot: QtBot, desk: PlainDesk, window: MainWindow) -> None:
    press(window, "5")
    desk.claim()
    lines(window).setFocus()
    press(window, "0")
    claimed = desk.case.value.value
    assert claimed is not None
    desk.case.set(Opened(CASE.id, replace(claimed, version=9)))
    assert decided(window) == {1: 0}
    press(window, "X")
    assert desk.asked.of(ReleaseCase) == [ReleaseCase(CASE.id)]


def test_goodwill_that_cannot_be_read_decides_nothing(qtbot: QtBot, desk: PlainDesk, window: MainWindow) -> None:
    press(window, "5")
    desk.claim()
    field(window, "Goodwill").setFocus()
    QTest.keyClicks(field(window, "Goodwill"), "five")
    press(window, "E")
    press(window, "Ctrl+Return")
    assert not desk.asked.of(PreviewDecision, DecideCase)
    field(window, "Goodwill").selectAll()
    QTest.keyClicks(field(window, "Goodwill"), "4111111111")  # a number of something else
    press(window, "Ctrl+Return")
    assert not desk.asked.of(PreviewDecision, DecideCase)
    assert "The goodwill cannot be read" in said(window)


def test_a_case_that_cannot_be_opened_is_left_again(qtbot: QtBot, desk: PlainDesk, window: MainWindow) -> None:
    press(window, "5")
    desk.case.set(Opened(CASE.id, problem=Problem("case", "The store does not know it.")))
    button(window, "Back to the queue").click()
    assert desk.asked.last(OpenCase) == OpenCase(None)
    desk.asked.commands.clear()
    desk.case.set(Opened(CASE.id, is_loading=True))
    press(window, "Esc")
    assert desk.asked.last(OpenCase) == OpenCase(None)


def test_another_s_case_cannot_be_edited(qtbot: QtBot, desk: PlainDesk, window: MainWindow) -> None:
    press(window, "5")
    desk.claim()
    case = desk.case.value.value
    assert case is not None
    assert case.lease is not None
    other = replace(case, lease=replace(case.lease, holder="eve"), assignee="eve", version=6)
    desk.case.set(Opened(CASE.id, other))
    lines(window).setFocus()
    press(window, "Delete")
    press(window, "S")
    press(window, "A")
    assert not decided(window)
    assert not desk.asked.of(PreviewDecision)


def test_an_alternative_is_taken_by_its_digit(qtbot: QtBot, desk: PlainDesk, window: MainWindow) -> None:
    press(window, "5")
    desk.evidence.set(Opened(CASE.id, EvidenceIndex(SEEN)))
    desk.claim()
    others = window.findChildren(AlternativesList)[0]
    assert drawn(others) == [
        "1 | 2 × Oat milk, as billed, this shopper | 61 %",
        f"2 | 1 × {OTHER.name}, this shopper, same weight as another product | 22 %",
        "3 | 2 × Oat milk, visit 412, two people close | 11 %",
        "4 | nothing was taken, hand resting on the plate | 5 %",
    ]
    qtbot.waitUntil(lambda: lines(window).hasFocus(), timeout=10_000)
    press(window, "S")
    press(window, "2")
    swapped = Draft(CASE.id, (DecidedLine(1, 1, OTHER.gtin),), reason="wrong_product", lease=7)
    qtbot.waitUntil(lambda: desk.asked.of(PreviewDecision)[-1:] == [PreviewDecision(swapped)], timeout=10_000)
    press(window, "S")
    press(window, "4")
    nothing = Draft(CASE.id, (DecidedLine(1, 0),), reason="not_taken", lease=7)
    qtbot.waitUntil(lambda: desk.asked.of(PreviewDecision)[-1:] == [PreviewDecision(nothing)], timeout=10_000)


def test_what_was_missed_is_found_by_letters_and_added(qtbot: QtBot, desk: PlainDesk, window: MainWindow) -> None:
    press(window, "5")
    desk.claim()
    qtbot.waitUntil(lambda: lines(window).hasFocus(), timeout=10_000)
    press(window, "A")
    QTest.keyClicks(window.focusWidget(), "still")
    press(window, "Return")
    assert lines(window).hasFocus()
    press(window, "2")
    agreed = next(box for box in window.findChildren(QCheckBox) if box.text() == "Charge what was missed")
    assert agreed.isVisible()
    agreed.setChecked(True)
    missed = Draft(CASE.id, (), (AddedLine(OTHER.gtin, 2),), reason="missed", is_agreed=True, lease=7)
    qtbot.waitUntil(lambda: desk.asked.of(PreviewDecision)[-1:] == [PreviewDecision(missed)], timeout=10_000)


def test_what_is_charged_stands_beside_the_button_that_charges_it(
    qtbot: QtBot, desk: PlainDesk, window: MainWindow
) -> None:
    press(window, "5")
    desk.claim()
    qtbot.waitUntil(lambda: lines(window).hasFocus(), timeout=10_000)
    press(window, "1")
    nothing, charged = replace(EFFECT.refund, minor=0), replace(EFFECT.refund, minor=350)
    desk.effect.set(Opened(CASE.id, replace(EFFECT, refund=nothing, debit=charged)))
    assert "€3.50 charged" in said(window)
    assert "€0.00 back" not in said(window)
    message = next(edit for edit in window.findChildren(QPlainTextEdit) if edit.accessibleName().startswith("Message"))
    assert "€3.50 is charged" in message.toPlainText(), "and the shopper is told"


def test_what_is_picked_is_for_the_line_that_was_asked_about(qtbot: QtBot, desk: PlainDesk, window: MainWindow) -> None:
    press(window, "5")
    desk.claim()
    held = desk.case.value.value
    assert held is not None
    second = replace(held.lines[0], line=2, name="Tea")
    desk.case.set(Opened(CASE.id, replace(held, version=6, lines=[*held.lines, second])))
    qtbot.waitUntil(lambda: lines(window).hasFocus(), timeout=10_000)
    press(window, "S")
    picker = window.findChildren(ProductPicker)[0]
    assert picker.accessibleName() == "What was it instead of Oat milk?"
    QTest.mouseClick(
        lines(window).viewport(),
        Qt.MouseButton.LeftButton,
        pos=lines(window).visualRect(lines(window).model().index(1, 0)).center(),
    )
    assert lines(window).chosen() == 2
    picker.picked.emit(OTHER.gtin)
    assert decided(window) == {1: 1}, "not the one that was chosen since"
    desk.case.set(Opened(CASE.id, replace(held, version=7)))
    press(window, "S")
    assert picker.isVisible()
    desk.case.set(Opened("another", replace(held, id="another", version=5)))
    assert not picker.isVisible(), "it asked about another case"


def test_an_answer_in_own_words_stays(qtbot: QtBot, desk: PlainDesk, window: MainWindow) -> None:
    press(window, "5")
    desk.claim(language="de")
    qtbot.waitUntil(lambda: lines(window).hasFocus(), timeout=10_000)
    press(window, "0")
    desk.effect.set(Opened(CASE.id, EFFECT))
    message = next(edit for edit in window.findChildren(QPlainTextEdit) if edit.accessibleName().startswith("Message"))
    assert "berechnet 2, mitgenommen 0" in message.toPlainText()
    message.setFocus()
    QTest.keyClicks(message, "Hallo. ")
    desk.effect.set(Opened(CASE.id, replace(EFFECT, needs_approval=True)))
    assert message.toPlainText().startswith("Hallo. ")


def test_no_message_is_sent_cut_off(qtbot: QtBot, desk: PlainDesk, window: MainWindow) -> None:
    press(window, "5")
    desk.claim()
    qtbot.waitUntil(lambda: lines(window).hasFocus(), timeout=10_000)
    press(window, "0")
    message = next(edit for edit in window.findChildren(QPlainTextEdit) if edit.accessibleName().startswith("Message"))
    written = "word " * 401
    message.setPlainText(written)
    qtbot.waitUntil(lambda: bool(desk.asked.of(PreviewDecision)), timeout=10_000)
    asked = desk.asked.last(PreviewDecision)
    assert isinstance(asked, PreviewDecision)
    assert asked.draft.message == written.strip(), "what is kept is whole"
    desk.effect.set(Opened(CASE.id, EFFECT))
    lines(window).setFocus()
    press(window, "Return")
    assert not desk.asked.of(DecideCase)
    assert message.hasFocus()
    assert "The message is longer than 2000 characters." in said(window)
    assert not button(window, "Decide").isEnabled()
    message.setPlainText("Sorry.")
    qtbot.waitUntil(lambda: desk.asked.last(PreviewDecision) != asked, timeout=10_000)
    desk.effect.set(Opened(CASE.id, replace(EFFECT, stock=[])))
    lines(window).setFocus()
    press(window, "Return")
    decided = desk.asked.last(DecideCase)
    assert isinstance(decided, DecideCase)
    assert decided.draft.message == "Sorry."


def test_a_draft_that_another_overtook_is_merged_line_by_line(
    qtbot: QtBot, desk: PlainDesk, window: MainWindow
) -> None:
    press(window, "5")
    desk.draft.set(Draft(CASE.id, (DecidedLine(1, 1),), goodwill=150, lease=3))
    desk.claim()  # under lease 7: others had it in between
    assert not decided(window)
    beside = next(table for table in window.findChildren(Table) if table.accessibleName().startswith("Your draft"))
    assert drawn(beside) == ["Oat milk | 2 | – | 1"]
    beside.setFocus()
    press(window, "Down")
    press(window, "Return")
    assert decided(window) == {1: 1}
    assert field(window, "Goodwill").text() == ""
    press(window, "M")
    assert field(window, "Goodwill").text() == "1.50"
    assert not beside.isVisible()
    taken = Draft(CASE.id, (DecidedLine(1, 1),), goodwill=150, lease=7)
    qtbot.waitUntil(lambda: desk.asked.of(PreviewDecision)[-1:] == [PreviewDecision(taken)], timeout=10_000)


@pytest.mark.parametrize("is_begun", [False, True])
def test_a_draft_that_is_forgotten_does_not_come_back(
    qtbot: QtBot, desk: PlainDesk, window: MainWindow, is_begun: bool
) -> None:
    press(window, "5")
    overtaken = Draft(CASE.id, (DecidedLine(1, 1),), goodwill=150, lease=3)
    desk.draft.set(overtaken)
    desk.claim()
    if is_begun:
        desk.draft.set(Draft(CASE.id, (DecidedLine(1, 0),), lease=7))
    button(window, "Forget it").click()
    assert desk.asked.of(DropDraft) == ([] if is_begun else [DropDraft(CASE.id)]), "what was begun since is kept"


def test_a_draft_that_nobody_overtook_goes_on(qtbot: QtBot, desk: PlainDesk, window: MainWindow) -> None:
    press(window, "5")
    desk.draft.set(Draft(CASE.id, (DecidedLine(1, 1),), goodwill=150, lease=6))
    desk.claim()
    assert decided(window) == {1: 1}
    assert field(window, "Goodwill").text() == "1.50"


def test_a_letter_follows_the_decision_also_in_a_draft_that_goes_on(
    qtbot: QtBot, desk: PlainDesk, window: MainWindow
) -> None:
    def message() -> str:
        found = window.findChildren(QPlainTextEdit)
        return next(edit for edit in found if edit.accessibleName().startswith("Message")).toPlainText()

    press(window, "5")
    desk.claim()
    qtbot.waitUntil(lambda: lines(window).hasFocus(), timeout=10_000)
    press(window, "0")
    qtbot.waitUntil(lambda: len(desk.asked.of(PreviewDecision)) == 1, timeout=10_000)
    desk.effect.set(Opened(CASE.id, EFFECT))
    assert "taken 0" in message()
    press(window, "1")
    qtbot.waitUntil(lambda: len(desk.asked.of(PreviewDecision)) == 2, timeout=10_000)
    asked = desk.asked.last(PreviewDecision)
    assert isinstance(asked, PreviewDecision)
    desk.effect.set(Opened())
    desk.case.set(Opened())
    desk.draft.set(asked.draft)
    desk.claim()
    assert decided(window) == {1: 1}
    desk.effect.set(Opened(CASE.id, EFFECT))
    assert "taken 1" in message(), "not what was written for the decision before"


def test_a_decision_that_was_taken_back_stays_so(qtbot: QtBot, desk: PlainDesk, window: MainWindow) -> None:
    def drop(command: object) -> None:
        if isinstance(command, DropDraft):
            desk.draft.set(None)
            desk.effect.set(Opened())

    desk.commands.connect(drop)
    press(window, "5")
    desk.draft.set(Draft(CASE.id, (DecidedLine(1, 1),), lease=6))
    desk.claim()
    desk.effect.set(Opened(CASE.id, EFFECT))
    assert button(window, "Decide").isEnabled()
    lines(window).setFocus()
    press(window, "Del")
    assert not decided(window)
    assert "Nothing is decided yet" in said(window), "nor is its effect shown any more"
    qtbot.waitUntil(lambda: desk.asked.of(DropDraft) == [DropDraft(CASE.id)], timeout=10_000)
    held = desk.case.value.value
    assert held is not None
    assert held.lease is not None
    renewed = replace(held.lease, expires_at=EVIDENCE.copied_at)
    desk.case.set(Opened(CASE.id, replace(held, lease=renewed)))
    assert not decided(window), "it came back with the next word of the store"


def test_what_was_written_is_kept_before_anything_is_decided(qtbot: QtBot, desk: PlainDesk, window: MainWindow) -> None:
    def message() -> QPlainTextEdit:
        return next(edit for edit in window.findChildren(QPlainTextEdit) if edit.accessibleName().startswith("Message"))

    press(window, "5")
    desk.claim()
    message().setPlainText("We are looking at it.")
    qtbot.waitUntil(lambda: bool(desk.asked.of(KeepDraft)), timeout=10_000)
    kept = desk.asked.last(KeepDraft)
    assert kept == KeepDraft(Draft(CASE.id, message="We are looking at it.", lease=7, letter="own"))
    assert isinstance(kept, KeepDraft)
    assert not desk.asked.of(PreviewDecision)
    desk.case.set(Opened())
    desk.draft.set(kept.draft)
    desk.claim()
    assert message().toPlainText() == "We are looking at it."
    field(window, "Goodwill").setFocus()
    QTest.keyClicks(field(window, "Goodwill"), "five")
    assert "The goodwill cannot be read" in said(window)


def test_only_another_approves_with_the_own_password(qtbot: QtBot, desk: PlainDesk, window: MainWindow) -> None:
    press(window, "5")
    desk.session.set(SignedIn(user("supervisor")))
    desk.case.set(Opened(CASE.id, proposed("supervisor")))
    press(window, "Ctrl+Return")
    press(window, "R")
    assert not desk.asked.of(ApproveCase)

    desk.case.set(Opened(CASE.id, proposed("anna")))
    press(window, "Ctrl+Return")  # asks for the password first
    assert window.focusWidget() is field(window, "Your password")
    QTest.keyClicks(window.focusWidget(), "secret")
    press(window, "Return")
    assert desk.asked.of(ApproveCase) == [ApproveCase(CASE.id, True, "", "secret")]
    assert "secret" not in repr(desk.asked.of(ApproveCase))
    assert field(window, "Your password").text() == ""


def test_a_note_that_is_too_long_is_not_sent_cut_off(qtbot: QtBot, desk: PlainDesk, window: MainWindow) -> None:
    press(window, "5")
    desk.session.set(SignedIn(user("supervisor")))
    desk.case.set(Opened(CASE.id, proposed("anna")))
    note = next(edit for edit in window.findChildren(QPlainTextEdit) if edit.accessibleName().startswith("Note"))
    note.setPlainText("no " * 700)
    field(window, "Your password").setFocus()
    QTest.keyClicks(field(window, "Your password"), "secret")
    press(window, "Return")
    assert not desk.asked.of(ApproveCase)
    assert "The note is longer than 2000 characters." in said(window)
    note.setPlainText("no")
    press(window, "Ctrl+Return")
    assert desk.asked.of(ApproveCase) == [ApproveCase(CASE.id, True, "no", "secret")]


def test_what_is_due_and_what_expires_grows_older_by_itself(qtbot: QtBot, desk: PlainDesk, window: MainWindow) -> None:
    press(window, "5")
    waiting = proposed("anna")
    at = from_micros(desk.clock.now_us())
    assert waiting.proposal is not None
    expiring = replace(waiting.proposal, expires_at=at + timedelta(minutes=30))
    desk.case.set(Opened(CASE.id, replace(waiting, due_at=at + timedelta(minutes=20), proposal=expiring)))

    def told() -> set[str]:
        return {chip.accessibleName() for chip in window.findChildren(StateChip)} | set(said(window))

    assert "due in 20 min" in told()
    desk.steady.s += 25 * 60
    window.findChildren(CasesScreen)[0]._ask_again()
    assert "due 5 min late" in told()
    assert any("expires in 5 min" in words or "within 5 min" in words for words in told())


def test_a_refusal_says_why(qtbot: QtBot, desk: PlainDesk, window: MainWindow) -> None:
    press(window, "5")
    desk.session.set(SignedIn(user("supervisor")))
    desk.case.set(Opened(CASE.id, proposed("anna")))
    lines(window).setFocus()
    press(window, "R")  # a refusal needs a note: it is asked for
    QTest.keyClicks(window.focusWidget(), "two cartons on the picture")
    field(window, "Your password").setFocus()
    QTest.keyClicks(field(window, "Your password"), "secret")
    lines(window).setFocus()
    press(window, "R")
    assert desk.asked.of(ApproveCase) == [ApproveCase(CASE.id, False, "two cartons on the picture", "secret")]


def test_the_refund_is_shown_until_it_has_ended(qtbot: QtBot, desk: PlainDesk, window: MainWindow) -> None:
    press(window, "5")
    decision, refund = example(Decision), example(Refund)
    desk.case.set(Opened(CASE.id, replace(CASE, state="decided", decision=decision, version=9)))
    for state, words in (("submitting", "being sent"), ("settled", "settled")):
        desk.refund.set(Opened(refund.id, replace(refund, state=state)))
        assert words in {chip.accessibleName() for chip in window.findChildren(StateChip)}


def test_a_refund_in_doubt_can_be_asked_about_and_settled(qtbot: QtBot, desk: PlainDesk, window: MainWindow) -> None:
    press(window, "5")
    desk.session.set(SignedIn(user("supervisor")))
    refund = replace(example(Refund), state="in_doubt", advice="ask it")
    desk.case.set(Opened(CASE.id, replace(CASE, state="decided", decision=example(Decision), version=9)))
    desk.refund.set(Opened(refund.id, refund))
    desk.refund.set(Opened(refund.id, replace(refund, is_forgotten=False)))  # the store asks: nobody else has to
    assert "Settle the doubt…" not in [one.text() for one in window.findChildren(QPushButton) if one.isVisible()]
    assert "The provider has not answered. The store asks it again; nothing is sent twice." in said(window)
    desk.refund.set(Opened(refund.id, refund))
    button(window, "Copy the key").click()
    assert QApplication.clipboard().text() == refund.key
    button(window, "Ask the provider again").click()
    assert desk.asked.of(AskRefund) == [AskRefund(refund.id)]
    button(window, "Settle the doubt…").click()
    button(window, "Settle the doubt").click()  # nothing said yet
    form = window.findChildren(DoubtForm)[0]
    for name, text in (
        ("The provider's reference", "P-77"),
        ("Who said so, and when", "Ms. Li"),
        ("Your password", "pw"),
    ):
        QTest.keyClicks(next(one for one in form.findChildren(QLineEdit) if one.accessibleName() == name), text)
    button(window, "Settle the doubt").click()
    assert desk.asked.of(ResolveRefund) == [ResolveRefund(refund.id, "settled", "P-77", "Ms. Li", "pw")]


def test_the_next_case_is_the_next_of_the_queue(qtbot: QtBot, desk: PlainDesk, window: MainWindow) -> None:
    desk.case.set(Opened())
    press(window, "5")
    [first] = desk.cases.value.items
    desk.cases.set(Listing(CaseQuery(), (first, replace(first, id="second", number=13)), is_known=True))
    desk.case.set(Opened(CASE.id, CASE))
    press(window, "N")
    assert desk.asked.last(OpenCase) == OpenCase("second")
    press(window, "Esc")
    assert desk.asked.last(OpenCase) == OpenCase(None)


def test_the_next_case_of_the_last_that_is_loaded_is_loaded_first(
    qtbot: QtBot, desk: PlainDesk, window: MainWindow
) -> None:
    desk.case.set(Opened())
    press(window, "5")
    [first] = desk.cases.value.items
    loaded = Listing(CaseQuery(), (first,), has_more=True, is_known=True)
    desk.cases.set(loaded)
    desk.case.set(Opened(CASE.id, CASE))
    before = len(desk.asked.of(OpenCase))
    for answer in (
        Listing(CaseQuery(), (first, replace(first, id="second", number=13)), is_known=True),
        loaded,  # as where it could not be read, or somebody cancelled it
    ):
        asked = len(desk.asked.of(MoreCases))
        desk.cases.set(loaded)
        press(window, "N")
        assert len(desk.asked.of(MoreCases)) == asked + 1
        desk.cases.set(dataclasses.replace(loaded, is_loading=True))
        assert len(desk.asked.of(OpenCase)) == before
        desk.cases.set(answer)
        assert len(desk.asked.of(MoreCases)) == asked + 1
        assert desk.asked.of(OpenCase)[before:] == [OpenCase(one.id) for one in answer.items[1:]]
        before = len(desk.asked.of(OpenCase))
