"""Where heads are in a picture, from where people are in the store: pure.

People are tracked on the floor, 63 ms late in the median and 0.4 s at worst (a fix is a little older than it says),
and by their hands. Nobody measures their heads: people are 1 to 1.95 m tall, and who reaches further than an arm bends
towards the hand. Boxes are generous rather than close, since a head that is not covered is worse than a shelf that is.
"""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import cos, dist, hypot, pi, sin

import cv2
import numpy as np
from numpy.typing import NDArray

from store_client.contract.live import Hand, Position, Positions
from store_client.contract.sensor import PositionFix
from store_client.projection import Projection

US = 1_000_000
_CIRCLE = np.stack([(cos(turn * pi / 6), sin(turn * pi / 6)) for turn in range(12)]) / cos(pi / 12)
HEAD_M = 0.15
"""From the upright through the feet to the farthest of a head, whichever way it looks."""
LOW_M, HIGH_M = 1.05, 1.85
"""Of the middles of heads, of a child of about four years, or who sits, and of the tallest who stand upright."""
SLACK_M = 0.09
"""How wrong a place is: of the calibration and the tracking."""
LAG_S, LAG_SPREAD_S = 0.09, 0.13
"""A fix says where somebody was so long before, in the mean."""
SHOULDER_M = 1.38
ARM_M = 0.60
REST_M, REST_LOW_M, REST_HIGH_M = 0.36, 0.68, 1.05
"""A hand so near to the body, at such a height, hangs or carries: nobody bends for it."""
MOST_LEAN_M = 0.70
UNKNOWN_LEAN_M = 0.35
"""To all sides and downwards, where hands were not kept."""
AROUND = 3
"""Fixes to either side that are looked at for speed and hands."""
NEAR_US = US
"""A moment further than this from any fix is a moment of which nothing is known."""
BLIND_US = 3 * US
"""So long the tracker may lose somebody for, who is then found near by under another name."""
WALK = 1.6
"""Metres a second that somebody may go meanwhile."""
JUMP_M = 0.7
ENDED_US = 700_000
"""So long somebody whose track ended, or has yet to begin, and who was not found anew, may still be there."""

Floats = NDArray[np.float64]
Outline = NDArray[np.int32]
"""Corners [n, 2] of a convex part of a picture, in pixels."""
Way = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Person:
    """(x, y) in metres at the moment, speed in metres a second, ± ``slack`` metres. ``leans``: ways that the head may
    have moved from where it is upright."""

    x: float
    y: float
    vx: float
    vy: float
    slack: float
    leans: Sequence[Way] = ()


@dataclass(frozen=True, slots=True)
class Fix:
    """Everybody who was tracked at one moment, by track. ``has_hands``: hands were kept."""

    at_us: int
    people: Mapping[str, Position]
    has_hands: bool = True


def fix_of(message: Positions) -> Fix:
    """As it is kept, with all that is asked of it and half of the memory: hands that nobody bends for are left out."""
    return Fix(message.measured_at, {person.track: _kept(person) for person in message.people})


def _kept(position: Position) -> Position:
    hands = tuple(hand for hand in position.hands if _towards(position, hand) is not None)
    return Position(position.track, None, position.x, position.y, 1.0, hands)


def fixes_of(kept: Sequence[PositionFix]) -> list[Fix]:
    """Of those that were kept, in order: some with the hands of all, some with nobody's."""
    by_moment: dict[int, dict[str, Position]] = {}
    for one in kept:
        by_moment.setdefault(one.at, {})[one.track] = Position(one.track, one.trip, one.x, one.y, 1.0, one.hands)
    return [
        Fix(at_us, people, has_hands=any(one.hands for one in people.values()))
        for at_us, people in sorted(by_moment.items())
    ]


def people_at(fixes: Sequence[Fix], at_us: int) -> list[Person] | None:
    """Who is where at a moment. ``fixes``: in order, of some seconds around it. None: nothing is known of it.

    Positions are interpolated; after the last fix they stay where they were, and a little ahead."""
    place = bisect_right(fixes, at_us, key=lambda fix: fix.at_us)
    near = fixes[max(0, place - 1) : place + 1]
    if not near or min(abs(fix.at_us - at_us) for fix in near) > NEAR_US:
        return None
    around = fixes[max(0, place - AROUND) : place + AROUND]
    found = [_person(track, around, at_us) for track in {track for fix in near for track in fix.people}]
    return [*found, *_lost(fixes, near, at_us)]


def people_of(fix: Fix) -> list[Person]:
    """Where people were at its moment, as far as one fix tells."""
    return [
        Person(position.x, position.y, 0.0, 0.0, SLACK_M, _leans(fix, position)) for position in fix.people.values()
    ]


def heads(projection: Projection, people: Sequence[Person]) -> list[Outline]:
    """Where in the picture their heads are: the outlines of those of whom anything may be within it."""
    if not people:
        return []
    middles = [_middles(person) for person in people]
    points = np.array([middle for of_one in middles for middle in of_one])
    radii = np.repeat([HEAD_M + person.slack for person in people], [len(of_one) for of_one in middles])
    pixels, is_ahead = projection.pixels(points)
    reach = projection.focal * radii / projection.depths(points) + 1.5
    low, high = pixels - reach[:, None], pixels + reach[:, None]
    is_beside = np.any((high <= 0) | (low >= np.array([projection.width, projection.height])), axis=1)
    found, begin = [], 0
    for of_one in middles:
        own = slice(begin, begin := begin + len(of_one))
        if is_ahead[own].all() and not is_beside[own].all():
            ring = pixels[own, None, :] + reach[own, None, None] * _CIRCLE
            found.append(cv2.convexHull(np.round(ring.reshape(-1, 2)).astype(np.int32))[:, 0].astype(np.int32))
    return found


