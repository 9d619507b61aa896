"""Stores and products as they were on the day."""

from collections.abc import Collection, Iterable

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from store_client.contract.decoding import from_json
from store_client.contract.product import Product
from store_client.contract.store import Store
from store_server.refusal import Refusal
from store_server.storage.receipts import ReceiptRow
from store_server.storage.stores import ProductRow, StoreRow
from store_server.storage.trips import TripRow


def store_of(session: Session, store: str) -> Store:
    row = session.get(StoreRow, store)
    if row is None:
        raise Refusal("not-found", f"there is no store {store}")
    return from_json(row.body, Store)


def products_at(session: Session, store: str, gtins: Iterable[str], at_us: int) -> dict[str, Product]:
    """Those of ``gtins`` that the store sold at ``at_us``, with the price and tax of that moment."""
    return products_then(session, store, gtins, (at_us,))[at_us]


def products_then(
    session: Session, store: str, gtins: Iterable[str], moments: Collection[int]
) -> dict[int, dict[str, Product]]:
    """As ``products_at``, for each of ``moments`` (one at least), by one question."""
    rows = session.scalars(
        select(ProductRow).where(
            ProductRow.store == store,
            ProductRow.gtin.in_(list(gtins)),
            ProductRow.valid_from_us <= max(moments),
            or_(ProductRow.valid_to_us.is_(None), ProductRow.valid_to_us > min(moments)),
        )
    )
    found: dict[int, dict[str, Product]] = {at_us: {} for at_us in moments}
    for row in rows:
        product = from_json(row.body, Product)
        for at_us, sold in found.items():
            if row.valid_from_us <= at_us and (row.valid_to_us is None or row.valid_to_us > at_us):
                sold[row.gtin] = product
    return found


def products_for(session: Session, receipt: ReceiptRow, gtins: Iterable[str]) -> dict[str, Product]:
    """Those of ``gtins`` that the store sold on the trip of ``receipt``, with the price and tax that the shopper saw when
    entering, as the cart had them."""
    entered_us = session.scalars(select(TripRow.entered_us).where(TripRow.id == receipt.trip)).one()
    return products_at(session, receipt.store, gtins, entered_us)
