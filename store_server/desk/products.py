"""Products of the stores' catalogues."""

from sqlalchemy import select, tuple_

from store_client.contract.decoding import from_json
from store_client.contract.page import Page
from store_client.contract.product import Product
from store_server.cart.words import words_of
from store_server.desk.cursor import Text, checked_limit, make_page, read_cursor
from store_server.refusal import Refusal
from store_server.storage.database import Database
from store_server.storage.stores import ProductRow


class Products:
    def __init__(self, database: Database) -> None:
        self._database = database

    def page(self, *, q: str = "", cursor: str | None = None, limit: int = 100) -> Page[Product]:
        """By name. ``q``: beginnings of words of the name or category, or a GTIN."""
        query = select(ProductRow).where(ProductRow.valid_to_us.is_(None))
        for word in words_of(q):
            query = query.where(ProductRow.search.contains(f" {word}", autoescape=True))
        after = read_cursor(cursor, tuple[Text, Text, Text])
        if after is not None:
            query = query.where(tuple_(ProductRow.name, ProductRow.gtin, ProductRow.store) > after)
        query = query.order_by(ProductRow.name, ProductRow.gtin, ProductRow.store).limit(checked_limit(limit) + 1)
        with self._database.read() as session:
            return make_page(session.scalars(query).all(), limit, _product, lambda row: (row.name, row.gtin, row.store))

    def get(self, gtin: str) -> Product:
        """The product as it is sold now, or as it was sold last."""
        query = select(ProductRow).where(ProductRow.gtin == gtin).order_by(ProductRow.valid_from_us.desc()).limit(1)
        with self._database.read() as session:
            row = session.scalars(query).first()
            if row is None:
                raise Refusal("not-found", f"there is no product {gtin}")
            return _product(row)


def _product(row: ProductRow) -> Product:
    return from_json(row.body, Product)
