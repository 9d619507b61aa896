"""What one camera of the simulated store shows: its backdrop, the people, its name and the time."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import cv2
import numpy as np
from numpy.typing import NDArray

from store_server.world.painting.backdrop import Backdrop, Placed
from store_server.world.painting.faces import Faces
from store_server.world.painting.figure import Figure, Limb, skeleton
from store_server.world.painting.lens import NEAREST, Floats, Lens

JPEG_QUALITY = 82
_BITS = 4
_SHADOW_SCALE = 4
_SHADOW = 0.46
_CIRCLE = np.stack((np.cos(np.arange(16) * np.pi / 8), np.sin(np.arange(16) * np.pi / 8), np.zeros(16)), axis=1)
_LAYERS = ((1.0, 0.0, 0.60), (0.82, 0.10, 0.84), (0.52, 0.26, 1.0), (0.24, 0.36, 1.10))
"""Strokes of a limb, one on the other: share of its radius, how far moved towards the light, brightness."""

Picture = NDArray[np.uint8]


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
            self._body(picture[area], None, figure, body.limbs, flat - corner, depth, corner)
            return
        patch = picture[area].copy()
        nearness = np.zeros(solid.shape, np.float32)
        self._body(patch, nearness, figure, body.limbs, flat - corner, depth, corner)
        is_free = (nearness * 1.02 + 0.004 >= solid).astype(np.uint8)
        cv2.copyTo(patch, is_free, picture[area])

    def _body(
        self,
        patch: Picture,
        nearness: NDArray[np.float32] | None,
        figure: Figure,
        limbs: list[Limb],
        flat: Floats,
        depth: Floats,
        corner: Floats,
    ) -> None:
        order = sorted(limbs, key=lambda limb: -(depth[limb.start] + depth[limb.end]))
        for limb in order:
            near = 2.0 / float(depth[limb.start] + depth[limb.end])
            start, end = flat[limb.start], flat[limb.end]
            thick = self._lens.focal * limb.thick / float(depth[limb.start])
            thin = self._lens.focal * limb.thin / float(depth[limb.end])
            for share, moved, bright in _LAYERS:
                off = np.array([-0.45, -0.9]) * moved
                red, green, blue = (min(255.0, c * bright) for c in limb.colour)
                _stroke(patch, start + off * thick, end + off * thin, thick * share, thin * share, (blue, green, red))
            if nearness is not None:
                _stroke(nearness, start, end, thick + 1.5, thin + 1.5, near)
        for hand, article in zip(figure.hands, figure.holds, strict=True):
            if article is not None:
                self._goods(
                    patch,
                    self._shapes[article.product.gtin].placed(
                        figure.heading + np.pi, hand[0], hand[1], hand[2] - article.height * 0.5
                    ),
                    corner,
                )

    def _goods(self, patch: Picture, faces: Faces, corner: Floats) -> None:
        seen = ((self._lens.eye - faces.corners[:, 0]) * faces.normals).sum(axis=1) > 0
        flat, depth = self._lens.project(faces.corners[seen])
        if len(depth) and depth.min() > NEAREST:
            points = np.round((flat - corner) * 16).astype(np.int32)
            for shape, (red, green, blue) in zip(points, faces.lit()[seen].tolist(), strict=True):
                cv2.fillConvexPoly(patch, shape, (blue, green, red), cv2.LINE_AA, 4)

    def _caption(self, picture: Picture, stamp: str) -> None:
        """Name and store-local time on a dark band."""
        scale = self._lens.width / 640
        band = round(22 * scale)
        picture[-band:] = (picture[-band:] * 0.42).astype(np.uint8)
        thick = max(1, round(scale))
        line = self._lens.height - round(7 * scale)
        font, size = cv2.FONT_HERSHEY_SIMPLEX, 0.44 * scale
        cv2.putText(picture, self._name, (round(9 * scale), line), font, size, (244, 244, 244), thick, cv2.LINE_AA)
        (wide, _), _ = cv2.getTextSize(stamp, font, size, thick)
        cv2.putText(
            picture,
            stamp,
            (self._lens.width - wide - round(9 * scale), line),
            font,
            size,
            (225, 225, 225),
            thick,
            cv2.LINE_AA,
        )


def _stroke(
    image: NDArray[np.uint8 | np.float32],
    start: Floats,
    end: Floats,
    thick: float,
    thin: float,
    colour: tuple[float, float, float] | float,
) -> None:
    """A line with round ends of two radii, in pixels."""
    unit = 1 << _BITS
    along = end - start
    far = float(np.hypot(along[0], along[1]))
    if far > 0.3:
        across = np.array([-along[1], along[0]]) / far
        outline = np.array([start + across * thick, end + across * thin, end - across * thin, start - across * thick])
        cv2.fillConvexPoly(image, np.round(outline * unit).astype(np.int32), colour, cv2.LINE_AA, _BITS)
        cv2.circle(image, _fixed(end), max(1, int(thin * unit)), colour, -1, cv2.LINE_AA, _BITS)
    cv2.circle(image, _fixed(start), max(1, int(thick * unit)), colour, -1, cv2.LINE_AA, _BITS)


def _fixed(point: Floats) -> tuple[int, int]:
    return int(point[0] * (1 << _BITS)), int(point[1] * (1 << _BITS))