def _middles(person: Person) -> list[Way]:
    """Between which the middle of the head is."""
    middles = []
    for seconds in (-LAG_SPREAD_S / 2, LAG_SPREAD_S) if person.vx or person.vy else (0.0,):
        x, y = person.x + person.vx * seconds, person.y + person.vy * seconds
        middles += [(x, y, LOW_M), (x, y, HIGH_M)]
        middles += [(x + lean[0], y + lean[1], z + lean[2]) for lean in person.leans for z in (LOW_M, HIGH_M)]
    return middles


def _person(track: str, around: Sequence[Fix], at_us: int) -> Person:
    """Of a track that is in one of the two fixes next to the moment: on the line that fits its fixes best."""
    own = [(fix, fix.people[track]) for fix in around if track in fix.people]
    leans = [lean for fix, position in own for lean in _leans(fix, position)]
    seconds = np.array([(fix.at_us - at_us) / US for fix, _ in own])
    places = np.array([(position.x, position.y) for _, position in own])
    if np.ptp(seconds) > 0.15:
        (vx, vy), (x, y) = np.polyfit(seconds, places, 1)
    else:
        (vx, vy), (x, y) = (0.0, 0.0), places.mean(axis=0)
    beyond = max(0.0, float(seconds.min()), -float(seconds.max()))  # before the first, or after the last
    late = LAG_S - max(0.0, beyond - 0.5)
    return Person(float(x + vx * late), float(y + vy * late), float(vx), float(vy), SLACK_M + 0.3 * beyond, leans)


def _leans(fix: Fix, position: Position) -> list[Way]:
    """Nobody measures how somebody bends: towards a hand that is further away than an arm is long."""
    if not fix.has_hands:
        far = UNKNOWN_LEAN_M
        return [(far, 0.0, -far), (-far, 0.0, -far), (0.0, far, -far), (0.0, -far, -far)]
    ways = [way for hand in position.hands if (way := _towards(position, hand)) is not None]
    if len(ways) == 2:
        (a, b, c), (d, e, f) = ways
        ways.append((a + d, b + e, c + f))
    return ways


def _towards(position: Position, hand: Hand) -> Way | None:
    away = dist((hand.x, hand.y, hand.z), (position.x, position.y, SHOULDER_M))
    is_at_rest = hypot(hand.x - position.x, hand.y - position.y) < REST_M and REST_LOW_M < hand.z < REST_HIGH_M
    if away <= ARM_M or is_at_rest or away > ARM_M + 2 * MOST_LEAN_M:  # nobody reaches so far: it is another's hand
        return None
    share = 1.15 * min(MOST_LEAN_M, away - ARM_M) / away
    return (hand.x - position.x) * share, (hand.y - position.y) * share, (hand.z - SHOULDER_M) * share


@dataclass(frozen=True, slots=True)
class _End:
    """Where and when a track ends before the moment, or begins after it."""

    at_us: int
    position: Position
    fix: Fix


def _lost(fixes: Sequence[Fix], near: Sequence[Fix], at_us: int) -> list[Person]:
    """Those whom the tracker does not see just now: between where they were lost and where they were found anew."""
    known = {track for fix in near for track in fix.people}
    ended: dict[str, _End] = {}
    begun: dict[str, _End] = {}
    for fix in fixes:
        if abs(fix.at_us - at_us) > BLIND_US:
            continue
        for track, position in fix.people.items():
            if track in known:
                continue
            if fix.at_us <= at_us:
                ended[track] = _End(fix.at_us, position, fix)
            else:
                begun.setdefault(track, _End(fix.at_us, position, fix))
    people, found = [], set()
    for end in ended.values():
        again = _again(end, begun)
        if again is not None:
            found.add(again)
            people.append(_between(end, begun[again], at_us))
        elif at_us - end.at_us <= ENDED_US or fixes[-1].at_us - end.at_us < BLIND_US:
            people.append(_gone(end, at_us))
    people += [_gone(begin, at_us) for track, begin in begun.items() if track not in found]
    return people


def _again(end: _End, begun: Mapping[str, _End]) -> str | None:
    """The track that is nearest to where another ended, and that who was lost can have come to."""
    within = [
        (apart, track)
        for track, begin in begun.items()
        if (apart := hypot(begin.position.x - end.position.x, begin.position.y - end.position.y))
        <= JUMP_M + WALK * (begin.at_us - end.at_us) / US
    ]
    return min(within)[1] if within else None


def _between(end: _End, begin: _End, at_us: int) -> Person:
    share = (at_us - end.at_us) / max(1, begin.at_us - end.at_us)
    x = end.position.x + (begin.position.x - end.position.x) * share
    y = end.position.y + (begin.position.y - end.position.y) * share
    leans = [*_leans(end.fix, end.position), *_leans(begin.fix, begin.position)]
    apart_s = min(share, 1 - share) * (begin.at_us - end.at_us) / US
    return Person(x, y, 0.0, 0.0, 2 * SLACK_M + 0.5 * apart_s, leans)


def _gone(end: _End, at_us: int) -> Person:
    slack = SLACK_M + min(1.5, WALK / 2 * abs(at_us - end.at_us) / US)
    return Person(end.position.x, end.position.y, 0.0, 0.0, slack, _leans(end.fix, end.position))
