"""Cases: disputes of a receipt."""

from typing import Annotated, Literal

import msgspec

from store_client.contract.cause import Cause
from store_client.contract.gtin import Gtin
from store_client.contract.ids import Id
from store_client.contract.moment import Moment
from store_client.contract.money import BasisPoints, Money
from store_client.contract.pattern import END

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
Language = Annotated[
    str, msgspec.Meta(pattern=r"^[a-z]{2}" + END, description="ISO 639-1: in which the shopper is answered")
]
LimitScope = Literal["receipt", "shopper", "agent_day"]
"""Limits hold for all that goes back of a receipt, to a shopper (a payment token) within the refund window, and by an
agent in a day of the store, so that splitting does not help."""


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
    language: Language = "en"


class ShopperCaseRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a shopper's app sends. ``code``: the visit code that was shown at the gate: who knows it was there."""

    receipt: Id
    code: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
    lines: Annotated[list[ClaimedLine], msgspec.Meta(max_length=500)] = []
    added: Annotated[list[AddedLine], msgspec.Meta(max_length=100)] = []
    message: Message = ""
    language: Language = "en"


class ShopperCase(msgspec.Struct, frozen=True, kw_only=True):
    """A case as its shopper may know it: nothing of who decides it, nor of how."""

    id: Id
    number: int
    receipt: Id
    state: CaseState
    opened_at: Moment
    due_at: Moment
    answer: str = ""


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
    is_agreed: bool = False


class TaxChange(msgspec.Struct, frozen=True):
    rate: BasisPoints
    net: Money
    tax: Money


class StockChange(msgspec.Struct, frozen=True):
    gtin: Gtin
    quantity: int


class LimitUse(msgspec.Struct, frozen=True):
    """How much of a limit is used with this decision (``used``) of what its maker may give back alone (``limit``)."""

    scope: LimitScope
    used: Money
    limit: Money


class Effect(msgspec.Struct, frozen=True):
    """What a decision would do: changes of net, tax per rate and total (negative: to the shopper), and of stock.

    ``total`` is net and tax less goodwill, which is a gift and changes neither. ``refund``: what is paid back
    (positive); it may be less than the changes say, for increases after the sale are written off, not charged, unless
    the shopper agreed (``is_agreed`` of the request): then they are set off against what goes back, and ``debit`` is
    what is left to be charged. ``needs_approval``: one of ``limits`` is passed.
    """

    net: Money
    tax: list[TaxChange]
    total: Money
    refund: Money
    stock: list[StockChange]
    needs_approval: bool
    debit: Money | None = None
    written_off: Money | None = None
    limits: list[LimitUse] = []


class DecisionRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    lease: int
    reason: DecisionReason
    lines: Annotated[list[DecidedLine], msgspec.Meta(max_length=500)] = []
    added: Annotated[list[AddedLine], msgspec.Meta(max_length=100)] = []
    goodwill: Annotated[int, msgspec.Meta(ge=0, le=10_000_000)] = 0
    message: Message = ""
    is_agreed: bool = False


class ApprovalRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``note``: needed for a refusal, so that the agent knows what to do otherwise."""

    approve: bool
    note: Message = ""


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
    debit: Id | None = None
    is_agreed: bool = False


class Proposal(msgspec.Struct, frozen=True, kw_only=True):
    """A decision above its maker's limits. What it gives back is reserved until another decides on it, or it expires."""

    decision: Decision
    amount: Money
    limits: list[LimitUse]
    expires_at: Moment


class Approval(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a proposal. ``by`` "store": it expired."""

    at: Moment
    by: str
    is_approved: bool
    note: str = ""


CaseStep = Literal[
    "opened",
    "claimed",
    "released",
    "decided",
    "proposed",
    "approved",
    "refused",
    "expired",
    "sensors changed",
    "refund settled",
    "refund failed",
    "refund in doubt",
    "refund reversed",
    "debit captured",
    "debit failed",
    "debit in doubt",
    "refund sent again",
    "debit sent again",
]


class HistoryEntry(msgspec.Struct, frozen=True, kw_only=True):
    """``what``: a CaseStep, or one of a later store. ``detail``: a code (the channel by which it was opened, the reason
    of a decision), or the words of a person, a provider or the store; what the store itself says has ``causes``."""

    at: Moment
    by: str
    what: str
    detail: str = ""
    causes: list[Cause] = []


class CaseLine(msgspec.Struct, frozen=True, kw_only=True):
    """A line of the receipt as the case sees it. ``decided_quantity`` is None until it is decided. ``events``: what it
    was billed from."""

    line: int
    gtin: Gtin
    name: str
    billed_quantity: int
    claimed_quantity: int
    decided_quantity: int | None
    unit_price: Money
    gross: Money
    confidence: float
    events: list[Id] = []


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """``version`` is also the ETag; ``lease`` is None while nobody holds the case. People (``assignee``, the lease's
    holder, ``by`` in the history) are user names, which are unique. ``lines`` are all of the receipt's; those that the
    shopper does not dispute are claimed as billed. ``proposal`` is there while the case awaits approval."""

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
    language: Language = "en"
    proposal: Proposal | None = None
    approvals: list[Approval] = []


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
    proposed_by: str | None = None
    version: int = 0


class CaseCounts(msgspec.Struct, frozen=True, kw_only=True):
    """How many cases of a store there are in each state; ``late``: undecided past their due time; ``mine``: held or
    proposed by who asks; ``approvable``: awaiting an approval that who asks may give."""

    open: int
    claimed: int
    awaiting_approval: int
    decided: int
    closed: int
    late: int
    mine: int
    approvable: int


class EarlierCase(msgspec.Struct, frozen=True, kw_only=True):
    """``refunded``: what went back with it, and still is with the shopper."""

    id: Id
    number: int
    opened_at: Moment
    state: CaseState
    summary: str
    reason: DecisionReason | None
    refunded: Money
    plates: list[str] = []


class Signals(msgspec.Struct, frozen=True):
    """Earlier cases that have something in common with this one: facts to weigh, never an accusation.

    ``same_payment``: of the same payment token; ``same_plate``: of a plate that this case's lines came from.
    """

    same_payment: list[EarlierCase]
    same_plate: list[EarlierCase]
