"""Receipts, which never change, and the corrections that follow them."""

from typing import Literal

import msgspec

from store_client.contract.gtin import Gtin
from store_client.contract.ids import Id
from store_client.contract.moment import Moment
from store_client.contract.money import BasisPoints, Money

PaymentState = Literal["pending", "captured", "failed", "in_doubt"]


class ReceiptLine(msgspec.Struct, frozen=True, kw_only=True):
    """``line`` counts from 1. ``gross`` = ``net`` + ``tax``, whichever of them the prices carry."""

    line: int
    gtin: Gtin
    name: str
    quantity: int
    unit_price: Money
    discount: Money
    tax_rate: BasisPoints
    net: Money
    tax: Money
    gross: Money
    confidence: float
    plates: list[str] = []
    events: list[Id] = []
    taken_at: Moment | None = None
    reasons: list[str] = []


class CorrectionLine(msgspec.Struct, frozen=True, kw_only=True):
    """``line`` names the receipt's line; None for a product added. ``quantity``: units less (−) or more (+)."""

    line: int | None
    gtin: Gtin
    quantity: int
    tax_rate: BasisPoints
    net: Money
    tax: Money
    gross: Money


class Correction(msgspec.Struct, frozen=True, kw_only=True):
    """A document of its own: by how much the receipt's amounts change (negative: to the shopper). ``goodwill``
    (positive) is given on top and changes neither net nor tax. ``is_void``: its refund failed or came back, so it does
    not count in what stands."""

    id: Id
    receipt: Id
    case: Id
    made_at: Moment
    made_by: str
    reason: str
    lines: list[CorrectionLine]
    goodwill: Money
    net: Money
    tax: Money
    gross: Money
    refund: Id | None = None
    is_void: bool = False


class StandingLine(msgspec.Struct, frozen=True, kw_only=True):
    """A line as it stands after all corrections, and how much of it may still be refunded."""

    line: int
    quantity: int
    net: Money
    tax: Money
    gross: Money
    refundable_quantity: int
    refundable: Money


class Doubt(msgspec.Struct, frozen=True, kw_only=True):
    """Money of which the provider can say no more under ``key``: a person must find out, and say so with a
    ResolutionRequest. ``debit``: what the shopper agreed to be charged besides, with ``case``."""

    kind: Literal["payment", "debit"]
    key: Id
    amount: Money
    case: Id | None = None


class Receipt(msgspec.Struct, frozen=True, kw_only=True):
    """``hash``: SHA-256 over the canonical JSON of all that never changes. ``card``: brand and last four digits.
    ``stands``: the total folded with the corrections that hold and goodwill; ``refundable``: what may still be paid back."""

    id: Id
    store: str
    number: int
    trip: Id
    visit: int
    issued_at: Moment
    left_at: Moment
    lines: list[ReceiptLine]
    net: Money
    tax: Money
    total: Money
    card: str
    hash: str
    is_doubtful: bool = False
    corrections: list[Correction] = []
    standing: list[StandingLine] = []
    stands: Money
    refundable: Money
    payment: PaymentState = "pending"
    cases: list[Id] = []
    doubts: list[Doubt] = []


class ReceiptSummary(msgspec.Struct, frozen=True, kw_only=True):
    """One row of the list of receipts. ``stands``: the total after corrections."""

    id: Id
    store: str
    number: int
    visit: int
    issued_at: Moment
    total: Money
    stands: Money
    units: int
    card: str
    first_product: str
    is_doubtful: bool = False
    payment: PaymentState = "pending"
