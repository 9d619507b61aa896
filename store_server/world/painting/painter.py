"""What one camera of the simulated store shows: its backdrop, the people, its name and the time."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import cv2
import numpy as np
from numpy.typing import NDArray

from store_server.world.painting.backdrop import Backdrop, Placed
from store_server.world.painting.faces import Faces, box, join
from store_server.world.painting.figure import Figure, Limb, skeleton
from store_server.world.painting.lens import NEAREST, Floats, Lens

JPEG_QUALITY = 82
_BITS = 4
_SHADED = 4.5
"""Radius in pixels from which a limb has a lit side of its own."""
_SHADOW_SCALE = 4
_SHADOW = 0.46
_CIRCLE = np.stack((np.cos(np.arange(16) * np.pi / 8), np.sin(np.arange(16) * np.pi / 8), np.zeros(16)), axis=1)
_ARC = np.stack((np.cos(np.linspace(-1, 1, 7) * np.pi / 2), np.sin(np.linspace(-1, 1, 7) * np.pi / 2)), axis=1)
_TO_LIGHT = np.array([-0.45, -0.9])
_LAYERS = ((1.0, 0.0, 0.66), (0.80, 0.12, 0.86), (0.50, 0.28, 1.0))
"""Strokes of a limb, one on the other: share of its radius, how far moved towards the light, brightness."""

_TOTE = join(
    [
        box(-0.15, -0.06, 0.0, 0.15, 0.06, 0.31, (196, 160, 104)),
        box(-0.151, -0.061, 0.20, 0.151, 0.061, 0.24, (46, 124, 118), "xXyY"),
        box(-0.10, -0.012, 0.31, -0.07, 0.012, 0.40, (150, 116, 70)),
        box(0.07, -0.012, 0.31, 0.10, 0.012, 0.40, (150, 116, 70)),
    ]
)
"""The bag of a shopper."""

Picture = NDArray[np.uint8]
Nearness = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Scene:
    """What there is to draw at one moment: ``goods``: displays that changed since the last picture."""

    stamp: str
    figures: Sequence[Figure]
    goods: dict[int, list[Placed]] = field(default_factory=dict)


class Painter:
    """Draws for a camera at a width. Not for two threads at once."""

    def __init__(self, name: str, lens: Lens, backdrop: Backdrop, shapes: dict[str, Faces]) -> None:
        self._name = name
        self._lens = lens
        self._backdrop = backdrop
        self._shapes = shapes
        self._is_painted = False
        self._written: tuple[str, Picture] = ("", np.zeros((0, 0, 3), np.uint8))

    def draw(self, scene: Scene) -> bytes:
        """A JPEG of the scene."""
        picture = self.compose(scene)
        return cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY])[1].tobytes()

    def compose(self, scene: Scene) -> Picture:
        """The picture [height, width, 3] (BGR)."""
        if scene.goods or not self._is_painted:
            self._backdrop.stock(scene.goods)
        if not self._is_painted:
            self._backdrop.paint(self._lens.whole)
            self._is_painted = True
        picture = self._backdrop.picture.copy()
        self._shadows(picture, scene.figures)
        eye = self._lens.eye
        for figure in sorted(scene.figures, key=lambda f: -((f.x - eye[0]) ** 2 + (f.y - eye[1]) ** 2)):
            self._person(picture, figure)
        self._caption(picture, scene.stamp)
        return picture

    def _shadows(self, picture: Picture, figures: Sequence[Figure]) -> None:
        """Soft and round, on the floor only."""
        if not figures:
            return
        small = np.full((self._lens.height // _SHADOW_SCALE, self._lens.width // _SHADOW_SCALE), 255, np.uint8)
        rings = np.array([(f.x, f.y, 0.0) for f in figures])[:, None, :] + _CIRCLE * 0.30
        flat, depth = self._lens.project(rings)
        is_any = False
        for ring, far in zip(flat, depth, strict=True):
            if (
                far.min() > NEAREST
                and (ring.max(axis=0) > 0).all()
                and (ring.min(axis=0) < (self._lens.width, self._lens.height)).all()
            ):
                cv2.fillConvexPoly(
                    small, np.round(ring / _SHADOW_SCALE * 16).astype(np.int32), 255 * (1 - _SHADOW), cv2.LINE_AA, 4
                )
                is_any = True
        if is_any:
            soft = cv2.GaussianBlur(small, (0, 0), max(1.0, self._lens.width / 400))
            shade = cv2.resize(soft, (self._lens.width, self._lens.height), interpolation=cv2.INTER_LINEAR)
            shade[self._backdrop.nearness > 0] = 255
            cv2.multiply(picture, cv2.merge((shade, shade, shade)), picture, 1 / 255)

    def _person(self, picture: Picture, figure: Figure) -> None:
        body = skeleton(figure)
        flat, depth = self._lens.project(body.joints)
        if depth.min() < 0.5:
            return
        reach = self._lens.focal * 0.3 / float(depth.min())
        x0, y0 = (int(v) for v in np.floor(flat.min(axis=0) - reach))
        x1, y1 = (int(v) for v in np.ceil(flat.max(axis=0) + reach))
        x0, y0, x1, y1 = max(x0, 0), max(y0, 0), min(x1, self._lens.width), min(y1, self._lens.height)
        if x0 >= x1 or y0 >= y1:
            return
        corner = np.array([x0, y0])
        area = np.s_[y0:y1, x0:x1]
        solid = self._backdrop.nearness[area]
        if float(solid.max()) < 1.0 / (float(depth.max()) + 0.1):
            self._body(picture[area], None, body.limbs, flat - corner, depth)
            self._held(picture[area], figure, corner)
            return
        patch = picture[area].copy()
        nearness = np.zeros(solid.shape, np.float32)
        self._body(patch, nearness, body.limbs, flat - corner, depth)
        self._held(patch, figure, corner)
        is_free = (nearness * 1.02 + 0.004 >= solid).astype(np.uint8)
        cv2.copyTo(patch, is_free, picture[area])

    def _body(self, patch: Picture, nearness: Nearness | None, limbs: list[Limb], flat: Floats, depth: Floats) -> None:
        order = sorted(limbs, key=lambda limb: -(depth[limb.start] + depth[limb.end]))
        starts, ends = [limb.start for limb in order], [limb.end for limb in order]
        thick = self._lens.focal * np.array([limb.thick for limb in order]) / depth[starts]
        thin = self._lens.focal * np.array([limb.thin for limb in order]) / depth[ends]
        strokes = _strokes(flat[starts], flat[ends], thick, thin)
        for limb, layers, radius in zip(order, strokes, thick.tolist(), strict=True):
            shown = 3 if radius > _SHADED else 2
            for outline, (_, _, bright) in zip(layers[:shown], _LAYERS, strict=False):
                red, green, blue = limb.colour
                cv2.fillConvexPoly(patch, outline, (blue * bright, green * bright, red * bright), cv2.LINE_AA, _BITS)
            if nearness is not None:
                near = 2.0 / float(depth[limb.start] + depth[limb.end])
                cv2.fillConvexPoly(nearness, layers[0], near, cv2.LINE_8, _BITS)

    def _held(self, patch: Picture, figure: Figure, corner: Floats) -> None:
        """What the hands hold, and the bag for what has been taken."""
        if figure.bag:
            x, y, z = figure.hands[1] if not figure.is_reaching[1] else figure.hands[0]
            self._goods(patch, _TOTE.placed(figure.heading, x, y, z - 0.40), corner)
        for hand, article in zip(figure.hands, figure.holds, strict=True):
            if article is not None:
                shape = self._shapes[article.product.gtin]
                turn, low = figure.heading + np.pi, hand[2] - article.height * 0.5
                self._goods(patch, shape.placed(turn, hand[0], hand[1], low), corner)

    def _goods(self, patch: Picture, faces: Faces, corner: Floats) -> None:
        seen = ((self._lens.eye - faces.corners[:, 0]) * faces.normals).sum(axis=1) > 0
        flat, depth = self._lens.project(faces.corners[seen])
        if len(depth) and depth.min() > NEAREST:
            points = np.round((flat - corner) * 16).astype(np.int32)
            for shape, (red, green, blue) in zip(points, faces.lit()[seen].tolist(), strict=True):
                cv2.fillConvexPoly(patch, shape, (blue, green, red), cv2.LINE_AA, 4)

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


def _strokes(start: Floats, end: Floats, thick: Floats, thin: Floats) -> NDArray[np.int32]:
    """Outlines [limbs, layers, 14, 2] in fixed point: lines with round ends of two radii, one in the other, the inner
    ones moved towards the light."""
    along = end - start
    far = np.linalg.norm(along, axis=1, keepdims=True)
    along = np.where(far > 0.3, along / np.maximum(far, 1e-6), (1.0, 0.0))
    across = np.stack((-along[:, 1], along[:, 0]), axis=1)
    front = along[:, None, :] * _ARC[None, :, :1] + across[:, None, :] * _ARC[None, :, 1:]
    share = np.array([layer[0] for layer in _LAYERS])
    moved = np.array([layer[1] for layer in _LAYERS])[None, :, None, None] * _TO_LIGHT
    wide, narrow = (radius[:, None] * share for radius in (thick, thin))
    ends = end[:, None, None] + moved * thin[:, None, None, None] + front[:, None] * narrow[..., None, None]
    starts = start[:, None, None] + moved * thick[:, None, None, None] - front[:, None] * wide[..., None, None]
    return np.round(np.concatenate((ends, starts), axis=2) * (1 << _BITS)).astype(np.int32)
