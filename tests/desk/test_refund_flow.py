"""From a pick to money returned, on real databases: exactly once, whatever is repeated or crashes."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from store_client.contract.case import Case, CaseRequest, ClaimedLine, DecidedLine, DecisionRequest
from store_server.desk.provider import Answer
from store_server.desk.sandbox import Temper
from store_server.refusal import Refusal
from tests.desk.shop import MILK, OATS, SECOND, SOAP, Shop, agent, once


def dispute(shop: Shop, receipt: str, line: int = 1, claimed: int = 1) -> Case:
    return shop.cases.open(CaseRequest(receipt, [ClaimedLine(line, claimed)]), agent(), once())


def claimed(shop: Shop, case: Case) -> Case:
    return shop.cases.claim(case.id, agent(), case.version, once())


def decision(case: Case, line: int = 1, units: int = 1, goodwill: int = 0) -> DecisionRequest:
    assert case.lease is not None
    return DecisionRequest(
        lease=case.lease.token, reason="not_taken", lines=[DecidedLine(line, units)], goodwill=goodwill
    )


def given_back(shop: Shop, receipt: str, goodwill: int = 0) -> str:
    """The refund of all of the first line, which is decided at once."""
    case = claimed(shop, dispute(shop, receipt, claimed=0))
    decided = shop.cases.decide(case.id, decision(case, units=0, goodwill=goodwill), agent(), case.version, once())
    assert decided.decision is not None
    assert decided.decision.refund is not None
    return decided.decision.refund


def returned(folder: Path) -> list[int]:
    """What the provider really paid back."""
    with closing(sqlite3.connect(folder / "provider.db")) as connection:
        rows = connection.execute("SELECT minor FROM movements WHERE kind='refund' AND outcome='settled'").fetchall()
    return [minor for (minor,) in rows]


def test_a_line_is_refunded_exactly_once(shop: Shop, tmp_path: Path) -> None:
    receipt = shop.sell((OATS, 3), (SOAP, 1))
    assert (receipt.number, receipt.total.minor, receipt.payment) == (1, 3 * 199 + 333, "pending")
    shop.settle()
    assert shop.receipts.get(receipt.id).payment == "captured"

    case = claimed(shop, dispute(shop, receipt.id))
    assert (case.state, case.claimed_worth.minor, case.lines[1].claimed_quantity) == ("claimed", 398, 1)
    key, request = once("body"), decision(case)
    decided = shop.cases.decide(case.id, request, agent(), case.version, key)
    assert decided.decision is not None
    assert decided.decision.refund is not None
    again = shop.cases.decide(case.id, request, agent(), case.version, key)
    assert again == decided

    shop.settle()
    refund = shop.refunds.get(decided.decision.refund)
    assert [step.state for step in refund.steps] == ["proposed", "approved", "submitting", "settled"]
    assert returned(tmp_path) == [398]
    after = shop.receipts.get(receipt.id)
    assert (after.stands.minor, after.refundable.minor) == (199 + 333, 199 + 333)
    assert (after.standing[0].quantity, after.standing[0].refundable_quantity) == (1, 1)
    assert after.corrections[0].gross.minor == -398
    assert (after.hash, after.lines, after.total) == (receipt.hash, receipt.lines, receipt.total)
    assert [entry.what for entry in shop.cases.get(case.id).history] == [
        "opened",
        "claimed",
        "decided",
        "refund settled",
    ]
    assert shop.ledger() == {"provider": 532, "sales": -186 - 280, "tax:1900": -53, "tax:700": -13}


def test_a_crash_between_any_two_steps_loses_and_repeats_nothing(shop: Shop, tmp_path: Path) -> None:
    shop.temper = Temper(failing=0.0, silent=0.4, reversing=0.0, fastest_us=SECOND, slowest_us=3 * SECOND)
    shop.reopen()
    receipt = shop.sell((OATS, 2), (MILK, 1))
    shop.reopen()
    case = claimed(shop, dispute(shop, receipt.id, claimed=0))
    shop.reopen()
    decided = shop.cases.decide(case.id, decision(case, units=0), agent(), case.version, once())
    assert decided.decision is not None
    assert decided.decision.refund is not None
    for _ in range(30):
        shop.reopen()
        shop.settlement.step()
        shop.clock.passes(60)
    assert shop.refunds.get(decided.decision.refund).state == "settled"
    assert returned(tmp_path) == [398]


class Killed(BaseException):
    """The program ends here."""


@pytest.mark.parametrize("is_sent", [False, True])
def test_killed_while_submitting_it_asks_before_it_sends_again(
    corner: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, is_sent: bool
) -> None:
    receipt = corner.sell((SOAP, 1))
    corner.settle()
    refund = given_back(corner, receipt.id)
    send = corner.provider.refund

    def killed(*args: object) -> None:
        if is_sent:
            send(*args)  # type: ignore[arg-type]
        raise Killed

    monkeypatch.setattr(corner.provider, "refund", killed)
    with pytest.raises(Killed):
        corner.settlement.step()
    corner.reopen()
    assert corner.refunds.get(refund).state == "submitting"
    corner.settle(turns=60)
    assert corner.refunds.get(refund).state == "settled"
    assert returned(tmp_path) == [333]


def test_a_silent_provider_is_asked_and_never_sent_to_after_it_forgets(corner: Shop, tmp_path: Path) -> None:
    receipt = corner.sell((SOAP, 1))
    corner.settle()
    case = claimed(corner, dispute(corner, receipt.id, claimed=0))
    corner.temper = Temper(failing=0.0, silent=1.0, horizon_us=600 * SECOND)
    corner.reopen()
    decided = corner.cases.decide(case.id, decision(case, units=0), agent(), case.version, once())
    assert decided.decision is not None
    assert decided.decision.refund is not None
    corner.settle(turns=5)
    assert corner.refunds.get(decided.decision.refund).state == "in_doubt"
    corner.clock.passes(3600)
    corner.temper = Temper(failing=0.0, silent=0.0, horizon_us=600 * SECOND)
    corner.reopen()
    corner.settle(turns=5, seconds=100)
    refund = corner.refunds.get(decided.decision.refund)
    assert refund.state == "in_doubt"  # it may or may not have been paid: a person asks
    assert sum(step.state == "submitting" for step in refund.steps) == 1
    assert len(returned(tmp_path)) <= 1


def test_a_failed_refund_gives_its_reserve_back(corner: Shop, tmp_path: Path) -> None:
    receipt = corner.sell((SOAP, 1))
    corner.settle()
    corner.temper = Temper(failing=1.0, silent=0.0)
    corner.reopen()
    refund = given_back(corner, receipt.id)
    assert corner.receipts.get(receipt.id).refundable.minor == 0
    corner.settle()
    assert corner.refunds.get(refund).state == "failed"
    assert corner.receipts.get(receipt.id).refundable.minor == 333
    assert returned(tmp_path) == []


@pytest.mark.parametrize("is_later", [False, True])
def test_what_did_not_reach_the_shopper_stands_again_and_is_decided_anew(
    shop: Shop, tmp_path: Path, is_later: bool
) -> None:
    receipt = shop.sell((OATS, 3), (SOAP, 1))
    shop.settle()
    sold = shop.ledger()
    shop.temper = Temper(failing=float(not is_later), silent=0.0, reversing=float(is_later), reversed_us=30 * SECOND)
    shop.reopen()
    case = claimed(shop, dispute(shop, receipt.id, claimed=0))
    decided = shop.cases.decide(case.id, decision(case, units=0, goodwill=5), agent(), case.version, once())
    assert decided.decision is not None
    assert decided.decision.refund is not None
    shop.settle(turns=5)
    if is_later:
        assert shop.refunds.get(decided.decision.refund).state == "settled"
        assert shop.receipts.get(receipt.id).stands.minor == 333 - 5
        shop.settle(turns=90)
    refund = shop.refunds.get(decided.decision.refund)
    assert refund.state == ("reversed" if is_later else "failed")
    assert shop.cases.get(case.id).history[-1].what == f"refund {refund.state}"
    after = shop.receipts.get(receipt.id)
    assert (after.stands, after.refundable) == (receipt.total, receipt.total)
    assert shop.receipts.page(receipt.store).items[0].stands == receipt.total
    assert (after.standing[0].quantity, after.standing[0].refundable_quantity) == (3, 3)
    assert [one.is_void for one in after.corrections] == [True]
    assert shop.ledger() == sold

    shop.temper = Temper(failing=0.0, silent=0.0, reversing=0.0)
    shop.reopen()
    case = claimed(shop, dispute(shop, receipt.id, claimed=0))
    shop.cases.decide(case.id, decision(case, units=0), agent(), case.version, once())
    shop.settle()
    assert returned(tmp_path)[-1] == 597
    assert shop.receipts.get(receipt.id).stands.minor == 333


def test_what_comes_back_late_is_noticed_as_long_as_the_provider_knows_of_it(corner: Shop) -> None:
    horizon, back = 1_800 * SECOND, 1_500 * SECOND
    corner.temper = Temper(failing=0.0, silent=0.0, reversing=1.0, reversed_us=back, horizon_us=horizon)
    corner.reopen()
    receipt = corner.sell((SOAP, 1))
    corner.settle()
    refund = given_back(corner, receipt.id)
    corner.settle(turns=100, seconds=10)
    assert corner.refunds.get(refund).state == "settled"
    corner.settle(turns=100, seconds=10)
    assert corner.refunds.get(refund).state == "reversed"


def test_what_failed_after_it_had_settled_has_come_back_too(corner: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    receipt = corner.sell((SOAP, 1))
    corner.settle()
    refund = given_back(corner, receipt.id)
    corner.settle(turns=5)
    assert corner.refunds.get(refund).state == "settled"
    monkeypatch.setattr(corner.provider, "ask", lambda _key: Answer("failed", "1", "the account is closed"))
    corner.settle(turns=60)
    found = corner.refunds.get(refund)
    assert (found.state, found.steps[-1].detail) == ("reversed", "the account is closed")
    assert corner.receipts.get(receipt.id).stands == receipt.total


def test_what_came_back_after_the_window_is_decided_anew(corner: Shop, tmp_path: Path) -> None:
    receipt = corner.sell((SOAP, 1))
    corner.settle()
    corner.temper = Temper(failing=0.0, silent=0.0, reversing=1.0, reversed_us=30 * SECOND)
    corner.reopen()
    case = claimed(corner, dispute(corner, receipt.id, claimed=0))
    corner.cases.decide(case.id, decision(case, units=0), agent(), case.version, once())
    corner.settle(turns=90)
    corner.clock.passes(31 * 24 * 3600)
    corner.temper = Temper(failing=0.0, silent=0.0, reversing=0.0)
    corner.reopen()
    case = claimed(corner, dispute(corner, receipt.id, claimed=0))
    assert case.due_at > case.opened_at
    corner.cases.decide(case.id, decision(case, units=0), agent(), case.version, once())
    corner.settle()
    assert corner.receipts.get(receipt.id).stands.minor == 0
    assert returned(tmp_path) == [333, 333]  # the first came back
    with pytest.raises(Refusal, match="for 30 days"):
        dispute(corner, receipt.id)


def test_a_failure_between_partial_refunds_leaves_no_gap(corner: Shop, tmp_path: Path) -> None:
    receipt = corner.sell((SOAP, 10))  # 3,330: 333 each, of which the tax is now 53, now 54
    corner.settle()
    for left in range(9, -1, -1):
        corner.temper = Temper(failing=float(left in (9, 6, 5)), silent=0.0, reversing=0.0)
        corner.reopen()
        stands = corner.receipts.get(receipt.id).standing[0].quantity
        case = claimed(corner, dispute(corner, receipt.id, claimed=stands - 1))
        corner.cases.decide(case.id, decision(case, units=stands - 1), agent(), case.version, once())
        corner.settle(turns=8)
    case = claimed(corner, dispute(corner, receipt.id, claimed=0))
    corner.cases.decide(case.id, decision(case, units=0), agent(), case.version, once())
    corner.settle(turns=8)
    assert sum(returned(tmp_path)) == 3_330
    assert corner.ledger() == {}


def test_money_is_not_put_off_by_a_clock_that_had_leapt_ahead(corner: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    day = 24 * 3600
    receipt = corner.sell((SOAP, 1))
    monkeypatch.setattr(corner.provider, "capture", lambda *_: Answer("pending", "1"))
    monkeypatch.setattr(corner.provider, "ask", lambda _key: Answer("settled", "1"))
    corner.clock.passes(day)
    corner.settlement.step()
    corner.clock.passes(-day)
    assert corner.receipts.get(receipt.id).payment == "pending"
    corner.settle(turns=2)
    assert corner.receipts.get(receipt.id).payment == "captured"


def test_money_that_came_back_is_seen_though_the_clock_was_ahead_when_it_went(
    corner: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    day = 24 * 3600
    receipt = corner.sell((SOAP, 1))
    corner.settle()
    refund = given_back(corner, receipt.id)
    corner.clock.passes(day)
    corner.settle()
    assert corner.refunds.get(refund).state == "settled"
    corner.clock.passes(-day)
    monkeypatch.setattr(corner.provider, "ask", lambda _key: Answer("reversed", "1"))
    corner.settle(turns=2)
    assert corner.refunds.get(refund).state == "reversed"
    assert corner.receipts.get(receipt.id).stands.minor == 333


def test_what_was_sent_by_a_clock_that_was_ahead_is_not_sent_again_blindly(
    corner: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody knows how long ago that was, so that the provider may have had it and forgotten."""
    day = 24 * 3600
    receipt = corner.sell((SOAP, 1))
    monkeypatch.setattr(corner.provider, "capture", lambda *_: Answer("pending", "1"))
    monkeypatch.setattr(corner.provider, "ask", lambda _key: Answer("unknown", ""))
    corner.clock.passes(2 * day)
    corner.settlement.step()
    corner.clock.passes(-day)
    monkeypatch.undo()
    monkeypatch.setattr(corner.provider, "ask", lambda _key: Answer("unknown", ""))
    corner.settle(turns=2)
    after = corner.receipts.get(receipt.id)
    assert (after.payment, [doubt.kind for doubt in after.doubts]) == ("in_doubt", ["payment"])


