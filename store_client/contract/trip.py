"""Trips: one shopper's visit, from gate to gate."""

from typing import Literal

import msgspec

from store_client.contract.cart import Cart
from store_client.contract.ids import Id
from store_client.contract.live import Event
from store_client.contract.moment import Moment
from store_client.contract.money import Money

TripState = Literal["inside", "left"]


class Trip(msgspec.Struct, frozen=True):
    """``visit``: the number by which people speak of it. ``people``: how many entered on its code; a group shares one trip."""

    id: Id
    store: str
    visit: int
    state: TripState
    entered_at: Moment
    gate: str
    left_at: Moment | None = None
    people: int = 1
    receipt: Id | None = None
    worth: Money | None = None
    units: int = 0
    is_doubtful: bool = False


class PathPoint(msgspec.Struct, frozen=True):
    at: Moment
    x: float
    y: float


class TripDetail(msgspec.Struct, frozen=True):
    """A trip with its events in order and its path, thinned to at most 1 point a second."""

    trip: Trip
    events: list[Event]
    path: list[PathPoint]


class CartThen(msgspec.Struct, frozen=True):
    """A cart from ``at`` (µs UTC) on, as everything known by now says it was; its version counts its changes."""

    at: int
    cart: Cart


class Stay(msgspec.Struct, frozen=True):
    """A trip within a span: the cart it began that with, then each that came of a change, in order."""

    trip: Trip
    carts: list[CartThen]


class Inside(msgspec.Struct, frozen=True):
    """Who was in the store within [``since``, ``until``) (µs UTC), by the time they entered."""

    store: str
    since: int
    until: int
    stays: list[Stay]
