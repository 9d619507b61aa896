"""Above a limit two people decide: what is proposed is reserved and waits, and nothing moves before."""

import threading
from typing import get_args

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError

from store_client.contract.case import (
    ApprovalRequest,
    Case,
    CaseRequest,
    ClaimedLine,
    DecidedLine,
    DecisionRequest,
    LimitScope,
)
from store_client.contract.cause import Cause
from store_client.contract.moment import from_micros
from store_server.clock import Steadiness
from store_server.desk.actor import Actor
from store_server.desk.cases import Cases
from store_server.desk.decision import OVER
from store_server.desk.once import Once
from store_server.desk.queue import Wanted
from store_server.refusal import Refusal
from tests.desk.shop import OATS, SECOND, SOAP, STORE, Clock, Shop, agent, once

HOUR = 3600
CLERK = agent("ada", limit=500)
SALLY = agent("sally", limit=50_000, role="supervisor")
FRESH = agent("sally", limit=50_000, role="supervisor", is_fresh=True)
OTHER = agent("omar", limit=50_000, role="supervisor", is_fresh=True)
YES, NO = ApprovalRequest(approve=True), ApprovalRequest(approve=False, note="look at the shelf")


def decide(shop: Shop, receipt: str, units: int, actor: Actor = CLERK, *, goodwill: int = 0, line: int = 1) -> Case:
    """A whole case: opened, claimed, and decided."""
    case = shop.cases.open(CaseRequest(receipt, [ClaimedLine(line, units)]), actor, once())
    return decide_open(shop, case, units, actor, goodwill=goodwill, line=line)


def decide_open(shop: Shop, case: Case, units: int, actor: Actor = CLERK, *, goodwill: int = 0, line: int = 1) -> Case:
    case = shop.cases.claim(case.id, actor, case.version, once())
    assert case.lease is not None
    lines = [DecidedLine(line, units)]
    request = DecisionRequest(lease=case.lease.token, reason="not_taken", lines=lines, goodwill=goodwill)
    return shop.cases.decide(case.id, request, actor, case.version, once())


def proposed(shop: Shop) -> Case:
    """Three oats of 199 go back: 597, above the clerk's 500."""
    receipt = shop.sell((OATS, 3), (SOAP, 1))
    shop.settle()
    return decide(shop, receipt.id, 0)


def opened(shop: Shop) -> Case:
    receipt = shop.sell((OATS, 1))
    return shop.cases.open(CaseRequest(receipt.id, [ClaimedLine(1, 0)]), CLERK, once())


def refund_of(shop: Shop, case: Case) -> str:
    decision = case.proposal.decision if case.proposal else case.decision
    assert decision is not None
    assert decision.refund is not None
    return decision.refund


def refused(call: object, *args: object) -> str:
    with pytest.raises(Refusal) as caught:
        call(*args)  # type: ignore[operator]
    return caught.value.name


def test_a_proposal_waits_and_is_approved_by_another(shop: Shop) -> None:
    case = proposed(shop)
    assert case.proposal is not None
    assert (case.state, case.decision, case.lease, case.assignee) == ("awaiting_approval", None, None, "ada")
    assert case.proposal.amount.minor == 597
    assert (case.proposal.expires_at - case.history[-1].at).total_seconds() == 24 * HOUR
    refund = shop.refunds.get(refund_of(shop, case))
    assert (refund.state, refund.proposed_by, refund.approved_by) == ("awaiting_approval", "ada", None)
    assert "other than ada" in refund.advice
    shop.settle()
    assert shop.refunds.get(refund.id).state == "awaiting_approval"
    assert shop.receipts.get(case.receipt).refundable.minor == 333  # reserved
    assert shop.cases.counts(STORE, SALLY).approvable == 1
    assert [item.id for item in shop.cases.page(STORE, Wanted(approvable=True, actor=SALLY)).items] == [case.id]

    key = once("approval")
    approved = shop.cases.approve(case.id, YES, FRESH, case.version, key)
    shop.reopen()
    assert shop.cases.approve(case.id, YES, SALLY, case.version, key) == approved  # the answer that was lost
    assert (approved.state, approved.proposal) == ("decided", None)
    assert approved.decision == case.proposal.decision
    assert [(one.by, one.is_approved) for one in approved.approvals] == [("sally", True)]
    shop.settle()
    refund = shop.refunds.get(refund.id)
    states = ["proposed", "awaiting_approval", "approved", "submitting", "settled"]
    assert [step.state for step in refund.steps] == states
    assert (refund.approved_by, refund.advice) == ("sally", "")
    history = [(entry.by, entry.what) for entry in shop.cases.get(case.id).history]
    assert history[2:] == [("ada", "proposed"), ("sally", "approved"), ("store", "refund settled")]
    assert shop.receipts.get(case.receipt).stands.minor == 333


