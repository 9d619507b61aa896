"""What is wrong with a stream of coded pictures although it comes."""

import time
from collections import deque
from collections.abc import Callable

WINDOW_S = 5.0
APART = 1.5
"""Times by which a rate may differ from what was said."""


class StreamState:
    """Told of each picture as it comes; says what is wrong in words."""

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

    def told(self) -> str:
        """Empty while all is well."""
        self._forget()
        said = []
        rate_hz = len(self._came) / WINDOW_S
        is_known = self._said_hz > 0 and rate_hz > 0 and self._monotonic() - self._began_s >= WINDOW_S
        if is_known and not 1 / APART < rate_hz / self._said_hz < APART:
            said.append(f"says {self._said_hz:g} pictures a second and sends {rate_hz:.3g}")
        if self._broken:
            pictures = "1 picture" if len(self._broken) == 1 else f"{len(self._broken)} pictures"
            said.append(f"{pictures} of the last {WINDOW_S:g} s came broken")
        return ", ".join(said)

    def _forget(self) -> None:
        oldest = self._monotonic() - WINDOW_S
        for times in (self._came, self._broken):
            while times and times[0] < oldest:
                times.popleft()
