"""What may be given back without asking: sums per receipt, shopper, agent and day, which splitting does not get round."""

import threading
from datetime import UTC, datetime
from typing import get_args

from sqlalchemy import select

from store_client.contract.case import CaseRequest, ClaimedLine, Effect, LimitScope, PreviewRequest
from store_client.contract.moment import to_micros
from store_client.contract.money import Money
from store_server.desk.actor import Actor
from store_server.desk.sandbox import Temper
from store_server.storage.limits import LimitRow, LimitUseRow
from tests.desk.shop import OATS, SECOND, SOAP, Shop, agent, once
from tests.desk.test_approvals import FRESH, NO, YES, decide, decide_open

DAY = 24 * 3600
CLERK = agent("ada", limit=500)
SCOPES: tuple[LimitScope, ...] = get_args(LimitScope)


def state(shop: Shop, receipt: str, units: int, actor: Actor = CLERK) -> str:
    return decide(shop, receipt, units, actor).state


def sold(shop: Shop, units: int = 3, token: str = "tok") -> str:
    return shop.sell((OATS, units), token=token).id


def used(shop: Shop, scope: LimitScope) -> int:
    """Of all limits of a scope, and the same from the uses that count."""
    with shop.database.read() as session:
        sums = sum(session.scalars(select(LimitRow.used).where(LimitRow.scope == scope)))
        uses = select(LimitUseRow.minor).where(LimitUseRow.scope == scope, LimitUseRow.ended_us.is_(None))
        assert sums == sum(session.scalars(uses))
    return sums


def foreseen(shop: Shop, receipt: str, goodwill: int, actor: Actor = CLERK) -> Effect:
    case = shop.cases.open(CaseRequest(receipt, [ClaimedLine(1, 0)]), actor, once())
    return shop.cases.preview(case.id, PreviewRequest(goodwill=goodwill), actor)


def test_of_one_receipt_by_whomever(shop: Shop) -> None:
    receipt = sold(shop, 4)
    assert [state(shop, receipt, left, agent(name, 500)) for name, left in (("a", 3), ("b", 2))] == ["decided"] * 2
    assert used(shop, "receipt") == 398
    assert state(shop, receipt, 1, agent("c", 500)) == "awaiting_approval"


def test_of_one_shopper_over_receipts(shop: Shop) -> None:
    first, second, elsewhere = sold(shop), sold(shop), sold(shop, token="another")
    assert state(shop, first, 1) == "decided"  # 398
    assert state(shop, elsewhere, 1) == "decided"
    assert state(shop, second, 2) == "awaiting_approval"  # 199 more for the same shopper


def test_a_shopper_without_means_of_payment_is_not_known_again(corner: Shop) -> None:
    first, second = sold(corner, token=""), sold(corner, token="")
    assert [state(corner, receipt, 1) for receipt in (first, second)] == ["decided"] * 2
    assert used(corner, "shopper") == 0


def test_a_shoppers_sum_is_of_the_refund_window(shop: Shop) -> None:
    first = sold(shop)
    assert state(shop, first, 1) == "decided"
    shop.clock.passes(29 * DAY)
    assert foreseen(shop, sold(shop), 199).needs_approval
    shop.clock.passes(DAY)
    third = sold(shop)
    assert not foreseen(shop, third, 199).needs_approval
    assert used(shop, "shopper") == 398  # as long as nobody uses it
    shop.cases.claim(shop.receipts.get(third).cases[0], CLERK, 1, once())
    other = sold(shop)
    assert state(shop, other, 2) == "decided"
    assert used(shop, "shopper") == 199


def test_of_one_agent_in_a_day_of_the_store(corner: Shop) -> None:
    corner.policy(agent_day_limit=Money(600, "EUR"))
    corner.clock.us = to_micros(datetime(2026, 3, 2, 22, 30, tzinfo=UTC))  # 23:30 in Berlin
    receipts = [sold(corner, token=f"tok-{number}") for number in range(5)]
    assert state(corner, receipts[0], 1) == "decided"  # 398
    assert state(corner, receipts[1], 2) == "decided"  # 597
    assert state(corner, receipts[2], 2) == "awaiting_approval"
    assert state(corner, receipts[3], 2, agent("ben", 500)) == "decided"
    corner.clock.passes(3600)  # a new day in Berlin, and still the old one in UTC
    assert state(corner, receipts[4], 2) == "decided"


def test_what_is_refused_or_fails_is_given_back(shop: Shop) -> None:
    receipt = sold(shop)
    shop.settle()
    case = decide(shop, receipt, 0, CLERK)
    assert (case.state, used(shop, "receipt"), used(shop, "agent_day")) == ("awaiting_approval", 597, 597)
    shop.cases.approve(case.id, NO, FRESH, case.version, once())
    assert [used(shop, scope) for scope in SCOPES] == [0, 0, 0]

    shop.temper = Temper(failing=0.0, silent=0.0, reversing=1.0, reversed_us=30 * SECOND)
    shop.reopen()
    again = decide_open(shop, shop.cases.get(case.id), 0, CLERK)
    shop.cases.approve(case.id, YES, FRESH, again.version, once())
    assert used(shop, "receipt") == 597
    shop.settle(turns=90)
    assert [used(shop, scope) for scope in SCOPES] == [0, 0, 0]


def test_the_preview_says_what_the_decision_then_finds(corner: Shop) -> None:
    receipt = corner.sell((SOAP, 10)).id
    effect = foreseen(corner, receipt, 500)
    assert not effect.needs_approval
    told = {use.scope: (use.used.minor, use.limit.minor) for use in effect.limits}
    assert told == {"agent_day": (500, 50_000), "receipt": (500, 500), "shopper": (500, 500)}
    case = corner.receipts.get(receipt).cases[0]
    assert corner.cases.preview(case, PreviewRequest(goodwill=501), CLERK).needs_approval
    # the store's policy binds whoever may more
    assert corner.cases.preview(case, PreviewRequest(goodwill=1), agent("s", 90_000)).limits[1].limit.minor == 5_000


def test_two_decisions_at_once_are_not_both_the_last_that_fits(shop: Shop) -> None:
    receipts = [sold(shop) for _ in range(4)]
    barrier = threading.Barrier(4)
    states: list[str] = []

    def run(receipt: str) -> None:
        barrier.wait(30)
        states.append(state(shop, receipt, 2, agent(receipt, 500)))

    threads = [threading.Thread(target=run, args=(receipt,)) for receipt in receipts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(states) == ["awaiting_approval", "awaiting_approval", "decided", "decided"]
    assert used(shop, "shopper") == 4 * 199