def test_what_is_refused_is_as_if_it_had_never_been_proposed(shop: Shop) -> None:
    receipt = shop.sell((OATS, 3), (SOAP, 1))
    shop.settle()
    sold = shop.ledger()
    case = decide(shop, receipt.id, 0, goodwill=10)
    assert case.proposal is not None
    passed = [limit.scope for limit in case.proposal.limits if limit.used.minor > limit.limit.minor]
    after = shop.cases.approve(case.id, NO, FRESH, case.version, once())
    assert (after.state, after.assignee, after.proposal, after.decision) == ("open", None, None, None)
    assert [(one.by, one.is_approved, one.note) for one in after.approvals] == [("sally", False, "look at the shelf")]
    refund = shop.refunds.get(refund_of(shop, case))
    assert (refund.state, refund.steps[-1].detail) == ("failed", "refused by sally: look at the shelf")
    facts: dict[str, float | str] = {"who": "sally", "note": "look at the shelf"}
    assert refund.steps[-1].causes == [Cause("refused_by", facts)]
    assert refund.steps[1].causes == [Cause(OVER[scope]) for scope in passed]
    assert set(OVER) == set(get_args(LimitScope))
    told = shop.receipts.get(receipt.id)
    assert (told.stands, told.refundable) == (receipt.total, receipt.total)
    assert [one.is_void for one in told.corrections] == [True]
    assert shop.ledger() == sold

    again = decide_open(shop, after, 1)  # 398: within the limit, for what was refused counts no more
    assert again.state == "decided"
    shop.settle()
    assert shop.refunds.get(refund_of(shop, again)).state == "settled"
    assert shop.receipts.get(receipt.id).stands.minor == 199 + 333
    assert [one.is_void for one in shop.receipts.get(receipt.id).corrections] == [True, False]


def test_nobody_in_time_opens_the_case_again(shop: Shop) -> None:
    case = proposed(shop)
    shop.clock.passes(23 * HOUR)
    assert shop.cases.expire() == 0
    shop.clock.passes(HOUR)
    assert refused(shop.cases.approve, case.id, YES, FRESH, case.version, once()) == "conflict"
    assert shop.cases.expire() == 1
    assert shop.cases.expire() == 0
    after = shop.cases.get(case.id)
    assert (after.state, after.approvals[0].by, after.approvals[0].is_approved) == ("open", "store", False)
    assert (after.history[-1].what, after.history[-1].causes) == ("expired", [Cause("undecided")])
    assert shop.receipts.get(case.receipt).refundable.minor == 930
    assert refused(shop.cases.approve, case.id, YES, FRESH, after.version, once()) == "conflict"
    assert decide_open(shop, after, 0).state == "awaiting_approval"


def leaping(shop: Shop) -> tuple[Cases, Clock]:
    """Cases of a store whose clock is watched, by a machine whose own is never set."""
    machine = Clock(0)
    steadiness = Steadiness(monotonic=lambda: machine.us / SECOND)
    return Cases(shop.database, shop.memory, shop.clock.now_us, steadiness=steadiness), machine


def test_no_proposal_expires_because_the_clock_leaps(corner: Shop) -> None:
    cases, machine = leaping(corner)
    case = proposed(corner)
    assert cases.expire() == 0
    corner.clock.passes(25 * HOUR)
    machine.passes(1)
    assert cases.expire() == 0
    assert corner.cases.get(case.id).state == "awaiting_approval"
    assert cases.approve(case.id, YES, FRESH, case.version, once()).state == "decided"


