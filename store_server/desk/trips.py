"""Trips as the desk reads them."""

from sqlalchemy import Row, Select, or_, select, tuple_

from store_client.contract.decoding import from_json
from store_client.contract.live import Event
from store_client.contract.moment import from_micros
from store_client.contract.money import Money
from store_client.contract.page import Page
from store_client.contract.trip import CartThen, Inside, PathPoint, Stay, Trip, TripDetail, TripState
from store_server.cart.catalogue import store_of
from store_server.cart.hindsight import carts_within
from store_server.cart.paths import path_of
from store_server.desk.cursor import Number, Text, checked_limit, make_page, read_cursor
from store_server.refusal import Refusal
from store_server.storage.carts import CartRow
from store_server.storage.database import Database
from store_server.storage.receipts import ReceiptRow
from store_server.storage.trips import TripEventRow, TripRow

_MOST_DIGITS = 18
MOST_SPAN_US = 3_600_000_000


class Trips:
    def __init__(self, database: Database) -> None:
        self._database = database

    def page(
        self, store: str, *, state: TripState | None = None, q: str = "", cursor: str | None = None, limit: int = 100
    ) -> Page[Trip]:
        """Newest first. ``q``: a visit number, or a trip's id."""
        query = _trips().where(TripRow.store == store)
        if state is not None:
            query = query.where(TripRow.left_us.is_(None) if state == "inside" else TripRow.left_us.is_not(None))
        text = q.strip()
        if text:
            is_number = text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS
            query = query.where(TripRow.visit == int(text) if is_number else TripRow.id == text)
        after = read_cursor(cursor, tuple[Number, Text])
        if after is not None:
            query = query.where(tuple_(TripRow.entered_us, TripRow.id) < after)
        query = query.order_by(TripRow.entered_us.desc(), TripRow.id.desc()).limit(checked_limit(limit) + 1)
        with self._database.read() as session:
            currency = store_of(session, store).currency
            rows = session.execute(query).all()
            return make_page(rows, limit, lambda row: _trip(row, currency), lambda row: (row[0].entered_us, row[0].id))

    def get(self, trip: str) -> TripDetail:
        """With its events in order and its path."""
        with self._database.read() as session:
            row = session.execute(_trips().where(TripRow.id == trip)).first()
            if row is None:
                raise Refusal("not-found", f"there is no trip {trip}")
            bodies = session.scalars(
                select(TripEventRow.body)
                .where(TripEventRow.trip == trip)
                .order_by(TripEventRow.at_us, TripEventRow.event)
            )
            return TripDetail(
                trip=_trip(row, store_of(session, row[0].store).currency),
                events=[from_json(body, Event) for body in bodies],
                path=[PathPoint(from_micros(at_us), x, y) for at_us, x, y in path_of(session, trip)],
            )

    def inside(self, store: str, since_us: int, until_us: int) -> Inside:
        """Everybody who was inside at any moment of [since, until), with their carts. Refusal("bad-request") for more
        than an hour: a replay asks for minutes."""
        if until_us - since_us > MOST_SPAN_US:
            raise Refusal("bad-request", f"the span must last at most {MOST_SPAN_US // 1_000_000} s")
        query = _trips().where(
            TripRow.store == store,
            TripRow.entered_us < until_us,
            or_(TripRow.left_us.is_(None), TripRow.left_us >= since_us),
        )
        with self._database.read() as session:
            shop = store_of(session, store)
            rows = session.execute(query.order_by(TripRow.entered_us, TripRow.id)).all()
            carts = carts_within(session, shop, [row[0] for row in rows], since_us, until_us)
            stays = [
                Stay(_trip(row, shop.currency), [CartThen(at_us, cart) for at_us, cart in carts[row[0].id]])
                for row in rows
            ]
        return Inside(store, since_us, until_us, stays)


def _trips() -> Select[TripRow, int, int, bool, str]:
    """Each trip with its cart (always there) and its receipt (None until it is issued, or for an empty cart)."""
    return (
        select(TripRow, CartRow.units, CartRow.total_minor, CartRow.is_doubtful, ReceiptRow.id)
        .join(CartRow, CartRow.trip == TripRow.id)
        .outerjoin(ReceiptRow, ReceiptRow.trip == TripRow.id)
    )


def _trip(found: Row[TripRow, int, int, bool, str], currency: str) -> Trip:
    row, units, total_minor, is_doubtful, receipt = found
    return Trip(
        id=row.id,
        store=row.store,
        visit=row.visit,
        state="inside" if row.left_us is None else "left",
        entered_at=from_micros(row.entered_us),
        gate=row.gate,
        left_at=None if row.left_us is None else from_micros(row.left_us),
        people=row.people,
        receipt=receipt,
        worth=Money(total_minor, currency),
        units=units,
        is_doubtful=is_doubtful,
    )
