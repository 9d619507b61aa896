"""What time it is at the store, judged from the stamps of its messages."""

from collections import deque
from dataclasses import dataclass, field

WINDOW_S = 10.0
RATE_SPAN_S = 1.0
RATE_TOLERANCE = 0.02
SPACING_S = 0.05


@dataclass(slots=True)
class ClockEstimate:
    """Store time = a measured offset + ``rate`` × the desk's own steady clock.

    The message that was least late in the last WINDOW_S seconds gives the offset; the delay of any other is how much
    later it was than that one. ``rate`` is 1 but for a store that runs fast (a simulated day).
    """

    rate: float = 1.0
    _heard: deque[tuple[float, int]] = field(default_factory=deque)

    def heard(self, sent_us: int, at_s: float) -> float:
        """Takes in a message stamped ``sent_us`` that came at ``at_s`` of the steady clock; returns how many
        milliseconds late it was against the least late one."""
        heard = self._heard
        if heard and (sent_us < heard[-1][1] - 5_000_000 or at_s < heard[-1][0]):
            heard.clear()  # another day began, or the store's clock was set back
        if not heard or at_s - heard[-1][0] >= SPACING_S:
            heard.append((at_s, sent_us))
        while at_s - heard[0][0] > WINDOW_S:
            heard.popleft()
        span_s = at_s - heard[0][0]
        if span_s >= RATE_SPAN_S:
            rate = (sent_us - heard[0][1]) / 1e6 / span_s
            self.rate = 1.0 if abs(rate - 1.0) < RATE_TOLERANCE else rate
        return max(0.0, self.now_us(at_s) - sent_us) / 1e3 / max(self.rate, 1e-3)

    @property
    def is_known(self) -> bool:
        return bool(self._heard)

    def now_us(self, at_s: float) -> int:
        """Store time at ``at_s`` of the steady clock. Raises LookupError before the first message."""
        if not self._heard:
            raise LookupError("no message has told the store's time yet")
        return max(sent_us + int((at_s - heard_s) * self.rate * 1e6) for heard_s, sent_us in self._heard)
