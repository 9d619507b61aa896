"""People in the simulated store: where they are, what their arms do, what they carry, how they look."""

import math
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise

from store_server.world.catalogue import Article
from store_server.world.stock import Unit

_MICROS = 1_000_000
Colour = tuple[int, int, int]
"""Red, green, blue, 0 to 255."""
Place = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Walk:
    """Go to (x, y); once there, look along ``heading`` (radians) if given."""

    x: float
    y: float
    heading: float | None = None


@dataclass(frozen=True, slots=True)
class Wait:
    """Stay for so many seconds."""

    seconds: float


Step = Walk | Wait
Script = Iterator[Step]
"""What somebody does, one step after another; it ends when the person has gone."""


@dataclass(frozen=True, slots=True)
class Looks:
    """``height`` in metres."""

    height: float
    shirt: Colour
    trousers: Colour
    skin: Colour
    hair: Colour


_SHIRTS: tuple[Colour, ...] = (
    (62, 98, 146), (168, 74, 66), (78, 128, 96), (205, 178, 120), (112, 88, 140),
    (222, 222, 216), (58, 62, 72), (196, 128, 74), (96, 150, 160), (150, 60, 92),
)  # fmt: skip
_TROUSERS: tuple[Colour, ...] = ((46, 52, 70), (66, 64, 60), (92, 84, 72), (38, 40, 44), (58, 76, 104))
_SKINS: tuple[Colour, ...] = ((236, 196, 166), (214, 164, 128), (176, 122, 88), (126, 84, 60), (92, 62, 46))
_HAIR: tuple[Colour, ...] = ((44, 32, 26), (92, 62, 38), (28, 26, 28), (176, 140, 86), (134, 130, 126))
UNIFORM: Colour = (30, 140, 120)


def random_looks(dice: random.Random, shirt: Colour | None = None) -> Looks:
    return Looks(
        height=min(1.95, max(1.52, dice.gauss(1.71, 0.09))),
        shirt=dice.choice(_SHIRTS) if shirt is None else shirt,
        trousers=dice.choice(_TROUSERS),
        skin=dice.choice(_SKINS),
        hair=dice.choice(_HAIR),
    )


@dataclass(slots=True)
class Arm:
    """``side``: +1 left, −1 right. ``keys``: (µs, place) through which the hand passes, at rest before and after.

    ``shows``: (from µs, until µs, article) seen in the hand.
    """

    side: int
    keys: list[tuple[int, Place]] = field(default_factory=list)
    shows: list[tuple[int, int, Article]] = field(default_factory=list)

    def is_busy(self, at_us: int) -> bool:
        """True while the hand is anywhere but at rest."""
        return bool(self.keys) and self.keys[0][0] - _MICROS // 2 < at_us < self.keys[-1][0] + _MICROS // 2


@dataclass(slots=True)
class Person:
    """``code``: the visit code, None for staff and tailgaters. Position and speed in metres and metres a second."""

    number: int
    code: str | None
    dice: random.Random
    looks: Looks
    x: float
    y: float
    pace: float
    heading: float = math.pi / 2
    vx: float = 0.0
    vy: float = 0.0
    script: Script = field(default_factory=lambda: iter(()))
    way: list[tuple[float, float]] = field(default_factory=list)
    turn: float | None = None
    until_us: int = 0
    late_us: int = 0
    """When the way under way should have been done."""
    stuck_seconds: float = 0.0
    is_brisk: bool = False
    """Knows what to get, and does not look around."""
    is_shopping: bool = False
    is_asked: bool = False
    """Somebody is about to hand this person something: it stands and waits."""
    walked: float = 0.0
    """Metres, so that legs can be seen to swing."""
    carried: list[Unit] = field(default_factory=list)
    arms: tuple[Arm, Arm] = field(default_factory=lambda: (Arm(+1), Arm(-1)))

    @property
    def is_walking(self) -> bool:
        return bool(self.way) and not self.is_asked

    def at_rest(self, arm: Arm) -> Place:
        """Where a hand hangs, or swings, when it does nothing."""
        ahead, aside = (math.cos(self.heading), math.sin(self.heading)), arm.side * 0.24
        forward = 0.22 if self.carried and arm.side < 0 else 0.06
        raised = 0.92 if self.carried and arm.side < 0 else 0.80
        return (
            self.x + ahead[0] * forward - ahead[1] * aside,
            self.y + ahead[1] * forward + ahead[0] * aside,
            raised,
        )

    def hand(self, arm: Arm, at_us: int) -> Place:
        """Where the hand is at ``at_us``: smoothly from key to key, half a second to and from rest."""
        rest = self.at_rest(arm)
        if not arm.keys:
            return rest
        lead = _MICROS // 2
        points = [(arm.keys[0][0] - lead, rest), *arm.keys, (arm.keys[-1][0] + lead, rest)]
        if at_us <= points[0][0] or at_us >= points[-1][0]:
            return rest
        for (start, here), (end, there) in pairwise(points):
            if start <= at_us < end:
                share = (at_us - start) / (end - start)
                share = share * share * (3.0 - 2.0 * share)
                return (
                    here[0] + (there[0] - here[0]) * share,
                    here[1] + (there[1] - here[1]) * share,
                    here[2] + (there[2] - here[2]) * share,
                )
        return rest

    def nearer_arm(self, x: float, y: float) -> Arm:
        """The arm on the side of (x, y)."""
        across = math.cos(self.heading) * (y - self.y) - math.sin(self.heading) * (x - self.x)
        return self.arms[0] if across > 0 else self.arms[1]

    def reach(self, at_us: int, place: Place, hold_us: int = 80_000) -> Arm:
        """Moves the nearer hand to ``place`` by ``at_us`` and keeps it there for ``hold_us``."""
        arm = self.nearer_arm(place[0], place[1])
        arm.keys = [key for key in arm.keys if at_us - 2 * _MICROS < key[0] < at_us - 150_000]
        arm.keys += [(at_us - 70_000, place), (at_us + hold_us, place)]
        arm.shows = [shown for shown in arm.shows if shown[1] > at_us]
        return arm
