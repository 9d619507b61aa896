"""A pinhole camera: from the store's metres to pixels and back."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from store_client.contract.camera import Pose

Floats = NDArray[np.float64]
NEAREST = 0.15
"""Metres before the camera within which nothing is drawn."""


@dataclass(frozen=True, slots=True)
class Window:
    """A part of the picture in pixels: x0 ≤ x < x1, y0 ≤ y < y1."""

    x0: int
    y0: int
    x1: int
    y1: int

    @property
    def is_empty(self) -> bool:
        return self.x1 <= self.x0 or self.y1 <= self.y0


class Lens:
    """``pose`` seen in ``width`` × ``height`` pixels; square pixels, the optical axis through the middle."""

    def __init__(self, pose: Pose, width: int, height: int) -> None:
        self.width, self.height = width, height
        self.eye = np.array([pose.x, pose.y, pose.z])
        forward = np.array([pose.target_x, pose.target_y, pose.target_z]) - self.eye
        self._forward = forward / np.linalg.norm(forward)
        right = np.cross(self._forward, (0.0, 0.0, 1.0))
        self._right = right / np.linalg.norm(right)
        self._down = np.cross(self._forward, self._right)
        self.focal = width / 2 / math.tan(pose.field_of_view / 2)

    @property
    def whole(self) -> Window:
        return Window(0, 0, self.width, self.height)

    def project(self, points: Floats) -> tuple[Floats, Floats]:
        """Pixels [..., 2] and distances along the axis [...] of ``points`` [..., 3]; behind the camera: tiny ones."""
        apart = points - self.eye
        depth = apart @ self._forward
        near = np.maximum(depth, 1e-3)
        x = self.width / 2 + self.focal * (apart @ self._right) / near
        y = self.height / 2 + self.focal * (apart @ self._down) / near
        return np.stack((x, y), axis=-1), depth

    def rays(self, window: Window) -> Floats:
        """Directions [rows, columns, 3] (depth 1 along the axis) through the middle of every pixel."""
        columns = np.arange(window.x0, window.x1) + 0.5 - self.width / 2
        rows = np.arange(window.y0, window.y1) + 0.5 - self.height / 2
        across = columns[None, :, None] / self.focal * self._right
        downwards = rows[:, None, None] / self.focal * self._down
        return np.asarray(self._forward + across + downwards)
