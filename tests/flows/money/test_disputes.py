"""Disputes at the real windows of two people and a real store: by keys, above a limit, overtaken, without a store."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QLineEdit, QPlainTextEdit, QPushButton
from pytestqt.qtbot import QtBot

from console.domain.merge import decision_of
from console.domain.reading import Reading, readings_of
from console.screens.draft_merge import DraftMerge
from console.screens.proposal_view import ProposalView
from console.window.outbox_sheet import OutboxSheet
from store_client.contract.case import CaseLine
from tests.flows.clerk import PATIENCE_MS, Clerk
from tests.flows.money.business import Business
from tests.flows.money.road import cut, failing, none
from widgets.decision_table import DecisionTable
from widgets.table import Table

MOST_KEYS = 12
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)


@pytest.fixture
def small_limit(business: Business) -> None:
    """Whatever the agent gives back needs another's approval."""
    business.change("UPDATE users SET refund_limit = 1 WHERE name = 'agent'")


@pytest.fixture
def full_limit(business: Business) -> None:
    business.change("UPDATE users SET refund_limit = 5000 WHERE name = 'agent'")


def said(clerk: Clerk) -> str:
    """What the card of the proposal says."""
    card = clerk.part(ProposalView)
    return " ".join(label.text() for label in card.findChildren(QLabel) if label.isVisible())


def test_a_dispute_of_one_line_takes_few_keys(business: Business, clerk: Clerk, qtbot: QtBot) -> None:
    clerk.open_receipt()
    case = clerk.open_case()
    clerk.press(Qt.Key.Key_X)  # as another shopper's app would have left it: open, held by nobody
    clerk.until_state("open")
    clerk.leave_case()

    clerk.keys = 0
    clerk.find_case(case.id)  # Enter
    clerk.claim()  # C
    clerk.press(Qt.Key.Key_C)  # as claimed
    clerk.press(Qt.Key.Key_Return)  # the effect
    effect = clerk.until_effect()
    clerk.press(Qt.Key.Key_Return)  # decided
    decided = clerk.until_decided()
    assert clerk.keys <= MOST_KEYS
    assert decided.decision is not None
    assert f"billed {case.lines[0].billed_quantity}" in decided.decision.message
    outcome = clerk.until_refunded()
    assert business.money_moved(case) == [(outcome, effect.refund.minor)]


def has_evidence(clerk: Clerk) -> bool:
    opened = clerk.desk.evidence.value
    return opened.value is not None and opened.id == clerk.desk.case.value.id


def doubtful_line(clerk: Clerk) -> tuple[CaseLine, list[Reading]] | None:
    """Of the open case the disputed line, and what else it could have been."""
    case, found = clerk.case(), clerk.desk.evidence.value.value
    assert case is not None
    assert found is not None
    line = next(line for line in case.lines if line.claimed_quantity != line.billed_quantity)
    readings = list(readings_of(line, found.evidence))
    return (line, readings) if len(readings) > 1 else None


def test_what_the_sensors_name_is_taken_by_its_digit(business: Business, clerk: Clerk, qtbot: QtBot) -> None:
    found = None
    while found is None:  # until a receipt comes with a line that the sensors were not sure of
        clerk.open_doubtful_receipt()
        clerk.open_case(clerk.most_doubtful_line())
        qtbot.waitUntil(lambda: has_evidence(clerk), timeout=PATIENCE_MS)
        found = doubtful_line(clerk)
    line, readings = found
    place = next(place for place, one in enumerate(readings) if not one.is_said)
    clerk.press(Qt.Key.Key_S)
    clerk.press(Qt.Key(Qt.Key.Key_1 + place))
    clerk.until_effect()
    clerk.press(Qt.Key.Key_Return)
    decided = clerk.until_decided()
    wanted, reason = readings[place].decides(line)
    decision = decision_of(decided)
    assert decision is not None
    assert decision.lines == [wanted]
    assert decision.reason == reason


@pytest.mark.usefixtures("small_limit")
def test_above_the_limit_another_decides_and_money_moves_once(
    business: Business, clerk: Clerk, agent: Clerk, qtbot: QtBot
) -> None:
    agent.open_receipt()
    case = agent.open_case()
    agent.draft_as_claimed()
    effect = agent.until_effect()
    assert effect.needs_approval
    assert agent.part(QPushButton, name="Propose").isEnabled()
    agent.decide()
    assert agent.until_decided().state == "awaiting_approval"
    assert "Another with the right to approve must decide on it" in said(agent)
    assert business.money_moved(case) == []

    clerk.find_case(case.id)
    assert "Proposed by agent" in said(clerk)
    clerk.decide()  # asks for the password first
    field = clerk.part(QLineEdit, name="Your password")
    assert field.hasFocus()
    QTest.keyClicks(field, "not the password")
    clerk.press(Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: "password is wrong" in clerk.banner(), timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: not phases(clerk, case.id), timeout=PATIENCE_MS)
    assert business.money_moved(case) == []
    clerk.close_banner()
    QTest.keyClicks(clerk.part(QLineEdit, name="Your password"), business.store.demo["supervisor"])
    clerk.press(Qt.Key.Key_Return)
    clerk.until_state("decided")
    outcome = clerk.until_refunded()
    assert business.money_moved(case) == [(outcome, effect.refund.minor)]
    agent.until_state("decided")  # sees it without asking


