"""Between the feed's thread and its reader: bounded, whatever the reader does."""

import threading
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import replace

from store_client.contract.live import KINDS, Kind
from store_client.live.item import LiveItem

LIMITS: Mapping[Kind, int] = {
    "weights": 2048,  # 20 s of the largest store, 7 MB
    "positions": 256,
    "health": 64,
    "events": 8192,
    "scans": 8192,
    "alerts": 1024,
}
DROPPABLE: frozenset[Kind] = frozenset({"weights", "positions", "health"})
"""Of these the oldest gives way to the newest; the others wait where the store keeps them."""
_ROOM = 320
"""A batch read back, and what waits for it."""


class Buffer:
    """``on_room`` is called in the reader's thread when kinds that were full have room again."""

    def __init__(self, limits: Mapping[Kind, int], on_room: Callable[[], None]) -> None:
        self._limits = limits
        self._on_room = on_room
        self._changed = threading.Condition()
        self._items: dict[Kind, deque[tuple[int, LiveItem]]] = {kind: deque() for kind in KINDS}
        self._dropped: dict[Kind, int] = dict.fromkeys(KINDS, 0)
        self._missing: dict[str, int] = {}
        self._arrivals = 0
        self._is_closed = False
        self._is_short = False

    def has_room(self, kind: Kind) -> bool:
        """True if what comes next can be put without loss."""
        if kind in DROPPABLE:
            return True
        with self._changed:
            has = len(self._items[kind]) + _ROOM <= self._limits[kind]
            self._is_short |= not has
            return has

    def put(self, item: LiveItem) -> None:
        with self._changed:
            items = self._items[item.kind]
            self._arrivals += 1
            items.append((self._arrivals, item))
            if item.kind in DROPPABLE and len(items) > self._limits[item.kind]:
                oldest = items.popleft()[1]
                self._dropped[item.kind] += 1
                self._missing[oldest.subject] = self._missing.get(oldest.subject, 0) + 1 + oldest.missed
            self._changed.notify_all()

    def read(self, timeout: float) -> list[LiveItem]:
        """All there is, in the order in which it came; nothing after ``timeout`` seconds, or when closed."""
        with self._changed:
            self._changed.wait_for(lambda: self._is_closed or any(self._items.values()), timeout)
            taken = sorted((entry for items in self._items.values() for entry in items), key=lambda entry: entry[0])
            for items in self._items.values():
                items.clear()
            # of a subject of which nothing is left here the next item will tell
            read = [_after(item, self._missing) for _, item in taken]
            was_short, self._is_short = self._is_short, False
        if was_short:
            self._on_room()
        return read

    def dropped(self, kind: Kind) -> int:
        with self._changed:
            return self._dropped[kind]

    def close(self) -> None:
        with self._changed:
            self._is_closed = True
            self._changed.notify_all()


def _after(item: LiveItem, missing: dict[str, int]) -> LiveItem:
    """``item`` knowing of what was dropped before it."""
    count = missing.pop(item.subject, 0)
    return replace(item, missed=item.missed + count) if count else item
