"""Who may do what to a case, and when."""

import threading
from datetime import timedelta

import msgspec
import pytest

from store_client.contract.case import (
    AddedLine,
    Case,
    CaseRequest,
    ClaimedLine,
    DecidedLine,
    DecisionRequest,
    LeaseRequest,
    PreviewRequest,
)
from store_client.contract.gtin import make_gtin
from store_client.contract.live import CaseOpened
from store_client.contract.money import Money
from store_server.desk.case_reading import LEASE_US
from store_server.desk.once import Once
from store_server.desk.queue import Wanted
from store_server.refusal import Refusal
from tests.desk.shop import MILK, OATS, SOAP, STORE, Shop, agent, finding, once, site

ADA, BEN = agent("ada"), agent("ben")
NOWHERE = make_gtin("952999999999")


def opened(shop: Shop) -> Case:
    receipt = shop.sell((OATS, 2), (SOAP, 1))
    return shop.cases.open(CaseRequest(receipt.id, [ClaimedLine(1, 1)]), ADA, once())


def test_a_case_says_what_is_disputed(corner: Shop) -> None:
    case = opened(corner)
    assert (case.number, case.version, case.state, case.claimed_worth) == (1, 1, "open", Money(199, "EUR"))
    assert case.due_at - case.opened_at == timedelta(hours=24)
    assert [(line.billed_quantity, line.claimed_quantity) for line in case.lines] == [(2, 1), (1, 1)]
    (event,) = corner.told
    assert isinstance(event, CaseOpened)
    (row,) = corner.cases.page(STORE, Wanted(state="open")).items
    assert (row.summary, row.receipt_number) == ("Rolled Oats 500g 2 → 1", 1)
    assert corner.receipts.get(case.receipt).cases == [case.id]


def test_a_request_that_does_not_fit_names_each_wrong_field(corner: Shop) -> None:
    receipt = corner.sell((OATS, 2))
    request = CaseRequest(
        receipt.id, [ClaimedLine(7, 1), ClaimedLine(1, 1), ClaimedLine(1, 0)], [AddedLine(NOWHERE, 1)]
    )
    with pytest.raises(Refusal) as refused:
        corner.cases.open(request, ADA, once())
    assert [error.field for error in refused.value.errors] == [
        "lines[0].line",
        "lines[1].line",
        "lines[2].line",
        "added[0].gtin",
    ]
    corner.clock.passes(31 * 24 * 3600)
    with pytest.raises(Refusal, match="for 30 days"):
        corner.cases.open(CaseRequest(receipt.id, [ClaimedLine(1, 1)]), ADA, once())


def test_a_receipt_has_one_undecided_case(corner: Shop) -> None:
    case = opened(corner)
    with pytest.raises(Refusal, match="case 1 on this receipt") as refused:
        corner.cases.open(CaseRequest(case.receipt, [ClaimedLine(1, 1)]), BEN, once())
    assert refused.value.name == "conflict"


def test_a_repeated_key_gives_the_first_answer_and_does_nothing(shop: Shop) -> None:
    receipt = shop.sell((OATS, 2))
    key = once("the body")
    request = CaseRequest(receipt.id, [ClaimedLine(1, 1)])
    first = shop.cases.open(request, ADA, key)
    shop.reopen()
    assert shop.cases.open(request, ADA, key) == first
    assert shop.told == []
    for other, actor in ((Once(key.key, "another body"), ADA), (key, BEN)):
        with pytest.raises(Refusal) as refused:
            shop.cases.open(request, actor, other)
        assert refused.value.name == "key-reused"


def test_a_key_still_worked_on_is_told_so(corner: Shop) -> None:
    receipt = corner.sell((OATS, 2))
    key, request = once(), CaseRequest(receipt.id, [ClaimedLine(1, 1)])
    answers: list[str] = []

    def again() -> None:
        try:
            corner.cases.open(request, ADA, key)
            answers.append("opened")
        except Refusal as refusal:
            answers.append(refusal.name)

    with corner.database.write():  # the first stands in the queue for the database
        first = threading.Thread(target=again)
        first.start()
        while not corner.memory.is_running(key.key):
            first.join(0.01)
        again()
    first.join(30)
    assert answers == ["still-running", "opened"]


