"""The traces of the plates that somebody looks at: live from the ring, older from what the store kept."""

import numpy as np
from numpy.typing import NDArray

from console.state.ring import GondolaRing
from widgets.thinned import Joined
from widgets.trace import Source, Trace

SECONDS = 3_600
"""How long a watched plate's own readings are kept at the full rate (0.9 MB of float32 at 60 Hz)."""


class PlateTrace:
    """One plate's readings. ``source`` is what a graph draws; it is another object once history has come."""

    def __init__(self, shelf: int, index: int) -> None:
        self._shelf = shelf
        self._index = index
        self._trace: Trace | None = None
        self._read = 0
        self._ring: GondolaRing | None = None
        self.history: Source | None = None
        self.first_us: int | None = None

    @property
    def source(self) -> Source | None:
        """None before anything was read."""
        live = None if self._trace is None else self._trace.channel(0)
        if self.history is None or live is None:
            return live or self.history
        return Joined(self.history, live)

    def fits(self, ring: GondolaRing) -> bool:
        """False for a plate that the gondola does not have."""
        return self._shelf < ring.shelves and self._index < ring.plates

    def follow(self, ring: GondolaRing) -> bool:
        """Takes what the ring has that the trace has not. True if ``source`` is another object than before."""
        is_new = self._trace is None or ring is not self._ring
        if is_new:
            self._trace = Trace(ring.rate_hz, round(SECONDS * ring.rate_hz))
            self._ring, self._read = ring, 0
        at, grams = ring.since(self._read, self._shelf, self._index)
        self._read = ring.written
        if len(at) and self._trace is not None:
            if self.first_us is None:
                self.first_us = int(at[0])
            _append(self._trace, at, grams, ring.rate_hz)
        return is_new


def _append(trace: Trace, at: NDArray[np.int64], grams: NDArray[np.float32], rate_hz: float) -> None:
    """Appends block by block: a new one begins wherever readings are missing."""
    breaks = np.flatnonzero(np.diff(at) > 1.5e6 / rate_hz) + 1
    for times, block in zip(np.split(at, breaks), np.split(grams, breaks), strict=True):
        trace.append(int(times[0]), block)
