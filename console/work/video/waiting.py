"""Which of a stream's pictures is decoded next."""

import threading
from collections import deque

from store_client.pictures import Picture

MOST_HELD, MOST_HELD_BYTES = 128, 12 << 20
"""Of the pictures that are held back, which are still compressed."""


class Waiting:
    """The newest wins: what waits when another comes is overtaken. Filled by one thread, emptied by another."""

    def __init__(self, every: int = 1, hold_us: int = 0) -> None:
        """See Tune."""
        self._guard = threading.Lock()
        self._every = max(1, every)
        self._hold_us = hold_us
        self._count = 0
        self._held: deque[Picture] = deque()
        self._held_bytes = 0
        self._next: Picture | None = None

    def tune(self, every: int, hold_us: int) -> None:
        with self._guard:
            self._every, self._hold_us, self._count = max(1, every), hold_us, 0

    def forget(self) -> None:
        """What comes next is of another time."""
        with self._guard:
            self._held.clear()
            self._held_bytes, self._count, self._next = 0, 0, None

    def put(self, picture: Picture) -> int:
        """How many were overtaken by that."""
        with self._guard:
            is_wanted = self._count % self._every == 0
            self._count += 1
            if not is_wanted:
                return 0
            if self._held and self._held[-1].captured_at > picture.captured_at:
                self._held.clear()  # the camera's clock was set back
                self._held_bytes = 0
            self._held.append(picture)
            self._held_bytes += len(picture.jpeg)
            return self._release(picture.captured_at - self._hold_us)

    def take(self) -> Picture | None:
        """None if none came since the last."""
        with self._guard:
            picture, self._next = self._next, None
        return picture

    def _release(self, until_us: int) -> int:
        overtaken = 0
        while self._held and (
            self._held[0].captured_at <= until_us or len(self._held) > MOST_HELD or self._held_bytes > MOST_HELD_BYTES
        ):
            overtaken += self._next is not None
            self._next = self._held.popleft()
            self._held_bytes -= len(self._next.jpeg)
        return overtaken
