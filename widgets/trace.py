"""A trace: the readings of one or more channels at a known rate, kept for drawing. No Qt."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class Extremes:
    """Least and greatest grams in bins of ``width_us`` that begin at ``starts_us``; NaN where nothing was read."""

    starts_us: npt.NDArray[np.int64]
    width_us: float
    least: Floats
    greatest: Floats


class Source(Protocol):
    """What a graph draws: a Trace's channel, thinned history, or both joined."""

    def extremes(self, start_us: int, end_us: int, pixels: int) -> Extremes:
        """Of the span, in at most 2 × ``pixels`` bins, none of which loses an extreme."""
        ...

    def latest(self) -> tuple[int, float] | None:
        """(µs, grams) of the newest reading that is not NaN; None where there is none."""
        ...

    def value_at(self, at_us: int) -> float:
        """The reading at a moment, NaN where there is none."""
        ...


class Trace:
    """A ring of ``capacity`` samples of ``channels`` at ``rate_hz``. One thread appends while others read."""

    def __init__(self, rate_hz: float, capacity: int, channels: int = 1) -> None:
        raise NotImplementedError

    def append(self, first_at_us: int, samples: npt.ArrayLike) -> None:
        """``samples``: [samples] or [samples, channels], the first taken at ``first_at_us``; NaN: no reading."""
        raise NotImplementedError

    def channel(self, index: int) -> Source:
        raise NotImplementedError