def test_a_receipt_that_was_never_paid_lowers_the_debt_instead(corner: Shop, tmp_path: Path) -> None:
    receipt = corner.sell((SOAP, 1), token="")
    corner.settle()
    assert corner.receipts.get(receipt.id).payment == "failed"
    refund = given_back(corner, receipt.id)
    corner.settle()
    assert corner.refunds.get(refund).state == "settled"
    assert returned(tmp_path) == []
    assert corner.ledger() == {}


def test_partial_refunds_end_exactly_at_the_line(shop: Shop, tmp_path: Path) -> None:
    receipt = shop.sell((OATS, 3))
    shop.settle()
    for left in (2, 1, 0):
        case = claimed(shop, dispute(shop, receipt.id, claimed=left))
        shop.cases.decide(case.id, decision(case, units=left), agent(), case.version, once())
    shop.settle(turns=20)
    assert sum(returned(tmp_path)) == 597
    after = shop.receipts.get(receipt.id)
    assert (after.stands.minor, after.standing[0].tax.minor, after.refundable.minor) == (0, 0, 0)
    assert shop.ledger() == {}


def test_limits_are_cumulative_per_receipt(corner: Shop) -> None:
    receipt = corner.sell((OATS, 3))
    case = claimed(corner, dispute(corner, receipt.id, claimed=2))
    clerk = agent(limit=250)
    corner.cases.decide(case.id, decision(case, units=2), clerk, case.version, once())
    case = claimed(corner, dispute(corner, receipt.id, claimed=1))
    proposed = corner.cases.decide(case.id, decision(case, units=1), clerk, case.version, once())
    assert proposed.state == "awaiting_approval"
    assert proposed.proposal is not None
    passed = [
        (use.scope, use.used.minor, use.limit.minor)
        for use in proposed.proposal.limits
        if use.used.minor > use.limit.minor
    ]
    assert passed == [("receipt", 398, 250), ("shopper", 398, 250)]
