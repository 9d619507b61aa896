"""Store time: what every stamp of the store is in."""

import asyncio
import time
from collections.abc import Callable
from datetime import datetime

from store_client.contract.moment import from_micros


def wall_us() -> int:
    """The machine's clock: µs UTC since 1970."""
    return time.time_ns() // 1_000


class Clock:
    """Runs ``speed`` times as fast as the machine's clock, from ``started_us`` on, when both showed the same.

    Whoever knows ``speed`` and ``started_us`` computes the same time in another process, or after a restart.
    """

    def __init__(self, *, speed: float = 1.0, started_us: int | None = None, wall: Callable[[], int] = wall_us) -> None:
        self.speed = speed
        self.started_us = wall() if started_us is None else started_us
        self._wall = wall

    def now_us(self) -> int:
        return self.at(self._wall())

    def at(self, machine_us: int) -> int:
        """The store's time when the machine's clock showed ``machine_us``."""
        if self.speed == 1.0:
            return machine_us
        return self.started_us + round((machine_us - self.started_us) * self.speed)

    def followed_by(self, speed: float) -> "Clock":
        """A clock of another speed that shows the same now, so that the store's time never goes back.

        At the machine's own speed that cannot be: it shows the machine's time.
        """
        if speed == self.speed:
            return self
        machine_us, now_us = self._wall(), self.now_us()
        started_us = machine_us if speed == 1.0 else round((speed * machine_us - now_us) / (speed - 1.0))
        return Clock(speed=speed, started_us=started_us, wall=self._wall)

    def now(self) -> datetime:
        return from_micros(self.now_us())

    async def sleep(self, store_seconds: float) -> None:
        await asyncio.sleep(store_seconds / self.speed)
