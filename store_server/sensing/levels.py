"""Least and greatest per second and per minute, kept beside the raw readings so that a day is read at once.

Internal to the store: no desk reads these subjects.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from store_client.contract.live import Message, subject
from store_server.sensing.readings import Grams

US = 1_000_000


class Levels(Message, frozen=True, kw_only=True):
    """``least`` and ``greatest``: little-endian float32 of ``shape`` [buckets, shelves, plates], NaN where nothing was
    read. The first bucket begins at ``first_at``, a whole multiple of ``step_us``; the others follow."""

    gondola: int
    first_at: int
    step_us: int
    shape: tuple[int, int, int]
    least: bytes
    greatest: bytes


@dataclass(frozen=True, slots=True)
class Resolution:
    """``buckets`` of ``step_us`` each make one message."""

    name: str
    step_us: int
    buckets: int

    def subject(self, store: str, gondola: int | str) -> str:
        return subject(store, self.name, gondola)

    def stream(self, store: str) -> str:
        return f"store-{store}-{self.name}"


SECONDS = Resolution("seconds", US, 10)
MINUTES = Resolution("minutes", 60 * US, 1)
SET_BACK_US = 5 * US
"""Samples that are so much older than those before them: the clock was set back."""


@dataclass(slots=True)
class _Chunk:
    first: int
    least: Grams
    greatest: Grams


@dataclass(slots=True)
class LevelBuilder:
    """One gondola's levels of one resolution. ``shape``: shelves and plates."""

    resolution: Resolution
    gondola: int
    shape: tuple[int, int]
    _chunk: _Chunk | None = None
    _is_whole: bool = False
    """The first is not: it may have begun before we did, and whoever reads it would take it for all there was."""

    def add(self, values: Grams, first_at: int, rate_hz: float) -> Iterator[Levels]:
        """Takes samples in; yields the messages that are complete. What is a little older than the one in work is left out."""
        step = self.resolution.step_us
        times = first_at + np.arange(len(values)) * (US / rate_hz)
        buckets = (times // step).astype(np.int64)
        for bucket in np.unique(buckets):
            rows = values[buckets == bucket]
            first = int(bucket) - int(bucket) % self.resolution.buckets
            if self._chunk is not None and first > self._chunk.first:
                if self._is_whole:
                    yield self._message(self._chunk)
                self._chunk = None
                self._is_whole = True
            if self._chunk is not None and bucket * step < self._chunk.first * step - SET_BACK_US:
                self._chunk, self._is_whole = None, False
            if self._chunk is None:
                empty = np.full((self.resolution.buckets, *self.shape), np.nan, np.float32)
                self._chunk = _Chunk(first, empty, empty.copy())
            if first == self._chunk.first:
                index = int(bucket) - first
                least, greatest = self._chunk.least, self._chunk.greatest
                least[index] = np.fmin(least[index], np.fmin.reduce(rows, axis=0))
                greatest[index] = np.fmax(greatest[index], np.fmax.reduce(rows, axis=0))

    def _message(self, chunk: _Chunk) -> Levels:
        first_at = chunk.first * self.resolution.step_us
        return Levels(
            epoch="",
            seq=0,
            measured_at=first_at + self.resolution.step_us * self.resolution.buckets,
            sent_at=0,
            gondola=self.gondola,
            first_at=first_at,
            step_us=self.resolution.step_us,
            shape=(self.resolution.buckets, *self.shape),
            least=chunk.least.astype("<f4").tobytes(),
            greatest=chunk.greatest.astype("<f4").tobytes(),
        )
