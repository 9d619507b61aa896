"""Where somebody went, and when: what a map of trails draws."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

_GAP_US = 1_500_000
"""Between fixes farther apart nobody knows where somebody was."""


@dataclass(frozen=True, slots=True, eq=False)
class Trail:
    """``at_us``: int64 [n], ascending; ``xy``: float64 [n, 2], metres. ``is_concerned``: who is being looked into."""

    key: object
    name: str
    at_us: npt.NDArray[np.int64]
    xy: npt.NDArray[np.float64]
    is_concerned: bool = False

    def at(self, moment_us: int) -> tuple[float, float] | None:
        """Where they were, between the fixes around it; None where nobody saw them."""
        place = int(np.searchsorted(self.at_us, moment_us))
        before, after = max(0, place - 1), min(place, len(self.at_us) - 1)
        if not len(self.at_us):
            return None
        first, last = int(self.at_us[before]), int(self.at_us[after])
        if not first - _GAP_US / 3 <= moment_us <= last + _GAP_US / 3 or last - first > _GAP_US:
            near = min((before, after), key=lambda one: abs(int(self.at_us[one]) - moment_us))
            if abs(int(self.at_us[near]) - moment_us) > _GAP_US / 3:
                return None
            return float(self.xy[near, 0]), float(self.xy[near, 1])
        share = 0.0 if last == first else min(max((moment_us - first) / (last - first), 0.0), 1.0)
        x, y = self.xy[before] + share * (self.xy[after] - self.xy[before])
        return float(x), float(y)

    def pieces(self, begin_us: int | None = None, end_us: int | None = None) -> list[npt.NDArray[np.float64]]:
        """Its lines, [n, 2] each, parted where nobody saw them; of a span, or of all."""
        first = 0 if begin_us is None else int(np.searchsorted(self.at_us, begin_us))
        last = len(self.at_us) if end_us is None else int(np.searchsorted(self.at_us, end_us, side="right"))
        if last - first < 2:
            return []
        breaks = np.flatnonzero(np.diff(self.at_us[first:last]) > _GAP_US) + 1
        return [piece for piece in np.split(self.xy[first:last], breaks) if len(piece) > 1]

    def nearest(self, x: float, y: float) -> tuple[int, float] | None:
        """(when, how far in metres) it came nearest to a place."""
        if not len(self.at_us):
            return None
        distances = np.hypot(self.xy[:, 0] - x, self.xy[:, 1] - y)
        place = int(np.argmin(distances))
        return int(self.at_us[place]), float(distances[place])
