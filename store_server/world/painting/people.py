"""Draws people into a picture: soft shadows, rounded limbs, what they carry; hidden by the racks before them."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from store_server.world.painting.backdrop import Backdrop, Nearness, Picture
from store_server.world.painting.body import ENDS, IS_DETAIL, STARTS, THICK, THIN, WAIST, colours_of, joints_of
from store_server.world.painting.faces import Faces, box, join
from store_server.world.painting.figure import Figure
from store_server.world.painting.lens import NEAREST, Floats, Lens
from store_server.world.person import Looks

_BITS = 4
_UNIT = 1 << _BITS
_SHADOW_SCALE = 4
_SHADOW = 0.46
_MARGIN = 0.34
"""Metres about the joints that a body with its bag takes up."""
_CLOSEST = 0.5
_CHEST, _REACH = 1.0, 1.6
"""Metres above the floor of a person's middle, and from there to the farthest that a hand with its bag gets."""

_CIRCLE = np.stack((np.cos(np.arange(16) * np.pi / 8), np.sin(np.arange(16) * np.pi / 8), np.zeros(16)), axis=1)
_ARC = np.stack((np.cos(np.linspace(-1, 1, 6) * np.pi / 2), np.sin(np.linspace(-1, 1, 6) * np.pi / 2)), axis=1)
_TO_LIGHT = np.array([-0.45, -0.9])
_SHARE = np.array([1.0, 0.80, 0.50])
_MOVED = np.array([0.0, 0.12, 0.28])[:, None, None] * _TO_LIGHT
_BRIGHT = ((0.88,), (0.68, 0.92), (0.66, 0.86, 1.0))
"""Strokes of a limb, one on the other: share of its radius, how far moved towards the light, and, for one, two or
three of them, their brightness."""
_DETAIL, _PLAIN, _SHADED = 1.5, 2.0, 4.2
"""Radii in pixels up to which a detail is left out, a limb has no light side, and from which it has a full one."""
_FAR = 4.0
"""Radius in pixels of a body whose bag is drawn plain."""

_PLAIN_TOTE = box(-0.15, -0.06, 0.0, 0.15, 0.06, 0.31, (196, 160, 104))
_TOTE = join(
    [
        _PLAIN_TOTE,
        box(-0.151, -0.061, 0.20, 0.151, 0.061, 0.24, (46, 124, 118), "xXyY"),
        box(-0.10, -0.012, 0.31, -0.07, 0.012, 0.40, (150, 116, 70)),
        box(0.07, -0.012, 0.31, 0.10, 0.012, 0.40, (150, 116, 70)),
    ]
)
"""The bag of a shopper, hanging from the hand."""


@dataclass(frozen=True, slots=True)
class Body:
    """Somebody to be drawn: ``order`` of the limbs, the farthest first; of each limb its ``strokes`` [limbs, 3, 12, 2],
    how many of them (``layers``, from 0 for one), and ``depth`` in metres."""

    looks: Looks
    order: list[int]
    strokes: NDArray[np.int32]
    layers: NDArray[np.int64]
    depth: Floats


