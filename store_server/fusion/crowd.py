"""Where everybody was: kept for half a minute, asked by place and time."""

from bisect import bisect_left, bisect_right
from collections import deque
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from math import exp, hypot, inf, log

import numpy as np

from store_client.contract.live import Positions
from store_server.fusion.layout import Spot
from store_server.fusion.steps import Floats

KEEP_US = 30_000_000
FAR = 2.0
"""Metres beyond which nobody reaches."""
LEAST_SUPPORT = -4.0
LEAST_SCORE = 0.2
"""Hands that the cameras believe in less than this are not used."""
ALONG_SIGMA = 0.06
OUT_SIGMA = 0.08
HIGH_SIGMA = 0.10
"""Metres, one σ of a hand about what it moves: along the shelf, out of it, and above or below the goods."""
HIGH = 0.25
"""Metres above a plate up to which goods are held."""
BODY_SIGMA = 0.35
BODY_REACH = 0.65
"""Metres that a body stands off the plate it reaches to."""
HAND_GAIN = 7.0
"""Log of how much likelier a hand right at the goods is for who moved something there than for anybody else."""
BODY_GAIN = 3.5
REACH_BEFORE_US = 1_000_000
REACH_AFTER_US = 600_000
TRAVEL = 0.30
TRAVEL_SIGMA = 0.10
"""Metres that a hand comes and goes which moves something; one that merely hangs there stays where it is."""
STILL_COST = 3.0
LOST_HAND = 3.5
"""Log of how much less a body says while its hands are seen elsewhere: fixes mistake a hand now and then."""


@dataclass(frozen=True, slots=True)
class Near:
    """How one person (trip, or track without one) was placed at a movement.

    ``support``: log of how much likelier it is to see them like this if they did it than if they did not.
    """

    trip: str | None
    track: str
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
        self._trips: dict[str, int] = {}
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
        self._trips.update((trip, frame.at_us) for trip in frame.trips if trip is not None)
        while self._times[0] < self.seen_until_us - KEEP_US:
            self._times.popleft()
            self._frames.popleft()

    def forget_after(self, at_us: int) -> None:
        while self._times and self._times[-1] > at_us:
            self._times.pop()
            self._frames.pop()
        self.seen_until_us = self._times[-1] if self._times else 0
        self._trips = {trip: min(seen_us, at_us) for trip, seen_us in self._trips.items()}

    def inside(self, since_us: int) -> Collection[str]:
        """Trips that were seen since. Those that were not are forgotten."""
        self._trips = {trip: at_us for trip, at_us in self._trips.items() if at_us >= since_us}
        return self._trips

    def has_seen(self, since_us: int, until_us: int) -> bool:
        """Whether anything was measured in that span."""
        return bisect_left(self._times, since_us) < bisect_right(self._times, until_us)

    def near(self, spot: Spot, spans: Sequence[tuple[int, int]]) -> list[list[Near]]:
        """For each span (µs) everybody with any support for having worked at ``spot`` in it, the strongest first."""
        seen: dict[str, _Seen] = {}
        since, until = min(first for first, _ in spans), max(last for _, last in spans)
        for frame in self._between(since - REACH_BEFORE_US, until + REACH_AFTER_US):
            if not frame.tracks:
                continue
            squares, metres, bodies = _distances(frame, spot)
            for row in np.nonzero(bodies < FAR)[0]:
                own = seen.setdefault(frame.tracks[row], _Seen(frame.trips[row]))
                own.body = min(own.body, float(bodies[row]))
                if metres[row] < inf:
                    own.hands.append((frame.at_us, float(squares[row]), float(metres[row])))
        return [_strongest(seen, *span) for span in spans]

    def walked(self, trip: str, since_us: int, until_us: int) -> float:
        """Metres that somebody of ``trip`` has come from the first to the last fix of that span; the most of a group."""
        ends: dict[str, list[tuple[float, float]]] = {}
        for frame in self._between(since_us, until_us):
            for row, own in enumerate(frame.trips):
                if own == trip:
                    ends.setdefault(frame.tracks[row], []).append((frame.bodies[row, 0], frame.bodies[row, 1]))
        return max((hypot(way[-1][0] - way[0][0], way[-1][1] - way[0][1]) for way in ends.values()), default=0.0)

    def _between(self, since_us: int, until_us: int) -> Iterator[_Frame]:
        for place in range(bisect_left(self._times, since_us), bisect_right(self._times, until_us)):
            yield self._frames[place]


@dataclass(slots=True)
class _Seen:
    """One track about a movement. ``hands``: (µs, squared distance in σ, metres) of its nearer hand, where seen."""

    trip: str | None
    hands: list[tuple[int, float, float]] = field(default_factory=list)
    body: float = inf

    def support(self, since_us: int, until_us: int) -> float:
        """Log of how much likelier it is to see them like this if they did it in that span than if they did not."""
        by_body = BODY_GAIN - max(0.0, self.body - BODY_REACH) ** 2 / (2 * BODY_SIGMA**2)
        squares = [square for at_us, square, _ in self.hands if since_us <= at_us <= until_us]
        if not squares:
            return by_body
        # Which of the fixes shows the very moment is not known: each is as likely.
        by_hand = HAND_GAIN + log(sum(exp(-square / 2) for square in squares) / len(squares) + 1e-30)
        about = [
            metres
            for at_us, _, metres in self.hands
            if since_us - REACH_BEFORE_US <= at_us <= until_us + REACH_AFTER_US
        ]
        far, near = np.percentile(about, (85, 10))
        by_hand -= min(max(0.0, TRAVEL - float(far - near)) ** 2 / (2 * TRAVEL_SIGMA**2), STILL_COST)
        return log(exp(by_hand) + exp(by_body - LOST_HAND))


def _strongest(seen: dict[str, _Seen], since_us: int, until_us: int) -> list[Near]:
    """Of each trip its strongest track."""
    best: dict[str, Near] = {}
    for track, own in seen.items():
        near = Near(own.trip, track, own.support(since_us, until_us))
        key = own.trip if own.trip is not None else f"track {track}"
        if near.support > LEAST_SUPPORT and (key not in best or best[key].support < near.support):
            best[key] = near
    return sorted(best.values(), key=lambda near: -near.support)


def _distances(frame: _Frame, spot: Spot) -> tuple[Floats, Floats, Floats]:
    """Of each person's nearer hand the squared distance, in σ, from goods at ``spot``, and the metres; infinite where
    no hand was seen. And the metres from each body to it."""
    delta = frame.hands - np.array([spot.x, spot.y, spot.z])
    along = delta[..., 1] * spot.facing_x - delta[..., 0] * spot.facing_y
    out = np.abs(delta[..., 0] * spot.facing_x + delta[..., 1] * spot.facing_y) - spot.half_depth
    high = np.where(delta[..., 2] > 0, np.maximum(delta[..., 2] - HIGH, 0.0), delta[..., 2])
    squares = (along / ALONG_SIGMA) ** 2 + (np.maximum(out, 0.0) / OUT_SIGMA) ** 2 + (high / HIGH_SIGMA) ** 2
    metres = np.sqrt((delta**2).sum(axis=-1))
    bodies = np.hypot(frame.bodies[:, 0] - spot.x, frame.bodies[:, 1] - spot.y)
    return _least(squares), _least(metres), bodies


def _least(values: Floats) -> Floats:
    least: Floats = np.where(np.isfinite(values), values, np.inf).min(axis=1)
    return least
