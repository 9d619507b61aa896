"""A case from the queue to the decision, by keyboard, in the window itself."""

import pytest
from msgspec.structs import replace
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from console.domain.commands import (
    ClaimCase,
    DecideCase,
    Draft,
    FollowRefund,
    OpenCase,
    PreviewDecision,
    ReleaseCase,
    ShowScreen,
)
from console.domain.listing import Opened
from console.window.inside import Inside
from console.window.main_window import MainWindow
from resources.theme import LIGHT
from store_client.contract.case import DecidedLine, Decision, Effect
from store_client.contract.refund import Refund
from tests.console.plain_desk import CASE, PlainDesk, drawn, example, plain_desk
from widgets.decision_table import DecisionTable
from widgets.state_chip import StateChip
from widgets.table import Table


@pytest.fixture
def desk() -> PlainDesk:
    return plain_desk("agent")


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
    window.show()
    qtbot.waitExposed(window)
    return window


def press(window: MainWindow, keys: str) -> None:
    """To whatever has the focus, shortcuts first, as in life."""
    QTest.keySequence(window.focusWidget() or window, keys)


def queue(window: MainWindow) -> Table:
    return next(table for table in window.findChildren(Table) if table.accessibleName() == "Queue of cases")


def lines(window: MainWindow) -> DecisionTable:
    return window.findChildren(DecisionTable)[0]


def test_claim_preview_decide_by_keyboard(qtbot: QtBot, desk: PlainDesk, window: MainWindow) -> None:
    desk.case.set(Opened())
    press(window, "5")
    assert desk.asked.last(ShowScreen) == ShowScreen("cases")
    qtbot.waitUntil(lambda: queue(window).hasFocus(), timeout=10_000)
    assert drawn(queue(window)) == ["12 | in 0 min | 77 | 2 × Oat milk | €3.98 | open"]
    press(window, "Down")
    assert desk.asked.last(OpenCase) == OpenCase(CASE.id)
    desk.case.set(Opened(CASE.id, CASE))
    assert not lines(window).decisions()

    press(window, "C")
    assert desk.asked.of(ClaimCase) == [ClaimCase(CASE.id)]
    desk.claim()

    lines(window).setFocus()
    press(window, "1")
    assert not [one for one in desk.asked.of(ShowScreen) if one != ShowScreen("cases")]
    draft = Draft(CASE.id, (DecidedLine(1, 1),), tuple(CASE.added))
    qtbot.waitUntil(lambda: desk.asked.of(PreviewDecision) == [PreviewDecision(draft)], timeout=10_000)

    press(window, "Ctrl+Return")  # the effect is not known yet: asked again, nothing decided
    assert not desk.asked.of(DecideCase)
    desk.effect.set(Opened(CASE.id, example(Effect)))
    press(window, "Ctrl+Return")
    assert desk.asked.of(DecideCase) == [DecideCase(draft)]


def test_what_is_edited_outlives_a_renewed_lease(qtbot: QtBot, desk: PlainDesk, window: MainWindow) -> None:
    press(window, "5")
    desk.claim()
    lines(window).setFocus()
    press(window, "0")
    claimed = desk.case.value.value
    assert claimed is not None
    desk.case.set(Opened(CASE.id, replace(claimed, version=9)))
    assert lines(window).decisions() == {1: 0}
    press(window, "X")
    assert desk.asked.of(ReleaseCase) == [ReleaseCase(CASE.id)]


def test_goodwill_that_cannot_be_read_decides_nothing(qtbot: QtBot, desk: PlainDesk, window: MainWindow) -> None:
    press(window, "5")
    desk.claim()
    goodwill = next(field for field in window.findChildren(QLineEdit) if field.accessibleName() == "Goodwill")
    goodwill.setFocus()
    QTest.keyClicks(goodwill, "five")
    press(window, "E")
    press(window, "Ctrl+Return")
    assert not desk.asked.of(PreviewDecision, DecideCase)


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
    assert not lines(window).decisions()
    assert not desk.asked.of(PreviewDecision)


def test_the_refund_is_followed_until_it_has_ended(qtbot: QtBot, desk: PlainDesk, window: MainWindow) -> None:
    press(window, "5")
    decision, refund = example(Decision), example(Refund)
    desk.case.set(Opened(CASE.id, replace(CASE, state="decided", decision=decision, version=9)))
    assert desk.asked.of(FollowRefund) == [FollowRefund(decision.refund or "")]
    for state, words in (("submitting", "being sent"), ("settled", "settled")):
        desk.refund.set(Opened(refund.id, replace(refund, state=state)))
        assert words in {chip.accessibleName() for chip in window.findChildren(StateChip)}
