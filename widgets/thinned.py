"""Readings that a store has already thinned to least and greatest per bucket, and such joined with a live trace."""

import numpy as np
import numpy.typing as npt

from widgets.trace import Extremes, Source


class Thinned:
    """``starts_us`` ascending, buckets of ``bucket_us``; NaN in ``least`` and ``greatest`` where nothing was read."""

    def __init__(
        self, starts_us: npt.NDArray[np.int64], bucket_us: int, least: npt.ArrayLike, greatest: npt.ArrayLike
    ) -> None:
        raise NotImplementedError

    def extremes(self, start_us: int, end_us: int, pixels: int) -> Extremes:
        raise NotImplementedError

    def latest(self) -> tuple[int, float] | None:
        raise NotImplementedError

    def value_at(self, at_us: int) -> float:
        raise NotImplementedError


class Joined:
    """History up to where the live trace begins, the trace from there on."""

    def __init__(self, history: Source, live: Source) -> None:
        raise NotImplementedError

    def extremes(self, start_us: int, end_us: int, pixels: int) -> Extremes:
        raise NotImplementedError

    def latest(self) -> tuple[int, float] | None:
        raise NotImplementedError

    def value_at(self, at_us: int) -> float:
        raise NotImplementedError
