"""Store time: what every stamp of the store is in."""

import asyncio
import logging
import time
from collections.abc import Callable
from datetime import datetime

from store_client.contract.moment import from_micros

log = logging.getLogger(__name__)

LEAP_S = 60.0
"""A clock that has gone so much further or less than the machine since it was last looked at has been set."""
DOUBT_S = 3_600.0
"""So long the ages that such a clock gives are not believed: it may be set right again."""
EARLIEST_US = 1_767_225_600_000_000
"""The beginning of 2026, before there was this program: a clock that shows less is wrong, however long it does."""


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


class Steadiness:
    """Whether the store's clock goes on as the machine does, without which nothing is deleted or expires by its age.

    ``speed``: how fast the store's clock goes; ``monotonic``: the machine's own clock, which is never set. One thread.
    """

    def __init__(self, *, speed: float = 1.0, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._speed = speed
        self._monotonic = monotonic
        self._ahead_s: float | None = None
        self._doubted_until_s = 0.0

    def holds(self, now_us: int, kept_before: Callable[[int], int | None] = lambda _: None) -> bool:
        """Whether the clock, which shows ``now_us``, has not leapt for an hour, as far as this was asked again and again,
        and shows no time before ``EARLIEST_US``.

        ``kept_before``: the newest moment before another of which anything is kept. At first the clock has not leapt if
        something is of little more than an hour ago: what is newer may be of a start with the same wrong clock.
        """
        elapsed_s = self._monotonic()
        last_s, self._ahead_s = self._ahead_s, now_us / (1_000_000 * self._speed) - elapsed_s
        if last_s is None:
            doubt_us = round(DOUBT_S * 1_000_000 * self._speed)
            kept_us = kept_before(now_us - doubt_us)
            has_leapt = kept_us is not None and now_us - kept_us > 2 * doubt_us
        else:
            has_leapt = abs(self._ahead_s - last_s) > LEAP_S
        if has_leapt:
            log.warning("the store's clock has leapt, or it was away: for an hour nothing ends by its age")
            self._doubted_until_s = elapsed_s + DOUBT_S
        return now_us >= EARLIEST_US and elapsed_s >= self._doubted_until_s
