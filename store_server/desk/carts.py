"""Carts as the desk reads and changes them."""

from collections.abc import Callable

from sqlalchemy.orm import Session

from store_client.contract.cart import Cart, CartChangeRequest
from store_client.contract.cause import Cause
from store_client.contract.ids import new_id
from store_client.contract.live import Event
from store_client.contract.problem import FieldError
from store_server.cart.catalogue import products_at, store_of
from store_server.cart.happenings import cart_changed
from store_server.cart.living import cart_of, refold
from store_server.cause import cause, refused, said
from store_server.desk.actor import Actor
from store_server.desk.announce import Announce, announce_nothing
from store_server.desk.once import Memory, Once
from store_server.refusal import Refusal
from store_server.storage.audit import tell
from store_server.storage.carts import CartChangeRow
from store_server.storage.database import Database
from store_server.storage.trips import TripRow


class Carts:
    def __init__(
        self, database: Database, memory: Memory, now_us: Callable[[], int], announce: Announce = announce_nothing
    ) -> None:
        self._database = database
        self._memory = memory
        self._now_us = now_us
        self._announce = announce

    def get(self, trip: str) -> Cart:
        with self._database.read() as session:
            return _cart(session, trip)

    def change(self, trip: str, request: CartChangeRequest, actor: Actor, once: Once) -> Cart:
        """Adds or takes back units in a living cart. Refusal("conflict") once the trip has left."""
        actor.require("cart")
        now_us = self._now_us()

        def effect(session: Session) -> tuple[Cart, list[Event]]:
            cart = _change(session, trip, request, actor, now_us)
            return cart, [cart_changed(cart, now_us)]

        cart, events = self._memory.once(once, actor, Cart, effect)
        self._announce(events)
        return cart


def _cart(session: Session, trip: str) -> Cart:
    cart = cart_of(session, trip)
    if cart is None:
        raise Refusal("not-found", f"there is no trip {trip}")
    return cart


def _change(session: Session, trip_id: str, request: CartChangeRequest, actor: Actor, now_us: int) -> Cart:
    trip = session.get(TripRow, trip_id, with_for_update=True)
    if trip is None:
        raise Refusal("not-found", f"there is no trip {trip_id}")
    if trip.left_us is not None:
        raise refused("conflict", cause("shopper_left"))
    if request.quantity == 0:
        nothing = "a change of no units changes nothing"
        raise Refusal("bad-request", nothing, [FieldError("quantity", nothing)])
    held = next((line.quantity for line in _cart(session, trip_id).lines if line.gtin == request.gtin), 0)
    if held + request.quantity < 0:
        raise _wrong("quantity", cause("cart_holds", held=held))
    store = store_of(session, trip.store)
    if not products_at(session, store.id, [request.gtin], trip.entered_us):
        raise _wrong("gtin", cause("not_sold"))
    session.add(
        CartChangeRow(
            id=new_id(now_us // 1000),
            trip=trip_id,
            at_us=now_us,
            by=actor.user_id,
            gtin=request.gtin,
            quantity=request.quantity,
            reason=request.reason,
        )
    )
    session.flush()
    told = {"gtin": request.gtin, "quantity": request.quantity, "reason": request.reason}
    tell(session, actor.name, "cart_changed", f"trip:{trip_id}", told)
    return refold(session, store, trip) or _cart(session, trip_id)


def _wrong(field: str, why: Cause) -> Refusal:
    return refused("bad-request", why, [FieldError(field, said(why))])
