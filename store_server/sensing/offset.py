"""How far a device's clock is from the store's, as far as one-way messages can tell."""

from collections import deque
from statistics import median

US = 1_000_000
WINDOW_US = 20 * US
LEAP_US = 1 * US
LEAP_SPREAD_US = US // 4
LEAP_MESSAGES = 3
RESOLUTION_US = 1_000
FEW = 5
FEW_ERROR_US = 2 * US
"""So few messages may all have been held up."""
CORRECTED_US = 20_000
"""Below this an offset is not told from the way of a message, and stamps are taken as they are."""


class ClockOffset:
    """The smallest delay of the last 20 s stands for no delay at all (the clock filter of NTP, RFC 5905, section 10).

    ``leaps`` counts jumps: three messages in a row whose delay is more than a second off and agrees among them. A
    single one is a message that was held up, or a wrong stamp, and moves nothing.
    """

    def __init__(self) -> None:
        self.leaps = 0
        self._delays: deque[tuple[int, int]] = deque()
        self._strange: list[int] = []
        self._is_corrected = False

    def add(self, sent_at: int, arrived_at: int) -> bool:
        """One message, by both clocks in µs. False for one from the future: its clock leapt ahead, or its stamp is wrong.

        One that seems late may have been held up on its way, and then its stamps are right.
        """
        delay = arrived_at - sent_at
        while len(self._delays) > FEW and self._delays[0][0] < arrived_at - WINDOW_US:
            self._delays.popleft()
        if len(self._delays) >= FEW and abs(delay - self._least) > LEAP_US:
            self._strange.append(delay)
            recent = self._strange[-LEAP_MESSAGES:]
            if len(recent) < LEAP_MESSAGES or max(recent) - min(recent) > LEAP_SPREAD_US:
                return delay > self._least
            self.leaps += 1
            self._delays.clear()
        self._strange.clear()
        self._delays.append((arrived_at, delay))
        self._is_corrected = self._is_corrected or abs(self.offset_us) > CORRECTED_US + 3 * self.error_us
        return True

    @property
    def _least(self) -> int:
        return min(delay for _, delay in self._delays)

    @property
    def offset_us(self) -> int:
        """The device's clock less the store's."""
        return -self._least if self._delays else 0

    @property
    def error_us(self) -> int:
        """How far the delays scatter above the least. (What they all share cannot be seen one way.)"""
        if not self._delays:
            return 0
        scatter = round(median(delay for _, delay in self._delays)) - self._least + RESOLUTION_US
        return scatter if len(self._delays) >= FEW else scatter + FEW_ERROR_US

    @property
    def correction_us(self) -> int:
        """What to take off the device's stamps to have the store's time."""
        return self.offset_us if self._is_corrected else 0
