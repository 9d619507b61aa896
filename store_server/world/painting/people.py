"""Draws people into a picture: soft shadows, rounded limbs, what they carry; hidden by the racks before them."""

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from store_server.world.painting.backdrop import Backdrop, Nearness, Picture
from store_server.world.painting.body import ENDS, STARTS, THICK, THIN, WAIST, colours_of, joints_of
from store_server.world.painting.faces import Faces, box, join
from store_server.world.painting.figure import Figure
from store_server.world.painting.lens import NEAREST, Floats, Lens

_BITS = 4
_UNIT = 1 << _BITS
_SHADOW_SCALE = 4
_SHADOW = 0.46
_MARGIN = 0.34
"""Metres about the joints that a body with its bag takes up."""
_CLOSEST = 0.5

_CIRCLE = np.stack((np.cos(np.arange(16) * np.pi / 8), np.sin(np.arange(16) * np.pi / 8), np.zeros(16)), axis=1)
_ARC = np.stack((np.cos(np.linspace(-1, 1, 6) * np.pi / 2), np.sin(np.linspace(-1, 1, 6) * np.pi / 2)), axis=1)
_TO_LIGHT = np.array([-0.45, -0.9])
_SHARE = np.array([1.0, 0.80, 0.50])
_MOVED = np.array([0.0, 0.12, 0.28])[:, None, None] * _TO_LIGHT
_BRIGHT = ((0.88,), (0.68, 0.92), (0.66, 0.86, 1.0))
"""Strokes of a limb, one on the other: share of its radius, how far moved towards the light, and, for one, two or
three of them, their brightness."""
_PLAIN, _SHADED = 1.7, 4.2
"""Radii in pixels up to which a limb has no light side, and from which it has a full one."""

_TOTE = join(
    [
        box(-0.15, -0.06, 0.0, 0.15, 0.06, 0.31, (196, 160, 104)),
        box(-0.151, -0.061, 0.20, 0.151, 0.061, 0.24, (46, 124, 118), "xXyY"),
        box(-0.10, -0.012, 0.31, -0.07, 0.012, 0.40, (150, 116, 70)),
        box(0.07, -0.012, 0.31, 0.10, 0.012, 0.40, (150, 116, 70)),
    ]
)
"""The bag of a shopper, hanging from the hand."""


