"""Where heads are in a picture, from where people are in the store: pure.

People are tracked on the floor, 63 ms late in the median and 0.4 s at worst (a fix is a little older than it says),
and by their hands. Nobody measures their heads: people are 1.5 to 1.95 m tall, and who reaches further than an arm bends
towards the hand. Boxes are generous rather than close, since a head that is not covered is worse than a shelf that is.
"""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import dist, hypot

import numpy as np
from numpy.typing import NDArray

from store_client.contract.live import Hand, Position, Positions
from store_client.projection import Projection

US = 1_000_000
SIDE_M = 0.20
"""From the middle of a head to its side, with what hair and a turn of it add."""
LOW_M, HIGH_M = 1.27, 2.0
"""From the chin of the smallest to the crown of the tallest who stand upright."""
SLACK_M = 0.12
"""How wrong a fix is: of the calibration and the tracking."""
LEAD_S, LAG_S = 0.05, 0.38
"""A fix says where somebody was up to LAG_S before."""
SHOULDER_M = 1.38
ARM_M = 0.60
MOST_LEAN_M = 0.70
UNKNOWN_LEAN_M = (0.5, 0.5, 0.55)
"""Along x and y, and downwards, where hands were not kept."""
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
Box = tuple[int, int, int, int]
"""Pixels: x0 ≤ x < x1, y0 ≤ y < y1."""
Lean = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Person:
    """(x, y) in metres at the moment, speed in metres a second, ± ``slack`` metres. ``lean``: least and greatest way that
    the head may have moved from above the feet, on each axis."""

    x: float
    y: float
    vx: float
    vy: float
    slack: float
    lean: tuple[Lean, Lean]


@dataclass(frozen=True, slots=True)
class Fix:
    """Everybody who was tracked at one moment, by track. ``has_hands``: hands were kept."""

    at_us: int
    people: Mapping[str, Position]
    has_hands: bool = True


def fix_of(message: Positions) -> Fix:
    return Fix(message.measured_at, {person.track: person for person in message.people})


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


def heads(projection: Projection, people: Sequence[Person]) -> list[Box]:
    """Where in the picture their heads are, as far as they are within it."""
    if not people:
        return []
    corners = np.array([_corners(person) for person in people])
    pixels, is_ahead = projection.pixels(corners.reshape(-1, 3))
    pixels, is_ahead = pixels.reshape(-1, 8, 2), is_ahead.reshape(-1, 8)
    low = np.where(is_ahead[..., None], pixels, np.inf).min(axis=1) - 2
    high = np.where(is_ahead[..., None], pixels, -np.inf).max(axis=1) + 2
    low = np.clip(np.floor(low), 0, (projection.width, projection.height))
    high = np.clip(np.ceil(high), 0, (projection.width, projection.height))
    is_within = is_ahead.any(axis=1) & (low < high).all(axis=1)
    return [
        (int(x0), int(y0), int(x1), int(y1)) for (x0, y0), (x1, y1) in zip(low[is_within], high[is_within], strict=True)
    ]


def _corners(person: Person) -> list[tuple[float, float, float]]:
    """Of the upright box in which the head is."""
    least, most = person.lean
    reach = SIDE_M + person.slack
    xs, ys = (
        (at + speed * -LEAD_S, at + speed * LAG_S) for at, speed in ((person.x, person.vx), (person.y, person.vy))
    )
    x = (min(xs) + min(0.0, least[0]) - reach, max(xs) + max(0.0, most[0]) + reach)
    y = (min(ys) + min(0.0, least[1]) - reach, max(ys) + max(0.0, most[1]) + reach)
    z = (LOW_M + min(0.0, least[2]), HIGH_M)
    return [(east, north, up) for east in x for north in y for up in z]


def _person(track: str, around: Sequence[Fix], at_us: int) -> Person:
    """Of a track that is in one of the two fixes next to the moment."""
    own = [(fix, fix.people[track]) for fix in around if track in fix.people]
    before = [pair for pair in own if pair[0].at_us <= at_us]
    after = [pair for pair in own if pair[0].at_us > at_us]
    (first, one), (last, other) = own[0], own[-1]
    seconds = (last.at_us - first.at_us) / US
    vx, vy = ((other.x - one.x) / seconds, (other.y - one.y) / seconds) if seconds > 0.15 else (0.0, 0.0)
    lean = _leans([_lean(fix, position) for fix, position in own])
    if before and after:
        (early, start), (late, end) = before[-1], after[0]
        share = (at_us - early.at_us) / max(1, late.at_us - early.at_us)
        x, y = start.x + (end.x - start.x) * share, start.y + (end.y - start.y) * share
        return Person(x, y, vx, vy, SLACK_M, lean)
    fix, position = before[-1] if before else after[0]
    ahead = max(-0.5, min(0.5, (at_us - fix.at_us) / US))
    slack = SLACK_M + 0.3 * abs(ahead)
    return Person(position.x + vx * ahead, position.y + vy * ahead, vx, vy, slack, lean)


def _lean(fix: Fix, position: Position) -> tuple[Lean, Lean]:
    """How far the head may be from above the feet: a little, or towards a hand that is further than an arm is long."""
    if not fix.has_hands:
        east, north, down = UNKNOWN_LEAN_M
        return (-east, -north, -down), (east, north, 0.0)
    leans = [_towards(position, hand) for hand in position.hands]
    both = [tuple(sum(parts) for parts in zip(*leans, strict=True))] if len(leans) == 2 else []
    ways = [(0.0, 0.0, 0.0), *leans, *both]
    least, most = (tuple(pick(way[axis] for way in ways) for axis in range(3)) for pick in (min, max))
    return (least[0], least[1], least[2]), (most[0], most[1], most[2])


def _towards(position: Position, hand: Hand) -> Lean:
    away = dist((hand.x, hand.y, hand.z), (position.x, position.y, SHOULDER_M))
    share = 1.15 * min(MOST_LEAN_M, max(0.0, away + 0.12 - ARM_M)) / max(away, 0.01)
    if away > ARM_M + 2 * MOST_LEAN_M:
        share = 0.0  # nobody reaches so far: it is another's hand
    return (hand.x - position.x) * share, (hand.y - position.y) * share, (hand.z - SHOULDER_M) * share


def _leans(leans: Sequence[tuple[Lean, Lean]]) -> tuple[Lean, Lean]:
    least, most = np.array(leans).min(axis=0)[0], np.array(leans).max(axis=0)[1]
    return (float(least[0]), float(least[1]), float(least[2])), (float(most[0]), float(most[1]), float(most[2]))


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
    lean = _leans([_lean(end.fix, end.position), _lean(begin.fix, begin.position)])
    return Person(x, y, 0.0, 0.0, SLACK_M + 0.5 * min(share, 1 - share) * (begin.at_us - end.at_us) / US + 0.15, lean)


def _gone(end: _End, at_us: int) -> Person:
    slack = SLACK_M + min(1.5, WALK / 2 * abs(at_us - end.at_us) / US)
    return Person(end.position.x, end.position.y, 0.0, 0.0, slack, _lean(end.fix, end.position))
