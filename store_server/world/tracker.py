"""How the cameras' body tracking sees people: late, jittery, sometimes not at all.

Measured: fixes reach the store 2.24 to 2.44 s after the fact; the cameras that make up a fix disagree by 63 ms in the
median and 376 ms at worst, so every part of a fix is a little older than it says. Of one person alone in a real store
1 % of hands are missing, score 0.94 in the median, and jitter by 7 mm with jumps of a decimetre. Of people close to
each other there is no such recording: what is worse then is assumed, and so is the error of the calibration.
"""

import math
import random
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from store_client.contract.device import Track
from store_client.contract.live import Hand
from store_server.world.person import Person

INTERVAL_US = 100_000
DELAY_US = 2_340_000
DELAY_SPREAD_US = 100_000

_LAG_MEDIAN, _LAG_WORST = 0.063, 0.376
_CLOSE = 0.8
"""Metres within which people hide each other."""
_CALIBRATION = 0.04
"""Metres by which the cameras are wrong about a place, always in the same way."""


@dataclass(frozen=True, slots=True)
class _Sight:
    """How well somebody is seen: noise of body and hands in metres, shares of hands missing, and of those that jump
    by ``jump`` metres; of hands taken for the other one."""

    body: float
    hand: float
    missing: float
    jumping: float
    jump: float
    swapped: float


_ALONE = _Sight(body=0.015, hand=0.008, missing=0.01, jumping=0.02, jump=0.10, swapped=0.002)
_CLOSE_BY = _Sight(body=0.04, hand=0.035, missing=0.18, jumping=0.06, jump=0.15, swapped=0.02)


class Tracker:
    """Gives people track ids and loses some of them for a while: ``lost_per_minute`` in the whole store."""

    def __init__(self, lost_per_minute: float, dice: random.Random) -> None:
        self._dice = dice
        self._lost_per_fix = lost_per_minute / 600.0
        self._tracks: dict[int, str] = {}
        self._blind_until: dict[int, int] = {}
        self._delay = 0.0
        self._phase = dice.uniform(0.0, math.tau)

    def delay_us(self) -> int:
        """How long the fix of this moment takes to arrive; wanders, so that fixes rarely overtake each other."""
        self._delay = 0.9 * self._delay + self._dice.gauss(0.0, 0.012)
        return DELAY_US + int(max(-1.0, min(1.0, self._delay / 0.05)) * DELAY_SPREAD_US)

    def fix(self, people: Sequence[Person], now_us: int) -> list[Track]:
        """Everyone as tracked at ``now_us``."""
        dice = self._dice
        if people and dice.random() < self._lost_per_fix:
            lost = dice.choice(people).number
            self._tracks.pop(lost, None)
            self._blind_until[lost] = now_us + int(dice.uniform(0.6, 2.5) * 1_000_000)
        present = {person.number for person in people}
        self._tracks = {number: track for number, track in self._tracks.items() if number in present}
        self._blind_until = {number: until for number, until in self._blind_until.items() if until > now_us}
        return [
            self._track(person, now_us, _CLOSE_BY if is_close else _ALONE)
            for person, is_close in zip(people, _are_close(people), strict=True)
            if person.number not in self._blind_until
        ]

    def _track(self, person: Person, now_us: int, sight: _Sight) -> Track:
        dice = self._dice
        track = self._tracks.setdefault(person.number, f"{dice.getrandbits(62):019d}")
        lag = self._lag()
        arms = [arm for arm in person.arms if dice.random() > sight.missing]
        places = [person.hand(arm, now_us - int(self._lag() * 1_000_000)) for arm in arms]
        if len(places) == 2 and dice.random() < sight.swapped:
            places.reverse()
        x, y = self._calibrated(person.x - person.vx * lag, person.y - person.vy * lag)
        return Track(
            track,
            round(x + dice.gauss(0.0, sight.body), 3),
            round(y + dice.gauss(0.0, sight.body), 3),
            round(min(1.0, dice.uniform(0.72, 1.02)), 3),
            tuple(self._hand(place, sight) for place in places),
        )

    def _lag(self) -> float:
        """Seconds, exponential with the measured median."""
        return min(_LAG_WORST, self._dice.expovariate(math.log(2.0) / _LAG_MEDIAN))

    def _calibrated(self, x: float, y: float) -> tuple[float, float]:
        """Where the cameras take (x, y) to be: bent a little, differently everywhere."""
        dx, dy = math.sin(1.7 * y + self._phase), math.sin(1.3 * x - self._phase)
        return x + _CALIBRATION * dx, y + _CALIBRATION * dy

    def _hand(self, place: tuple[float, float, float], sight: _Sight) -> Hand:
        dice = self._dice
        jumps = dice.random() < sight.jumping
        noise = sight.jump if jumps else sight.hand
        x, y = self._calibrated(place[0], place[1])
        score = dice.uniform(0.24, 0.8) if jumps else min(1.0, dice.gauss(0.935, 0.05))
        return Hand(
            round(x + dice.gauss(0.0, noise), 3),
            round(y + dice.gauss(0.0, noise), 3),
            round(place[2] + dice.gauss(0.0, noise), 3),
            round(score, 3),
        )


def _are_close(people: Sequence[Person]) -> list[bool]:
    """Whether somebody else is near, for each."""
    x, y = np.array([person.x for person in people]), np.array([person.y for person in people])
    near = np.hypot(x[:, None] - x, y[:, None] - y) < _CLOSE
    return [count > 1 for count in near.sum(axis=1).tolist()]  # everybody is near themselves
