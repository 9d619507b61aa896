"""What ways pictures and tracks take, from how they match. Pure.

A match tells the difference of two ways, a camera's and the tracker's: both late, by what nobody stamps. Cameras whose
stamps can be trusted tell the tracker's way, and that the ways of all others.
"""

from collections import defaultdict, deque
from dataclasses import dataclass
from math import hypot
from statistics import median

from store_server.sensing.motion_match import Answer
from store_server.sensing.source_clock import US, Way

KEPT = 8
"""Matches of a camera, the newest: a camera may be set up anew."""
UNKNOWN_TRACKER = Way(0, 250_000)
"""While no camera can be trusted: measured were delays of 63 ms in the median within a fix."""
SYSTEMATIC_US = 20_000
"""What all matches have in common, and taking the mean of them does not lessen."""


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
        """The median of what trusted cameras say: one of them may be wrong after all."""
        if not self._trusted:
            return UNKNOWN_TRACKER
        told = {camera: reach_us - self.difference(camera).us for camera, reach_us in self._trusted.items()}
        middle = median(told.values())
        sure = min(_error(self.difference(camera), len(told)) for camera in told)
        spread = median(abs(one - middle) for one in told.values())
        half = max(sure, spread) if len(told) > 1 else sure + SYSTEMATIC_US
        return Way(round(middle - half), round(middle + half))


def _error(one: Difference, cameras: int = 1) -> float:
    """``cameras``: that were asked the same; what each is off by chance evens out."""
    return hypot(one.error_us / cameras**0.5, one.bias_us, SYSTEMATIC_US)


def is_worth(way: Way) -> bool:
    """Whether it says more than what is assumed anyway."""
    return way.half_us < US // 5
