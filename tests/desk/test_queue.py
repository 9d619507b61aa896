"""The queue and what it says of a case: due times, filters, counts, and what earlier cases have in common with it."""

from datetime import timedelta

from store_client.contract.case import AddedLine, Case, CaseRequest, ClaimedLine
from store_server.desk.queue import Wanted
from store_server.fusion.finding import Finding
from tests.desk.shop import MILK, OATS, SOAP, STORE, Shop, agent, finding, once
from tests.desk.test_approvals import SALLY, decide, decide_open

HOUR, DAY = 3600, 24 * 3600
ADA, BEN = agent("ada"), agent("ben", limit=10)


def opened(shop: Shop, token: str = "tok") -> Case:
    receipt = shop.sell((OATS, 2), (SOAP, 1), token=token)
    return shop.cases.open(CaseRequest(receipt.id, [ClaimedLine(1, 1)]), ADA, once())


def numbers(shop: Shop, wanted: Wanted) -> list[int]:
    return [item.number for item in shop.cases.page(STORE, wanted).items]


def test_it_is_due_by_policy_and_never_after_the_refund_window(corner: Shop) -> None:
    case = opened(corner)
    assert case.due_at - case.opened_at == timedelta(hours=24)
    receipt = corner.sell((OATS, 1))
    corner.clock.passes(30 * DAY - 5 * HOUR)
    late = corner.cases.open(CaseRequest(receipt.id, [ClaimedLine(1, 0)]), ADA, once())
    assert late.due_at == receipt.issued_at + timedelta(days=30)


def test_counts_and_filters_say_the_same(shop: Shop) -> None:
    late, held, decided, proposed, lapsed = (opened(shop) for _ in range(5))
    shop.cases.claim(lapsed.id, ADA, 1, once())
    shop.clock.passes(25 * HOUR)
    shop.cases.claim(held.id, ADA, 1, once())
    decide_open(shop, decided, 1, ADA)
    decide_open(shop, proposed, 1, BEN)
    fresh = opened(shop)

    counts = shop.cases.counts(STORE, ADA)
    assert (counts.open, counts.claimed, counts.awaiting_approval, counts.decided, counts.closed) == (3, 1, 1, 1, 0)
    assert (counts.late, counts.mine, counts.approvable) == (4, 1, 0)
    assert numbers(shop, Wanted(late=True)) == [late.number, held.number, proposed.number, lapsed.number]
    assert numbers(shop, Wanted(late=False)) == [decided.number, fresh.number]
    assert numbers(shop, Wanted(mine=True, actor=ADA)) == [held.number]
    assert numbers(shop, Wanted(mine=True, actor=BEN)) == [proposed.number]
    assert len(numbers(shop, Wanted(mine=False, actor=ADA))) == 5
    assert numbers(shop, Wanted(approvable=True, actor=SALLY)) == [proposed.number]
    assert numbers(shop, Wanted(approvable=True, actor=BEN)) == []
    assert len(numbers(shop, Wanted(approvable=False, actor=SALLY))) == 5
    assert numbers(shop, Wanted(channel="shopper")) == []
    (item,) = shop.cases.page(STORE, Wanted(state="awaiting_approval")).items
    assert (item.proposed_by, item.version) == ("ben", shop.cases.get(proposed.id).version)
    assert shop.cases.counts(STORE, SALLY).approvable == 1


def picked(shop: Shop, trip: str, gtin: str, plate: str) -> Finding:
    one = finding("picked", trip, gtin, shop.clock.us)
    return Finding(**{name: getattr(one, name) for name in one.__dataclass_fields__} | {"plates": (plate,)})


def of_plates(shop: Shop, token: str, plates: dict[str, str]) -> Case:
    trip = shop.enter(token=token)
    for gtin, plate in plates.items():
        shop.clock.passes(1)
        shop.checkout.apply([picked(shop, trip, gtin, plate)])
    shop.clock.passes(5)
    shop.leave(trip)
    shop.clock.passes(2)
    shop.bill()
    receipt = shop.trips.get(trip).trip.receipt
    assert receipt is not None
    return shop.cases.open(CaseRequest(receipt, [ClaimedLine(1, 0)], [AddedLine(MILK, 1)]), ADA, once())


def test_signals_are_of_the_same_payment_and_the_same_plate(shop: Shop) -> None:
    first = of_plates(shop, "one", {OATS: "1.1.1", SOAP: "2.2.2"})
    decide_open(shop, first, 0, ADA)
    shop.settle()
    other = of_plates(shop, "two", {OATS: "1.1.1"})
    of_plates(shop, "three", {SOAP: "2.2.2"})  # the soap of the first was not disputed
    again = of_plates(shop, "one", {OATS: "9.9.9"})

    signals = shop.cases.signals(other.id)
    assert ([one.id for one in signals.same_payment], [one.id for one in signals.same_plate]) == ([], [first.id])
    (same,) = signals.same_plate
    assert (same.refunded.minor, same.reason, same.state, same.plates) == (199, "not_taken", "decided", ["1.1.1"])
    signals = shop.cases.signals(again.id)
    assert ([one.id for one in signals.same_payment], signals.same_plate) == ([first.id], [])
    assert shop.cases.signals(first.id).same_payment == []  # what came later is not earlier


def test_no_means_of_payment_is_nothing_in_common(corner: Shop) -> None:
    decide(corner, corner.sell((OATS, 1), token="").id, 0, ADA)
    case = opened(corner, token="")
    assert corner.cases.signals(case.id).same_payment == []
