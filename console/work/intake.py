"""What happened, into a scene: as it comes from the live feed."""

from collections.abc import Sequence

from msgspec.structs import replace as replace_fields

from console.state.scene import Scene
from store_client.contract.cart import Cart
from store_client.contract.live import CartChanged, Entered, Event, Left, ReceiptIssued
from store_client.contract.moment import from_micros
from store_client.contract.trip import Trip


def take_events(scene: Scene, events: Sequence[Event]) -> None:
    """Oldest first. Carts and trips follow what happened."""
    trips: dict[str, Trip] = {}
    carts: dict[str, Cart] = {}
    for event in events:
        match event:
            case Entered():
                trips[event.trip] = _entered(event)
            case CartChanged(cart=cart):
                known = scene.carts.get(cart.trip)
                if known is None or cart.version >= known.version:
                    carts[cart.trip] = cart
            case _:
                pass
    for event in events:
        trip = _changed_trip(scene, event, trips)
        if trip is not None:
            trips[trip.id] = trip
    scene.carts.put(carts)
    scene.trips.put(trips)
    scene.events.add(events)


def _entered(event: Entered) -> Trip:
    return Trip(
        id=event.trip,
        store=event.store,
        visit=event.visit,
        state="inside",
        entered_at=from_micros(event.measured_at),
        gate=event.gate,
        people=event.people,
    )


def holding(trip: Trip, cart: Cart) -> Trip:
    """The trip of who has that in the cart."""
    units = sum(line.quantity for line in cart.lines)
    return replace_fields(trip, worth=cart.total, units=units, is_doubtful=cart.is_doubtful)


def _changed_trip(scene: Scene, event: Event, fresh: dict[str, Trip]) -> Trip | None:
    """The trip as ``event`` left it, None if it says nothing of a trip that is known."""
    match event:
        case Left():
            trip = fresh.get(event.trip) or scene.trips.get(event.trip)
            left_at = from_micros(event.measured_at)
            return None if trip is None else replace_fields(trip, state="left", left_at=left_at)
        case CartChanged(cart=cart):
            trip = fresh.get(cart.trip) or scene.trips.get(cart.trip)
            return None if trip is None else holding(trip, cart)
        case ReceiptIssued():
            trip = fresh.get(event.trip) or scene.trips.get(event.trip)
            return None if trip is None else replace_fields(trip, receipt=event.receipt)
    return None
