"""Refunds: the movement of money that follows a correction."""

from typing import Annotated, Literal

import msgspec

from store_client.contract.cause import Cause
from store_client.contract.ids import Id
from store_client.contract.moment import Moment
from store_client.contract.money import Money

RefundState = Literal[
    "draft", "proposed", "awaiting_approval", "approved", "submitting", "settled", "failed", "in_doubt", "reversed"
]


class RefundStep(msgspec.Struct, frozen=True):
    """``detail``: why, in the words of a person, a provider or the store; what the store itself says has ``causes``."""

    at: Moment
    state: RefundState
    detail: str = ""
    causes: list[Cause] = []


class Refund(msgspec.Struct, frozen=True, kw_only=True):
    """``attempts``: how often the provider was sent it or asked about it, always under one ``key``, which moves it once.
    ``advice``: what a person has to do, where one has to. ``is_forgotten``: it is in doubt, and the provider no longer
    knows the key: a person must find out, and say so with a ResolutionRequest."""

    id: Id
    store: str
    receipt: Id
    case: Id
    correction: Id
    amount: Money
    state: RefundState
    attempts: int
    steps: list[RefundStep]
    proposed_by: str = ""
    approved_by: str | None = None
    advice: str = ""
    key: str = ""
    is_forgotten: bool = False


Outcome = Literal["settled", "failed", "again"]


class ResolutionRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a person learned from the provider about money in doubt that it no longer knows by its key.

    ``again``: it has nothing of it, and is sent it once more under the same key. ``reference``: the provider's own name
    for the movement, or for the inquiry that found none.
    """

    outcome: Outcome
    reference: Annotated[str, msgspec.Meta(min_length=3, max_length=200)]
    note: Annotated[str, msgspec.Meta(min_length=3, max_length=2_000)]


DebitState = Literal["written_off", "pending", "submitting", "captured", "failed", "in_doubt"]


class Debit(msgspec.Struct, frozen=True, kw_only=True):
    """An increase after the sale: written off, unless the shopper agreed; then charged, under a key of its own.
    ``is_void``: its correction is, so that nothing of it is written off any more."""

    id: Id
    receipt: Id
    case: Id
    correction: Id
    made_at: Moment
    amount: Money
    state: DebitState
    is_agreed: bool
    is_void: bool = False
