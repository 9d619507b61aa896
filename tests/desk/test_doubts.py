"""A refund of which nobody knows whether it was paid: asked after, and in the end a person says what became of it."""

from pathlib import Path

import pytest

from store_client.contract.case import Case
from store_client.contract.cause import Cause
from store_client.contract.receipt import Doubt
from store_client.contract.refund import Outcome, Refund, ResolutionRequest
from store_server.desk.provider import Answer, ProviderSilent
from store_server.desk.sandbox import Temper
from store_server.refusal import Refusal
from tests.desk import test_debits as debits
from tests.desk.shop import OATS, SECOND, Shop, agent, once
from tests.desk.test_approvals import FRESH, SALLY, decide, refund_of

SETTLED = ResolutionRequest("settled", "REF-4711", "it is in the provider's portal")
FAILED = ResolutionRequest("failed", "INQ-12", "they never had it")
AGAIN = ResolutionRequest("again", "INQ-12", "they never had it")
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


def resolution(outcome: Outcome) -> ResolutionRequest:
    return ResolutionRequest(outcome, "REF-4711", "Ms. Li said so")


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


def forgotten(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is sent now never arrives; then the provider is heard again, when it would have forgotten it long since."""

    def never(*_: object) -> None:
        raise ProviderSilent("the line is cut")

    with monkeypatch.context() as cut:
        for call in ("capture", "refund", "ask"):
            cut.setattr(shop.provider, call, never)
        shop.settle(turns=3)
    shop.clock.passes(24 * 3600)
    shop.settle(turns=2, seconds=100)


def payment_of(shop: Shop, receipt: str) -> Doubt:
    (doubt,) = shop.receipts.get(receipt).doubts
    assert (doubt.kind, doubt.case) == ("payment", None)
    return doubt


def charged(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> Case:
    """Ada decided that a milk is charged besides, and the shopper agreed; nobody knows whether it was."""
    case = debits.decide(shop, debits.held(shop, (OATS, 1)), [])
    forgotten(shop, monkeypatch)
    return case


def test_a_payment_that_never_arrived_is_sent_once_more(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    receipt = shop.sell((OATS, 2)).id
    forgotten(shop, monkeypatch)
    assert shop.receipts.get(receipt).payment == "in_doubt"
    doubt = payment_of(shop, receipt)
    assert doubt.amount.minor == 398
    refund = refund_of(shop, decide(shop, receipt, 1, agent()))
    shop.settle()
    assert shop.refunds.get(refund).state == "approved", "it waits for the payment"
    key = once("again")
    after = shop.doubts.resolve(doubt.key, AGAIN, FRESH, key)
    assert (after.payment, after.doubts) == ("pending", [])
    shop.reopen()
    assert shop.doubts.resolve(doubt.key, AGAIN, SALLY, key) == after
    shop.settle(turns=20)
    assert shop.receipts.get(receipt).payment == "captured"
    assert debits.captured(tmp_path) == [398]
    assert shop.refunds.get(refund).state == "settled"
    deed = shop.audit.page(action="payment_sent_again").items[0]
    assert (deed.by, deed.subject) == ("sally", f"receipt:{receipt}")
    assert "INQ-12" in deed.detail


@pytest.mark.parametrize(("outcome", "account"), [("settled", "provider"), ("failed", "receivable")])
def test_a_person_says_what_became_of_a_payment(
    corner: Shop, monkeypatch: pytest.MonkeyPatch, outcome: Outcome, account: str
) -> None:
    receipt = corner.sell((OATS, 1)).id
    forgotten(corner, monkeypatch)
    corner.doubts.resolve(payment_of(corner, receipt).key, resolution(outcome), FRESH, once())
    corner.settle(turns=3, seconds=100)
    assert corner.receipts.get(receipt).payment == ("captured" if outcome == "settled" else "failed")
    assert corner.ledger()[account] == 199


@pytest.mark.parametrize(
    ("outcome", "state", "account"), [("settled", "captured", "provider"), ("failed", "failed", "written_off")]
)
def test_a_person_says_what_became_of_a_charge(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, outcome: Outcome, state: str, account: str
) -> None:
    case = charged(shop, monkeypatch)
    before = shop.ledger().get(account, 0)
    (doubt,) = shop.receipts.get(case.receipt).doubts
    assert (doubt.kind, doubt.amount.minor, doubt.case) == ("debit", 249, case.id)
    assert shop.doubts.resolve(doubt.key, resolution(outcome), FRESH, once()).doubts == []
    assert debits.debit_of(shop, case).state == state
    assert shop.ledger()[account] == before + 249
    told = shop.cases.get(case.id).history[-1]
    assert (told.what, told.by, told.causes[0].code) == (f"debit {state}", "sally", "learned")


def test_a_charge_that_never_arrived_is_sent_once_more(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    case = charged(shop, monkeypatch)
    (doubt,) = shop.receipts.get(case.receipt).doubts
    shop.doubts.resolve(doubt.key, AGAIN, FRESH, once())
    assert shop.cases.get(case.id).history[-1].what == "debit sent again"
    shop.settle()
    assert debits.debit_of(shop, case).state == "captured"
    assert debits.captured(tmp_path) == [199, 249]


def test_a_refund_that_never_arrived_is_sent_once_more(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    receipt = sold(shop)
    refund = refund_of(shop, decide(shop, receipt, 0, agent()))
    forgotten(shop, monkeypatch)
    assert shop.refunds.get(refund).is_forgotten
    again = shop.refunds.resolve(refund, AGAIN, FRESH, once())
    assert (again.state, again.is_forgotten, again.steps[-1].causes[0].code) == ("approved", False, "sent_again")
    assert shop.cases.get(again.case).history[-1].what == "refund sent again"
    shop.settle()
    assert shop.refunds.get(refund).state == "settled"
    assert (shop.receipts.get(receipt).stands.minor, shop.ledger()) == (0, {})


def test_who_may_not_say_what_became_of_a_charge_is_refused(corner: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    case = charged(corner, monkeypatch)
    (doubt,) = corner.receipts.get(case.receipt).doubts
    resolve = corner.doubts.resolve
    assert refused(resolve, doubt.key, SETTLED, agent("ben"), once()) == "not-permitted"
    assert refused(resolve, doubt.key, SETTLED, SALLY, once()) == "step-up-needed"
    assert (
        refused(resolve, doubt.key, SETTLED, agent("ada", role="supervisor", is_fresh=True), once()) == "not-permitted"
    )
    assert refused(resolve, "nothing", SETTLED, FRESH, once()) == "not-found"
    assert debits.debit_of(corner, case).state == "in_doubt"
    resolve(doubt.key, SETTLED, FRESH, once())
    assert refused(resolve, doubt.key, FAILED, FRESH, once()) == "conflict"


@pytest.mark.parametrize("answer", [Answer("failed", "7", "declined"), None])
@pytest.mark.parametrize("kind", ["payment", "debit"])
def test_an_answer_that_comes_once_a_person_has_said_it_changes_nothing(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, kind: str, answer: Answer | None
) -> None:
    if kind == "debit":
        receipt = charged(shop, monkeypatch).receipt
    else:
        receipt = shop.sell((OATS, 1)).id
        forgotten(shop, monkeypatch)
    (doubt,) = shop.receipts.get(receipt).doubts
    before = shop.ledger().get("provider", 0)
    asked: list[str] = []

    def slowly(key: str) -> Answer:
        if not asked:
            shop.doubts.resolve(doubt.key, SETTLED, FRESH, once())
        asked.append(key)
        if answer is None:
            raise ProviderSilent("it says nothing")
        return answer

    monkeypatch.setattr(shop.provider, "ask", slowly)
    shop.settle(turns=4, seconds=100)
    assert asked == [doubt.key], "nobody asks any more"
    assert shop.receipts.get(receipt).doubts == []
    assert shop.ledger()["provider"] == before + doubt.amount.minor
