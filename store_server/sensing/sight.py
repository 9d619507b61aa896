"""What of the store each pixel of a camera's picture may show: how large a head is there, and where one may be above a foot.

Reckoned once for a camera and a size of picture.
"""

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from store_client.contract.camera import Pose
from store_client.contract.planogram import Gondola
from store_client.projection import Projection

Rows = NDArray[np.int32]
Mask = NDArray[np.uint8]
HEAD_M = 1.5
"""Height at which it is reckoned how large things are."""
NEAREST_M, FARTHEST_M = 0.8, 25.0
CHEST_M = 1.0
"""A head is above this, of one grown person who is to be seen down to the feet."""
LOWEST_M = 0.55
"""And above this, of whoever else stands, sits or bends where feet are to be seen: children, and who is behind others.
So low that what hides legs and is not known, up to a counter's height, does no harm."""
TALL_M = (1.4, 2.05)
WIDE_M = 1.0
"""A patch so tall and so wide is one person. What is less tall may be somebody behind a shelf; what is taller, several."""
ASIDE_M = 0.45
"""A head may lean so far away from the feet."""


class Sight:
    """``scale`` [height, width]: pixels a metre of a head that is seen there."""

    def __init__(self, pose: Pose, width: int, height: int, gondolas: Sequence[Gondola] = ()) -> None:
        self.projection = Projection(pose, width, height)
        across, down = np.meshgrid(np.arange(width) + 0.5, np.arange(height) + 0.5)
        rays = self.projection.rays(np.stack((across.ravel(), down.ravel()), axis=1))
        falls = rays[:, 2]
        away = np.where((pose.z > HEAD_M) & (falls < -1e-3), (HEAD_M - pose.z) / np.minimum(falls, -1e-3), FARTHEST_M)
        self.scale = (self.projection.focal / np.clip(away, NEAREST_M, FARTHEST_M)).reshape(height, width)
        eye = np.array([pose.x, pose.y, pose.z])
        foot = eye + rays * (pose.z / np.maximum(-falls, 0.05))[:, None]
        self._metre = (self.projection.focal / self.projection.depths(foot)).reshape(height, width)
        own = np.repeat(np.arange(height, dtype=np.int32), width)
        is_floor = (falls < -0.05) & (self._hidden(gondolas).ravel() == 0)
        # The lowest row of a picture may be where it ends, not who is in it.
        is_floor &= own < height - 1
        self._lowest = self._above(foot, LOWEST_M, own, is_floor)
        self._chest = self._above(foot, CHEST_M, own, is_floor)
        self._least = self._above(foot, TALL_M[0], own, is_floor)
        self._most = self._above(foot, TALL_M[1], own, is_floor)
        self._is_floor = is_floor.reshape(height, width)

    def cut(self, patch: Mask, x: int, y: int, scale: float) -> Rows:
        """Of a patch [height, width] at (x, y), of ``scale`` pixels a metre, the row [width] of the picture down to which
        there may be a head in each column."""
        high, wide = patch.shape
        bottoms = y + high - 1 - np.argmax(patch[::-1], axis=0)
        columns = np.arange(x, x + wide)
        rows = self._lowest[bottoms, columns]
        reach = 2 * int(ASIDE_M * scale) + 1
        window = np.ones((1, reach), np.uint8)
        lowest: Rows = np.asarray(cv2.dilate(rows.astype(np.float32)[None], window)[0], np.int32)
        if x == 0 or x + wide == self.scale.shape[1]:
            return lowest  # it may go on outside, and be more than one
        foot, middle = y + high - 1, x + wide // 2
        is_one = (
            self._is_floor[foot, middle]
            and self._most[foot, middle] <= y <= self._least[foot, middle]
            and wide <= WIDE_M * self._metre[foot, middle]
        )
        return np.minimum(lowest, self._chest[foot, middle], dtype=np.int32) if is_one else lowest

    def _above(self, foot: NDArray[np.float64], metres: float, own: Rows, is_floor: NDArray[np.bool_]) -> Rows:
        """[height, width]: the row in which it is so high above the floor that a pixel shows; its own where it shows
        none."""
        height, width = self.scale.shape
        pixels, is_ahead = self.projection.pixels(np.column_stack((foot[:, :2], np.full(len(foot), metres))))
        rows = np.where(is_floor & is_ahead, np.round(np.clip(pixels[:, 1], -height, height)), own)
        return np.minimum(rows, own).astype(np.int32).reshape(height, width)

    def _hidden(self, gondolas: Sequence[Gondola]) -> Mask:
        """Where a gondola may stand before the floor: nobody's feet are seen there, and who ends there does so in the middle."""
        mask = np.zeros(self.scale.shape, np.uint8)
        for gondola in gondolas:
            corners = [(point.x, point.y, z) for point in gondola.outline for z in (0.0, gondola.height)]
            pixels, is_ahead = self.projection.pixels(np.array(corners))
            if is_ahead.any():
                outline = cv2.convexHull(np.round(np.clip(pixels[is_ahead], -4_096, 4_096)).astype(np.int32))
                cv2.fillConvexPoly(mask, outline, 255)
        return mask
