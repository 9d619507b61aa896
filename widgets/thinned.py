"""Readings that a store has already thinned to least and greatest per bucket, and such joined with a live trace."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from widgets.trace import Extremes, Source


class Thinned:
    """``starts_us`` ascending, buckets of ``bucket_us``; NaN in ``least`` and ``greatest`` where nothing was read.

    Buckets that are not there at all are gaps. Raises ValueError where the arrays differ in length.
    """

    def __init__(
        self, starts_us: npt.NDArray[np.int64], bucket_us: int, least: npt.ArrayLike, greatest: npt.ArrayLike
    ) -> None:
        self.bucket_us = bucket_us
        low, high = np.asarray(least, np.float32), np.asarray(greatest, np.float32)
        if not len(starts_us) == len(low) == len(high):
            raise ValueError(f"{len(starts_us)} buckets with {len(low)} least and {len(high)} greatest")
        # On an even grid, gaps as NaN, so that bins may be folded without looking at each one's time.
        self._first = int(starts_us[0]) if len(starts_us) else 0
        places = (np.asarray(starts_us, np.int64) - self._first) // bucket_us
        length = int(places[-1]) + 1 if len(places) else 0
        self._least = np.full(length, np.nan, np.float32)
        self._greatest = np.full(length, np.nan, np.float32)
        self._least[places], self._greatest[places] = low, high

    def extremes(self, start_us: int, end_us: int, pixels: int) -> Extremes:
        per_pixel = (end_us - start_us) / self.bucket_us / max(1, pixels)
        fold = 1 << int(np.log2(max(1.0, per_pixel)))
        first = max(0, (start_us - self._first) // self.bucket_us // fold)
        last = min(-(-len(self._least) // fold), -(-(end_us - self._first) // self.bucket_us // fold) + 1)
        if last <= first:
            nothing = np.empty(0, np.float32)
            return Extremes(np.empty(0, np.int64), fold * self.bucket_us, nothing, nothing)
        ends = (0, max(0, last * fold - len(self._least)))
        low, high = (
            np.pad(part[first * fold : last * fold], ends, constant_values=np.nan).reshape(-1, fold)
            for part in (self._least, self._greatest)
        )
        starts = self._first + np.arange(first, last, dtype=np.int64) * (fold * self.bucket_us)
        return Extremes(starts, fold * self.bucket_us, np.fmin.reduce(low, axis=1), np.fmax.reduce(high, axis=1))

    def latest(self) -> tuple[int, float] | None:
        there = np.flatnonzero(~np.isnan(self._greatest))
        if not len(there):
            return None
        return self._first + int(there[-1]) * self.bucket_us, float(self._greatest[there[-1]])

    def value_at(self, at_us: int) -> float:
        """The middle of the bucket's least and greatest."""
        place = (at_us - self._first) // self.bucket_us
        if not 0 <= place < len(self._least):
            return float("nan")
        return float(self._least[place] + self._greatest[place]) / 2

    def kept(self) -> tuple[int, int] | None:
        if not len(self._least):
            return None
        return self._first, self._first + (len(self._least) - 1) * self.bucket_us


@dataclass(frozen=True, slots=True)
class Joined:
    """History up to where the live trace begins, the trace from there on, and history again where the trace lacks
    readings."""

    history: Source
    live: Source

    def extremes(self, start_us: int, end_us: int, pixels: int) -> Extremes:
        kept = self.live.kept()
        seam = end_us if kept is None else min(max(kept[0], start_us), end_us)
        if seam <= start_us:
            return self._filled(self.live.extremes(start_us, end_us, pixels), start_us, end_us, pixels)
        share = (seam - start_us) / (end_us - start_us)
        old = self.history.extremes(start_us, seam, max(1, round(pixels * share)))
        if seam >= end_us:
            return old
        rest = max(1, round(pixels * (1 - share)))
        new = self._filled(self.live.extremes(seam, end_us, rest), seam, end_us, rest)
        return _together(_of(old, old.starts_us < seam), new)

    def _filled(self, new: Extremes, start_us: int, end_us: int, pixels: int) -> Extremes:
        """``new``, and of what was kept all that lies where it has no reading, as after a break."""
        lacks = np.isnan(new.least)
        if not lacks.any():
            return new
        old = self.history.extremes(start_us, end_us, pixels)
        first = np.searchsorted(new.starts_us, old.starts_us, side="right") - 1
        last = np.searchsorted(new.starts_us, old.starts_us + old.width_us, side="left") - 1
        read = np.concatenate([[0], np.cumsum(~lacks)])
        fits = ~np.isnan(old.least) & (first >= 0) & (read[last + 1] == read[np.maximum(first, 0)])
        filled = np.zeros(len(lacks) + 1, np.int64)
        np.add.at(filled, first[fits], 1)
        np.add.at(filled, last[fits] + 1, -1)
        return _together(_of(new, np.cumsum(filled[:-1]) == 0), _of(old, fits))

    def latest(self) -> tuple[int, float] | None:
        return self.live.latest() or self.history.latest()

    def value_at(self, at_us: int) -> float:
        kept = self.live.kept()
        if kept is not None and at_us >= kept[0]:
            value = self.live.value_at(at_us)
            if not np.isnan(value):
                return value
        return self.history.value_at(at_us)

    def kept(self) -> tuple[int, int] | None:
        old, new = self.history.kept(), self.live.kept()
        if old is None or new is None:
            return old or new
        return min(old[0], new[0]), max(old[1], new[1])


def _of(bins: Extremes, chosen: npt.NDArray[np.bool_]) -> Extremes:
    return Extremes(bins.starts_us[chosen], bins.width_us, bins.least[chosen], bins.greatest[chosen])


def _together(one: Extremes, other: Extremes) -> Extremes:
    """In order; the narrower bins as if they were as wide as the others, each with its middle where it was."""
    width_us = max(one.width_us, other.width_us)
    starts = np.concatenate([part.starts_us - round((width_us - part.width_us) / 2) for part in (one, other)])
    order = np.argsort(starts, kind="stable")
    least = np.concatenate([one.least, other.least])[order]
    greatest = np.concatenate([one.greatest, other.greatest])[order]
    return Extremes(starts[order], width_us, least, greatest)
