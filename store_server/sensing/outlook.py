"""One camera's pictures with the heads in them covered: what is known of the camera, and the work on one picture. Blocking.

Of a moment of which positions are known by now, heads are where people were. In a live picture they may be wherever it
is not the backdrop: from the top of each such patch as far down as a head may be, and where people last stood.
"""

import threading
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from store_client.contract.camera import Camera, Pose
from store_client.projection import Projection
from store_server.sensing.backdrop import Backdrop
from store_server.sensing.coarse import (
    Box,
    Mask,
    Patch,
    Picture,
    cover,
    decoded,
    encoded,
    narrowed,
    patches_of,
    veil,
    whole,
)
from store_server.sensing.faces import BLIND_US, Fix, Person, heads, people_at

SMALL = 320
"""Width in pixels at which what moves is looked for: a head 8 m away is five of them."""
LEARN_US = 450_000
"""How often a picture is kept to learn the backdrop from."""
MOST_WAITING = 12
HEAD_M = 1.5
"""Height at which it is reckoned how large things are."""
NEAREST_M, FARTHEST_M = 0.8, 25.0
LEAST_M = 0.10
"""A patch that is smaller than this across is no head."""
ABOVE_M, BESIDE_M = 0.14, 0.07
"""A head may have the colour of what is behind it: patches are taken to go on so far above and beside what differs."""
BLOCK_M = 0.08
CHEST_M = 1.0
"""A head is above this, of whoever stands where the patch ends below."""
TALL_M = (1.4, 2.05)
WIDE_M = 1.0
"""A patch so tall and so wide is one person. What is less tall may be somebody behind a shelf; what is taller, several."""
BODY_M = (0.30, 0.0, 2.0)
"""From the middle of a person to the side, and from the floor up, with what is held and the shadow."""
KNOWN = 0.5
"""Share of the backdrop that must be known for a live picture to be shown otherwise than coarse."""


@dataclass(frozen=True, slots=True)
class _Waiting:
    at_us: int
    small: Picture


class Outlook:
    """Any thread; one at a time where the backdrop is concerned."""

    def __init__(self, camera: Camera) -> None:
        self.camera = camera
        self._backdrop = Backdrop()
        self._guard = threading.Lock()
        self._waiting: deque[_Waiting] = deque(maxlen=MOST_WAITING)
        self._learnt_us = 0
        self._scales: dict[tuple[int, int], NDArray[np.float64]] = {}
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
        height, width = picture.shape[:2]
        scale = width / small.shape[1]
        patches = []
        for (x0, y0, x1, y1), mask, block in self._patches(pose, strange):
            box = (round(x0 * scale), round(y0 * scale), min(width, round(x1 * scale)), min(height, round(y1 * scale)))
            size = (box[2] - box[0], box[3] - box[1])
            fitting = cv2.resize(mask, size, interpolation=cv2.INTER_NEAREST).astype(np.uint8, copy=False)
            patches.append(Patch(box, max(3.0, block * scale), fitting))
        last = patches_of(picture, heads(self._projection(pose, width, height), _last_known(fixes)))
        whole_strange = cv2.resize(strange, (width, height), interpolation=cv2.INTER_NEAREST).astype(
            np.uint8, copy=False
        )
        return [*patches, *(patch for patch in last if _is_any(whole_strange, patch))]

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

    def _patches(self, pose: Pose, strange: Mask) -> list[tuple[Box, Mask, float]]:
        """What may be somebody's head, in the small picture: box, mask, and of what size a block is there."""
        height, width = strange.shape
        scales = self._scale(pose, width, height)
        strange = cv2.morphologyEx(strange, cv2.MORPH_CLOSE, np.ones((3, 3), np.uint8)).astype(np.uint8, copy=False)
        count, labels, stats, _ = cv2.connectedComponentsWithStats(strange, connectivity=8)
        found = []
        for label in range(1, count):
            x, y, wide, high, area = (int(value) for value in stats[label])
            upper = np.s_[y : y + (high + 1) // 2, x : x + wide]
            pixels_a_metre = float(np.median(scales[upper][labels[upper] == label]))
            if area < max(4.0, (LEAST_M * pixels_a_metre) ** 2):
                continue
            high = min(high, self._cut(pose, (width, height), (x, y, wide, high)) - y)
            beside, above = (max(1, round(metres * pixels_a_metre)) for metres in (BESIDE_M, ABOVE_M))
            x0, y0 = max(0, x - beside), max(0, y - above)
            x1, y1 = min(width, x + wide + beside), min(height, y + high + beside)
            mask = (labels[y0:y1, x0:x1] == label).astype(np.uint8) * np.uint8(255)
            kernel = np.ones((above + beside + 1, 2 * beside + 1), np.uint8)
            grown = cv2.dilate(mask, kernel, anchor=(beside, beside)).astype(np.uint8, copy=False)
            found.append(((x0, y0, x1, y1), grown, BLOCK_M * pixels_a_metre))
        return found

    def _cut(self, pose: Pose, size: tuple[int, int], box: Box) -> int:
        """The row down to which there may be a head in a patch (x, y, width, height): all of it, unless it looks like one
        person who stands there with all but the feet to be seen."""
        x, y, wide, high = box
        all_of_it = y + high
        if x == 0 or x + wide == size[0] or all_of_it == size[1]:
            return all_of_it  # it may go on outside
        projection = self._projection(pose, *size)
        middle = x + wide / 2
        ray = projection.rays(np.array([[middle, y + high]]))[0]
        if ray[2] > -0.05:
            return all_of_it
        foot = np.array([pose.x, pose.y, pose.z]) + ray * (-pose.z / ray[2])
        pixels, is_ahead = projection.pixels(np.array([[foot[0], foot[1], z] for z in (CHEST_M, *TALL_M)]))
        chest, least, most = pixels[:, 1].tolist()
        metre = projection.focal / float(projection.depths(foot[None])[0])
        is_one = is_ahead.all() and most <= y <= least and wide <= WIDE_M * metre
        return round(chest) if is_one and chest < all_of_it else all_of_it

    def _projection(self, pose: Pose, width: int, height: int) -> Projection:
        if (width, height) not in self._projections:
            self._projections[(width, height)] = Projection(pose, width, height)
        return self._projections[(width, height)]

    def _scale(self, pose: Pose, width: int, height: int) -> NDArray[np.float64]:
        """Pixels a metre [height, width] of a head that is seen there."""
        if (width, height) not in self._scales:
            projection = self._projection(pose, width, height)
            across, down = np.meshgrid(np.arange(width) + 0.5, np.arange(height) + 0.5)
            falls = projection.rays(np.stack((across.ravel(), down.ravel()), axis=1))[:, 2]
            away = np.where(
                (pose.z > HEAD_M) & (falls < -1e-3), (HEAD_M - pose.z) / np.minimum(falls, -1e-3), FARTHEST_M
            )
            away = np.clip(away, NEAREST_M, FARTHEST_M)
            self._scales[(width, height)] = (projection.focal / away).reshape(height, width)
        return self._scales[(width, height)]


def _is_any(strange: Mask, patch: Patch) -> bool:
    """Whether it does not look as if nobody were there."""
    x0, y0, x1, y1 = patch.box
    return bool(strange[y0:y1, x0:x1].any())


def _last_known(fixes: Sequence[Fix]) -> list[Person]:
    """Where people were last: who stood still is there yet, and who walked is found by what moves."""
    people = people_at(fixes[-1:], fixes[-1].at_us) if fixes else None
    return people or []


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
