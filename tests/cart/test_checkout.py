"""From the gate to the receipt, on a real database."""

import pytest
from sqlalchemy import text

from store_client.contract.cart import Cart, CartChangeRequest
from store_client.contract.ids import new_id
from store_client.contract.live import (
    CartChanged,
    CaseOpened,
    Entered,
    Event,
    Left,
    Picked,
    Position,
    Positions,
    PutBack,
    ReceiptIssued,
    ReviewWanted,
)
from store_server.cart.checkout import DOUBTFUL_WAIT_US, GRACE_US, LATEST_US, Checkout
from store_server.cart.visit import VisitClosed, VisitOpened
from store_server.refusal import Refusal
from tests.desk.shop import MILK, OATS, SECOND, SOAP, STORE, Shop, agent, finding, once


def kinds(events: list[Event]) -> list[type]:
    return [type(event) for event in events]


def cart(shop: Shop, trip: str) -> dict[str, int]:
    return {line.gtin: line.quantity for line in shop.carts.get(trip).lines}


def issued(events: list[Event]) -> ReceiptIssued | None:
    return next((event for event in events if isinstance(event, ReceiptIssued)), None)


def test_a_trip_from_gate_to_receipt(shop: Shop) -> None:
    trip = new_id()
    visit = VisitOpened(trip, "in", "code", 2, "tok", "Visa 4242", shop.clock.us)
    entered = shop.checkout.opened(visit)
    assert kinds(entered) == [Entered, CartChanged]
    assert shop.checkout.opened(visit) == []  # told twice
    shop.clock.passes(5)
    pick = finding("picked", trip, OATS, shop.clock.us, quantity=2)
    assert kinds(shop.checkout.apply([pick])) == [Picked, CartChanged]
    assert shop.checkout.apply([pick]) == []
    assert kinds(shop.checkout.apply([finding("put_back", trip, OATS, shop.clock.us + 1, of=pick.id)])) == [
        PutBack,
        CartChanged,
    ]
    inside = shop.trips.page(STORE, state="inside").items
    assert [(item.visit, item.units, item.people, item.worth and item.worth.minor) for item in inside] == [
        (1, 1, 2, 199)
    ]
    shop.clock.passes(5)
    gone = VisitClosed(trip, "out", shop.clock.us)
    assert kinds(shop.checkout.closed(gone)) == [Left]
    assert shop.checkout.closed(gone) == []
    shop.clock.passes(2)
    assert shop.checkout.advance(shop.clock.us, gone.at_us - 1) == []  # something may still be undecided
    event = issued(shop.checkout.advance(shop.clock.us, gone.at_us))
    assert event is not None
    assert shop.checkout.advance(shop.clock.us, shop.clock.us) == []
    detail = shop.trips.get(trip)
    assert (detail.trip.state, detail.trip.receipt) == ("left", event.receipt)
    assert kinds(detail.events) == [Entered, Picked, PutBack, Left, ReceiptIssued]
    assert shop.receipts.get(event.receipt).total == event.total
    assert shop.trips.page(STORE, q="1").items == [detail.trip]
    assert shop.trips.page(STORE, q=trip, state="inside").items == []


def test_a_revised_finding_moves_a_line_to_another_cart(shop: Shop) -> None:
    a, b = shop.enter(), shop.enter()
    pick = finding("picked", a, OATS, shop.clock.us + 1, probability=0.6)
    assert kinds(shop.checkout.apply([pick])) == [Picked, ReviewWanted, CartChanged]
    assert (cart(shop, a), shop.carts.get(a).is_doubtful) == ({OATS: 1}, True)
    better = finding("picked", b, MILK, shop.clock.us + 1, id=pick.id, revision=1)
    events = shop.checkout.apply([better])
    assert {event.cart.trip for event in events if isinstance(event, CartChanged)} == {a, b}
    assert (cart(shop, a), cart(shop, b)) == ({}, {MILK: 1})
    assert shop.checkout.apply([pick]) == []  # an old revision comes late
    assert [event.id for event in shop.trips.get(b).events if isinstance(event, Picked)] == [pick.id]
    assert not any(isinstance(event, Picked) for event in shop.trips.get(a).events)


def test_a_doubtful_cart_waits_but_not_too_long(corner: Shop) -> None:
    trip = corner.enter()
    corner.clock.passes(1)
    corner.checkout.apply([finding("picked", trip, OATS, corner.clock.us, probability=0.6)])
    corner.leave(trip)
    corner.clock.passes(DOUBTFUL_WAIT_US / SECOND - 1)
    assert corner.bill() == []
    corner.clock.passes(1)
    event = issued(corner.bill())
    assert event is not None
    assert event.is_doubtful


