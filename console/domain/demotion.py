"""Which tiles are drawn less often while the desk or its decoders cannot keep up: the smallest first.

After the adaptive streams of Nx Witness: demoted first is the smallest, back it comes only past a margin, and not soon.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

EVERY = (1, 2, 4, 8)
STILL = 64
"""Every so many-th picture alone: what is hardly moving any more is a still."""
_STEPS = (*EVERY, STILL)
MARGIN = 1.34
"""A tile comes back only if that leaves so much to spare."""
HOLD_S = 5.0
"""No tile comes back sooner than so long after the last change."""
SETTLE_S = 1.0
"""So long a change needs to show in what is measured."""
RELIEF = 0.9
"""Of what can be borne, when tiles are demoted: to just 1 would not last."""


@dataclass(slots=True)
class Demotion:
    """``load`` is what is measured, as a share of what can be borne: over 1 something is left behind. That a tile costs
    as much as it has points and pictures, and nothing else costs anything, is a guess; the hold makes up for it."""

    every: dict[str, int] = field(default_factory=dict)
    """Of each tile: each so many-th picture is decoded."""
    _changed_s: float | None = None

    def judge(self, now_s: float, load: float, areas: Mapping[str, int]) -> bool:
        """``areas``: points of each tile on screen. True if ``every`` changed. At most one tile comes back at a time."""
        self.every = {tile: self.every.get(tile, 1) for tile in areas}
        since_s = None if self._changed_s is None else now_s - self._changed_s
        if load > 1 and (since_s is None or since_s >= SETTLE_S):
            is_changed = self._demote(load, areas)
        elif load <= 1 and (since_s is None or since_s >= HOLD_S):
            is_changed = self._promote(load, areas)
        else:
            return False
        if is_changed:
            self._changed_s = now_s
        return is_changed

    def _demote(self, load: float, areas: Mapping[str, int]) -> bool:
        before = self._cost(areas)
        is_changed = False
        while load * self._cost(areas) / before > RELIEF:
            moving = [tile for tile, every in self.every.items() if every < STILL]
            if not moving:
                break
            # Of equals the one that was spared most so far, and the last on the wall before the first.
            order = list(self.every)
            tile = min(moving, key=lambda tile: (areas[tile], self.every[tile], -order.index(tile)))
            self.every[tile] = _STEPS[_STEPS.index(self.every[tile]) + 1]
            is_changed = True
        return is_changed

    def _promote(self, load: float, areas: Mapping[str, int]) -> bool:
        slowed = [tile for tile, every in self.every.items() if every > 1]
        if not slowed:
            return False
        order = list(self.every)
        tile = max(slowed, key=lambda tile: (areas[tile], self.every[tile], -order.index(tile)))
        before, was = self._cost(areas), self.every[tile]
        self.every[tile] = _STEPS[_STEPS.index(was) - 1]
        if load * self._cost(areas) / before > 1 / MARGIN:
            self.every[tile] = was
            return False
        return True

    def _cost(self, areas: Mapping[str, int]) -> float:
        return sum(max(1, areas[tile]) / every for tile, every in self.every.items()) or 1.0
