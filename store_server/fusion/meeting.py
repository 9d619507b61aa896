"""Hands that meet away from the shelves: something may have been handed over."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from store_client.contract.live import Positions
from store_client.contract.planogram import Gondola

BODIES = 1.6
"""Metres between two who can hand each other something."""
RAISED = 1.0
"""Metres above the floor: hands that hang or carry are lower, hands that give and take are not."""
TOUCH = 0.22
"""Metres between two hands that meet, as cameras see them that disagree by some centimetres."""
STRETCHED = 0.30
"""Metres on the floor from a body to a hand that does not just hang or carry."""
CLEAR = 0.02
"""Metres off a gondola within which hands are at the goods rather than at each other."""
LEAST_FIXES = 2
OVER_US = 500_000


@dataclass(frozen=True, slots=True)
class Meeting:
    """Hands of two trips met at ``at_us``, at (x, y, z), in ``fixes`` fixes."""

    one: str
    other: str
    at_us: int
    x: float
    y: float
    z: float
    fixes: int


@dataclass(slots=True)
class _Contact:
    fixes: list[tuple[int, float, float, float]] = field(default_factory=list)


class MeetingFinder:
    """Watches positions in the order of their time; remembers only contacts under way."""

    def __init__(self, gondolas: Sequence[Gondola]) -> None:
        self._boxes = [
            (
                min(p.x for p in gondola.outline) - CLEAR,
                min(p.y for p in gondola.outline) - CLEAR,
                max(p.x for p in gondola.outline) + CLEAR,
                max(p.y for p in gondola.outline) + CLEAR,
            )
            for gondola in gondolas
            if gondola.outline
        ]
        self._contacts: dict[tuple[str, str], _Contact] = {}
        self._last_us = 0

    @property
    def open_since_us(self) -> int | None:
        """When the oldest contact under way began."""
        return min((contact.fixes[0][0] for contact in self._contacts.values()), default=None)

    def begin_anew(self) -> None:
        """With positions of any time."""
        self._contacts.clear()
        self._last_us = 0

    def watch(self, message: Positions) -> list[Meeting]:
        """Meetings that are over by now."""
        at = message.measured_at
        if at <= self._last_us:
            return []
        self._last_us = at
        for pair, place in self._touching(message).items():
            self._contacts.setdefault(pair, _Contact()).fixes.append((at, *place))
        over = [pair for pair, contact in self._contacts.items() if contact.fixes[-1][0] < at - OVER_US]
        ended = [(pair, self._contacts.pop(pair).fixes) for pair in over]
        return [_meeting(pair, fixes) for pair, fixes in ended if len(fixes) >= LEAST_FIXES]

    def _touching(self, message: Positions) -> dict[tuple[str, str], tuple[float, float, float]]:
        """Pairs of trips whose stretched hands touch, with the place between."""
        people = [person for person in message.people if person.trip is not None]
        if len(people) < 2:
            return {}
        bodies = np.array([(person.x, person.y) for person in people])
        apart = np.hypot(*(bodies[:, None, :] - bodies[None, :, :]).transpose(2, 0, 1))
        found: dict[tuple[str, str], tuple[float, float, float]] = {}
        for first, second in zip(*np.nonzero(np.triu(apart < BODIES, 1)), strict=True):
            one, other = people[first], people[second]
            if one.trip is None or other.trip is None or one.trip == other.trip:
                continue
            for hand in one.hands:
                for mate in other.hands:
                    gap = ((hand.x - mate.x) ** 2 + (hand.y - mate.y) ** 2 + (hand.z - mate.z) ** 2) ** 0.5
                    is_stretched = (
                        np.hypot(hand.x - one.x, hand.y - one.y) >= STRETCHED
                        and np.hypot(mate.x - other.x, mate.y - other.y) >= STRETCHED
                    )
                    x, y, z = (hand.x + mate.x) / 2, (hand.y + mate.y) / 2, (hand.z + mate.z) / 2
                    if gap <= TOUCH and z >= RAISED and is_stretched and not self._is_at_goods(x, y):
                        found[min(one.trip, other.trip), max(one.trip, other.trip)] = (x, y, z)
        return found

    def _is_at_goods(self, x: float, y: float) -> bool:
        return any(low_x <= x <= high_x and low_y <= y <= high_y for low_x, low_y, high_x, high_y in self._boxes)


def _meeting(pair: tuple[str, str], fixes: Sequence[tuple[int, float, float, float]]) -> Meeting:
    at, x, y, z = fixes[len(fixes) // 2]
    return Meeting(*pair, at, x, y, z, len(fixes))
