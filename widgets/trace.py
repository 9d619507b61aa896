"""A trace: the readings of one or more channels at a known rate, kept for drawing. No Qt.

Beside the samples a trace keeps their least and greatest in bins of 8, 64, 512 … samples. Bins are anchored to a
sample's place in the whole history, not to its place in the ring, so that a picture drawn from them stands still while
samples are added at one end and forgotten at the other.
"""

import threading
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
_FANOUT = 8
_SLACK = 2
_MOST_STRAYS = 10


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
        """Of the span, in at most 2 × ``pixels`` + 2 bins, none of which loses an extreme."""
        ...

    def latest(self) -> tuple[int, float] | None:
        """(µs, grams) of the newest reading that is not NaN; None where there is none."""
        ...

    def value_at(self, at_us: int) -> float:
        """The reading at a moment, NaN where there is none."""
        ...

    def kept(self) -> tuple[int, int] | None:
        """(first, last) µs of what is kept, gaps included; None where nothing is."""
        ...


@dataclass(slots=True)
class _Level:
    """Bins of ``width`` samples: bin k of the whole history is in column k modulo the number of columns."""

    width: int
    least: Floats
    greatest: Floats


def _reduced(low: Floats, high: Floats, width: int) -> tuple[Floats, Floats]:
    """Folds each ``width`` neighbours of the last axis into one bin; a bin of nothing but NaN stays NaN."""
    shape = (*low.shape[:-1], -1, width)
    return np.fmin.reduce(low.reshape(shape), axis=-1), np.fmax.reduce(high.reshape(shape), axis=-1)


