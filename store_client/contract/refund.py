"""Refunds: the movement of money that follows a correction."""

from typing import Literal

import msgspec

from store_client.contract.ids import Id
from store_client.contract.moment import Moment
from store_client.contract.money import Money

RefundState = Literal[
    "draft", "proposed", "awaiting_approval", "approved", "submitting", "settled", "failed", "in_doubt", "reversed"
]


class RefundStep(msgspec.Struct, frozen=True):
    at: Moment
    state: RefundState
    detail: str = ""


class Refund(msgspec.Struct, frozen=True, kw_only=True):
    """``attempts``: how often the provider was sent it or asked about it, always under one key, which moves it once."""

    id: Id
    store: str
    receipt: Id
    case: Id
    correction: Id
    amount: Money
    state: RefundState
    attempts: int
    steps: list[RefundStep]
