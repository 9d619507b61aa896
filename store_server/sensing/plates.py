"""What a gondola's plates are worth as sensors: noisy, drifting, dead, or as they should be.

Bounds from plates measured in a real store: idle σ median 0.94 g, nine in ten at most 4.5 g, worst 14 g; one plate
in ten never changes, though its converter's step (0.241 g) is below any living plate's noise.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from store_client.contract.cause import Cause
from store_client.contract.live import DeviceState
from store_server.cause import cause
from store_server.sensing.readings import Grams

US = 1_000_000
NOISY_GRAMS = 7.0
QUIET_GRAMS = 6.0
"""A plate called noisy stays so until its σ falls below this, so that none flickers."""
SILENT_US = 3 * US
STILL_US = 90 * US
"""The quietest plates stay below their converter's step for a minute; their zero creeps, and moves them on in the end."""
KNOWN_US = 2 * US
BATCHES = 25
DRIFT_SECONDS = 60
DRIFT_GRAMS = 8.0
"""Grams of slow movement in a minute; what moves faster than ``STEP_GRAMS`` a second was moved by somebody."""
STEP_GRAMS = 2.0


@dataclass(slots=True)
class PlateState:
    state: DeviceState
    cause: Cause


class PlateWatch:
    """One gondola's plates. ``shape``: shelves and plates as its messages have them."""

    def __init__(self, shape: tuple[int, int]) -> None:
        self.shape = shape
        self._spread: Grams = np.full((BATCHES, *shape), np.nan, np.float32)
        self._batch = 0
        self._began_us: int | None = None
        self._at_us = 0
        self._read_us: NDArray[np.int64] = np.zeros(shape, np.int64)
        self._changed_us: NDArray[np.int64] = np.zeros(shape, np.int64)
        self._last: Grams = np.full(shape, np.nan, np.float32)
        self._second = -1
        self._seconds: Grams = np.full((DRIFT_SECONDS + 1, *shape), np.nan, np.float32)
        self._sum: Grams = np.zeros(shape, np.float32)
        self._count: NDArray[np.int32] = np.zeros(shape, np.int32)
        self._is_noisy: NDArray[np.bool_] = np.zeros(shape, np.bool_)

    def add(self, values: Grams, at_us: int) -> None:
        """One batch, measured until ``at_us``."""
        if self._began_us is None:
            self._began_us = at_us
            self._read_us[:] = at_us
            self._changed_us[:] = at_us
        if at_us < self._at_us:
            self._set_back(self._at_us - at_us)
        self._at_us = at_us
        is_read = ~np.isnan(values)
        count = is_read.sum(axis=0, dtype=np.int32)
        total = np.where(is_read, values, 0).sum(axis=0, dtype=np.float32)
        is_any = count > 0
        mean = np.divide(total, count, out=np.full(self.shape, np.nan, np.float32), where=is_any)
        square = (np.where(is_read, values - mean, 0) ** 2).sum(axis=0, dtype=np.float32)
        self._spread[self._batch % BATCHES] = np.where(count > 1, np.sqrt(square / np.maximum(count - 1, 1)), np.nan)
        self._batch += 1
        self._read_us[is_any] = at_us
        least, greatest = np.fmin.reduce(values, axis=0), np.fmax.reduce(values, axis=0)
        self._changed_us[is_any & ((least != greatest) | (least != self._last))] = at_us
        self._last = np.where(is_any, least, self._last)
        self._add_second(total, count, at_us // US)

    def _set_back(self, by_us: int) -> None:
        """The clock was, or a message overtook another: what was seen is as long ago as before."""
        assert self._began_us is not None
        self._began_us -= by_us
        self._read_us -= by_us
        self._changed_us -= by_us

    def _add_second(self, total: Grams, count: NDArray[np.int32], second: int) -> None:
        if second != self._second:
            if self._second >= 0:
                mean = np.divide(
                    self._sum, self._count, out=np.full(self.shape, np.nan, np.float32), where=self._count > 0
                )
                self._seconds = np.roll(self._seconds, -1, axis=0)
                self._seconds[-1] = mean
            self._second = second
            self._sum[:] = 0
            self._count[:] = 0
        self._sum += total
        self._count += count

    def states(self, now_us: int) -> dict[tuple[int, int], PlateState]:
        """By shelf and plate, those that are not ok; empty in the first two seconds, when nothing is known."""
        if self._began_us is None or now_us - self._began_us < KNOWN_US:
            return {}
        found: dict[tuple[int, int], PlateState] = {}
        spread = np.nan_to_num(np.median(self._spread[: min(self._batch, BATCHES)], axis=0))
        self._is_noisy = spread > np.where(self._is_noisy, QUIET_GRAMS, NOISY_GRAMS)
        moves = np.diff(self._seconds, axis=0)
        slow = np.where(np.abs(moves) < STEP_GRAMS, moves, 0)  # NaN compares False
        drift = slow.sum(axis=0)
        is_long = (~np.isnan(moves)).sum(axis=0) > DRIFT_SECONDS // 2
        for where in zip(*np.nonzero(is_long & (np.abs(drift) > DRIFT_GRAMS) & ~self._is_noisy), strict=True):
            found[_pair(where)] = PlateState("drifting", cause("creeps", grams=round(float(drift[where]), 1)))
        for where in zip(*np.nonzero(self._is_noisy), strict=True):
            found[_pair(where)] = PlateState("noisy", cause("noise", grams=round(float(spread[where]), 1)))
        for where in zip(*np.nonzero(now_us - self._changed_us > STILL_US), strict=True):
            found[_pair(where)] = PlateState("dead", cause("never_changes"))
        for where in zip(*np.nonzero(now_us - self._read_us > SILENT_US), strict=True):
            found[_pair(where)] = PlateState("dead", cause("no_reading"))
        return found


def _pair(where: tuple[np.intp, ...]) -> tuple[int, int]:
    return int(where[0]), int(where[1])
