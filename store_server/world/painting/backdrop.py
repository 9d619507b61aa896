"""What a camera sees of the store without its people, kept ready and repainted where goods have moved."""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from store_server.world.catalogue import Article
from store_server.world.painting.faces import Faces, join
from store_server.world.painting.lens import NEAREST, Floats, Lens, Window
from store_server.world.painting.room import Room
from store_server.world.stock import Spot

Picture = NDArray[np.uint8]
Nearness = NDArray[np.float32]

FINENESS = 2
"""Points drawn for each pixel, in each direction."""
_SHIFT = 3
_UNIT = FINENESS << _SHIFT
"""Fixed-point coordinates of one pixel: read with ``_SHIFT`` they are those of the fine canvas, with one more of the
picture itself."""


@dataclass(frozen=True, slots=True)
class Placed:
    """One unit of goods where it stands, turned by ``angle``; ``light``: how much reaches it."""

    article: Article
    spot: Spot
    angle: float
    light: float


@dataclass(frozen=True, slots=True)
class Flat:
    """Faces as one camera sees them, in drawing order: fixed-point ``corners`` [n, 6, 2], ``colours`` (RGB),
    ``nearness`` (1 / metres), ``boxes`` [n, 4] in pixels."""

    corners: NDArray[np.int32]
    colours: list[tuple[float, float, float]]
    nearness: list[float]
    boxes: Floats

    def window(self, lens: Lens) -> Window:
        """What the faces cover of the picture."""
        if not len(self.boxes):
            return Window(0, 0, 0, 0)
        x0, y0 = np.floor(self.boxes[:, :2].min(axis=0)).astype(int) - 1
        x1, y1 = np.ceil(self.boxes[:, 2:].max(axis=0)).astype(int) + 2
        return Window(max(0, int(x0)), max(0, int(y0)), min(lens.width, int(x1)), min(lens.height, int(y1)))


def flatten(faces: Faces, lens: Lens) -> Flat:
    """Leaves out what looks away, is behind the camera or outside the picture."""
    seen = ((lens.eye - faces.corners[:, 0]) * faces.normals).sum(axis=1) > 0
    corners, colours = faces.corners[seen], faces.lit()[seen]
    flat, depth = lens.project(corners)
    low, high = flat.min(axis=1), flat.max(axis=1)
    inside = (
        (depth.min(axis=1) > NEAREST) & (high > -2).all(axis=1) & (low < (lens.width + 2, lens.height + 2)).all(axis=1)
    )
    return Flat(
        np.round(flat[inside] * _UNIT).astype(np.int32),
        [tuple(colour) for colour in colours[inside].tolist()],
        (1.0 / depth[inside].mean(axis=1)).tolist(),
        np.concatenate((low[inside], high[inside]), axis=1),
    )


@dataclass(slots=True)
class Layer:
    """One step of the drawing: faces, then the goods of some displays from far to near, then faces again."""

    before: Flat
    displays: tuple[int, ...]
    goods: Flat
    after: Flat


class Backdrop:
    """``picture`` [height, width, 3] (BGR), and ``nearness`` [height, width]: 1 / metres to what hides people, else 0."""

    def __init__(self, lens: Lens, room: Room, shapes: dict[str, Faces], layers: Sequence[Layer]) -> None:
        self._lens = lens
        self._room = room
        self._shapes = shapes
        self._layers = layers
        self._placed: dict[int, list[Placed]] = {}
        self.picture = np.zeros((lens.height, lens.width, 3), np.uint8)
        self.nearness = np.zeros((lens.height, lens.width), np.float32)
        self._vignette = _vignette(lens)

    def stock(self, goods: dict[int, list[Placed]]) -> list[Window]:
        """Puts goods on displays (by number), in place of what stood there. Returns what has to be painted anew."""
        self._placed |= goods
        windows: list[Window] = []
        for layer in self._layers:
            if any(display in goods for display in layer.displays):
                old = layer.goods
                layer.goods = self._goods(layer)
                windows += _changed(old, layer.goods, self._lens)
        return windows

    def paint(self, window: Window) -> None:
        if window.is_empty:
            return
        canvas = self._room.cast(self._lens, window).repeat(FINENESS, axis=0).repeat(FINENESS, axis=1)
        nearness = np.zeros((window.y1 - window.y0, window.x1 - window.x0), np.float32)
        for layer in self._layers:
            for flat in (layer.before, layer.goods, layer.after):
                _draw(flat, window, canvas, nearness)
        small = cv2.resize(canvas, (nearness.shape[1], nearness.shape[0]), interpolation=cv2.INTER_AREA)
        area = np.s_[window.y0 : window.y1, window.x0 : window.x1]
        graded = small[..., ::-1] * self._vignette[area][..., None]
        self.picture[area] = np.clip(graded, 0, 255).astype(np.uint8)
        self.nearness[area] = nearness

    def _goods(self, layer: Layer) -> Flat:
        """The goods of a level, the farthest first."""
        eye = self._lens.eye
        placed = [unit for display in layer.displays for unit in self._placed.get(display, ())]
        placed.sort(key=lambda unit: (unit.spot.x - eye[0]) ** 2 + (unit.spot.y - eye[1]) ** 2, reverse=True)
        parts = [
            self._shapes[unit.article.product.gtin]
            .placed(unit.angle, unit.spot.x, unit.spot.y, unit.spot.z)
            .darkened(unit.light)
            for unit in placed
        ]
        return flatten(join(parts), self._lens)


def _changed(old: Flat, new: Flat, lens: Lens) -> list[Window]:
    """Where two drawings of a level differ: one window round the faces that only one of them has."""
    before = {row.tobytes(): box for row, box in zip(old.corners, old.boxes, strict=True)}
    after = {row.tobytes(): box for row, box in zip(new.corners, new.boxes, strict=True)}
    boxes = [box for key, box in before.items() if key not in after] + [b for k, b in after.items() if k not in before]
    if not boxes:
        return []
    moved = Flat(np.zeros((0, 6, 2), np.int32), [], [], np.array(boxes))
    return [moved.window(lens)]


def _draw(flat: Flat, window: Window, canvas: Picture, nearness: Nearness) -> None:
    boxes = flat.boxes
    hit = (boxes[:, 0] < window.x1) & (boxes[:, 2] > window.x0) & (boxes[:, 1] < window.y1) & (boxes[:, 3] > window.y0)
    corners = flat.corners - np.array([window.x0 * _UNIT, window.y0 * _UNIT], np.int32)
    for place in np.flatnonzero(hit):
        cv2.fillConvexPoly(canvas, corners[place], flat.colours[place], cv2.LINE_8, _SHIFT)
        cv2.fillConvexPoly(nearness, corners[place], flat.nearness[place], cv2.LINE_8, _SHIFT + 1)


def _vignette(lens: Lens) -> NDArray[np.float32]:
    """Darker towards the corners, as lenses are."""
    x = (np.arange(lens.width) + 0.5) / lens.width * 2 - 1
    y = (np.arange(lens.height) + 0.5) / lens.height * 2 - 1
    return (1.0 - 0.20 * (x[None, :] ** 2 + y[:, None] ** 2) ** 1.5 / 2.0).astype(np.float32)
