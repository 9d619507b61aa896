"""What one camera of the simulated store shows: its backdrop, the people, its name and the time."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import cv2
import numpy as np

from store_server.world.painting.backdrop import Backdrop, Picture, Placed
from store_server.world.painting.faces import Faces
from store_server.world.painting.figure import Figure
from store_server.world.painting.lens import Lens
from store_server.world.painting.people import People

JPEG_QUALITY = 82


@dataclass(frozen=True, slots=True)
class Scene:
    """What there is to draw at one moment: ``goods``: displays that changed since the last picture."""

    stamp: str
    figures: Sequence[Figure]
    goods: dict[int, list[Placed]] = field(default_factory=dict)


def coded(picture: Picture, width: int) -> bytes:
    """As JPEG, and as narrow as is asked."""
    height, drawn, _ = picture.shape
    if width < drawn:
        size = width, round(height * width / drawn)
        picture = np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), np.uint8)
    return cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY])[1].tobytes()


class Painter:
    """Draws for a camera at a width. Not for two threads at once."""

    def __init__(self, name: str, lens: Lens, backdrop: Backdrop, shapes: dict[str, Faces]) -> None:
        self._name = name
        self._lens = lens
        self._backdrop = backdrop
        self._people = People(lens, backdrop, shapes)
        self._is_painted = False
        self._written: tuple[str, Picture] = ("", np.zeros((0, 0, 3), np.uint8))

    def draw(self, scene: Scene) -> bytes:
        """A JPEG of the scene."""
        return coded(self.compose(scene), self._lens.width)

    def compose(self, scene: Scene) -> Picture:
        """The picture [height, width, 3] (BGR)."""
        changed = self._backdrop.stock(scene.goods) if scene.goods else []
        for window in changed if self._is_painted else [self._lens.whole]:
            self._backdrop.paint(window)
        self._is_painted = True
        picture = self._backdrop.picture.copy()
        self._people.draw(picture, scene.figures)
        self._caption(picture, scene.stamp)
        return picture

    def _caption(self, picture: Picture, stamp: str) -> None:
        """Name and store-local time on a dark band; the writing is kept while the second lasts."""
        scale = self._lens.width / 640
        band = round(22 * scale)
        if self._written[0] != stamp:
            ink = np.zeros((band, self._lens.width), np.uint8)
            font, size, thick, line = cv2.FONT_HERSHEY_SIMPLEX, 0.44 * scale, max(1, round(scale)), round(15 * scale)
            cv2.putText(ink, self._name, (round(9 * scale), line), font, size, 244, thick, cv2.LINE_AA)
            (wide, _), _ = cv2.getTextSize(stamp, font, size, thick)
            cv2.putText(
                ink, stamp, (self._lens.width - wide - round(9 * scale), line), font, size, 228, thick, cv2.LINE_AA
            )
            self._written = stamp, np.repeat(ink[..., None], 3, axis=2)
        strip = picture[-band:]
        cv2.addWeighted(strip, 0.42, self._written[1], 1.0, 0.0, strip)
