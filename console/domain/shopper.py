"""Shoppers as the desk sees them at one moment."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from store_client.contract.live import Hand

TRAIL_POINTS = 60


@dataclass(frozen=True, slots=True)
class Shoppers:
    """All tracked people of one positions message, in step with each other by place.

    ``at_us``: store time they were measured at; ``sent_us``: when the store sent it. ``xy``: float32 [n, 2], metres.
    ``trails``: float32 [n, TRAIL_POINTS, 2], oldest first, the last being ``xy``; NaN before a person was seen.
    ``trips``: None for staff and for who is not told apart yet. ``quality``: float32 [n], 0 to 1.
    """

    at_us: int
    sent_us: int
    tracks: tuple[str, ...]
    trips: tuple[str | None, ...]
    xy: NDArray[np.float32]
    trails: NDArray[np.float32]
    quality: NDArray[np.float32]
    hands: tuple[tuple[Hand, ...], ...]

    def __len__(self) -> int:
        return len(self.tracks)

    def place_of(self, trip: str) -> int | None:
        """Where the first person of ``trip`` stands in the arrays, None if nobody of it is tracked now."""
        return self.trips.index(trip) if trip in self.trips else None


def nobody() -> Shoppers:
    return Shoppers(
        at_us=0,
        sent_us=0,
        tracks=(),
        trips=(),
        xy=np.empty((0, 2), np.float32),
        trails=np.empty((0, TRAIL_POINTS, 2), np.float32),
        quality=np.empty(0, np.float32),
        hands=(),
    )