class People:
    """``shapes``: how articles look, by GTIN."""

    def __init__(self, lens: Lens, backdrop: Backdrop, shapes: dict[str, Faces]) -> None:
        self._lens = lens
        self._backdrop = backdrop
        self._shapes = shapes

    def draw(self, picture: Picture, figures: Sequence[Figure]) -> None:
        """The farthest first."""
        if not figures:
            return
        self._shadows(picture, figures)
        flat, depth = self._lens.project(joints_of(figures))
        reach = self._lens.focal * _MARGIN / np.maximum(depth.min(axis=1), _CLOSEST)[:, None]
        low = np.floor(np.maximum(flat.min(axis=1) - reach, 0)).astype(int)
        high = np.ceil(np.minimum(flat.max(axis=1) + reach, (self._lens.width, self._lens.height))).astype(int)
        seen = (depth.min(axis=1) > _CLOSEST) & (low < high).all(axis=1)
        thick = self._lens.focal * THICK / np.maximum(depth[:, STARTS], _CLOSEST)
        thin = self._lens.focal * THIN / np.maximum(depth[:, ENDS], _CLOSEST)
        strokes = _strokes(flat[:, STARTS] - low[:, None], flat[:, ENDS] - low[:, None], thick, thin)
        middle = (depth[:, STARTS] + depth[:, ENDS]) / 2
        for person in np.argsort(-depth[:, WAIST]):
            if seen[person]:
                self._person(
                    picture, figures[person], low[person], high[person], strokes[person], thick[person], middle[person]
                )

    def _person(
        self,
        picture: Picture,
        figure: Figure,
        low: NDArray[np.int64],
        high: NDArray[np.int64],
        strokes: NDArray[np.int32],
        radii: Floats,
        depth: Floats,
    ) -> None:
        area = np.s_[low[1] : high[1], low[0] : high[0]]
        solid = self._backdrop.nearness[area]
        if float(solid.max()) * (float(depth.max()) + 0.3) < 1.0:
            _body(picture[area], None, figure, strokes, radii, depth)
            self._carried(picture[area], None, figure, low)
            return
        patch = picture[area].copy()
        nearness = np.zeros(solid.shape, np.float32)
        _body(patch, nearness, figure, strokes, radii, depth)
        self._carried(patch, nearness, figure, low)
        cv2.copyTo(patch, (nearness * 1.02 + 0.004 >= solid).astype(np.uint8), picture[area])

    def _carried(self, patch: Picture, nearness: Nearness | None, figure: Figure, low: NDArray[np.int64]) -> None:
        """What the hands hold, and the bag for what has been taken."""
        if figure.bag:
            x, y, z = figure.hands[0 if figure.is_reaching[1] else 1]
            self._solid(patch, nearness, _TOTE.placed(figure.heading, x, y, z - 0.40), low)
        for (x, y, z), article in zip(figure.hands, figure.holds, strict=True):
            if article is not None:
                shape = self._shapes[article.product.gtin]
                self._solid(patch, nearness, shape.placed(figure.heading + np.pi, x, y, z - article.height / 2), low)

    def _solid(self, patch: Picture, nearness: Nearness | None, faces: Faces, low: NDArray[np.int64]) -> None:
        seen = ((self._lens.eye - faces.corners[:, 0]) * faces.normals).sum(axis=1) > 0
        flat, depth = self._lens.project(faces.corners[seen])
        if not len(depth) or depth.min() < NEAREST:
            return
        for shape, (red, green, blue) in zip(_fixed(flat - low), faces.lit()[seen].tolist(), strict=True):
            cv2.fillConvexPoly(patch, shape, (blue, green, red), cv2.LINE_AA, _BITS)
            if nearness is not None:
                cv2.fillConvexPoly(nearness, shape, 1.0 / float(depth.mean()), cv2.LINE_8, _BITS)

    def _shadows(self, picture: Picture, figures: Sequence[Figure]) -> None:
        """Soft and round, on the floor only."""
        wide, high = self._lens.width, self._lens.height
        small = np.full((high // _SHADOW_SCALE, wide // _SHADOW_SCALE), 255, np.uint8)
        rings = np.array([(f.x, f.y, 0.0) for f in figures])[:, None, :] + _CIRCLE * 0.30
        flat, depth = self._lens.project(rings)
        seen = (depth.min(axis=1) > NEAREST) & (flat.max(axis=1) > 0).all(axis=1)
        seen &= (flat.min(axis=1) < (wide, high)).all(axis=1)
        if not seen.any():
            return
        for ring in _fixed(flat[seen] / _SHADOW_SCALE):
            cv2.fillConvexPoly(small, ring, 255 * (1 - _SHADOW), cv2.LINE_AA, _BITS)
        soft = cv2.GaussianBlur(small, (0, 0), max(1.0, wide / 400))
        shade = cv2.resize(soft, (wide, high), interpolation=cv2.INTER_LINEAR)
        shade[self._backdrop.nearness > 0] = 255
        cv2.multiply(picture, cv2.merge((shade, shade, shade)), picture, 1 / 255)


def _body(
    patch: Picture, nearness: Nearness | None, figure: Figure, strokes: NDArray[np.int32], radii: Floats, depth: Floats
) -> None:
    """Limb by limb, the farthest first."""
    colours = colours_of(figure)
    for limb in np.argsort(-depth):
        bright = _BRIGHT[int(radii[limb] > _PLAIN) + int(radii[limb] > _SHADED)]
        red, green, blue = colours[limb]
        for outline, light in zip(strokes[limb], bright, strict=False):
            cv2.fillConvexPoly(patch, outline, (blue * light, green * light, red * light), cv2.LINE_AA, _BITS)
        if nearness is not None:
            cv2.fillConvexPoly(nearness, strokes[limb, 0], 1.0 / float(depth[limb]), cv2.LINE_8, _BITS)


def _strokes(start: Floats, end: Floats, thick: Floats, thin: Floats) -> NDArray[np.int32]:
    """Outlines [people, limbs, layers, 12, 2] in fixed point: lines with round ends of two radii, one in the other,
    the inner ones moved towards the light."""
    along = end - start
    far = np.linalg.norm(along, axis=-1, keepdims=True)
    along = np.where(far > 0.3, along / np.maximum(far, 1e-6), (1.0, 0.0))
    across = np.stack((-along[..., 1], along[..., 0]), axis=-1)
    front = (along[..., None, :] * _ARC[:, :1] + across[..., None, :] * _ARC[:, 1:])[..., None, :, :]
    share = _SHARE[:, None, None]
    thick, thin = thick[..., None, None, None], thin[..., None, None, None]
    ends = end[..., None, None, :] + (_MOVED + front * share) * thin
    starts = start[..., None, None, :] + (_MOVED - front * share) * thick
    return _fixed(np.concatenate((ends, starts), axis=-2))


def _fixed(points: Floats) -> NDArray[np.int32]:
    return np.round(np.clip(points, -4_000, 8_000) * _UNIT).astype(np.int32)
