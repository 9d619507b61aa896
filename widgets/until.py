"""Readings of which those after a moment are not seen: they had not come then. No Qt."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from widgets.trace import Extremes, Source

_LOOKED_BACK_US = 10_000_000


@dataclass(frozen=True, slots=True)
class Until:
    """A Source. ``until_us`` is asked at every look: it may move."""

    source: Source
    until_us: Callable[[], int]

    def extremes(self, start_us: int, end_us: int, pixels: int) -> Extremes:
        end = min(end_us, self.until_us())
        if end <= start_us:
            nothing = np.empty(0, np.float32)
            return Extremes(np.empty(0, np.int64), (end_us - start_us) / max(1, pixels), nothing, nothing)
        share = (end - start_us) / (end_us - start_us)
        found = self.source.extremes(start_us, end, max(1, round(pixels * share)))
        seen = found.starts_us <= end
        return Extremes(found.starts_us[seen], found.width_us, found.least[seen], found.greatest[seen])

    def latest(self) -> tuple[int, float] | None:
        until, newest = self.until_us(), self.source.latest()
        if newest is None or newest[0] <= until:
            return newest
        found = self.extremes(until - _LOOKED_BACK_US, until, 1_024)
        there = np.flatnonzero(~np.isnan(found.greatest))
        if not len(there):
            return None
        return int(found.starts_us[there[-1]]), float(found.greatest[there[-1]])

    def value_at(self, at_us: int) -> float:
        return self.source.value_at(at_us) if at_us <= self.until_us() else float("nan")

    def kept(self) -> tuple[int, int] | None:
        """Of what is seen."""
        kept, until = self.source.kept(), self.until_us()
        return None if kept is None or kept[0] > until else (kept[0], min(kept[1], until))
