"""The last seconds of one gondola: every plate at its full rate, in one block of memory that never grows."""

import numpy as np
from numpy.typing import NDArray

from store_client.contract.live import Weights

SECONDS = 90
SET_BACK_US = 8_000_000
"""A block that ends so much before the newest sample was not sent twice: a clock was set back."""


class GondolaRing:
    """Samples of [shelves × plates] in a ring of ``SECONDS`` at the rate of its first message."""

    def __init__(self, first: Weights) -> None:
        _, self.shelves, self.plates = first.shape
        self.rate_hz = first.rate_hz
        self._capacity = max(1, round(SECONDS * first.rate_hz))
        self._at = np.zeros(self._capacity, np.int64)
        self._grams = np.full((self._capacity, self.shelves * self.plates), np.nan, np.float32)
        self.written = 0

    def __len__(self) -> int:
        return min(self.written, self._capacity)

    def fits(self, message: Weights) -> bool:
        """False when the gondola was rebuilt, or the clock set back: another shape, rate or time needs another ring."""
        is_alike = message.shape[1:] == (self.shelves, self.plates) and message.rate_hz == self.rate_hz
        end_us = message.first_at + round((message.shape[0] - 1) * 1e6 / message.rate_hz)
        return is_alike and end_us > self.last_us - SET_BACK_US

    @property
    def last_us(self) -> int:
        """µs of the newest sample, 0 before the first."""
        return int(self._at[(self.written - 1) % self._capacity]) if self.written else 0

    def append(self, message: Weights) -> None:
        """Takes in one block. What is older than the newest sample already here is left out: it was sent twice."""
        samples = message.shape[0]
        at = message.first_at + (np.arange(samples) * (1e6 / message.rate_hz)).astype(np.int64)
        grams = np.frombuffer(message.grams, "<f4").reshape(samples, -1)
        new = at > self.last_us
        if not new.all():
            at, grams = at[new], grams[new]
        at, grams = at[-self._capacity :], grams[-self._capacity :]
        places = (self.written + np.arange(len(at))) % self._capacity
        self._at[places] = at
        self._grams[places] = grams
        self.written += len(at)

    def since(self, written: int, shelf: int, plate: int) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Times (µs) and grams of a plate, oldest first, from the ``written``-th sample on, as far as they are kept.

        Raises IndexError for a plate that the gondola does not have.
        """
        if not (0 <= shelf < self.shelves and 0 <= plate < self.plates):
            raise IndexError(f"no plate {shelf}.{plate} among {self.shelves} × {self.plates}")
        first = max(written, self.written - self._capacity, 0)
        places = np.arange(first, self.written) % self._capacity
        return self._at[places], self._grams[places, shelf * self.plates + plate]

    def latest(self) -> NDArray[np.float32]:
        """The newest grams of all, [shelves, plates]; NaN where there is no plate or no reading."""
        if not self.written:
            return np.full((self.shelves, self.plates), np.nan, np.float32)
        newest: NDArray[np.float32] = self._grams[(self.written - 1) % self._capacity]
        return newest.reshape(self.shelves, self.plates).copy()
