"""The order of one subject's messages, whatever order they come in. Pure: no clock, no network."""

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")
WAITING = 64
"""Messages that may wait for one that is missing; more are forgotten and read again from what the store keeps."""


@dataclass(frozen=True, slots=True)
class Place:
    epoch: str
    seq: int


class Order(Generic[T]):
    """Gives messages out in order, each with how many just before it are missing for good.

    A message that is ahead of its turn waits: for the missing one to arrive late, to be ``replayed``, or to be given
    up (``settle``). ``last`` is the place of the one given out last.
    """

    def __init__(self) -> None:
        self.last: Place | None = None
        self._forgotten: Place | None = None
        self._past_epochs: deque[str] = deque(maxlen=8)
        self._waiting: dict[Place, T] = {}

    @property
    def is_waiting(self) -> bool:
        """True while something that came has not been given out."""
        return bool(self._waiting) or (self._forgotten is not None and not self.is_past(self._forgotten))

    def is_past(self, place: Place) -> bool:
        """True for what was given out before, or given up."""
        if self.last is None:
            return False
        return place.epoch in self._past_epochs or (place.epoch == self.last.epoch and place.seq <= self.last.seq)

    def arrived(self, place: Place, item: T) -> list[tuple[T, int]] | None:
        """What can be given out now that ``item`` arrived; None if it is past."""
        if self.is_past(place) or place in self._waiting:
            return None
        if self.last is None or place == self._next():
            return [self._take(place, item), *self._due()]
        if len(self._waiting) < WAITING:
            self._waiting[place] = item
        else:
            self.forget(place)
        return []

    def replayed(self, entries: Iterable[tuple[Place, T]]) -> list[tuple[T, int]]:
        """What can be given out now that ``entries`` were read back, in the order in which they were kept.

        Nothing that lies before the last of them can still come, so holes between them are counted as missing.
        """
        given: list[tuple[T, int]] = []
        for place, item in self._sorted(entries):
            if not self.is_past(place):
                self._waiting.pop(place, None)
                given.append(self._take(place, item))
                given.extend(self._due())
        return given

    def settle(self) -> list[tuple[T, int]]:
        """Gives out all that waits, and with it gives up what it waited for."""
        waiting, self._waiting = self._waiting, {}
        self._forgotten = None
        return [self._take(place, item) for place, item in self._sorted(waiting.items())]

    def forget(self, place: Place) -> None:
        """Drops what waits, and what just came at ``place``: all of it will be read back."""
        self._waiting.clear()
        self._forgotten = place

    def _next(self) -> Place | None:
        return None if self.last is None else Place(self.last.epoch, self.last.seq + 1)

    def _take(self, place: Place, item: T) -> tuple[T, int]:
        missed = 0
        if self.last is not None and place.epoch == self.last.epoch:
            missed = place.seq - self.last.seq - 1
        elif self.last is not None:
            self._past_epochs.append(self.last.epoch)
            missed = place.seq  # an epoch begins with 0; how the one before it ended, nobody knows
        self.last = place
        return item, missed

    def _due(self) -> Iterator[tuple[T, int]]:
        """What waited for the one just given out, and nothing that is past."""
        while (place := self._next()) is not None and place in self._waiting:
            yield self._take(place, self._waiting.pop(place))
        for place in [place for place in self._waiting if self.is_past(place)]:
            del self._waiting[place]

    def _sorted(self, entries: Iterable[tuple[Place, T]]) -> list[tuple[Place, T]]:
        """By epoch as they first appear, the present one first; within it by number."""
        kept = list(entries)
        ranks: dict[str, int] = {} if self.last is None else {self.last.epoch: 0}
        for place, _ in kept:
            ranks.setdefault(place.epoch, len(ranks))
        return sorted(kept, key=lambda entry: (ranks[entry[0].epoch], entry[0].seq))
