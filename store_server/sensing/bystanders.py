"""Who was about when something happened, chosen from everybody's fixes. Pure; for a thread: a full store has tens of thousands."""

import msgspec
import numpy as np

from store_server.sensing.fixes import Fixes

US = 1_000_000
POSITIONS_US = 10 * US
NEAR_M = 4.0
FAR_STEP_US = 500_000
"""Who never was nearer than ``NEAR_M`` is kept twice a second."""
HANDS_US = 3 * US
"""Hands are kept beside the pictures, which are covered by where people bend to."""


class Bystanders:
    """Of some seconds in which several things happened. A fix is encoded once for all of them."""

    def __init__(self, fixes: Fixes) -> None:
        self._fixes = fixes
        self._is_first = np.zeros(len(fixes), np.bool_)
        self._is_first[fixes.first_of_steps(FAR_STEP_US)] = True
        self._encoded: dict[bool, list[msgspec.Raw | None]] = {
            has_hands: [None] * len(fixes) for has_hands in (False, True)
        }

    def near_and_far(self, at_us: int, x: float, y: float) -> list[msgspec.Raw]:
        """About that moment all fixes of who came near the place, of the others two a second; rounded to millimetres. Each
        is a PositionFix in msgpack."""
        fixes, window = self._fixes, self._window(at_us)
        track = fixes.track[window]
        is_near = np.zeros(len(fixes.tracks), np.bool_)
        is_near[track[(fixes.x[window] - x) ** 2 + (fixes.y[window] - y) ** 2 <= NEAR_M**2]] = True
        chosen = np.flatnonzero(is_near[track] | self._is_first[window]) + window.start
        has_hands = np.abs(fixes.at_us[chosen] - at_us) <= HANDS_US
        return [self._one(*one) for one in zip(chosen.tolist(), has_hands.tolist(), strict=True)]

    def moments(self, at_us: int) -> list[int]:
        """Each at which anybody was seen, about that one; µs, in order."""
        return [int(one) for one in np.unique(self._fixes.at_us[self._window(at_us)])]

    def _window(self, at_us: int) -> slice:
        since, until = np.searchsorted(self._fixes.at_us, (at_us - POSITIONS_US, at_us + POSITIONS_US))
        return slice(int(since), int(until))

    def _one(self, place: int, has_hands: bool) -> msgspec.Raw:  # of each of thousands
        encoded = self._encoded[has_hands]
        known = encoded[place]
        if known is None:
            fix = self._fixes.one(place, has_hands=has_hands, digits=3)
            known = encoded[place] = msgspec.Raw(msgspec.msgpack.encode(fix))
        return known
