"""Who was about when something happened, chosen from everybody's fixes. Pure; for a thread: a full store has tens of thousands."""

from collections.abc import Sequence

import numpy as np

from store_client.contract.live import Hand
from store_client.contract.sensor import PositionFix

US = 1_000_000
POSITIONS_US = 10 * US
NEAR_M = 4.0
FAR_STEP_US = 500_000
"""Who never was nearer than ``NEAR_M`` is kept twice a second."""
HANDS_US = 3 * US
"""Hands are kept beside the pictures, which are covered by where people bend to."""


class Bystanders:
    """Of some seconds in which several things happened. What is kept of a fix is made once for all of them."""

    def __init__(self, fixes: Sequence[PositionFix]) -> None:
        self._fixes = sorted(fixes, key=lambda fix: fix.at)
        count, tracks = len(self._fixes), dict[str, int]()
        self._at_us = np.fromiter((fix.at for fix in self._fixes), np.int64, count)
        self._x = np.fromiter((fix.x for fix in self._fixes), np.float64, count)
        self._y = np.fromiter((fix.y for fix in self._fixes), np.float64, count)
        numbers = (tracks.setdefault(fix.track, len(tracks)) for fix in self._fixes)
        self._track = np.fromiter(numbers, np.int64, count)
        self._tracks = len(tracks)
        self._is_first = np.zeros(count, np.bool_)
        if count:
            steps = self._at_us // FAR_STEP_US
            _, first = np.unique((steps - steps[0]) * self._tracks + self._track, return_index=True)
            self._is_first[first] = True
        self._kept: dict[tuple[int, bool], PositionFix] = {}

    def near_and_far(self, at_us: int, x: float, y: float) -> list[PositionFix]:
        """About that moment all fixes of who came near the place, of the others two a second; rounded to millimetres."""
        window = self._window(at_us)
        track = self._track[window]
        is_near = np.zeros(self._tracks, np.bool_)
        is_near[track[(self._x[window] - x) ** 2 + (self._y[window] - y) ** 2 <= NEAR_M**2]] = True
        chosen = np.flatnonzero(is_near[track] | self._is_first[window]) + window.start
        has_hands = np.abs(self._at_us[chosen] - at_us) <= HANDS_US
        return [self._rounded(*one) for one in zip(chosen.tolist(), has_hands.tolist(), strict=True)]

    def moments(self, at_us: int) -> list[int]:
        """Each at which anybody was seen, about that one; µs, in order."""
        return [int(one) for one in np.unique(self._at_us[self._window(at_us)])]

    def _window(self, at_us: int) -> slice:
        since, until = np.searchsorted(self._at_us, (at_us - POSITIONS_US, at_us + POSITIONS_US))
        return slice(int(since), int(until))

    def _rounded(self, place: int, has_hands: bool) -> PositionFix:  # of each of thousands
        known = self._kept.get((place, has_hands))
        if known is None:
            fix = self._fixes[place]
            hands = fix.hands if has_hands else ()
            kept = tuple(Hand(round(hand.x, 3), round(hand.y, 3), round(hand.z, 3), hand.score) for hand in hands)
            known = PositionFix(fix.at, fix.track, fix.trip, round(fix.x, 3), round(fix.y, 3), kept)
            self._kept[place, has_hands] = known
        return known
