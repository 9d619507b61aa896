"""What ways pictures and tracks take, from how they match. Pure.

A match tells the difference of two ways, a camera's and the tracker's: both late, by what nobody stamps. Cameras whose
stamps can be trusted tell the tracker's way, and that the ways of all others.
"""

from collections import defaultdict, deque
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from math import hypot
from statistics import median

import numpy as np

from store_server.sensing.motion_match import Answer
from store_server.sensing.source_clock import US, Way

KEPT = 12
"""Matches of a camera, the newest: a camera may be set up anew."""
UNKNOWN_TRACKER = Way(0, 250_000)
"""While no camera can be trusted: measured were delays of 63 ms in the median within a fix."""
SYSTEMATIC_US = 20_000
"""What all matches of a camera have in common, and taking the mean of them does not lessen: means of thirty looks differ from
camera to camera by 7 ms (standard deviation; those where all walk one way aside, which tell it by their bias)."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A camera's way less the tracker's, ± ``error_us`` by chance and ± ``bias_us`` each time anew."""

    us: float
    error_us: float
    bias_us: float


class Alignment:
    """``tracker``: its way, as far as known."""

    def __init__(self) -> None:
        self.tracker = UNKNOWN_TRACKER
        self._found: defaultdict[str, deque[Difference]] = defaultdict(lambda: deque(maxlen=KEPT))
        self._trusted: dict[str, int] = {}

    def matched(self, camera: str, found: Answer, *, reach_us: int, tracker_reach_us: int, is_trusted: bool) -> Way:
        """The camera's way, after a match of its pictures with the tracks, both as they are mapped now, when they reach
        the store so long after the moments that are told."""
        late_us = reach_us + found.late_us - tracker_reach_us
        self._found[camera].append(Difference(late_us, found.error_us, found.bias_us))
        if is_trusted:
            self._trusted[camera] = reach_us
        else:
            self._trusted.pop(camera, None)
        self.tracker = self._tracker()
        mean = self.difference(camera)
        middle, half = mean.us + self.tracker.middle_us, hypot(_error(mean), self.tracker.half_us)
        return Way(round(middle - half), round(middle + half))

    def count(self, camera: str) -> int:
        return len(self._found[camera])

    @property
    def is_tracker_known(self) -> bool:
        return bool(self._trusted)

    @property
    def witnesses(self) -> int:
        """How many cameras have told the tracker's way."""
        return len(self._trusted)

    def difference(self, camera: str) -> Difference:
        """The mean of its matches, by how sure they are; less sure where they contradict each other, and while there are
        few that could: what one look says of its own error is told by that look alone."""
        found = self._found[camera]
        weights = [1 / one.error_us**2 for one in found]
        mean = sum(weight * one.us for weight, one in zip(weights, found, strict=True)) / sum(weights)
        squares = sum(weight * (one.us - mean) ** 2 for weight, one in zip(weights, found, strict=True))
        contradiction = squares / (len(found) - 1) if len(found) > 1 else 0.0
        error_us = (max(1.0, contradiction) * (1 + 1 / len(found)) / sum(weights)) ** 0.5
        return Difference(mean, error_us, median(one.bias_us for one in found))

    def _tracker(self) -> Way:
        """The median of what trusted cameras say, by how sure they are: one of them may be wrong after all, and where all walk
        one way, as at a gate, most are a little."""
        if not self._trusted:
            return UNKNOWN_TRACKER
        known = {camera: self.difference(camera) for camera in self._trusted}
        told = [
            (reach_us - known[camera].us, 1 / _error(known[camera]) ** 2) for camera, reach_us in self._trusted.items()
        ]
        middle = _weighted_median(told)
        sure = min(_error(one, len(told)) for one in known.values())
        spread = _weighted_median([(abs(one - middle), weight) for one, weight in told])
        half = max(sure, spread) if len(told) > 1 else sure + SYSTEMATIC_US
        return Way(round(middle - half), round(middle + half))


def _error(one: Difference, cameras: int = 1) -> float:
    """``cameras``: that were asked the same; what each is off by chance evens out."""
    return hypot(one.error_us / cameras**0.5, one.bias_us, SYSTEMATIC_US)


def _weighted_median(told: Sequence[tuple[float, float]]) -> float:
    """Of (value, weight): between those that have half of the weight on either side."""
    ordered = sorted(told)
    places = list(accumulate(weight for _, weight in ordered))
    middles = [place - weight / 2 for place, (_, weight) in zip(places, ordered, strict=True)]
    return float(np.interp(places[-1] / 2, middles, [value for value, _ in ordered]))


def is_worth(way: Way) -> bool:
    """Whether it says more than what is assumed anyway."""
    return way.half_us < US // 5
