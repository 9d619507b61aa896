"""Living carts in the database: folded anew whenever something that made them changes."""

from collections.abc import Sequence

import msgspec
from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from store_client.contract.cart import Cart, Reason
from store_client.contract.decoding import from_json
from store_client.contract.store import Store
from store_server.cart.bill import bill
from store_server.cart.catalogue import products_at
from store_server.cart.fold import Change, fold
from store_server.fusion.finding import Finding
from store_server.storage.carts import CartChangeRow, CartRow, FindingRow
from store_server.storage.trips import TripRow

UNSEEN: Reason = "no_vision"


def cart_of(session: Session, trip: str) -> Cart | None:
    row = session.get(CartRow, trip)
    return None if row is None else from_json(row.body, Cart)


def refold(session: Session, store: Store, trip: TripRow) -> Cart | None:
    """Folds the cart of ``trip`` anew and keeps it. None if nothing about it changed."""
    row = session.get(CartRow, trip.id)
    before = None if row is None else from_json(row.body, Cart)
    cart = folded(session, store, trip, before.version if before else 0)
    if cart == before:
        return None
    if row is None:
        row = CartRow(trip=trip.id)
        session.add(row)
    cart = msgspec.structs.replace(cart, version=cart.version + 1)
    row.version = cart.version
    row.units = sum(line.quantity for line in cart.lines)
    row.total_minor = cart.total.minor
    row.is_doubtful = cart.is_doubtful
    row.body = msgspec.json.encode(cart).decode()
    session.flush()
    return cart


def folded(session: Session, store: Store, trip: TripRow, version: int = 0) -> Cart:
    """The cart of ``trip`` as everything that is known now says it is."""
    held = fold(trip.id, _findings(session, trip.id), _changes(session, trip.id))
    products = products_at(session, store.id, {line.gtin for line in held.lines}, trip.entered_us)
    cart = bill(trip.id, version, held, products, store)
    return unseen(cart) if trip.is_orphan else cart


def unseen(cart: Cart) -> Cart:
    """The cart of somebody whom the sensors lost: each line may lack what came after it, or may have been put back."""
    lines = [msgspec.structs.replace(line, reasons=list(dict.fromkeys([*line.reasons, UNSEEN]))) for line in cart.lines]
    return msgspec.structs.replace(cart, lines=lines, is_doubtful=True)


def _findings(session: Session, trip: str) -> Sequence[Finding]:
    rows = session.scalars(select(FindingRow.body).where(or_(FindingRow.trip == trip, FindingRow.other == trip)))
    return [from_json(body, Finding) for body in rows]


def _changes(session: Session, trip: str) -> Sequence[Change]:
    rows = session.scalars(select(CartChangeRow).where(CartChangeRow.trip == trip))
    return [Change(row.id, row.at_us, row.gtin, row.quantity) for row in rows]


def last_known(session: Session, trip: TripRow) -> int:
    """µs of the last thing known of a trip that nobody saw leave."""
    seen = session.scalar(select(func.max(FindingRow.at_us)).where(FindingRow.trip == trip.id))
    return max(trip.entered_us, seen or 0)
