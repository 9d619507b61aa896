"""What is wrong with a camera's pictures although they come: judged from when and how they come."""

from collections import deque
from dataclasses import dataclass, field

RECENT_S = 2.0
TOLD_S = 10.0
"""How long something that happened once stays told."""
LEAP_S = 2.0
STEP_S = 1.0
"""So soon after each other come two pictures between which a clock leapt."""
FUTURE_S = 1.0
"""Pictures from further ahead than this come of no clock that is right, and of no guess at the store's time."""
RATE_S = 4.0


@dataclass(slots=True)
class StreamWatch:
    """``now_s`` everywhere: of a clock that is never set."""

    size: tuple[int, int] = (0, 0)
    was: tuple[int, int] = (0, 0)
    """The size before the last change of it."""
    _resized_s: float | None = None
    _leapt: tuple[float, float] | None = None
    _step: tuple[float, float] = (0.0, 0.0)
    _late: deque[tuple[float, float]] = field(default_factory=deque)
    _deaf_until_s: float = 0.0
    _counts: deque[tuple[float, int, int]] = field(default_factory=deque)

    def saw(self, now_s: float, late_s: float, size: tuple[int, int]) -> None:
        """A picture: how long after it was taken it is shown, and the size in which it came."""
        if size != self.size and size != (0, 0):
            if self.size != (0, 0):
                self.was, self._resized_s = self.size, now_s
            self.size = size
        if now_s < self._deaf_until_s:
            return
        if self._late and now_s - self._late[-1][0] < STEP_S and abs(self._late[-1][1] - late_s) > LEAP_S:
            self._step = (self._late[-1][1] - late_s, now_s)
        self._late.append((now_s, late_s))
        while now_s - self._late[0][0] > TOLD_S:
            self._late.popleft()
        # The least late ones: a stream that stood still and catches up has not leapt. And from one picture to the next:
        # where this machine has too much to do they come later and later.
        recent = [one for one in self._late if now_s - one[0] <= RECENT_S]
        before = [late for at, late in self._late if now_s - at > RECENT_S]
        if not before or now_s - recent[0][0] < RECENT_S / 2:
            return
        least_s = min(late for _, late in recent)
        leap_s = min(before) - least_s
        if leap_s > 0 and least_s > -FUTURE_S:
            return  # the desk was late itself, and shows the newest again
        if abs(leap_s) > LEAP_S and abs(leap_s - self._step[0]) < LEAP_S / 2 and now_s - self._step[1] < TOLD_S:
            self._leapt = (leap_s, now_s)
            self._late.clear()

    def ignore_lateness(self, until_s: float) -> None:
        """The desk itself is about to show pictures later, or sooner."""
        self._late.clear()
        self._deaf_until_s = until_s

    def counted(self, now_s: float, came: int, garbled: int) -> None:
        """How many have come so far, and how many of them were no pictures."""
        self._counts.append((now_s, came, garbled))
        while now_s - self._counts[0][0] > TOLD_S:
            self._counts.popleft()

    def resized(self, now_s: float) -> bool:
        return self._resized_s is not None and now_s - self._resized_s < TOLD_S

    def leapt_s(self, now_s: float) -> float:
        """By how much the camera's clock has leapt lately: forward (+) or back (−); 0 if it has not."""
        return self._leapt[0] if self._leapt is not None and now_s - self._leapt[1] < TOLD_S else 0.0

    def garbled(self) -> int:
        """How many were no pictures, lately."""
        return self._counts[-1][2] - self._counts[0][2] if self._counts else 0

    def rate_hz(self) -> float | None:
        """How many come in a second, shown or not; None before that is known."""
        if not self._counts or self._counts[-1][0] - self._counts[0][0] < RATE_S:
            return None
        until_s, came, _ = self._counts[-1]
        since_s, came_before, _ = next(count for count in self._counts if until_s - count[0] <= RATE_S + 0.5)
        return (came - came_before) / max(until_s - since_s, 1e-3)
