"""Steps in the weight of single plates and of whole shelves, found as the samples stream in.

A plate's absolute weight drifts and is never zeroed; its differences are reliable. So each plate has a *level* that
follows it while it is idle, an idle noise σ learnt from it, and becomes *busy* when it leaves that level: a hand
presses, a product is lifted. It is idle again once it has held still for 0.4 s, and the difference of the two levels
is the step. Work is done on blocks of 0.1 s, in which the vibration of a gondola (6 to 10 Hz) and the converter's
step (0.24 g) have averaged out, and for all plates of a gondola at once. The last column of every array is the sum
of the shelf: a product that stands on several plates may move each of them too little to be seen.
"""

from collections import deque
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

BLOCK_US = 100_000
HISTORY = 128
"""Blocks that are kept for each gondola: 12.8 s."""
STILL = 4
"""Blocks that must agree before a plate is idle again."""
DELAY = 5
"""Blocks by which the level lags, so that the first of a slow lift is not taken for drift."""
SLOW = 8
"""Blocks of the slow detector, which sees light products on noisy plates."""
LEAST_GRAMS = 4.0
"""No product is lighter; below it lie crosstalk and the converter."""
LEAST_SIGMA = 0.35
PATIENCE = 150
"""Blocks after which a plate that never holds still is taken as it is: it has become noisy."""
NEAR_US = 150_000
"""The blocks tell so nearly when a level changed; within it the readings are asked."""


@dataclass(frozen=True, slots=True)
class Step:
    """One plate (or shelf sum: ``plate`` is None) went from one level to another.

    ``start_us`` to ``end_us``: from the last block on the old level to the first on the new one. ``grams`` ± ``error``
    (one σ). ``moved_us``: when it went from one to the other for good; ``parts_us``: when it had gone a quarter and
    three quarters of the way for good, which lie apart if two things were moved one after the other. ``press``: how far above the higher of both
    levels it went meanwhile; ``is_forced``: it never held still.
    """

    gondola: int
    shelf: int
    plate: int | None
    start_us: int
    end_us: int
    moved_us: int
    parts_us: tuple[int, int]
    grams: float
    error: float
    press: float
    is_forced: bool = False