def test_no_proposal_expires_at_a_start_with_a_clock_far_ahead(corner: Shop) -> None:
    case = proposed(corner)
    corner.clock.passes(25 * HOUR)
    cases, machine = leaping(corner)
    assert cases.expire() == 0
    assert corner.cases.get(case.id).state == "awaiting_approval"
    for clock in (corner.clock, machine):
        clock.passes(HOUR)
    assert cases.expire() == 1, "it has gone steadily for an hour"


def test_a_clock_that_stays_where_it_leapt_is_believed_after_an_hour(corner: Shop) -> None:
    cases, machine = leaping(corner)
    case = proposed(corner)
    for hours in (0, 25, 0.5, 0.4):
        corner.clock.passes(hours * HOUR)
        machine.passes(min(hours, 0.5) * HOUR)
        assert cases.expire() == 0
    for clock in (corner.clock, machine):
        clock.passes(0.2 * HOUR)
    assert cases.expire() == 1
    assert corner.cases.get(case.id).state == "open"


@pytest.mark.parametrize("is_started_anew", [False, True])
def test_what_was_proposed_while_the_clock_was_ahead_ends_in_time(corner: Shop, is_started_anew: bool) -> None:
    cases, machine = leaping(corner)
    assert cases.expire() == 0
    corner.clock.passes(30 * 24 * HOUR)
    case = proposed(corner)
    assert cases.expire() == 0
    corner.clock.passes(-30 * 24 * HOUR)
    if is_started_anew:
        cases, machine = leaping(corner)
    assert cases.expire() == 0
    assert corner.cases.get(case.id).version == case.version, "it is not believed at once"
    for clock in (corner.clock, machine):
        clock.passes(1.1 * HOUR)
    assert cases.expire() == 0
    after = corner.cases.get(case.id)
    assert after.proposal is not None
    assert after.proposal.expires_at == from_micros(corner.clock.us + 24 * HOUR * SECOND)
    assert after.version > case.version
    for clock in (corner.clock, machine):
        clock.passes(24 * HOUR)
    assert cases.expire() == 1
    assert corner.cases.get(case.id).state == "open"


def test_what_was_opened_while_the_clock_was_ahead_is_due_in_time(corner: Shop) -> None:
    """It would be the last of the queue, and never late, until that date comes."""
    cases, machine = leaping(corner)
    early = opened(corner)
    assert cases.expire() == 0
    corner.clock.passes(30 * 24 * HOUR)
    late = opened(corner)
    assert cases.expire() == 0
    corner.clock.passes(-30 * 24 * HOUR)
    assert cases.expire() == 0
    assert corner.cases.get(late.id).due_at == late.due_at, "it is not believed at once"
    for clock in (corner.clock, machine):
        clock.passes(1.1 * HOUR)
    assert cases.expire() == 0
    assert corner.cases.get(late.id).due_at == from_micros(corner.clock.us + 24 * HOUR * SECOND)
    assert corner.cases.get(early.id).due_at == early.due_at


def test_a_clock_that_fell_back_to_before_the_program_takes_no_time_away(corner: Shop) -> None:
    """As of a machine whose battery is dead, until it hears what time it is."""
    cases, machine = leaping(corner)
    waiting, case = opened(corner), proposed(corner)
    assert cases.expire() == 0
    fell_s = corner.clock.us / SECOND - 946_684_800  # to the year 2000
    corner.clock.passes(-fell_s)
    for _ in range(3):
        assert cases.expire() == 0
        for clock in (corner.clock, machine):
            clock.passes(1.1 * HOUR)
    corner.clock.passes(fell_s)
    for _ in range(3):
        assert cases.expire() == 0
        for clock in (corner.clock, machine):
            clock.passes(1.1 * HOUR)
    assert corner.cases.get(waiting.id).due_at == waiting.due_at
    assert corner.cases.get(case.id).proposal == case.proposal


def test_who_may_not_approve_is_refused_and_nothing_changes(corner: Shop) -> None:
    case = proposed(corner)
    approve = corner.cases.approve
    assert refused(approve, case.id, YES, CLERK, case.version, once()) == "not-permitted"
    assert refused(approve, case.id, YES, SALLY, case.version, once()) == "step-up-needed"
    assert refused(approve, case.id, YES, FRESH, case.version - 1, once()) == "stale"
    assert refused(approve, case.id, ApprovalRequest(False, "  "), FRESH, case.version, once()) == "bad-request"
    assert refused(corner.cases.claim, case.id, SALLY, case.version, once()) == "conflict"
    assert corner.cases.get(case.id) == case


