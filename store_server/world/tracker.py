"""How the cameras' body tracking sees people: late, jittery, sometimes not at all.

Measured: fixes reach the store 2.24 to 2.44 s after the fact; the cameras that make up a fix disagree by 63 ms in the
median and 376 ms at worst, so every part of a fix is a little older than it says.
"""

import math
import random
from collections.abc import Sequence

from store_client.contract.device import Track
from store_client.contract.live import Hand
from store_server.world.person import Person

INTERVAL_US = 100_000
DELAY_US = 2_340_000
DELAY_SPREAD_US = 100_000

_LAG_MEDIAN, _LAG_WORST = 0.063, 0.376
_BODY_NOISE, _HAND_NOISE = 0.025, 0.025
_HAND_MISSING = 0.08


class Tracker:
    """Gives people track ids and loses some of them for a while: ``lost_per_minute`` in the whole store."""

    def __init__(self, lost_per_minute: float, dice: random.Random) -> None:
        self._dice = dice
        self._lost_per_fix = lost_per_minute / 600.0
        self._tracks: dict[int, str] = {}
        self._blind_until: dict[int, int] = {}
        self._delay = 0.0

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
        return [self._track(person, now_us) for person in people if person.number not in self._blind_until]

    def _track(self, person: Person, now_us: int) -> Track:
        dice = self._dice
        track = self._tracks.setdefault(person.number, f"{dice.getrandbits(62):019d}")
        lag = self._lag()
        hands = [
            self._hand(person.hand(arm, now_us - int(self._lag() * 1_000_000)), arm.is_busy(now_us))
            for arm in person.arms
            if dice.random() > _HAND_MISSING
        ]
        return Track(
            track,
            round(person.x - person.vx * lag + dice.gauss(0.0, _BODY_NOISE), 3),
            round(person.y - person.vy * lag + dice.gauss(0.0, _BODY_NOISE), 3),
            round(min(1.0, dice.uniform(0.72, 1.02)), 3),
            hands,
        )

    def _lag(self) -> float:
        """Seconds, exponential with the measured median."""
        return min(_LAG_WORST, self._dice.expovariate(math.log(2.0) / _LAG_MEDIAN))

    def _hand(self, place: tuple[float, float, float], is_reaching: bool) -> Hand:
        dice = self._dice
        x, y, z = (round(value + dice.gauss(0.0, _HAND_NOISE), 3) for value in place)
        return Hand(x, y, z, round(dice.uniform(0.7, 1.0) if is_reaching else dice.uniform(0.45, 0.95), 3))
