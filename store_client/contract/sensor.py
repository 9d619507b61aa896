"""Kept readings of plates and positions, thinned without losing an extreme."""

import msgspec

from store_client.contract.live import Hand


class PlateSeries(msgspec.Struct, frozen=True):
    """Least and greatest grams in each of the buckets that begin at ``at`` (µs UTC); None where nothing was read."""

    plate: str
    at: list[int]
    least: list[float | None]
    greatest: list[float | None]


class WeightHistory(msgspec.Struct, frozen=True):
    """``kept_from``: µs UTC of the oldest reading still kept."""

    store: str
    bucket_us: int
    kept_from: int | None
    series: list[PlateSeries]


class PositionFix(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """``hands``: only beside the pictures of an event, where they say towards what somebody bent. Many are kept, and none can
    be part of a cycle: the garbage collector need not look at them."""

    at: int
    track: str
    trip: str | None
    x: float
    y: float
    hands: tuple[Hand, ...] = ()


class PositionHistory(msgspec.Struct, frozen=True):
    store: str
    kept_from: int | None
    fixes: list[PositionFix]