def test_a_supervisors_own_decision_above_the_policy_waits_for_another(corner: Shop) -> None:
    receipt = corner.sell((SOAP, 20))  # 6,660: above the store's 5,000, whoever decides
    corner.settle()
    case = decide(corner, receipt.id, 0, SALLY)
    assert case.state == "awaiting_approval"
    assert refused(corner.cases.approve, case.id, YES, FRESH, case.version, once()) == "not-permitted"
    counts = corner.cases.counts(STORE, SALLY)
    assert (counts.awaiting_approval, counts.mine, counts.approvable) == (1, 1, 0)
    assert corner.cases.approve(case.id, YES, OTHER, case.version, once()).state == "decided"


def test_of_an_approval_and_a_refusal_at_once_one_wins(shop: Shop) -> None:
    case = proposed(shop)
    barrier = threading.Barrier(2)
    answers: dict[str, str] = {}

    def conclude(actor: Actor, request: ApprovalRequest) -> None:
        barrier.wait(30)
        try:
            answers[actor.name] = shop.cases.approve(case.id, request, actor, case.version, once()).state
        except Refusal as refusal:
            answers[actor.name] = refusal.name

    threads = [threading.Thread(target=conclude, args=pair) for pair in ((FRESH, YES), (OTHER, NO))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(answers.values()) in (["decided", "stale"], ["open", "stale"])
    after = shop.cases.get(case.id)
    assert len(after.approvals) == 1
    assert (after.state == "decided") == after.approvals[0].is_approved


def test_the_database_itself_wants_two_people(shop: Shop) -> None:
    proposed(shop)
    for change in (
        "UPDATE refunds SET state = 'approved'",
        "UPDATE refunds SET state = 'submitting', next_us = 1",
        "UPDATE refunds SET state = 'approved', approved_by = \"by\"",
        "UPDATE refunds SET next_us = 1",
        "UPDATE cases SET proposal = NULL",
        "UPDATE cases SET state = 'open'",
        "UPDATE limits SET used = -1",
        "INSERT INTO case_approvals SELECT id, round, 1, proposed_by_id, proposed_by_id, 'a', true, '', proposal FROM cases",
        "INSERT INTO case_approvals SELECT id, round, 1, proposed_by_id, NULL, 'store', true, '', proposal FROM cases",
    ):
        with pytest.raises(IntegrityError), shop.database.write() as session:
            session.execute(text(change))


def test_who_approved_what_never_changes(shop: Shop) -> None:
    case = proposed(shop)
    shop.cases.approve(case.id, YES, FRESH, case.version, once())
    for change in (
        "UPDATE refunds SET needs_approval = false",
        "UPDATE refunds SET approved_by = 'id-omar'",
        "UPDATE case_approvals SET is_approved = false",
        "DELETE FROM case_approvals",
        "UPDATE limit_uses SET minor = 1",
        "DELETE FROM limit_uses",
        "DELETE FROM limits",
    ):
        with pytest.raises(DBAPIError, match="never change"), shop.database.write() as session:
            session.execute(text(change))


def test_a_case_has_one_living_refund(shop: Shop) -> None:
    case = proposed(shop)
    again = shop.cases.approve(case.id, NO, FRESH, case.version, once())
    decide_open(shop, again, 1)
    with pytest.raises(IntegrityError), shop.database.write() as session:
        session.execute(text("UPDATE refunds SET state = 'awaiting_approval', next_us = NULL WHERE state = 'failed'"))


def test_a_repeated_key_of_another_approval_is_refused(corner: Shop) -> None:
    case = proposed(corner)
    key = once("yes")
    corner.cases.approve(case.id, YES, FRESH, case.version, key)
    assert refused(corner.cases.approve, case.id, NO, FRESH, case.version, Once(key.key, "no")) == "key-reused"
    assert refused(corner.cases.approve, case.id, YES, OTHER, case.version, key) == "key-reused"