class StepDetector:
    """All plates of one gondola. Memory is bounded by ``HISTORY``, for blocks and for the readings they are made of."""

    def __init__(self, gondola: int, shelves: int, plates: int) -> None:
        self.gondola = gondola
        shape = (shelves, plates + 1)
        self.shelves = shelves
        self.plates = plates
        self.times = np.zeros(HISTORY, np.int64)
        self.blocks: Floats = np.full((HISTORY, *shape), np.nan)
        self.count = 0
        self.last_us = 0
        self._readings: deque[tuple[npt.NDArray[np.int64], npt.NDArray[np.float32]]] = deque()
        self._level: Floats = np.full(shape, np.nan)
        self._weight: Floats = np.zeros(shape)
        self._sigma: Floats = np.full(shape, np.nan)
        self._slow_sigma: Floats = np.full(shape, np.nan)
        self._busy: Flags = np.zeros(shape, np.bool_)
        self._since = np.zeros(shape, np.int64)
        self._since_us = np.zeros(shape, np.int64)
        self._home_us = np.zeros(shape, np.int64)
        self._idle_since = np.zeros(shape, np.int64)
        self._crest: Floats = np.full(shape, -np.inf)
        self._alive: Flags = np.zeros((shelves, plates), np.bool_)

    @property
    def busy_since_us(self) -> int | None:
        """When the longest-busy plate left its level, on the whole: one that only trembles about it has not; None while
        all are idle."""
        if not self._busy.any():
            return None
        return int(np.maximum(self._since_us, self._home_us)[self._busy].min())

    @property
    def alive(self) -> int:
        """How many plates have ever been read."""
        return int(self._alive.sum())

    def busy_start(self, shelf: int, first: int, last: int) -> int | None:
        """When the longest-busy of the plates ``first`` to ``last`` of ``shelf`` left its level; None if all are idle."""
        places = slice(max(first, 0), min(last + 1, self.plates))
        busy = self._busy[shelf, places]
        return int(self._since_us[shelf, places][busy].min()) if busy.any() else None

    def feed(self, first_us: int, rate_hz: float, grams: npt.NDArray[np.float32]) -> list[Step]:
        """``grams`` [samples, shelves, plates], NaN where nothing was read. Returns the steps that are now complete."""
        samples = grams.shape[0]
        size = max(1, round(rate_hz * BLOCK_US / 1e6))
        starts = np.arange(0, samples, size)
        read = np.isfinite(grams)
        sums = np.add.reduceat(np.where(read, grams, 0.0), starts, axis=0, dtype=np.float64)
        counts = np.add.reduceat(read, starts, axis=0, dtype=np.int64)
        lengths = np.diff(np.append(starts, samples))
        self._keep(first_us + np.round(np.arange(samples) * 1e6 / rate_hz).astype(np.int64), grams)
        steps: list[Step] = []
        for place, length in enumerate(lengths):
            middle = first_us + round((starts[place] + (length - 1) / 2) * 1e6 / rate_hz)
            enough = counts[place] * 2 >= length
            means = np.divide(sums[place], counts[place], out=np.full(enough.shape, np.nan), where=enough)
            self._block(middle, means, steps)
        self.last_us = first_us + round((samples - 1) * 1e6 / rate_hz)
        return steps

    def change(self, shelf: int, before: tuple[int, int], after: tuple[int, int]) -> tuple[Floats, Floats, Floats]:
        """What every plate of ``shelf`` (the sum last) was at first, how it differs between two spans of time, and the
        error of that.

        NaN where a span holds no reading of the plate.
        """
        first, n_first = self._mean(shelf, *before)
        second, n_second = self._mean(shelf, *after)
        with np.errstate(divide="ignore"):
            error = np.maximum(self._sigma[shelf], LEAST_SIGMA) * np.sqrt(1 / n_first + 1 / n_second)
        return first, second - first, error

    def _mean(self, shelf: int, since_us: int, until_us: int) -> tuple[Floats, Floats]:
        kept = (self.times >= since_us) & (self.times <= until_us) & (self.times > 0)
        values = self.blocks[kept, shelf, :]
        read = np.isfinite(values)
        count = read.sum(axis=0).astype(np.float64)
        total = np.where(read, values, 0.0).sum(axis=0)
        return np.divide(total, count, out=np.full(count.shape, np.nan), where=count > 0), count

    def _recent(self, blocks: int) -> Floats:
        """The last ``blocks`` blocks, in any order."""
        return self.blocks[np.arange(self.count - blocks, self.count) % HISTORY]

    def _keep(self, at_us: npt.NDArray[np.int64], grams: npt.NDArray[np.float32]) -> None:
        self._readings.append((at_us, grams))
        while self._readings[0][0][-1] < at_us[-1] - HISTORY * BLOCK_US:
            self._readings.popleft()

    def _block(self, at_us: int, means: Floats, steps: list[Step]) -> None:
        self._alive |= np.isfinite(means)
        read = np.isfinite(means)
        total = np.where(read, means, np.where(np.isfinite(self._level[:, :-1]), self._level[:, :-1], 0.0)).sum(axis=1)
        now = np.column_stack([means, np.where(read.any(axis=1), total, np.nan)])
        self.blocks[self.count % HISTORY] = now
        self.times[self.count % HISTORY] = at_us
        self.count += 1
        fresh = np.isfinite(now) & ~np.isfinite(self._level)
        self._level[fresh] = now[fresh]
        if self.count <= DELAY + SLOW:
            self._learn_first()
            return
        self._settle(now, steps)
        self._trigger(at_us, now)
        self._follow(now)

    def _learn_first(self) -> None:
        """Level and noise from the first 1.3 s."""
        if self.count < DELAY + SLOW:
            return
        read = np.isfinite(self._level)
        values = self._recent(self.count)[:, read]
        self._level[read] = np.nanmedian(values, axis=0)
        spread = np.nanmedian(np.abs(values - self._level[read]), axis=0) * 1.4826
        self._sigma[read] = np.maximum(spread, LEAST_SIGMA)
        self._slow_sigma = self._sigma / 2
        self._weight[:] = SLOW

    def _trigger(self, at_us: int, now: Floats) -> None:
        sigma = np.where(np.isfinite(self._sigma), self._sigma, 1.0)
        slow_sigma = np.where(np.isfinite(self._slow_sigma), self._slow_sigma, 0.5)
        slow = self._recent(SLOW).mean(axis=0)
        with np.errstate(invalid="ignore"):
            far = np.abs(now - self._level) > np.maximum(5.0 * sigma, LEAST_GRAMS)
            is_settled = self.count - self._idle_since >= SLOW
            far |= is_settled & (np.abs(slow - self._level) > np.maximum(5.0 * slow_sigma, LEAST_GRAMS * 0.8))
            is_home = np.abs(slow - self._level) < np.maximum(2.0 * slow_sigma, LEAST_GRAMS / 2)
        self._home_us[is_home] = self.times[(self.count - SLOW) % HISTORY]
        start = far & ~self._busy
        if start.any():
            before = self.times[(self.count - 2) % HISTORY]
            self._busy |= start
            self._since[start] = self.count - 1
            self._since_us[start] = min(before, at_us)
            self._crest[start] = -np.inf
        np.fmax(self._crest, np.where(self._busy, now, -np.inf), out=self._crest)

    def _settle(self, now: Floats, steps: list[Step]) -> None:
        """Ends the busy spells of plates that have held still."""
        if not self._busy.any():
            return
        recent = self._recent(STILL)
        with np.errstate(invalid="ignore"):
            span = recent.max(axis=0) - recent.min(axis=0)
            still = span <= np.maximum(5.0 * self._sigma, 2.0)
        age = self.count - self._since
        forced = self._busy & (age >= PATIENCE) & np.isfinite(now)
        done = (self._busy & still & (age >= STILL)) | forced
        # One that has died under a hand is not waited for: if it lives again, its level tells what has become of it.
        self._busy &= (age < PATIENCE) | np.isfinite(now)
        if not done.any():
            return
        first_still = int(self.times[(self.count - STILL) % HISTORY])
        mean = recent.mean(axis=0)
        for shelf, plate in zip(*np.nonzero(done), strict=True):
            self._finish(int(shelf), int(plate), mean[shelf, plate], first_still, bool(forced[shelf, plate]), steps)

    def _finish(self, shelf: int, plate: int, level: float, end_us: int, is_forced: bool, steps: list[Step]) -> None:
        old = self._level[shelf, plate]
        sigma = max(float(self._sigma[shelf, plate]), LEAST_SIGMA)
        grams = float(level - old)
        error = sigma * float(np.sqrt(1 / STILL + 1 / max(self._weight[shelf, plate], 1.0)))
        if np.isfinite(grams) and abs(grams) > max(3.0 * error, LEAST_GRAMS * 0.75):
            steps.append(
                Step(
                    self.gondola,
                    shelf,
                    None if plate == self.plates else plate,
                    int(self._since_us[shelf, plate]),
                    max(end_us, int(self._since_us[shelf, plate])),
                    self._moved(shelf, plate, old, level, 0.5),
                    (self._moved(shelf, plate, old, level, 0.25), self._moved(shelf, plate, old, level, 0.75)),
                    grams,
                    error,
                    max(0.0, float(self._crest[shelf, plate] - max(level, old))),
                    is_forced,
                )
            )
        if is_forced:
            spread = np.nanstd(self._recent(40)[:, shelf, plate])
            self._sigma[shelf, plate] = max(sigma, float(spread))
            self._slow_sigma[shelf, plate] = self._sigma[shelf, plate] / 2
        self._busy[shelf, plate] = False
        self._idle_since[shelf, plate] = self.count - STILL
        if np.isfinite(level):
            self._level[shelf, plate] = level
            self._weight[shelf, plate] = STILL

    def _moved(self, shelf: int, plate: int, old: float, new: float, share: float) -> int:
        """When a plate that has just settled had gone ``share`` of the way from ``old`` to ``new`` for good."""
        blocks = min(self.count - int(self._since[shelf, plate]) + 1, HISTORY)
        places = np.arange(self.count - blocks, self.count) % HISTORY
        way = (self.blocks[places, shelf, plate] - old) / (new - old)
        before = np.nonzero(way < share)[0]
        last = int(before[-1]) if before.size else 0
        about_us = int(self.times[places[last]] + self.times[places[min(last + 1, blocks - 1)]]) // 2
        at_us, grams = self._read(shelf, plate, about_us - NEAR_US, about_us + NEAR_US)
        return about_us if len(at_us) < 2 else _crossed(at_us, (grams - old) / (new - old) - share)

    def _read(self, shelf: int, plate: int, since_us: int, until_us: int) -> tuple[npt.NDArray[np.int64], Floats]:
        """Readings of a plate (or of the shelf's sum), and when each was taken, without those that are missing."""
        times, values = [], []
        for at_us, grams in self._readings:
            kept = (at_us >= since_us) & (at_us <= until_us)
            if kept.any():
                times.append(at_us[kept])
                values.append(
                    self._summed(shelf, grams[kept, shelf]) if plate == self.plates else grams[kept, shelf, plate]
                )
        if not times:
            return np.empty(0, np.int64), np.empty(0)
        at, read = np.concatenate(times), np.concatenate(values).astype(np.float64)
        return at[np.isfinite(read)], read[np.isfinite(read)]

    def _summed(self, shelf: int, grams: npt.NDArray[np.float32]) -> Floats:
        level = self._level[shelf, :-1]
        total: Floats = np.where(np.isfinite(grams), grams, np.where(np.isfinite(level), level, 0.0)).sum(axis=1)
        return total

    def _follow(self, now: Floats) -> None:
        """Lets level and noise of idle plates follow what they read."""
        late = self.blocks[(self.count - 1 - DELAY) % HISTORY]
        slow = self._recent(SLOW).mean(axis=0)
        # A block read before the last busy spell ended belongs to the old level.
        is_new = self.count - self._idle_since > DELAY
        idle = ~self._busy & is_new & np.isfinite(late) & np.isfinite(now)
        settled = idle & np.isfinite(slow) & (self.count - self._idle_since >= SLOW)
        self._weight[idle] = np.minimum(self._weight[idle] + 1, 15)
        self._level[idle] += (late - self._level)[idle] / self._weight[idle]
        for estimate, value in ((self._sigma, now), (self._slow_sigma, slow)):
            known = np.isfinite(estimate)
            deviation = np.abs(value - self._level) * 1.2533
            estimate[settled & ~known] = np.maximum(deviation, LEAST_SIGMA)[settled & ~known]
            kept = settled & known
            estimate[kept] += (np.maximum(deviation, LEAST_SIGMA / 2) - estimate)[kept] * 0.01


def _crossed(at_us: npt.NDArray[np.int64], above: Floats) -> int:
    """When ``above`` went from below 0 to above it: between the two readings that part it best, so that noise of one does
    not tell. What presses beyond a level says no more than the level: it counts as half a step at most."""
    sums = np.cumsum(np.clip(above, -0.5, 0.5))
    last = int(np.argmin(sums[:-1]))
    return int(at_us[last] + at_us[last + 1]) // 2
