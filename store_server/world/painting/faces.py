"""Flat faces of solid things: how everything but the room and the people is drawn."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
CORNERS = 6
"""Corners of a face; faces with fewer repeat their last."""

Colour = tuple[float, float, float]
"""Red, green, blue, 0 to 255."""

_LIGHT = np.array([-0.28, -0.42, 0.86])
_AMBIENT = 0.70


@dataclass(frozen=True, slots=True)
class Faces:
    """``corners`` [n, CORNERS, 3] metres, ``normals`` [n, 3] outwards, ``colours`` [n, 3] unlit."""

    corners: Floats
    normals: Floats
    colours: Floats

    def placed(self, angle: float, x: float, y: float, z: float) -> "Faces":
        """Turned by ``angle`` about the upright axis, then moved."""
        cos, sin = math.cos(angle), math.sin(angle)
        turn = np.array([[cos, sin, 0.0], [-sin, cos, 0.0], [0.0, 0.0, 1.0]])
        return Faces(self.corners @ turn + (x, y, z), self.normals @ turn, self.colours)

    def darkened(self, share: float) -> "Faces":
        return Faces(self.corners, self.normals, self.colours * share)

    def lit(self) -> Floats:
        """Colours [n, 3] under the store's light."""
        light = _AMBIENT + (1 - _AMBIENT) * np.maximum(self.normals @ _LIGHT, 0.0)
        return np.asarray(np.clip(self.colours * light[:, None], 0, 255))


def join(parts: Sequence[Faces]) -> Faces:
    if not parts:
        return Faces(np.zeros((0, CORNERS, 3)), np.zeros((0, 3)), np.zeros((0, 3)))
    return Faces(
        np.concatenate([part.corners for part in parts]),
        np.concatenate([part.normals for part in parts]),
        np.concatenate([part.colours for part in parts]),
    )


def face(corners: Sequence[Sequence[float]], colour: Colour) -> Faces:
    """One face; seen from outside its corners go round anticlockwise."""
    points = np.array([*corners, *[corners[-1]] * (CORNERS - len(corners))], dtype=float)
    normal = _normal(*points[:3].tolist())
    return Faces(points[None], np.array([normal]), np.array([colour], dtype=float))


def _normal(a: Sequence[float], b: Sequence[float], c: Sequence[float]) -> tuple[float, float, float]:
    """Of the plane through three corners. (By hand: numpy takes twenty times as long for three numbers, and a store has
    thousands of faces.)"""
    x0, y0, z0 = b[0] - a[0], b[1] - a[1], b[2] - a[2]
    x1, y1, z1 = c[0] - a[0], c[1] - a[1], c[2] - a[2]
    x, y, z = y0 * z1 - z0 * y1, z0 * x1 - x0 * z1, x0 * y1 - y0 * x1
    long = max(math.sqrt(x * x + y * y + z * z), 1e-9)
    return x / long, y / long, z / long


def box(
    x0: float, y0: float, z0: float, x1: float, y1: float, z1: float, colour: Colour, sides: str = "xXyYZ"
) -> Faces:
    """The named sides of a box: ``x`` the one of least x, ``X`` of greatest, likewise y; ``Z`` the top."""
    made = {
        "x": [(x0, y1, z0), (x0, y0, z0), (x0, y0, z1), (x0, y1, z1)],
        "X": [(x1, y0, z0), (x1, y1, z0), (x1, y1, z1), (x1, y0, z1)],
        "y": [(x0, y0, z0), (x1, y0, z0), (x1, y0, z1), (x0, y0, z1)],
        "Y": [(x1, y1, z0), (x0, y1, z0), (x0, y1, z1), (x1, y1, z1)],
        "Z": [(x0, y0, z1), (x1, y0, z1), (x1, y1, z1), (x0, y1, z1)],
    }
    return join([face(made[side], colour) for side in sides])


def turned(rings: Sequence[tuple[float, float, Colour]], cap: Colour) -> Faces:
    """A body of revolution, six-sided: rings (height, radius, colour of what is above it up to the next), bottom up."""
    angles = [math.pi / 6 + math.pi / 3 * k for k in range(6)]
    parts = []
    for (low, wide, colour), (high, narrow, _) in pairwise(rings):
        for a, b in zip(angles, [*angles[1:], angles[0]], strict=True):
            corners = [
                (wide * math.cos(a), wide * math.sin(a), low),
                (wide * math.cos(b), wide * math.sin(b), low),
                (narrow * math.cos(b), narrow * math.sin(b), high),
                (narrow * math.cos(a), narrow * math.sin(a), high),
            ]
            parts.append(face(corners, colour))
    top, radius, _ = rings[-1]
    parts.append(face([(radius * math.cos(a), radius * math.sin(a), top) for a in angles], cap))
    return join(parts)
