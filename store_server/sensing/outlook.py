"""One camera's pictures with the heads in them covered: what is known of the camera, and the work on one picture. Blocking.

Of a moment of which positions are known by now, heads are where people were. In a live picture they may be wherever it
is not the backdrop: from the top of each such patch as far down as a head may be, and where people last stood.
"""

import threading
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

from store_client.contract.camera import Camera, Pose
from store_client.contract.planogram import Gondola
from store_client.projection import Projection
from store_server.sensing.backdrop import Backdrop
from store_server.sensing.coarse import (
    BLOCKS_OF_HEAD,
    Mask,
    Patch,
    Picture,
    cover,
    decoded,
    encoded,
    narrowed,
    veil,
    whole,
)
from store_server.sensing.faces import BLIND_US, Fix, Person, heads, people_at, people_of
from store_server.sensing.sight import Sight

SMALL = 320
"""Width in pixels at which what moves is looked for: a head 8 m away is five of them."""
LEARN_US = 450_000
"""How often a picture is kept to learn the backdrop from."""
MOST_WAITING = 12
LEAST_M = 0.10
"""A patch that is smaller than this across is no head."""
ABOVE_M, BESIDE_M = 0.14, 0.07
"""A head may have the colour of what is behind it: patches are taken to go on so far above and beside what differs."""
BLOCK_M = 0.08
SMALL_M = 0.4
"""What is less tall than this is covered from top to bottom."""
NEARBY_M = 0.30
"""A head that is nowhere to be seen where somebody was last is no further than this from what is: it has the colour of
what is behind it."""
BODY_M = (0.30, 0.0, 2.0)
"""From the middle of a person to the side, and from the floor up, with what is held and the shadow."""
KNOWN = 0.5
"""Share of the backdrop that must be known for a live picture to be shown otherwise than coarse."""
_THREE = np.ones((3, 3), np.uint8)


@dataclass(frozen=True, slots=True)
class _Waiting:
    at_us: int
    small: Picture


