"""What there is to see of a person at one moment."""

import math
from dataclasses import dataclass

from store_server.world.catalogue import Article
from store_server.world.person import Looks, Person, Place


@dataclass(frozen=True, slots=True)
class Figure:
    """Somebody at one moment. ``stride``: metres walked, which swing the legs; ``hands``: left, right, and what each
    holds; ``is_reaching`` for each; ``bag``: how many things are carried."""

    x: float
    y: float
    heading: float
    stride: float
    is_walking: bool
    looks: Looks
    hands: tuple[Place, Place]
    is_reaching: tuple[bool, bool]
    holds: tuple[Article | None, Article | None]
    bag: int


def figure_of(person: Person, at_us: int, ahead_seconds: float) -> Figure:
    """``person`` as seen at ``at_us``, ``ahead_seconds`` after its last step."""
    x, y = person.x + person.vx * ahead_seconds, person.y + person.vy * ahead_seconds
    left, right = person.arms
    hands = []
    for arm in (left, right):
        hx, hy, hz = person.hand(arm, at_us)
        hands.append((hx, hy, hz) if arm.is_busy(at_us) else (hx + x - person.x, hy + y - person.y, hz))
    holds = [next((shown[2] for shown in arm.shows if shown[0] <= at_us < shown[1]), None) for arm in (left, right)]
    return Figure(
        x=x,
        y=y,
        heading=person.heading,
        stride=person.walked,
        is_walking=math.hypot(person.vx, person.vy) > 0.12,
        looks=person.looks,
        hands=(hands[0], hands[1]),
        is_reaching=(left.is_busy(at_us), right.is_busy(at_us)),
        holds=(holds[0], holds[1]),
        bag=len(person.carried),
    )
