"""What one camera of the simulated store shows."""

import cv2
import numpy as np

JPEG_QUALITY = 82


class Painter:
    """Draws for a camera at a width."""

    def __init__(self, name: str, width: int, height: int) -> None:
        self._name = name
        self._ground = np.full((height, width, 3), 96, np.uint8)

    def draw(self, stamp: str) -> bytes:
        """A JPEG."""
        picture = self._ground.copy()
        cv2.putText(
            picture, f"{self._name}  {stamp}", (8, 18), cv2.FONT_HERSHEY_SIMPLEX, 0.4, (240, 240, 240), 1, cv2.LINE_AA
        )
        return cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY])[1].tobytes()
