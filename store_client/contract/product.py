"""Products of a store's catalogue."""

import msgspec

from store_client.contract.gtin import Gtin
from store_client.contract.money import BasisPoints, Money


class Product(msgspec.Struct, frozen=True):
    """``grams``: weight of one as the catalogue has it, None where unknown. ``price``: of one, as on the shelf."""

    gtin: Gtin
    name: str
    price: Money
    tax_rate: BasisPoints
    grams: float | None = None
    category: str = ""
