"""Where everybody was: kept for half a minute, asked by place and time."""

from bisect import bisect_left, bisect_right
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, log

import numpy as np

from store_client.contract.live import Positions
from store_server.fusion.layout import Spot
from store_server.fusion.steps import Floats

KEEP_US = 30_000_000
LEAST_SCORE = 0.2
"""Hands that the cameras believe in less than this are not used."""
HAND_SIGMA = 0.10
"""Metres, one σ of a hand's place against the plate that it works on: cameras disagree by 63 ms, hands are not points."""
BODY_SIGMA = 0.35
BODY_REACH = 0.55
"""Metres that a body stands off the plate it reaches to."""
HAND_GAIN = 7.0
"""Log of how much likelier a hand right at the plate is for who moved something there than for anybody else."""
BODY_GAIN = 3.5
HIGH = 0.35
"""Metres above a plate up to which a hand is at it."""


@dataclass(frozen=True, slots=True)
class Near:
    """How one person (trip, or track without one) was placed at a movement.

    ``support``: log of how much likelier it is to see them like this if they did it than if they did not.
    """

    trip: str | None
    track: str
    hand: float
    body: float
    support: float


@dataclass(frozen=True, slots=True)
class _Frame:
    at_us: int
    tracks: list[str]
    trips: list[str | None]
    bodies: Floats
    hands: Floats


class Crowd:
    """Positions as they arrive, oldest dropped. ``seen_until_us``: the time of the newest."""

    def __init__(self) -> None:
        self._frames: deque[_Frame] = deque()
        self._times: deque[int] = deque()
        self.seen_until_us = 0

    def add(self, message: Positions) -> None:
        """Positions older than those already there are put in their place; the same time again replaces."""
        people = message.people
        bodies = np.array([(p.x, p.y) for p in people], np.float64).reshape(-1, 2)
        hands = np.full((len(people), 2, 3), np.nan)
        for row, person in enumerate(people):
            for column, hand in enumerate(person.hands[:2]):
                if hand.score >= LEAST_SCORE:
                    hands[row, column] = hand.x, hand.y, hand.z
        frame = _Frame(message.measured_at, [p.track for p in people], [p.trip for p in people], bodies, hands)
        place = len(self._times)
        while place and self._times[place - 1] > frame.at_us:
            place -= 1
        self._times.insert(place, frame.at_us)
        self._frames.insert(place, frame)
        self.seen_until_us = self._times[-1]
        while self._times[0] < self.seen_until_us - KEEP_US:
            self._times.popleft()
            self._frames.popleft()

    def has_seen(self, since_us: int, until_us: int) -> bool:
        """Whether anything was measured in that span."""
        return bisect_left(self._times, since_us) < bisect_right(self._times, until_us)

    def near(self, spot: Spot, since_us: int, until_us: int) -> list[Near]:
        """Everybody with any support for having worked at ``spot`` in that span, the strongest first."""
        first, last = bisect_left(self._times, since_us), bisect_right(self._times, until_us)
        best: dict[str | None, Near] = {}
        sums: dict[str, tuple[str | None, list[float], list[float]]] = {}
        for frame in (self._frames[place] for place in range(max(first - 1, 0), min(last + 1, len(self._times)))):
            if not frame.tracks:
                continue
            hand, body = _distances(frame, spot)
            for row in np.nonzero((body < 2.0) | (hand < 1.0))[0]:
                entry = sums.setdefault(frame.tracks[row], (frame.trips[row], [], []))
                entry[1].append(float(hand[row]))
                entry[2].append(float(body[row]))
        for track, (trip, hands, bodies) in sums.items():
            near = _judge(trip, track, hands, bodies)
            key = trip if trip is not None else f"track {track}"
            if near is not None and (key not in best or best[key].support < near.support):
                best[key] = near
        return sorted(best.values(), key=lambda near: -near.support)


def _distances(frame: _Frame, spot: Spot) -> tuple[Floats, Floats]:
    """Metres from each person's nearer hand to the space over the plates, and from each body to the spot."""
    delta = frame.hands - np.array([spot.x, spot.y, spot.z])
    along = np.abs(-delta[..., 0] * spot.facing_y + delta[..., 1] * spot.facing_x) - spot.half_width
    out = np.abs(delta[..., 0] * spot.facing_x + delta[..., 1] * spot.facing_y) - spot.half_depth
    high = np.where(delta[..., 2] > 0, np.maximum(delta[..., 2] - HIGH, 0.0), -delta[..., 2])
    hands = np.sqrt(np.maximum(along, 0.0) ** 2 + np.maximum(out, 0.0) ** 2 + high**2)
    nearest = np.where(np.isfinite(hands), hands, np.inf).min(axis=1)
    bodies = np.hypot(frame.bodies[:, 0] - spot.x, frame.bodies[:, 1] - spot.y)
    return nearest, bodies


def _judge(trip: str | None, track: str, hands: Sequence[float], bodies: Sequence[float]) -> Near | None:
    hand, body = min(hands), min(bodies)
    by_body = BODY_GAIN - max(0.0, body - BODY_REACH) ** 2 / (2 * BODY_SIGMA**2)
    if hand == float("inf"):
        support = by_body
    else:
        by_hand = HAND_GAIN - hand**2 / (2 * HAND_SIGMA**2)
        # A hand may be lost behind its owner: then the body alone speaks, and less than a hand would.
        support = log(exp(by_hand) + exp(by_body - 3.0))
    return Near(trip, track, hand, body, support) if support > -4.0 else None
