"""Cases: disputes of a receipt."""

from typing import Annotated, Literal

import msgspec

from store_client.contract.gtin import Gtin
from store_client.contract.ids import Id
from store_client.contract.moment import Moment
from store_client.contract.money import BasisPoints, Money

CaseState = Literal["open", "claimed", "awaiting_approval", "decided", "closed"]
Channel = Literal["agent", "shopper", "store"]
DecisionReason = Literal[
    "not_taken",
    "wrong_product",
    "wrong_quantity",
    "missed",
    "damaged_item",
    "expired_item",
    "unwanted_item",
    "technical_error",
    "other",
]
Quantity = Annotated[int, msgspec.Meta(ge=0, le=999)]
Units = Annotated[int, msgspec.Meta(ge=1, le=999)]
LineNumber = Annotated[int, msgspec.Meta(ge=1, le=10_000)]
Message = Annotated[str, msgspec.Meta(max_length=2_000)]


class ClaimedLine(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``claimed_quantity``: how many of the line's units the shopper says they took."""

    line: LineNumber
    claimed_quantity: Quantity


class AddedLine(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    gtin: Gtin
    quantity: Units


class DecidedLine(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``decided_quantity``: how many units of the line's product were really taken. ``replacement_gtin``: what the
    other units of the line really were; its price is set off against what goes back, never beyond it."""

    line: LineNumber
    decided_quantity: Quantity
    replacement_gtin: Gtin | None = None


class CaseRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    receipt: Id
    lines: Annotated[list[ClaimedLine], msgspec.Meta(max_length=500)] = []
    added: Annotated[list[AddedLine], msgspec.Meta(max_length=100)] = []
    message: Message = ""
    channel: Channel = "agent"


class Lease(msgspec.Struct, frozen=True):
    """One agent's hold on a case. ``token`` grows with each claim, so that a late hand is known."""

    token: int
    holder: str
    expires_at: Moment


class LeaseRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    token: int


class PreviewRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    lines: Annotated[list[DecidedLine], msgspec.Meta(max_length=500)] = []
    added: Annotated[list[AddedLine], msgspec.Meta(max_length=100)] = []
    goodwill: Annotated[int, msgspec.Meta(ge=0, le=10_000_000, description="minor units of the receipt's currency")] = 0


class TaxChange(msgspec.Struct, frozen=True):
    rate: BasisPoints
    net: Money
    tax: Money


class StockChange(msgspec.Struct, frozen=True):
    gtin: Gtin
    quantity: int


class Effect(msgspec.Struct, frozen=True):
    """What a decision would do: changes of net, tax per rate and total (negative: to the shopper), and of stock.

    ``total`` is net and tax less goodwill, which is a gift and changes neither. ``refund``: what is paid back
    (positive); it may be less than the changes say, for increases after the sale are written off, not charged.
    """

    net: Money
    tax: list[TaxChange]
    total: Money
    refund: Money
    stock: list[StockChange]
    needs_approval: bool


class DecisionRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    lease: int
    reason: DecisionReason
    lines: Annotated[list[DecidedLine], msgspec.Meta(max_length=500)] = []
    added: Annotated[list[AddedLine], msgspec.Meta(max_length=100)] = []
    goodwill: Annotated[int, msgspec.Meta(ge=0, le=10_000_000)] = 0
    message: Message = ""


class Decision(msgspec.Struct, frozen=True, kw_only=True):
    decided_at: Moment
    decided_by: str
    reason: DecisionReason
    lines: list[DecidedLine]
    added: list[AddedLine]
    goodwill: Money
    message: str
    correction: Id | None = None
    refund: Id | None = None


class HistoryEntry(msgspec.Struct, frozen=True, kw_only=True):
    at: Moment
    by: str
    what: str
    detail: str = ""


class CaseLine(msgspec.Struct, frozen=True, kw_only=True):
    """A line of the receipt as the case sees it. ``decided_quantity`` is None until it is decided."""

    line: int
    gtin: Gtin
    name: str
    billed_quantity: int
    claimed_quantity: int
    decided_quantity: int | None
    unit_price: Money
    gross: Money
    confidence: float


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """``version`` is also the ETag; ``lease`` is None while nobody holds the case. People (``assignee``, the lease's
    holder, ``by`` in the history) are user names, which are unique. ``lines`` are all of the receipt's; those that the
    shopper does not dispute are claimed as billed."""

    id: Id
    store: str
    number: int
    receipt: Id
    receipt_number: int
    visit: int
    state: CaseState
    version: int
    opened_at: Moment
    due_at: Moment
    channel: Channel
    message: str
    lines: list[CaseLine]
    added: list[AddedLine]
    assignee: str | None = None
    lease: Lease | None = None
    decision: Decision | None = None
    claimed_worth: Money
    history: list[HistoryEntry] = []


class CaseSummary(msgspec.Struct, frozen=True, kw_only=True):
    id: Id
    store: str
    number: int
    receipt: Id
    receipt_number: int
    visit: int
    state: CaseState
    opened_at: Moment
    due_at: Moment
    channel: Channel
    assignee: str | None
    claimed_worth: Money
    summary: str
