"""Ways through the store: shortest paths round the gondolas (visibility graph)."""

import math
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

BODY = 0.20
"""Half the breadth that a walking person needs, metres."""
_CORNER = 0.29

Rectangle = tuple[float, float, float, float]
Floats = NDArray[np.float64]


class Routes:
    """``blocks``: rectangles (x0, y0, x1, y1) nobody walks through, in a room of ``width`` × ``depth`` metres."""

    def __init__(self, blocks: Sequence[Rectangle], width: float, depth: float) -> None:
        grow = np.array([-BODY, -BODY, BODY, BODY])
        self._blocks = np.array(blocks) + grow
        self._outlines: list[Rectangle] = [(x0, y0, x1, y1) for x0, y0, x1, y1 in self._blocks.tolist()]
        self._bounds = (BODY, BODY, width - BODY, depth - BODY)
        self._nodes = self._corners(blocks)
        count = len(self._nodes)
        reach = np.full((count, count), np.inf)
        for place, node in enumerate(self._nodes):
            seen = self._clear(node, self._nodes)
            reach[place, seen] = np.linalg.norm(self._nodes[seen] - node, axis=1)
        self._next = np.where(np.isfinite(reach), np.arange(count)[None, :], -1)
        for middle in range(count):  # Floyd and Warshall; some forty nodes
            via = reach[:, middle, None] + reach[None, middle, :]
            better = via < reach - 1e-9
            reach[better] = via[better]
            self._next = np.where(better, self._next[:, middle, None], self._next)
        self._reach = reach

    def way(self, start: tuple[float, float], goal: tuple[float, float]) -> list[tuple[float, float]]:
        """Points to walk through in turn, the goal last. Where no way is found, straight on."""
        a, b = np.array(start), np.array(goal)
        if self._clear(a, b[None, :])[0]:
            return [goal]
        starts = np.flatnonzero(self._clear(a, self._nodes))
        goals = np.flatnonzero(self._clear(b, self._nodes))
        if not len(starts) or not len(goals):
            return [goal]
        length = (
            np.linalg.norm(self._nodes[starts] - a, axis=1)[:, None]
            + self._reach[np.ix_(starts, goals)]
            + np.linalg.norm(self._nodes[goals] - b, axis=1)[None, :]
        )
        first, last = np.unravel_index(int(np.argmin(length)), length.shape)
        here, end = int(starts[first]), int(goals[last])
        points = [self._point(here)]
        while here != end and self._next[here, end] >= 0:
            here = int(self._next[here, end])
            points.append(self._point(here))
        return [*points, goal]

    def pushed_out(self, xy: Floats) -> Floats:
        """``xy`` [people, 2] with those who stand in a block or in a wall moved to its nearest edge."""
        moved = xy.copy()
        x, y = xy[:, :1], xy[:, 1:]
        low, high = self._blocks[:, :2], self._blocks[:, 2:]
        inside = (x > low[:, 0]) & (x < high[:, 0]) & (y > low[:, 1]) & (y < high[:, 1])
        for person in np.flatnonzero(inside.any(axis=1)):
            moved[person] = self._pushed_out(float(xy[person, 0]), float(xy[person, 1]))
        low_x, low_y, high_x, high_y = self._bounds
        return np.clip(moved, (low_x, low_y), (high_x, high_y))

    def _pushed_out(self, x: float, y: float) -> tuple[float, float]:
        """Out of one block after the other."""
        for x0, y0, x1, y1 in self._outlines:
            if x0 < x < x1 and y0 < y < y1:
                gaps = (x - x0, x1 - x, y - y0, y1 - y)
                x, y = ((x0, y), (x1, y), (x, y0), (x, y1))[gaps.index(min(gaps))]
        return x, y

    def _corners(self, blocks: Sequence[Rectangle]) -> Floats:
        """Points just off every corner that one can stand on."""
        points = np.array(
            [
                (x, y)
                for x0, y0, x1, y1 in blocks
                for x in (x0 - _CORNER, x1 + _CORNER)
                for y in (y0 - _CORNER, y1 + _CORNER)
            ]
        )
        low_x, low_y, high_x, high_y = self._bounds
        x, y = points[:, 0], points[:, 1]
        free = (x >= low_x) & (x <= high_x) & (y >= low_y) & (y <= high_y)
        for x0, y0, x1, y1 in self._blocks:
            free &= ~((x > x0) & (x < x1) & (y > y0) & (y < y1))
        return points[free]

    def _clear(self, start: Floats, ends: Floats) -> NDArray[np.bool_]:
        """Which straight lines from ``start`` [2] to ``ends`` [n, 2] touch no block (slab test)."""
        step = ends - start
        step = np.where(np.abs(step) < 1e-9, 1e-9, step)[:, None, :]
        low = (self._blocks[None, :, :2] - start) / step
        high = (self._blocks[None, :, 2:] - start) / step
        enter = np.minimum(low, high).max(axis=2)
        leave = np.maximum(low, high).min(axis=2)
        hit = (enter < leave - 1e-9) & (leave > 1e-9) & (enter < 1.0 - 1e-9)
        clear: NDArray[np.bool_] = ~hit.any(axis=1)
        return clear

    def _point(self, node: int) -> tuple[float, float]:
        return float(self._nodes[node, 0]), float(self._nodes[node, 1])


def length(points: Sequence[tuple[float, float]]) -> float:
    """Metres along the points."""
    return sum(math.dist(here, there) for here, there in pairwise(points))