def test_of_many_claims_at_once_exactly_one_wins(shop: Shop) -> None:
    case = opened(shop)
    barrier = threading.Barrier(4)
    won: list[str] = []
    lost: list[str] = []

    def claim(name: str) -> None:
        barrier.wait(30)
        try:
            shop.cases.claim(case.id, agent(name), case.version, once())
            won.append(name)
        except Refusal as refusal:
            lost.append(refusal.name)

    threads = [threading.Thread(target=claim, args=(name,)) for name in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(won) == 1
    assert lost == ["stale"] * 3
    assert shop.cases.get(case.id).assignee == won[0]


def test_a_lease_is_held_renewed_lost_and_taken_over(corner: Shop) -> None:
    case = corner.cases.claim(opened(corner).id, ADA, 1, once())
    assert case.lease is not None
    with pytest.raises(Refusal) as refused:
        corner.cases.claim(case.id, BEN, case.version, once())
    assert refused.value.name == "lease-lost"

    corner.clock.passes(LEASE_US / 1e6 - 1)
    renewed = corner.cases.renew(case.id, LeaseRequest(case.lease.token), ADA)
    corner.clock.passes(LEASE_US / 1e6 - 1)
    assert corner.cases.get(case.id).lease == renewed
    corner.clock.passes(2)
    lapsed = corner.cases.get(case.id)
    assert (lapsed.state, lapsed.lease, lapsed.assignee) == ("open", None, None)
    assert [item.id for item in corner.cases.page(STORE, Wanted(state="open")).items] == [case.id]
    assert corner.cases.page(STORE, Wanted(state="claimed")).items == []

    taken = corner.cases.claim(case.id, BEN, lapsed.version, once())
    assert taken.lease is not None
    assert taken.lease.token > case.lease.token
    late = DecisionRequest(lease=case.lease.token, reason="not_taken", lines=[DecidedLine(1, 1)])
    with pytest.raises(Refusal) as refused:
        corner.cases.decide(case.id, late, ADA, taken.version, once())
    assert refused.value.name == "lease-lost"
    with pytest.raises(Refusal):
        corner.cases.release(case.id, case.lease.token, ADA)
    assert corner.cases.release(case.id, taken.lease.token, BEN).state == "open"


def test_a_lease_of_a_clock_that_was_set_back_holds_nobody_up(corner: Shop) -> None:
    case = opened(corner)
    corner.clock.passes(6 * 3600)
    corner.cases.claim(case.id, ADA, 1, once())
    corner.clock.passes(-6 * 3600)
    lapsed = corner.cases.get(case.id)
    assert (lapsed.state, lapsed.lease) == ("open", None)
    assert [item.id for item in corner.cases.page(STORE, Wanted(state="open")).items] == [case.id]
    assert corner.cases.counts(STORE, ADA).mine == 0
    assert corner.cases.claim(case.id, BEN, lapsed.version, once()).assignee == "ben"


def test_a_stale_version_and_a_decided_case_are_refused(corner: Shop) -> None:
    case = corner.cases.claim(opened(corner).id, ADA, 1, once())
    assert case.lease is not None
    request = DecisionRequest(lease=case.lease.token, reason="not_taken", lines=[DecidedLine(1, 1)])
    with pytest.raises(Refusal) as refused:
        corner.cases.decide(case.id, request, ADA, case.version - 1, once())
    assert refused.value.name == "stale"
    decided = corner.cases.decide(case.id, request, ADA, case.version, once())
    with pytest.raises(Refusal) as refused:
        corner.cases.decide(case.id, request, ADA, decided.version, once())
    assert refused.value.name == "conflict"
    with pytest.raises(Refusal):
        corner.cases.claim(case.id, BEN, decided.version, once())
    assert corner.receipts.get(case.receipt).stands.minor == 199 + 333


def test_the_preview_says_what_the_decision_then_does(corner: Shop) -> None:
    case = corner.cases.claim(opened(corner).id, ADA, 1, once())
    assert case.lease is not None
    lines, added = [DecidedLine(1, 1, MILK), DecidedLine(2, 0)], [AddedLine(MILK, 1)]
    effect = corner.cases.preview(case.id, PreviewRequest(lines, added, goodwill=50), ADA)
    # oats −199, what it really was +249 (50 above: written off), soap −333, one more +249 (written off), a gift of 50
    assert (effect.refund.minor, effect.total.minor) == (333 + 50, -199 + 249 - 333 + 249 - 50)
    assert effect.net.minor + sum(tax.tax.minor for tax in effect.tax) == -199 + 249 - 333 + 249
    assert {change.gtin: change.quantity for change in effect.stock} == {OATS: 1, MILK: -2, SOAP: 1}
    assert not effect.needs_approval
    request = DecisionRequest(lease=case.lease.token, reason="wrong_product", lines=lines, added=added, goodwill=50)
    decided = corner.cases.decide(case.id, request, ADA, case.version, once())
    assert decided.decision is not None
    assert decided.decision.refund is not None
    assert corner.refunds.get(decided.decision.refund).amount == effect.refund
    corner.settle()
    assert corner.refunds.get(decided.decision.refund).state == "settled"
    receipt = corner.receipts.get(case.receipt)
    assert receipt.stands.minor == receipt.total.minor + effect.total.minor
    ledger = corner.ledger()
    assert (ledger["written_off"], ledger["goodwill"]) == (50 + 249, 50)
    assert ledger["provider"] == receipt.total.minor - 383
    assert "refunds_payable" not in ledger
    assert "receivable" not in ledger


def test_what_was_missed_costs_what_the_shopper_saw_when_entering(corner: Shop) -> None:
    trip = corner.enter()
    corner.clock.passes(60)
    oats, milk, _ = site().products
    dearer = msgspec.structs.replace(milk, price=Money(999, "EUR"))
    corner.stores.install(msgspec.structs.replace(site(), products=[oats, dearer]))
    corner.checkout.apply([finding("picked", trip, OATS, corner.clock.us)])
    corner.clock.passes(1)
    corner.leave(trip)
    corner.clock.passes(2)
    corner.bill()
    (summary,) = corner.receipts.page(STORE).items
    missed = {MILK: 249, SOAP: 333}  # dearer since, and sold no more since
    case = corner.cases.open(CaseRequest(summary.id, added=[AddedLine(gtin, 1) for gtin in missed]), ADA, once())
    for gtin, minor in missed.items():
        effect = corner.cases.preview(case.id, PreviewRequest([DecidedLine(1, 0, gtin)], [AddedLine(gtin, 1)]), ADA)
        assert effect.total.minor == 2 * minor - 199


def test_a_claim_that_is_not_followed_changes_no_money(corner: Shop) -> None:
    case = corner.cases.claim(opened(corner).id, ADA, 1, once())
    assert case.lease is not None
    request = DecisionRequest(lease=case.lease.token, reason="other", lines=[DecidedLine(1, 2)])
    decided = corner.cases.decide(case.id, request, ADA, case.version, once())
    assert decided.decision is not None
    assert (decided.state, decided.decision.correction, decided.decision.refund) == ("decided", None, None)


@pytest.mark.parametrize(
    ("request_", "name"),
    [
        (PreviewRequest([DecidedLine(9, 0)]), "bad-request"),
        (PreviewRequest([DecidedLine(1, 0), DecidedLine(1, 1)]), "bad-request"),
        (PreviewRequest([DecidedLine(1, 2, MILK)]), "bad-request"),
        (PreviewRequest([DecidedLine(1, 1, OATS)]), "bad-request"),
        (PreviewRequest([DecidedLine(1, 1, NOWHERE)]), "bad-request"),
        (PreviewRequest(added=[AddedLine(NOWHERE, 1)]), "bad-request"),
        (PreviewRequest(goodwill=732), "not-covered"),
        (PreviewRequest([DecidedLine(1, 0)], goodwill=334), "not-covered"),
    ],
)
def test_decisions_that_do_not_fit_are_refused(corner: Shop, request_: PreviewRequest, name: str) -> None:
    case = opened(corner)
    with pytest.raises(Refusal) as refused:
        corner.cases.preview(case.id, request_, ADA)
    assert refused.value.name == name


def test_the_queue_is_paged_by_what_is_due_first(corner: Shop) -> None:
    cases = [opened(corner) for _ in range(5)]
    corner.cases.claim(cases[2].id, BEN, 1, once())
    first = corner.cases.page(STORE, limit=2)
    second = corner.cases.page(STORE, limit=3, cursor=first.next)
    assert [item.id for item in first.items + second.items] == [case.id for case in cases]
    assert second.next is None
    assert [item.id for item in corner.cases.page(STORE, Wanted(assignee="ben")).items] == [cases[2].id]
    due = corner.cases.page(STORE, Wanted(due_before=cases[1].due_at))
    assert [item.id for item in due.items] == [cases[0].id]
    with pytest.raises(Refusal, match="not a cursor"):
        corner.cases.page(STORE, cursor="????")


def test_who_may_not_is_refused(corner: Shop) -> None:
    receipt = corner.sell((OATS, 1))
    with pytest.raises(Refusal) as refused:
        corner.cases.open(CaseRequest(receipt.id, [ClaimedLine(1, 0)]), agent(role="staff"), once())
    assert refused.value.name == "not-permitted"
