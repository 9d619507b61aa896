"""Carts as they were: folded from what happened until a moment, and from all that is known of it by now.

What a desk was shown then may have been otherwise: a pick is decided seconds after it, and now and then corrected. Here
it stands at the moment at which it was taken, where the pictures and the plates show it too.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence

import msgspec
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from store_client.contract.cart import Cart
from store_client.contract.decoding import from_json
from store_client.contract.product import Product
from store_client.contract.store import Store
from store_server.cart.bill import bill
from store_server.cart.catalogue import products_then
from store_server.cart.fold import Change, fold
from store_server.fusion.finding import Finding
from store_server.storage.carts import CartChangeRow, FindingRow
from store_server.storage.trips import TripRow

MOST_NAMED = 400
"""Trips named in one question: databases bound their number."""


def carts_within(
    session: Session, store: Store, trips: Sequence[TripRow], since_us: int, until_us: int
) -> dict[str, list[tuple[int, Cart]]]:
    """Of each trip the cart at ``since_us`` (or when it was entered, if later), then each that a change within the span
    made of it, with the moment from which it held."""
    findings: dict[str, list[Finding]] = defaultdict(list)
    changes: dict[str, list[Change]] = defaultdict(list)
    names = [trip.id for trip in trips]
    for first in range(0, len(names), MOST_NAMED):
        some = names[first : first + MOST_NAMED]
        _read(session, some, until_us, findings, changes)
    gtins = {finding.best.gtin for group in findings.values() for finding in group if finding.best.gtin is not None}
    gtins |= {change.gtin for group in changes.values() for change in group}
    entries = {trip.entered_us for trip in trips}
    sold = products_then(session, store.id, gtins, entries) if gtins else {}
    return {
        trip.id: _carts(store, trip, findings[trip.id], changes[trip.id], sold.get(trip.entered_us, {}), since_us)
        for trip in trips
    }


def _read(
    session: Session,
    trips: Sequence[str],
    until_us: int,
    findings: Mapping[str, list[Finding]],
    changes: Mapping[str, list[Change]],
) -> None:
    named = or_(FindingRow.trip.in_(trips), FindingRow.other.in_(trips))
    wanted = set(trips)
    for row in session.scalars(select(FindingRow).where(named, FindingRow.at_us < until_us)):
        finding = from_json(row.body, Finding)
        for trip in {row.trip, row.other} & wanted:
            if trip is not None:
                findings[trip].append(finding)
    made = select(CartChangeRow).where(CartChangeRow.trip.in_(trips), CartChangeRow.at_us < until_us)
    for change in session.scalars(made):
        changes[change.trip].append(Change(change.id, change.at_us, change.gtin, change.quantity))


def _carts(
    store: Store,
    trip: TripRow,
    findings: Sequence[Finding],
    changes: Sequence[Change],
    products: Mapping[str, Product],
    since_us: int,
) -> list[tuple[int, Cart]]:
    """``products``: all that the trip may ever have held, at the prices of its entry."""
    begin_us = max(since_us, trip.entered_us)
    steps = sorted({finding.at_us for finding in findings} | {change.at_us for change in changes})
    moments = [begin_us, *(at_us for at_us in steps if at_us > begin_us)]
    carts: list[tuple[int, Cart]] = []
    for at_us in moments:
        held = fold(
            trip.id,
            [finding for finding in findings if finding.at_us <= at_us],
            [change for change in changes if change.at_us <= at_us],
        )
        version = sum(step <= at_us for step in steps)
        cart = bill(trip.id, version, held, products, store)
        if not carts or msgspec.structs.replace(carts[-1][1], version=version) != cart:
            carts.append((at_us, cart))
    return carts