@pytest.mark.usefixtures("small_limit")
def test_a_refusal_brings_note_and_draft_back(business: Business, clerk: Clerk, agent: Clerk, qtbot: QtBot) -> None:
    agent.open_receipt()
    case = agent.open_case()
    agent.draft_as_claimed()
    drafted = dict(agent.part(DecisionTable).decisions())
    agent.decide()
    assert agent.until_decided().state == "awaiting_approval"

    clerk.find_case(case.id)
    clerk.part(DecisionTable).setFocus()
    clerk.press(Qt.Key.Key_R)
    note = clerk.part(QPlainTextEdit, name="Note to the proposer")
    assert note.hasFocus()
    QTest.keyClicks(note, "Two cartons are in the picture")
    QTest.keyClicks(clerk.part(QLineEdit, name="Your password"), business.store.demo["supervisor"])
    clerk.click(clerk.part(QPushButton, name="Refuse"))
    clerk.until_state("open")

    agent.until_state("open")
    assert "The proposal was refused" in said(agent)
    assert "Two cartons are in the picture" in said(agent)
    agent.claim()
    assert dict(agent.part(DecisionTable).decisions()) == drafted
    assert business.money_moved(case) == []


@pytest.mark.usefixtures("full_limit")
def test_a_late_save_is_refused_and_merged(business: Business, clerk: Clerk, agent: Clerk, qtbot: QtBot) -> None:
    agent.open_receipt()
    case = agent.open_case()
    agent.draft_as_claimed()
    drafted = dict(agent.part(DecisionTable).decisions())
    hidden = f"/cases/{case.id}", f"/cases/{case.id}/lease"
    business.second_road.disturb(hidden, failing)  # so that the desk hears of nobody else, and renews no lease
    runner = agent.running.app.runner  # what was asked before would still be told what comes now
    qtbot.waitUntil(lambda: not any(runner.is_running(topic) for topic in ("reread", "case", "lease")))
    business.change("UPDATE cases SET lease_expires_us = 1 WHERE id = ?", case.id)  # the connection was lost for long
    clerk.find_case(case.id)
    clerk.claim()

    problems = agent.desk.problems
    agent.decide_until(lambda: any("Your draft is kept." in one.kept for one in problems.value))
    business.second_road.disturb("", none)
    qtbot.waitUntil(lambda: not agent.holds(), timeout=PATIENCE_MS)
    beside = agent.part(DraftMerge)
    assert any("supervisor holds the case now" in label.text() for label in beside.findChildren(QLabel))
    assert business.money_moved(case) == []

    clerk.press(Qt.Key.Key_X)
    clerk.until_state("open")
    agent.until_state("open")
    agent.claim()
    assert not agent.part(DecisionTable).decisions()
    agent.press(Qt.Key.Key_M)
    assert dict(agent.part(DecisionTable).decisions()) == drafted
    agent.until_effect()
    agent.decide()
    agent.until_decided()
    agent.until_refunded()
    assert len(business.money_moved(case)) == 1


def phases(clerk: Clerk, case: str) -> list[str]:
    """Of what is on its way concerning a case."""
    return [one.phase for one in clerk.desk.outgoing.value if one.kept.intent.target == case]


@pytest.mark.usefixtures("full_limit")
def test_without_a_store_a_decision_waits_and_says_so(business: Business, agent: Clerk, qtbot: QtBot) -> None:
    agent.open_receipt()
    case = agent.open_case()
    agent.draft_as_claimed()
    effect = agent.until_effect()
    business.second_road.disturb("", cut)
    try:
        qtbot.waitUntil(lambda: agent.desk.connection.value.http.state == "lost", timeout=PATIENCE_MS)
        agent.decide()
        qtbot.waitUntil(lambda: phases(agent, case.id) == ["waiting"], timeout=PATIENCE_MS)
        qtbot.waitUntil(
            lambda: "It is saved, and goes out when the store is there again." in agent.banner(), timeout=PATIENCE_MS
        )
        agent.press(Qt.Key.Key_O, ctrl=True)
        sheet = agent.part(OutboxSheet)
        for _ in agent.desk.outgoing.value[1:]:
            QTest.keyClick(agent.part(Table, sheet), Qt.Key.Key_Down)  # the last one
        assert "never sent" in " ".join(label.text() for label in sheet.findChildren(QLabel) if label.isVisible())
        sheet.reject()
        assert business.money_moved(case) == []
    finally:
        business.second_road.disturb("", none)
    agent.until_decided()
    qtbot.waitUntil(lambda: not phases(agent, case.id), timeout=PATIENCE_MS)
    outcome = agent.until_refunded()
    assert business.money_moved(case) == [(outcome, effect.refund.minor)]
