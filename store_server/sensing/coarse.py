"""Makes parts of pictures unrecognisable: decode, average over blocks, encode. Blocking; OpenCV lets go of the interpreter.

A face is not recognised by people or programs when it is but two or three blocks wide; what a whole body does still is.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from store_client.jpeg import size_of
from store_server.sensing.faces import Outline

Picture = NDArray[np.uint8]
Mask = NDArray[np.uint8]
Box = tuple[int, int, int, int]
"""Pixels: x0 ≤ x < x1, y0 ≤ y < y1."""
QUALITY = 80
MOST_PIXELS = 7680 * 4320
BLOCKS_OF_HEAD = 5
"""Across the outline of a head with its margins, which is two or three heads wide."""
BLOCKS_OF_WHOLE = 40
"""Across a picture of which nobody knows where heads are in it."""


@dataclass(frozen=True, slots=True)
class Patch:
    """A part of a picture that is to be coarse: ``box``, or where ``mask`` [height, width of the box] is not 0;
    ``block``: pixels."""

    box: Box
    block: float
    mask: Mask | None = None


class NoPicture(Exception):
    """It cannot be decoded, or is larger than any camera's."""


def decoded(jpeg: bytes) -> Picture:
    """[height, width, 3], BGR. Raises NoPicture."""
    width, height = size_of(jpeg)
    if not 0 < width * height <= MOST_PIXELS:
        raise NoPicture
    try:
        picture = cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR)
    except cv2.error as error:
        raise NoPicture from error
    if picture is None:
        raise NoPicture
    return picture.astype(np.uint8, copy=False)


def encoded(picture: Picture) -> bytes:
    """Raises NoPicture."""
    is_done, jpeg = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, QUALITY])
    if not is_done:
        raise NoPicture
    return jpeg.tobytes()


def narrowed(picture: Picture, width: int | None) -> Picture:
    """Not wider than ``width``."""
    height, own = picture.shape[:2]
    if width is None or width >= own:
        return picture
    return _sized(picture, width, max(1, round(height * width / own)))


def cover(picture: Picture, outlines: Sequence[Outline]) -> None:
    """Makes what is in ``outlines`` coarse, in place."""
    veil(picture, patches_of(picture, outlines))


def patches_of(picture: Picture, outlines: Sequence[Outline]) -> list[Patch]:
    """As far as they are within the picture; in each there is one head."""
    height, width = picture.shape[:2]
    patches = []
    for outline in outlines:
        x0, y0 = np.clip(outline.min(axis=0), 0, (width, height)).tolist()
        x1, y1 = np.clip(outline.max(axis=0) + 1, 0, (width, height)).tolist()
        if x0 < x1 and y0 < y1:
            mask = np.zeros((y1 - y0, x1 - x0), np.uint8)
            cv2.fillConvexPoly(mask, np.clip(outline, -16_384, 16_384) - np.array([x0, y0], np.int32), 255)
            block = float(np.ptp(outline, axis=0).min()) / BLOCKS_OF_HEAD
            patches.append(Patch((x0, y0, x1, y1), max(3.0, block), mask))
    return patches


def veil(picture: Picture, patches: Sequence[Patch]) -> None:
    """Makes ``patches`` coarse, in place."""
    for patch in patches:
        x0, y0, x1, y1 = patch.box
        part = picture[y0:y1, x0:x1]
        if patch.mask is None:
            part[:] = averaged(part, patch.block)
        else:
            cv2.copyTo(averaged(part, patch.block), patch.mask, part)


def whole(picture: Picture) -> Picture:
    """All of it coarse."""
    return averaged(picture, picture.shape[1] / BLOCKS_OF_WHOLE)


def averaged(part: Picture, block: float) -> Picture:
    """As if its pixels were ``block`` wide, smoothly."""
    height, width = part.shape[:2]
    few = _sized(part, max(1, round(width / block)), max(1, round(height / block)))
    return cv2.resize(few, (width, height), interpolation=cv2.INTER_LINEAR).astype(np.uint8, copy=False)


def _sized(picture: Picture, width: int, height: int) -> Picture:
    return cv2.resize(picture, (width, height), interpolation=cv2.INTER_AREA).astype(np.uint8, copy=False)