@dataclass(frozen=True, slots=True)
class Side:
    """One face of something carried: ``shape`` [6, 2] in fixed point, ``colour`` (BGR)."""

    shape: NDArray[np.int32]
    colour: tuple[float, ...]
    nearness: float


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
        figures = self._in_sight(figures)
        if not figures:
            return
        flat, depth = self._lens.project(joints_of(figures))
        reach = self._lens.focal * _MARGIN / np.maximum(depth.min(axis=1), _CLOSEST)[:, None]
        low = np.floor(np.maximum(flat.min(axis=1) - reach, 0)).astype(int)
        high = np.ceil(np.minimum(flat.max(axis=1) + reach, (self._lens.width, self._lens.height))).astype(int)
        seen = (depth.min(axis=1) > _CLOSEST) & (low < high).all(axis=1) & ~self._is_hidden(flat, depth)
        thick = self._lens.focal * THICK / np.maximum(depth[:, STARTS], _CLOSEST)
        thin = self._lens.focal * THIN / np.maximum(depth[:, ENDS], _CLOSEST)
        strokes = _strokes(flat[:, STARTS] - low[:, None], flat[:, ENDS] - low[:, None], thick, thin)
        layers = (thick > _PLAIN).astype(int) + (thick > _SHADED)
        middle = (depth[:, STARTS] + depth[:, ENDS]) / 2
        order = np.argsort(-middle, axis=1)
        shown = ~IS_DETAIL | (thick > _DETAIL)
        carried = self._carried(figures, low, thick.max(axis=1) < _FAR)
        for person in np.argsort(-depth[:, WAIST]):
            if seen[person]:
                body = Body(
                    figures[person].looks,
                    [limb for limb in order[person].tolist() if shown[person, limb]],
                    strokes[person],
                    layers[person],
                    middle[person],
                )
                self._person(
                    picture,
                    np.s_[low[person, 1] : high[person, 1], low[person, 0] : high[person, 0]],
                    body,
                    carried[person],
                )

    def _in_sight(self, figures: Sequence[Figure]) -> list[Figure]:
        """Without those of whom nothing can be in the picture, who are most in a large store."""
        chests, depth = self._lens.project(np.array([(figure.x, figure.y, _CHEST) for figure in figures]))
        reach = self._lens.focal * _REACH / np.maximum(depth - _REACH, _CLOSEST)
        near = (depth > -_REACH) & (chests > -reach[:, None]).all(axis=1)
        near &= (chests < np.array([self._lens.width, self._lens.height]) + reach[:, None]).all(axis=1)
        near |= np.abs(depth) <= _REACH + _CLOSEST  # too near to say
        return [figure for figure, is_near in zip(figures, near, strict=True) if is_near]

    def _is_hidden(self, flat: Floats, depth: Floats) -> NDArray[np.bool_]:
        """Who [people] stands wholly behind racks: none of the joints [people, joints] is to be seen."""
        columns = np.clip(flat[..., 0], 0, self._lens.width - 1).astype(int)
        rows = np.clip(flat[..., 1], 0, self._lens.height - 1).astype(int)
        before = 1.0 / np.maximum(depth, _CLOSEST) * 1.05 + 0.01
        return np.asarray((self._backdrop.nearness[rows, columns] > before).all(axis=1))

    def _person(self, picture: Picture, area: tuple[slice, slice], body: Body, carried: Sequence[Side]) -> None:
        solid = self._backdrop.nearness[area]
        if float(solid.max()) * (float(body.depth.max()) + 0.3) < 1.0:
            _draw(picture[area], None, body, carried)
            return
        patch = picture[area].copy()
        nearness = np.zeros(solid.shape, np.float32)
        _draw(patch, nearness, body, carried)
        cv2.copyTo(patch, (nearness * 1.02 + 0.004 >= solid).astype(np.uint8), picture[area])

    def _carried(
        self, figures: Sequence[Figure], low: NDArray[np.int64], is_far: NDArray[np.bool_]
    ) -> list[list[Side]]:
        """What everybody's hands hold, and the bags for what has been taken; relative to ``low`` of each."""
        owners: list[int] = []
        solids: list[Faces] = []
        for person, figure in enumerate(figures):
            if figure.bag:
                x, y, z = figure.hands[0 if figure.is_reaching[1] else 1]
                owners.append(person)
                tote = _PLAIN_TOTE if is_far[person] else _TOTE
                solids.append(tote.placed(figure.heading, x, y, z - 0.40))
            for (x, y, z), article in zip(figure.hands, figure.holds, strict=True):
                if article is not None:
                    shape = self._shapes[article.product.gtin]
                    owners.append(person)
                    solids.append(shape.placed(figure.heading + np.pi, x, y, z - article.height / 2))
        sides: list[list[Side]] = [[] for _ in figures]
        if not solids:
            return sides
        faces, number = join(solids), np.repeat(np.arange(len(solids)), [len(solid.corners) for solid in solids])
        whose = np.array(owners)[number]
        flat, depth = self._lens.project(faces.corners)
        is_behind = np.zeros(len(solids), bool)
        is_behind[number[depth.min(axis=1) < NEAREST]] = True
        seen = ((self._lens.eye - faces.corners[:, 0]) * faces.normals).sum(axis=1) > 0
        seen &= ~is_behind[number]
        shapes = _fixed(flat[seen] - low[whose[seen], None])
        nearness = (1.0 / np.bincount(number, depth.mean(axis=1)) * np.bincount(number))[number[seen]]
        colours = faces.lit()[seen][:, ::-1].tolist()
        for owner, shape, colour, near in zip(whose[seen].tolist(), shapes, colours, nearness.tolist(), strict=True):
            sides[owner].append(Side(shape, tuple(colour), near))
        return sides

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


def _draw(patch: Picture, nearness: Nearness | None, body: Body, carried: Sequence[Side]) -> None:
    """Limb by limb, the farthest first, then what is carried."""
    colours = _lit_colours(body.looks)
    layers = body.layers.tolist()
    for limb in body.order:
        outlines = body.strokes[limb]
        for place, colour in enumerate(colours[limb][layers[limb]]):
            cv2.fillConvexPoly(patch, outlines[place], colour, cv2.LINE_AA, _BITS)
        if nearness is not None:
            cv2.fillConvexPoly(nearness, outlines[0], 1.0 / float(body.depth[limb]), cv2.LINE_8, _BITS)
    for side in carried:
        cv2.fillConvexPoly(patch, side.shape, side.colour, cv2.LINE_AA, _BITS)
        if nearness is not None:
            cv2.fillConvexPoly(nearness, side.shape, side.nearness, cv2.LINE_8, _BITS)


@lru_cache(512)
def _lit_colours(looks: Looks) -> list[list[list[tuple[float, float, float]]]]:
    """Of each limb (blue, green, red), for one, two and three strokes on each other."""
    return [
        [[(blue * light, green * light, red * light) for light in bright] for bright in _BRIGHT]
        for red, green, blue in colours_of(looks)
    ]


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
