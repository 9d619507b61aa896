"""Stores and their policies."""

from typing import Literal

import msgspec

from store_client.contract.money import Currency, Money

TaxMode = Literal["included", "added"]


class Policies(msgspec.Struct, frozen=True):
    refund_window_days: int
    approval_limit: Money
    case_due_hours: int
    retention_hours_weights: int
    retention_hours_positions: int


class Store(msgspec.Struct, frozen=True):
    """``time_zone``: an IANA name; every time on screen is in it. ``tax``: whether prices include tax."""

    id: str
    name: str
    time_zone: str
    currency: Currency
    tax: TaxMode
    policies: Policies
