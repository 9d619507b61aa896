"""Carts: what a shopper holds as far as the store knows, and how sure it is."""

from typing import Annotated, Literal

import msgspec

from store_client.contract.gtin import Gtin
from store_client.contract.ids import Id
from store_client.contract.money import BasisPoints, Money

Reason = Literal[
    "same_weight",  # same-weight product put in the wrong place
    "put_back_elsewhere",
    "crossed_hands",  # two people close
    "two_picks_at_once",  # from one shelf
    "handed_over",
    "hand_resting",
    "lifted_slowly",
    "left_on_floor",
    "planogram_wrong",
    "weight_wrong",  # catalogue weight
    "no_vision",  # nobody was seen near enough
    "changed_by_staff",
]
"""Why a line is doubtful."""


class CartLine(msgspec.Struct, frozen=True, kw_only=True):
    """``confidence``: probability that product, quantity and shopper are right. ``taken_at``: µs UTC."""

    gtin: Gtin
    name: str
    quantity: int
    unit_price: Money
    amount: Money
    tax_rate: BasisPoints
    confidence: float
    taken_at: int
    plates: list[str] = []
    events: list[Id] = []
    reasons: list[Reason] = []


class Cart(msgspec.Struct, frozen=True, kw_only=True):
    """``version`` counts changes. ``total`` is what the shopper would pay now, tax and all."""

    trip: Id
    store: str
    version: int
    lines: list[CartLine]
    total: Money
    tax: Money
    is_doubtful: bool = False


class CartChangeRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Adds (positive) or takes back (negative) units of a product in a living cart."""

    gtin: Gtin
    quantity: Annotated[int, msgspec.Meta(ge=-99, le=99)]
    reason: Annotated[str, msgspec.Meta(min_length=3, max_length=500)]