class Outlook:
    """Any thread; one at a time where the backdrop is concerned."""

    def __init__(self, camera: Camera, gondolas: Sequence[Gondola] = ()) -> None:
        self.camera = camera
        self._gondolas = gondolas
        self._backdrop = Backdrop()
        self._guard = threading.Lock()
        self._waiting: deque[_Waiting] = deque(maxlen=MOST_WAITING)
        self._learnt_us = 0
        self._sights: dict[tuple[int, int], Sight] = {}
        self._projections: dict[tuple[int, int], Projection] = {}

    def wants(self, at_us: int) -> bool:
        """Whether a picture of this moment is wanted to learn from."""
        return self.camera.pose is not None and abs(at_us - self._learnt_us) >= LEARN_US

    def look(self, jpeg: bytes, at_us: int, fixes: Sequence[Fix]) -> None:
        """A picture that nobody is shown. Raises NoPicture."""
        self.learn(smaller(decoded(jpeg)), at_us, fixes)

    def live(self, jpeg: bytes, at_us: int, fixes: Sequence[Fix], width: int | None = None) -> bytes:
        """``fixes``: the newest. Not wider than ``width``. Raises NoPicture."""
        picture = decoded(jpeg)
        is_as_it_is = width is None or width >= picture.shape[1]
        picture = narrowed(picture, width)
        small = smaller(picture)
        if self.wants(at_us):
            self.learn(small, at_us, fixes)
        patches = self.veiled_now(picture, small, fixes)
        if patches is None:
            return encoded(whole(picture))
        if not patches and is_as_it_is:
            return jpeg
        veil(picture, patches)
        return encoded(picture)

    def veiled_now(self, picture: Picture, small: Picture, fixes: Sequence[Fix]) -> list[Patch] | None:
        """What of a live picture is to be coarse; None: all of it."""
        pose = self.camera.pose
        if pose is None:
            return None
        with self._guard:
            if self._backdrop.share_known < KNOWN:
                return None
            strange = self._backdrop.strange(small)
        if not strange.any():
            return []
        height, width = picture.shape[:2]
        sight, scale = self._sight(pose, small), width / small.shape[1]
        patches, bodies = self._patches(sight, strange)
        if fixes and patches:
            patches += _last(sight, bodies, patches, people_of(fixes[-1]))
        return [_sized(patch, scale, (width, height)) for patch in patches]

    def recorded(self, jpeg: bytes, people: Sequence[Person] | None, width: int | None) -> bytes:
        """``people``: where they were, None if nothing is known of it. Raises NoPicture."""
        pose = self.camera.pose
        if pose is None or people is None:
            return encoded(whole(narrowed(decoded(jpeg), width)))
        picture = decoded(jpeg)
        is_as_it_is = width is None or width >= picture.shape[1]
        picture = narrowed(picture, width)
        outlines = heads(self._projection(pose, picture.shape[1], picture.shape[0]), people)
        if not outlines and is_as_it_is:
            return jpeg
        cover(picture, outlines)
        return encoded(picture)

    def learn(self, small: Picture, at_us: int, fixes: Sequence[Fix]) -> None:
        """From those pictures of whose moment it is known by now where everybody was."""
        pose = self.camera.pose
        if pose is None or not fixes:
            return
        with self._guard:
            self._learnt_us = at_us
            self._waiting.append(_Waiting(at_us, small))
            while self._waiting and self._waiting[0].at_us + BLIND_US // 3 <= fixes[-1].at_us:
                waiting = self._waiting.popleft()
                people = people_at(fixes, waiting.at_us)
                if people is not None:
                    self._backdrop.learn(
                        waiting.small,
                        _bodies(self._projection(pose, small.shape[1], small.shape[0]), small.shape[:2], people),
                    )

    def _patches(self, sight: Sight, strange: Mask) -> tuple[list[Patch], Mask]:
        """What may be somebody's head, in the small picture; and what of it, from top to bottom, may be somebody."""
        height, width = strange.shape
        count, labels, stats, _ = cv2.connectedComponentsWithStats(
            cv2.morphologyEx(strange, cv2.MORPH_CLOSE, _THREE), connectivity=8, ltype=cv2.CV_16U
        )
        left, top, wide, high, area = stats[1:count].T
        scales = sight.scale[top + high // 4, left + wide // 2]
        is_large = area >= np.maximum(4.0, (LEAST_M * scales) ** 2)
        found, bodies = list[Patch](), np.zeros_like(strange)
        for label in np.flatnonzero(is_large).tolist():
            x, y, across, down = (int(value) for value in stats[label + 1][:4])
            scale = float(scales[label])
            own = (labels[y : y + down, x : x + across] == label + 1).view(np.uint8)
            bodies[y : y + down, x : x + across] |= own
            if down > SMALL_M * scale:
                rows = sight.cut(own, x, y, scale)
                own &= np.arange(y, y + down)[:, None] <= rows
                down = min(down, int(rows.max()) + 1 - y)
                if down <= 0:
                    continue
            beside, above = (max(1, round(metres * scale)) for metres in (BESIDE_M, ABOVE_M))
            x0, y0 = max(0, x - beside), max(0, y - above)
            x1, y1 = min(width, x + across + beside), min(height, y + down + beside)
            mask = np.zeros((y1 - y0, x1 - x0), np.uint8)
            mask[y - y0 : y - y0 + down, x - x0 : x - x0 + across] = own[:down]
            kernel = np.ones((above + beside + 1, 2 * beside + 1), np.uint8)
            grown = cv2.dilate(mask, kernel, anchor=(beside, beside)).astype(np.uint8, copy=False)
            blocks = BLOCK_M * sight.scale[y0:y1, min(x + across // 2, width - 1)]
            found += [Patch((x0, y0 + a, x1, y0 + b), float(blocks[b - 1]), grown[a:b]) for a, b in _bands(blocks)]
        return found, bodies

    def _sight(self, pose: Pose, picture: NDArray[np.uint8]) -> Sight:
        height, width = picture.shape[:2]
        if (width, height) not in self._sights:
            self._sights[(width, height)] = Sight(pose, width, height, self._gondolas)
        return self._sights[(width, height)]

    def _projection(self, pose: Pose, width: int, height: int) -> Projection:
        if (width, height) not in self._projections:
            self._projections[(width, height)] = Projection(pose, width, height)
        return self._projections[(width, height)]


def _bands(blocks: NDArray[np.float64]) -> list[tuple[int, int]]:
    """Rows, from and until, within which a block is of about the same size: a crowd goes from far to near."""
    octaves = np.floor(np.log2(blocks / blocks[0]))
    edges = [0, *(np.flatnonzero(np.diff(octaves)) + 1).tolist(), len(blocks)]
    return list(pairwise(edges))


def _last(sight: Sight, bodies: Mask, patches: Sequence[Patch], people: Sequence[Person]) -> list[Patch]:
    """Heads of ``people`` where they were last, as far as it is near to what may be somebody, and not in ``patches``: who
    stood still is there yet, and who walked is found by what moves."""
    height, width = bodies.shape
    is_free = np.ones_like(bodies)
    for patch in patches:
        x0, y0, x1, y1 = patch.box
        is_free[y0:y1, x0:x1][patch.mask != 0] = 0
    found = []
    for outline in heads(sight.projection, people):
        x, y, across, down = cv2.boundingRect(outline)
        x0, y0, x1, y1 = max(0, x), max(0, y), min(width, x + across), min(height, y + down)
        part = bodies[y0:y1, x0:x1]
        if not cv2.countNonZero(part):
            continue
        mask = np.zeros(part.shape, np.uint8)
        cv2.fillConvexPoly(mask, outline - np.array([x0, y0], np.int32), 1)
        reach = 2 * round(NEARBY_M * float(sight.scale[(y0 + y1) // 2, (x0 + x1) // 2])) + 3
        near = cv2.bitwise_and(cv2.dilate(part, np.ones((reach, reach), np.uint8)), is_free[y0:y1, x0:x1])
        mask = cv2.bitwise_and(mask, near).astype(np.uint8, copy=False)
        if cv2.countNonZero(mask):
            found.append(Patch((x0, y0, x1, y1), min(across, down) / BLOCKS_OF_HEAD, mask))
    return found


def _sized(patch: Patch, scale: float, size: tuple[int, int]) -> Patch:
    """A patch of the small picture in one of ``size`` that is ``scale`` times as large."""
    x0, y0, x1, y1 = (round(value * scale) for value in patch.box)
    x1, y1 = min(size[0], x1), min(size[1], y1)
    mask = patch.mask
    if mask is not None:
        mask = cv2.resize(mask, (x1 - x0, y1 - y0), interpolation=cv2.INTER_NEAREST).astype(np.uint8, copy=False)
    return Patch((x0, y0, x1, y1), max(3.0, patch.block * scale), mask)


def _bodies(projection: Projection, shape: tuple[int, ...], people: Sequence[Person]) -> Mask:
    """Wherever anybody may be in the picture, from head to foot."""
    mask = np.zeros(shape, np.uint8)
    side, low, high = BODY_M
    for person in people:
        reach = side + person.slack
        leant = np.array([(0.0, 0.0, 0.0), *person.leans])
        (east, north, _), (west, south, _) = leant.max(axis=0) + reach, leant.min(axis=0) - reach
        corners = [(person.x + x, person.y + y, z) for x in (west, east) for y in (south, north) for z in (low, high)]
        pixels, is_ahead = projection.pixels(np.array(corners))
        if is_ahead.any():
            outline = cv2.convexHull(np.round(np.clip(pixels[is_ahead], -4_096, 4_096)).astype(np.int32))
            cv2.fillConvexPoly(mask, outline, 255)
    return mask


def smaller(picture: Picture) -> Picture:
    height, width = picture.shape[:2]
    size = (SMALL, max(1, round(height * SMALL / width)))
    return cv2.resize(picture, size, interpolation=cv2.INTER_AREA).astype(np.uint8, copy=False)