def test_sensors_that_never_catch_up_do_not_keep_a_receipt(corner: Shop) -> None:
    trip = corner.enter()
    corner.clock.passes(1)
    corner.checkout.apply([finding("picked", trip, OATS, corner.clock.us)])
    corner.leave(trip)
    stuck = corner.clock.us - 1
    corner.clock.passes(LATEST_US / SECOND)
    event = issued(corner.checkout.advance(corner.clock.us, stuck))
    assert event is not None
    assert event.is_doubtful
    late = finding("picked", trip, SOAP, stuck)
    assert kinds(corner.checkout.apply([late])) == [Picked, CaseOpened]  # the receipt stands, and somebody looks
    receipt = corner.receipts.get(event.receipt)
    assert receipt.total.minor == 199
    assert [line.reasons for line in receipt.lines] == [["no_vision"]]


def test_a_clock_that_is_set_back_keeps_no_receipt_for_as_long(corner: Shop) -> None:
    trip = corner.enter()
    corner.clock.passes(1)
    corner.checkout.apply([finding("picked", trip, OATS, corner.clock.us)])
    corner.leave(trip)
    corner.clock.passes(-3_600)
    event = issued(corner.bill())
    assert event is not None
    assert event.is_doubtful, "what was decided by then cannot be told"


def test_an_empty_cart_ends_without_a_receipt(corner: Shop) -> None:
    trip = corner.enter()
    corner.clock.passes(10)
    corner.leave(trip)
    corner.clock.passes(5)
    assert corner.bill() == []
    assert corner.trips.get(trip).trip.receipt is None
    assert corner.receipts.page(STORE).items == []


def test_an_empty_cart_waits_for_what_is_not_decided_yet(corner: Shop) -> None:
    trip = corner.enter()
    corner.clock.passes(1)
    picked_us = corner.clock.us
    corner.clock.passes(1)
    corner.leave(trip)
    corner.clock.passes(LATEST_US / SECOND + 5)
    assert corner.checkout.advance(corner.clock.us, picked_us - 1) == []
    corner.checkout.apply([finding("picked", trip, OATS, picked_us)])
    event = issued(corner.checkout.advance(corner.clock.us, picked_us + 1))
    assert event is not None
    assert event.total.minor == 199


def test_trips_open_at_a_kill_are_taken_up_again(shop: Shop) -> None:
    stays, lost = shop.enter(), shop.enter()
    shop.clock.passes(1)
    shop.checkout.apply([finding("picked", stays, OATS, shop.clock.us), finding("picked", lost, MILK, shop.clock.us)])
    shop.reopen()
    events = shop.checkout.resume(shop.clock.us)
    assert kinds(events) == [Entered, CartChanged] * 2
    seen(shop, stays)
    shop.clock.passes(GRACE_US / SECOND - 1)
    assert shop.bill() == []
    shop.clock.passes(1)
    events = shop.bill()
    event = issued(events)
    assert event is not None
    assert (event.trip, event.is_doubtful) == (lost, True)
    assert [line.reasons for line in shop.receipts.get(event.receipt).lines] == [["no_vision"]]
    assert shop.trips.get(stays).trip.state == "inside"
    assert cart(shop, stays) == {OATS: 1}
    assert shop.bill() == []


def test_who_was_not_watched_while_the_program_was_away_gets_a_doubtful_receipt(corner: Shop) -> None:
    trip = corner.enter()
    corner.clock.passes(1)
    corner.checkout.apply([finding("picked", trip, OATS, corner.clock.us)])
    corner.clock.passes(30)
    corner.reopen()
    corner.checkout.resume(corner.clock.us)
    seen(corner, trip)
    corner.clock.passes(1)
    corner.checkout.apply([finding("picked", trip, MILK, corner.clock.us)])
    corner.leave(trip)
    corner.clock.passes(DOUBTFUL_WAIT_US / SECOND)
    event = issued(corner.bill())
    assert event is not None
    assert event.is_doubtful
    assert [line.reasons for line in corner.receipts.get(event.receipt).lines] == [["no_vision"]] * 2


def test_a_clock_that_is_set_back_keeps_no_trip_open_that_nobody_sees(corner: Shop) -> None:
    trip = corner.enter()
    corner.reopen()
    corner.checkout.resume(corner.clock.us)
    corner.clock.passes(-3_600)
    corner.bill()
    corner.clock.passes(GRACE_US / SECOND)
    corner.bill()
    assert corner.trips.get(trip).trip.state == "left"


def test_who_was_not_seen_leaving_gets_a_doubtful_receipt_that_says_why(corner: Shop) -> None:
    trip, empty = corner.enter(), corner.enter()
    corner.clock.passes(1)
    corner.checkout.apply([finding("picked", trip, OATS, corner.clock.us)])
    last_seen = corner.clock.us
    corner.clock.passes(180)
    assert kinds(corner.checkout.closed(VisitClosed(trip, "", last_seen, is_lost=True))) == [Left, CartChanged]
    assert corner.checkout.closed(VisitClosed(trip, "", last_seen, is_lost=True)) == []
    corner.checkout.closed(VisitClosed(empty, "", last_seen, is_lost=True))
    event = issued(corner.bill())
    assert event is not None
    assert (event.trip, event.is_doubtful) == (trip, True)
    assert [line.reasons for line in corner.receipts.get(event.receipt).lines] == [["no_vision"]]
    assert cart(corner, empty) == {}


