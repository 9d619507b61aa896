"""Stores and their policies."""

from typing import Literal

import msgspec

from store_client.contract.money import Currency, Money

TaxMode = Literal["included", "added"]


class Policies(msgspec.Struct, frozen=True):
    """``approval_limit``: above it two people decide, whoever proposes; ``agent_day_limit``: the same for all that one
    agent gives back in a day of the store (ten times ``approval_limit`` if None); ``approval_hours``: how long a
    proposal waits; ``retention_hours_evidence``: how long what was kept with each event stays without a case;
    ``retention_hours_video`` and ``retention_mib_video``: how long recordings stay without one, and how much of them;
    ``faces_minutes``: how long leave to see faces holds."""

    refund_window_days: int
    approval_limit: Money
    case_due_hours: int
    retention_hours_weights: int
    retention_hours_positions: int
    agent_day_limit: Money | None = None
    approval_hours: int = 24
    retention_hours_evidence: int = 31 * 24
    retention_hours_video: int = 72
    retention_mib_video: int = 8192
    faces_minutes: int = 10


class Store(msgspec.Struct, frozen=True):
    """``time_zone``: an IANA name; every time on screen is in it. ``tax``: whether prices include tax."""

    id: str
    name: str
    time_zone: str
    currency: Currency
    tax: TaxMode
    policies: Policies