class Trace:
    """A ring of ``capacity`` samples of ``channels`` at ``rate_hz``. One thread appends while others read.

    A sample's number counts from the first one ever appended. Missing samples are NaN. A block that comes again, or
    late, writes over what it overlaps. A step of at most two samples between blocks is the drift of two clocks and
    not a gap: the block is joined to the last. Blocks from before the ring are dropped; after ten of them in a row
    the clock is believed and the trace begins anew.
    """

    def __init__(self, rate_hz: float, capacity: int, channels: int = 1) -> None:
        if rate_hz <= 0 or capacity < 1 or channels < 1:
            raise ValueError(f"a trace needs a rate, a capacity and channels: {rate_hz}, {capacity}, {channels}")
        widths = [_FANOUT]
        while widths[-1] * _FANOUT * 64 <= capacity:
            widths.append(widths[-1] * _FANOUT)
        top = widths[-1]
        self.rate_hz = rate_hz
        self.capacity = -(-capacity // top) * top + top  # one bin more: the oldest is always about to be written over
        self._samples: Floats = np.full((channels, self.capacity), np.nan, np.float32)
        self._levels = [
            _Level(
                width,
                np.full((channels, self.capacity // width), np.nan, np.float32),
                np.full((channels, self.capacity // width), np.nan, np.float32),
            )
            for width in widths
        ]
        self._origin_us: int | None = None
        self._count = 0  # the number of the sample that comes next
        self._strays = 0
        self._lock = threading.Lock()

    @property
    def channels(self) -> int:
        return int(self._samples.shape[0])

    def channel(self, index: int) -> "Channel":
        """One channel as a graph draws it. Raises IndexError for one that is not there."""
        if not 0 <= index < self.channels:
            raise IndexError(f"channel {index} of {self.channels}")
        return Channel(self, index)

    def append(self, first_at_us: int, samples: npt.ArrayLike) -> None:
        """``samples``: [samples] or [samples, channels], the first taken at ``first_at_us``; NaN: no reading.

        Raises ValueError where the number of channels is another.
        """
        block = np.asarray(samples, np.float32)
        block = block.reshape(len(block), -1)
        if block.shape[1] != self.channels:
            raise ValueError(f"{block.shape[1]} channels for a trace of {self.channels}")
        if not len(block):
            return
        with self._lock:
            if self._origin_us is None or self._strays >= _MOST_STRAYS:
                self._begin(first_at_us)
            number, block = self._joined(self._number(first_at_us), block)
            oldest = self._oldest(max(self._count, number + len(block)))
            if number + len(block) <= oldest:
                self._strays += 1
                return
            self._strays = 0
            self._write(max(number, oldest), block[max(0, oldest - number) :])

    def _begin(self, first_at_us: int) -> None:
        self._origin_us, self._count, self._strays = first_at_us, 0, 0
        for ring in (self._samples, *(part for level in self._levels for part in (level.least, level.greatest))):
            ring.fill(np.nan)

    def _number(self, at_us: int) -> int:
        return round((at_us - (self._origin_us or 0)) * self.rate_hz / 1e6)

    def _joined(self, number: int, block: Floats) -> tuple[int, Floats]:
        """Where a block goes, with the slip of its clock taken out: nothing is torn and no extreme written over."""
        slip = number - self._count
        if 0 < slip <= _SLACK and self._count:  # the last reading stands in for the one or two between
            last = self._samples[:, (self._count - 1) % self.capacity]
            return self._count, np.concatenate([np.repeat(last[None, :], slip, axis=0), block])
        if -_SLACK <= slip < 0:
            return self._count, block
        if -len(block) < slip < -_SLACK:
            return self._count, _without_repeats(block, -slip)
        return number, block

    def _write(self, number: int, block: Floats) -> None:
        end, fresh_from = number + len(block), self._count
        start = min(number, max(fresh_from, self._oldest(max(end, fresh_from))))
        if start < number:
            self._put(start, np.full((number - start, self.channels), np.nan, np.float32))
        self._put(number, block)
        self._count = max(self._count, end)
        top = self._levels[-1].width
        ahead = -(-end // top) * top
        if ahead > -(-fresh_from // top) * top:
            self._forget(end, ahead)  # the ring's oldest samples, which share the top bin of the newest
        self._fold(start, end)

    def _put(self, number: int, block: Floats) -> None:
        place = number % self.capacity
        first = min(len(block), self.capacity - place)
        self._samples[:, place : place + first] = block[:first].T
        self._samples[:, : len(block) - first] = block[first:].T

    def _fold(self, start: int, end: int) -> None:
        """Brings the bins over samples ``start`` to ``end`` up to date, each level from the one below."""
        below_low = below_high = self._samples
        width_below = 1
        for level in self._levels:
            first, last = start // level.width, -(-end // level.width)
            columns = np.arange(first, last) % level.least.shape[1]
            fanout = level.width // width_below
            source = (columns[:, None] * fanout + np.arange(fanout)).ravel()
            low, high = _reduced(below_low[:, source], below_high[:, source], fanout)
            level.least[:, columns], level.greatest[:, columns] = low, high
            below_low, below_high, width_below = level.least, level.greatest, level.width

    def _forget(self, start: int, end: int) -> None:
        numbers = np.arange(start, end) % self.capacity
        self._samples[:, numbers] = np.nan
        for level in self._levels:
            columns = np.arange(-(-start // level.width), end // level.width) % level.least.shape[1]
            level.least[:, columns] = np.nan
            level.greatest[:, columns] = np.nan

    # ------------------------------------------------------------ reading, through Channel

    def read_extremes(self, channel: int, start_us: int, end_us: int, pixels: int) -> Extremes:
        with self._lock:
            if self._origin_us is None or end_us <= start_us:
                return Extremes(np.empty(0, np.int64), 1e6 / self.rate_hz, _NOTHING, _NOTHING)
            per_us = self.rate_hz / 1e6
            wanted = max(1.0, (end_us - start_us) * per_us / max(1, pixels))
            width = 1 << int(np.log2(wanted))  # powers of two: the bins of one zoom are halves of the next one's
            first = max(self._oldest(self._count), int((start_us - self._origin_us) * per_us)) // width
            last = min(self._count, int((end_us - self._origin_us) * per_us) + 2)
            last = -(-last // width)
            if last <= first:
                return Extremes(np.empty(0, np.int64), width / per_us, _NOTHING, _NOTHING)
            low, high = self._bins(channel, first, last, width)
            starts = self._origin_us + np.rint(np.arange(first, last) * (width / per_us)).astype(np.int64)
        return Extremes(starts, width / per_us, low, high)

    def _bins(self, channel: int, first: int, last: int, width: int) -> tuple[Floats, Floats]:
        """Bins ``first`` to ``last`` of ``width`` samples, folded from the widest level that is no wider."""
        level = next((level for level in reversed(self._levels) if level.width <= width), None)
        step = level.width if level else 1
        fanout = width // step
        lows = level.least[channel] if level else self._samples[channel]
        highs = level.greatest[channel] if level else lows
        start = max(first * fanout, -(-self._oldest(self._count) // step))
        end = min(last * fanout, -(-self._count // step))
        around = (start - first * fanout, last * fanout - end)
        low, high = (np.pad(_cut(ring, start, end), around, constant_values=np.nan) for ring in (lows, highs))
        return _reduced(low, high, fanout) if fanout > 1 else (low, high)

    def _oldest(self, count: int) -> int:
        """The number of the oldest sample kept when ``count`` were appended: whole bins of the top level go at once."""
        top = self._levels[-1].width
        return max(0, -(-count // top) * top - self.capacity)

    def read_latest(self, channel: int) -> tuple[int, float] | None:
        with self._lock:
            if self._origin_us is None:
                return None
            first = max(self._oldest(self._count), self._count - round(10 * self.rate_hz))
            values = _cut(self._samples[channel], first, self._count)
            there = np.flatnonzero(~np.isnan(values))
            if not len(there):
                return None
            number = first + int(there[-1])
            return self._origin_us + round(number * 1e6 / self.rate_hz), float(values[there[-1]])

    def read_value(self, channel: int, at_us: int) -> float:
        with self._lock:
            if self._origin_us is None:
                return float("nan")
            number = self._number(at_us)
            if not self._oldest(self._count) <= number < self._count:
                return float("nan")
            return float(self._samples[channel, number % self.capacity])

    def kept(self) -> tuple[int, int] | None:
        """(first, last) µs of what the ring holds; None before the first sample."""
        with self._lock:
            if self._origin_us is None:
                return None
            per_sample = 1e6 / self.rate_hz
            first = self._origin_us + round(self._oldest(self._count) * per_sample)
            return first, self._origin_us + round((self._count - 1) * per_sample)


_NOTHING: Floats = np.empty(0, np.float32)


def _without_repeats(block: Floats, surplus: int) -> Floats:
    """The block less the ``surplus`` samples that differ least from the one before: those that say least."""
    steps = np.nanmax(np.abs(np.nan_to_num(np.diff(block, axis=0))), axis=1)
    dropped = np.argsort(steps, kind="stable")[:surplus] + 1
    return np.delete(block, dropped, axis=0)


def _cut(ring: Floats, first: int, last: int) -> Floats:
    """A copy of the ring's places ``first`` to ``last``, which count on past its end."""
    start, length = first % len(ring), last - first
    head = ring[start : start + length]
    return head.copy() if len(head) == length else np.concatenate([head, ring[: length - len(head)]])


@dataclass(frozen=True, slots=True)
class Channel:
    """One channel of a trace: a Source."""

    trace: Trace
    index: int

    def extremes(self, start_us: int, end_us: int, pixels: int) -> Extremes:
        return self.trace.read_extremes(self.index, start_us, end_us, pixels)

    def latest(self) -> tuple[int, float] | None:
        return self.trace.read_latest(self.index)

    def value_at(self, at_us: int) -> float:
        return self.trace.read_value(self.index, at_us)

    def kept(self) -> tuple[int, int] | None:
        return self.trace.kept()
