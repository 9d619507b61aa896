"""What time it is at the store, judged from the stamps of its messages."""

from collections import deque
from dataclasses import dataclass, field
from statistics import median

WINDOW_S = 10.0
RATE_SPAN_S = 1.0
JITTER_S = 0.4
"""How far apart delays may be without another rate being believed than 1."""
RATE_EVERY_S = 0.5
SPACING_S = 0.05
LEAP_US = 5_000_000
FEW = 8
"""Messages of which no rate is judged."""


@dataclass(slots=True)
class ClockEstimate:
    """Store time = a measured offset + ``rate`` × the desk's own steady clock.

    The message that was least late in the last WINDOW_S seconds gives the offset; the delay of any other is how much
    later it was than that one. ``rate`` is 1 but for a store that runs fast (a simulated day): judged by messages
    that were hardly late, so that a late one at either end of the window does not bend it.
    """

    rate: float = 1.0
    _heard: deque[tuple[float, int]] = field(default_factory=deque)
    _least_late: tuple[float, int] | None = None  # of those heard
    _judged_s: float = 0.0

    def heard(self, sent_us: int, at_s: float) -> float:
        """Takes in a message stamped ``sent_us`` that came at ``at_s`` of the steady clock; returns how many
        milliseconds late it was against the least late one."""
        heard = self._heard
        if heard and (sent_us < heard[-1][1] - LEAP_US or at_s < heard[-1][0] or self._is_ahead(sent_us, at_s)):
            heard.clear()  # another day began, or the store's clock was set
            self._least_late = None
        if not heard or at_s - heard[-1][0] >= SPACING_S:
            heard.append((at_s, sent_us))
            if self._least_late is not None and self._lead_us(heard[-1]) >= self._lead_us(self._least_late):
                self._least_late = heard[-1]
        while at_s - heard[0][0] > WINDOW_S:
            if heard.popleft() is self._least_late:
                self._least_late = None
        if len(heard) >= FEW and at_s - heard[0][0] >= RATE_SPAN_S and at_s - self._judged_s >= RATE_EVERY_S:
            self._judged_s = at_s
            self._judge_rate()
        return max(0.0, self.now_us(at_s) - sent_us) / 1e3 / max(self.rate, 1e-3)

    @property
    def is_known(self) -> bool:
        return bool(self._heard)

    def now_us(self, at_s: float) -> int:
        """Store time at ``at_s`` of the steady clock. Raises LookupError before the first message."""
        if not self._heard:
            raise LookupError("no message has told the store's time yet")
        if self._least_late is None:
            self._least_late = max(self._heard, key=self._lead_us)
        heard_s, sent_us = self._least_late
        return sent_us + int((at_s - heard_s) * self.rate * 1e6)

    def _is_ahead(self, sent_us: int, at_s: float) -> bool:
        """Of what it can be by a rate that was judged: no message is earlier than the one that is least late."""
        return self._judged_s > 0 and sent_us - self.now_us(at_s) > LEAP_US * max(1.0, self.rate)

    def _lead_us(self, one: tuple[float, int]) -> float:
        """How early a message came, against any other."""
        return one[1] - one[0] * self.rate * 1e6

    def _judge_rate(self) -> None:
        """From the least late message of the window's first third to that of its last, as a first guess has them."""
        heard = list(self._heard)
        half, third = len(heard) // 2, len(heard) // 3
        pairs = zip(heard, heard[half:], strict=False)
        guess = median((sent - sent0) / (at - at0) for (at0, sent0), (at, sent) in pairs)

        def lead_us(one: tuple[float, int]) -> float:
            return one[1] - heard[0][1] - guess * (one[0] - heard[0][0])

        (at0, sent0), (at, sent) = max(heard[:third], key=lead_us), max(heard[-third:], key=lead_us)
        rate = (sent - sent0) / 1e6 / (at - at0)
        span_s = (heard[-1][0] - heard[0][0]) / 2
        self.rate = 1.0 if abs(rate - 1.0) < JITTER_S / span_s else rate
        self._least_late = None
