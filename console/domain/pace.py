"""How fast something comes: pictures of a camera."""

from collections import deque
from dataclasses import dataclass, field

SPAN_S = 2.0


@dataclass(slots=True)
class Pace:
    """Over the last SPAN_S seconds of a clock that is never set; right from the second one on, and falling as soon as
    they stay away."""

    _times: deque[float] = field(default_factory=deque)

    def came(self, now_s: float) -> None:
        self._times.append(now_s)
        self._forget(now_s)

    def rate_hz(self, now_s: float) -> float:
        self._forget(now_s)
        return (len(self._times) - 1) / max(now_s - self._times[0], 1e-3) if len(self._times) > 1 else 0.0

    def is_silent(self, now_s: float) -> bool:
        """Nothing came for the whole span."""
        self._forget(now_s)
        return not self._times

    def _forget(self, now_s: float) -> None:
        while self._times and now_s - self._times[0] > SPAN_S:
            self._times.popleft()
