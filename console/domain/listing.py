"""Lists and single things as the desk has them of the store: what was asked, what came, what is still missing."""

from dataclasses import dataclass
from typing import Generic, TypeVar

from console.domain.problem import Problem
from store_client.contract.case import CaseState, Channel
from store_client.contract.moment import Micros

T = TypeVar("T")
Q = TypeVar("Q")


@dataclass(frozen=True, slots=True)
class ReceiptQuery:
    """What to look for. ``since_us``: store time. Amounts are minor units."""

    text: str = ""
    since_us: Micros | None = None
    min_minor: int | None = None
    max_minor: int | None = None
    last4: str = ""


@dataclass(frozen=True, slots=True)
class CaseQuery:
    """``state`` None: those that are not decided yet. ``is_mine``: only those that the signed-in user holds;
    ``is_late``: only those past their due time; ``is_approvable``: only proposals on which the user may decide."""

    state: CaseState | None = None
    is_mine: bool = False
    channel: Channel | None = None
    is_late: bool = False
    is_approvable: bool = False


@dataclass(frozen=True, slots=True)
class Listing(Generic[Q, T]):
    """``items``: newest first. ``has_more``: the store has further ones. ``problem``: why the last asking failed; the
    items are then those of before."""

    query: Q
    items: tuple[T, ...] = ()
    has_more: bool = False
    is_loading: bool = False
    is_known: bool = False
    problem: Problem | None = None


@dataclass(frozen=True, slots=True)
class Opened(Generic[T]):
    """One thing opened by its id. ``value`` None while it loads, or when it could not be had (``problem``)."""

    id: str | None = None
    value: T | None = None
    is_loading: bool = False
    problem: Problem | None = None