def test_where_nobody_can_be_seen_again_open_trips_end_at_once(corner: Shop) -> None:
    trip = corner.enter()
    corner.checkout.apply([finding("picked", trip, OATS, corner.clock.us)])
    corner.clock.passes(40)
    anew = Checkout(corner.database, STORE, grace_us=0)
    assert kinds(anew.resume(corner.clock.us)) == [Entered, CartChanged]
    assert issued(anew.advance(corner.clock.us, 0)) is not None
    assert corner.trips.page(STORE, state="inside").items == []


def test_what_is_known_of_a_trip_under_way_outlives_the_program(corner: Shop) -> None:
    trip = corner.enter()
    gone = corner.enter()
    seen(corner, trip)
    corner.leave(gone)
    corner.bill()
    for track in ("t2", "t1"):
        seen(corner, trip, track=track)
        corner.bill()
    corner.reopen()
    [resumed] = corner.checkout.under_way()
    assert (resumed.trip, resumed.code, resumed.people, resumed.tracks) == (trip, "code", 1, ("t1", "t2"))


def seen(shop: Shop, trip: str, x: float = 1.0, track: str = "t1") -> None:
    person = Position(track=track, trip=trip, x=x, y=2.0, quality=1.0)
    shop.checkout.seen(Positions(epoch="e", seq=1, measured_at=shop.clock.us, sent_at=shop.clock.us, people=[person]))


def test_paths_are_thinned_to_a_point_a_second(corner: Shop) -> None:
    trip = corner.enter()
    for step in range(300):
        corner.clock.passes(0.1)
        seen(corner, trip, x=step / 10)
        corner.checkout.advance(corner.clock.us, 0)
    corner.leave(trip)
    path = corner.trips.get(trip).path
    assert [round(point.x) for point in path] == list(range(30))


@pytest.mark.parametrize("back_s", [10, 3_600])
def test_a_path_goes_on_at_once_where_the_clock_was_set_back(corner: Shop, back_s: int) -> None:
    trip = corner.enter()
    for step in range(40):
        corner.clock.passes(-back_s if step == 20 else 1)
        seen(corner, trip, x=step)
    is_due = corner.checkout.advance(corner.clock.us, 0) == [] and len(corner.trips.get(trip).path) > 0
    corner.leave(trip)
    path = corner.trips.get(trip).path
    assert is_due, "a crash loses no more of it than before"
    assert sorted(round(point.x) for point in path if point.x != 20) == [*range(20), *range(21, 40)]
    assert [point.at for point in path] == sorted(point.at for point in path)


def test_staff_change_a_living_cart(shop: Shop) -> None:
    staff = agent("sam", role="staff")
    trip = shop.enter()
    shop.clock.passes(1)
    shop.checkout.apply([finding("picked", trip, OATS, shop.clock.us)])
    shop.clock.passes(1)

    def change(gtin: str, units: int) -> Cart:
        return shop.carts.change(trip, CartChangeRequest(gtin, units, "as seen"), staff, once())

    assert [(line.gtin, line.quantity) for line in change(SOAP, 2).lines] == [(OATS, 1), (SOAP, 2)]
    assert cart(shop, trip) == {OATS: 1, SOAP: 2}
    change(OATS, -1)
    assert kinds(shop.told) == [CartChanged, CartChanged]
    for gtin, units, field in ((OATS, -1, "quantity"), (SOAP, 0, "quantity"), ("0" * 14, 1, "gtin")):
        with pytest.raises(Refusal) as refused:
            change(gtin, units)
        assert [error.field for error in refused.value.errors] == [field]
    shop.leave(trip)
    with pytest.raises(Refusal, match="has left"):
        change(SOAP, 1)
    shop.clock.passes(1)
    event = issued(shop.bill())
    assert event is not None
    assert event.total.minor == 666


def test_a_full_disk_loses_nothing(corner: Shop) -> None:
    trip = corner.enter()
    corner.clock.passes(1)
    findings = [finding("picked", trip, OATS, corner.clock.us + number) for number in range(40)]
    with corner.database.read() as session:
        pages = session.execute(text("PRAGMA page_count")).scalar_one()
        session.execute(text(f"PRAGMA max_page_count = {pages}"))
    with pytest.raises(Refusal, match="disk is full"):
        corner.checkout.apply(findings)
    with corner.database.read() as session:
        session.execute(text("PRAGMA max_page_count = 1000000"))
    corner.checkout.apply(findings)
    assert cart(corner, trip) == {OATS: 40}


def test_prices_without_tax_have_it_added(corner: Shop) -> None:
    corner.tax = "added"
    corner.reopen()
    receipt = corner.sell((OATS, 3), (SOAP, 1))
    assert (receipt.net.minor, receipt.tax.minor, receipt.total.minor) == (597 + 333, 42 + 63, 1035)
