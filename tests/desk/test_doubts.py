"""A refund of which nobody knows whether it was paid: asked after, and in the end a person says what became of it."""

import pytest

from store_client.contract.cause import Cause
from store_client.contract.refund import Refund, ResolutionRequest
from store_server.desk.sandbox import Temper
from store_server.refusal import Refusal
from tests.desk.shop import OATS, SECOND, Shop, agent, once
from tests.desk.test_approvals import FRESH, SALLY, decide, refund_of

SETTLED = ResolutionRequest("settled", "REF-4711", "it is in the provider's portal")
FAILED = ResolutionRequest("failed", "INQ-12", "they never had it")
HORIZON_US = 600 * SECOND


def sold(shop: Shop) -> str:
    receipt = shop.sell((OATS, 2))
    shop.settle()
    return receipt.id


def doubtful(shop: Shop, receipt: str, *, is_forgotten: bool = True) -> Refund:
    """398 were sent, the provider kept silent, and then it did not know the key any more."""
    shop.temper = Temper(failing=0.0, silent=1.0, reversing=0.0, horizon_us=HORIZON_US)
    shop.reopen()
    refund = refund_of(shop, decide(shop, receipt, 0, agent()))
    shop.settle(turns=5)
    if is_forgotten:
        shop.clock.passes(3600)
        shop.temper = Temper(failing=0.0, silent=0.0, horizon_us=HORIZON_US)
        shop.reopen()
        shop.settle(turns=5, seconds=100)
    return shop.refunds.get(refund)


def refused(call: object, *args: object) -> str:
    with pytest.raises(Refusal) as caught:
        call(*args)  # type: ignore[operator]
    return caught.value.name


def test_a_person_says_that_it_was_paid(shop: Shop) -> None:
    receipt = sold(shop)
    refund = doubtful(shop, receipt)
    assert (refund.state, refund.is_forgotten) == ("in_doubt", True)
    assert refund.key in refund.advice
    assert refund.steps[-1].causes == [Cause("provider_forgot")]
    key = once("resolution")
    resolved = shop.refunds.resolve(refund.id, SETTLED, FRESH, key)
    shop.reopen()
    assert shop.refunds.resolve(refund.id, SETTLED, SALLY, key) == resolved
    assert (resolved.state, resolved.advice, resolved.is_forgotten) == ("settled", "", False)
    learned = Cause("learned", {"who": "sally", "reference": "REF-4711", "note": SETTLED.note})
    assert resolved.steps[-1].causes == [learned]
    assert shop.cases.get(refund.case).history[-1].causes == [learned]
    assert "REF-4711" in resolved.steps[-1].detail
    shop.settle(turns=5, seconds=100)
    assert shop.refunds.get(refund.id) == resolved  # nobody asks any more
    assert shop.cases.get(refund.case).history[-1].by == "sally"
    assert shop.receipts.get(receipt).stands.minor == 0
    assert shop.ledger() == {}


def test_a_person_says_that_it_never_was(shop: Shop) -> None:
    receipt = sold(shop)
    before = shop.ledger()
    refund = doubtful(shop, receipt)
    assert shop.refunds.resolve(refund.id, FAILED, FRESH, once()).state == "failed"
    assert shop.ledger() == before
    assert shop.receipts.get(receipt).refundable.minor == 398
    assert decide(shop, receipt, 0, agent()).state == "decided"  # anew, under another key


def test_as_long_as_the_provider_can_say_it_nobody_else_does(corner: Shop) -> None:
    refund = doubtful(corner, sold(corner), is_forgotten=False)
    assert (refund.state, refund.is_forgotten) == ("in_doubt", False)
    assert "keeps asking" in refund.advice
    assert refused(corner.refunds.resolve, refund.id, SETTLED, FRESH, once()) == "conflict"
    corner.temper = Temper(failing=0.0, silent=0.0, reversing=0.0, horizon_us=HORIZON_US)
    corner.reopen()
    asked = corner.refunds.ask(refund.id, agent(), once())
    assert asked.state == "in_doubt"
    corner.settlement.step()  # at once, not when its turn would have come
    assert corner.refunds.get(refund.id).state != "in_doubt"
    corner.settle(turns=20)
    assert corner.refunds.get(refund.id).state == "settled"


def test_who_may_not_say_it_is_refused(corner: Shop) -> None:
    refund = doubtful(corner, sold(corner))
    resolve = corner.refunds.resolve
    assert refused(resolve, refund.id, SETTLED, agent("ben"), once()) == "not-permitted"
    assert refused(resolve, refund.id, SETTLED, SALLY, once()) == "step-up-needed"
    proposer = agent("ada", role="supervisor", is_fresh=True)
    assert refused(resolve, refund.id, SETTLED, proposer, once()) == "not-permitted"
    assert refused(resolve, "nothing", SETTLED, FRESH, once()) == "not-found"
    assert corner.refunds.get(refund.id) == refund
    corner.refunds.resolve(refund.id, SETTLED, FRESH, once())
    assert refused(resolve, refund.id, FAILED, FRESH, once()) == "conflict"


def test_what_the_provider_does_not_have_is_nothing_to_ask_about(corner: Shop) -> None:
    receipt = corner.sell((OATS, 2))
    refund = refund_of(corner, decide(corner, receipt.id, 0, agent(limit=100)))
    assert refused(corner.refunds.ask, refund, agent(), once()) == "conflict"
    assert refused(corner.refunds.ask, refund, agent(role="staff"), once()) == "not-permitted"
