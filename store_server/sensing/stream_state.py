"""What is wrong with a stream of coded pictures although it comes."""

import time
from collections import deque
from collections.abc import Callable

from store_client.contract.cause import Cause
from store_server.cause import cause

WINDOW_S = 5.0
APART = 1.5
"""Times by which a rate may differ from what was said."""


class StreamState:
    """Told of each picture as it comes; says what is wrong."""

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._said_hz = 0.0
        self._began_s = 0.0
        self._came: deque[float] = deque()
        self._broken: deque[float] = deque()

    def begin(self, said_hz: float) -> None:
        """``said_hz``: pictures a second as the stream says, 0 if it does not. What came broken as the one before it
        ended says nothing of this one."""
        self._said_hz, self._began_s = said_hz, self._monotonic()
        self._came.clear()
        self._broken.clear()

    def came(self) -> None:
        self._came.append(self._monotonic())
        self._forget()

    def broke(self) -> None:
        """One that could not be decoded, or not wholly."""
        self._broken.append(self._monotonic())
        self._forget()

    def told(self) -> list[Cause]:
        """Empty while all is well."""
        self._forget()
        found = []
        rate_hz = len(self._came) / WINDOW_S
        is_known = self._said_hz > 0 and rate_hz > 0 and self._monotonic() - self._began_s >= WINDOW_S
        if is_known and not 1 / APART < rate_hz / self._said_hz < APART:
            found.append(cause("other_rate", said_hz=self._said_hz, hz=rate_hz))
        if self._broken:
            found.append(cause("broken_pictures", count=len(self._broken), seconds=WINDOW_S))
        return found

    def _forget(self) -> None:
        oldest = self._monotonic() - WINDOW_S
        for times in (self._came, self._broken):
            while times and times[0] < oldest:
                times.popleft()
