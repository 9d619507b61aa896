"""Where a camera shows a place of the store: the pinhole projection of its pose.

The only one outside of the simulated world, which has its own, as a real camera does.
"""

from math import tan

import numpy as np
from numpy.typing import NDArray

from store_client.contract.camera import Pose

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
NEAREST_M = 0.05
"""What is nearer to the camera's plane, or behind it, has no place in the picture."""


class Projection:
    """``pose`` in a picture of ``width`` × ``height`` pixels: square pixels, the optical axis through the middle, the
    picture's upper edge upwards in the store. A camera that looks straight down (or up) has the store's x to its right.
    """

    def __init__(self, pose: Pose, width: float, height: float) -> None:
        self.width, self.height = float(width), float(height)
        self.focal = width / 2 / tan(pose.field_of_view / 2)
        eye = np.array([pose.x, pose.y, pose.z])
        forward = np.array([pose.target_x, pose.target_y, pose.target_z]) - eye
        forward = forward / max(float(np.linalg.norm(forward)), 1e-9)
        flat = float(np.hypot(forward[0], forward[1]))
        right = np.array([1.0, 0.0, 0.0] if flat < 1e-6 else [forward[1] / flat, -forward[0] / flat, 0.0])
        self._eye = eye
        self._axes = np.stack((right, np.cross(forward, right), forward))

    def pixels(self, points: Floats) -> tuple[Floats, Flags]:
        """``points`` [n, 3] in metres → pixels [n, 2] (u to the right, v downwards, from the upper left corner; outside
        the picture too) and which [n] lie before the camera. The pixels of the others mean nothing."""
        apart = (np.asarray(points, np.float64).reshape(-1, 3) - self._eye) @ self._axes.T
        is_ahead = apart[:, 2] >= NEAREST_M
        scale = self.focal / np.where(is_ahead, apart[:, 2], 1.0)
        middle = np.array([self.width / 2, self.height / 2])
        return middle + apart[:, :2] * scale[:, None], is_ahead

    def pixel(self, x: float, y: float, z: float) -> tuple[float, float] | None:
        """(u, v) of one place; None behind the camera."""
        pixels, is_ahead = self.pixels(np.array([[x, y, z]]))
        return (float(pixels[0, 0]), float(pixels[0, 1])) if is_ahead[0] else None

    def depths(self, points: Floats) -> Floats:
        """Metres [n] of ``points`` [n, 3] before the camera, along the optical axis; at least NEAREST_M."""
        apart = np.asarray(points, np.float64).reshape(-1, 3) - self._eye
        return np.asarray(np.maximum(apart @ self._axes[2], NEAREST_M))

    def rays(self, pixels: Floats) -> Floats:
        """Directions [n, 3] in the store's metres through ``pixels`` [n, 2]; each goes 1 m along the optical axis."""
        middle = np.array([self.width / 2, self.height / 2])
        across = (np.asarray(pixels, np.float64).reshape(-1, 2) - middle) / self.focal
        return np.asarray(across @ self._axes[:2] + self._axes[2])

    def contains(self, pixel: tuple[float, float]) -> bool:
        return 0 <= pixel[0] < self.width and 0 <= pixel[1] < self.height
