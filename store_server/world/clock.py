"""The store's time in this process: the same sum that the store does."""

import time
from dataclasses import dataclass


def wall_us() -> int:
    return time.time_ns() // 1_000


@dataclass(frozen=True, slots=True)
class StoreClock:
    """Runs ``speed`` times as fast as the machine's clock, from ``started_us`` on, when both showed the same."""

    speed: float
    started_us: int

    def now_us(self) -> int:
        wall = wall_us()
        return wall if self.speed == 1.0 else self.started_us + round((wall - self.started_us) * self.speed)
