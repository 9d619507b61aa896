"""What a camera sees when nobody is there, and what in a picture is not that.

Positions reach the store seconds after the fact, a live picture at once: where a head is in it cannot be told from them.
But the camera stands still. What was seen again and again where, as is known by now, nobody was, is the backdrop; whatever
differs from it may be somebody. Pure of time and place: who calls says where people were.
"""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

Picture = NDArray[np.uint8]
Mask = NDArray[np.uint8]
DIFFERENT = 22
"""Of 255, in any colour: more than the noise of a camera and of its coding."""
SAME = 12
SETTLED = 7
"""What was seen so often in a row is the backdrop, as goods that were taken away are."""
RESTLESS = 0.3
"""A pixel that changes so often while nobody is near is a clock, a screen, or a lamp."""
UNREST = 0.04
"""By how much one look counts for that."""


@dataclass(slots=True)
class _Seen:
    """[height, width(, 3)]: ``backdrop`` where ``known`` is not 0; ``latest``: what was seen ``times`` in a row."""

    backdrop: Picture
    known: Mask
    latest: Picture
    times: NDArray[np.uint8]
    unrest: NDArray[np.float32]


class Backdrop:
    """Of one camera, for small pictures of one shape. Not for two threads at once."""

    def __init__(self) -> None:
        self._seen: _Seen | None = None

    @property
    def share_known(self) -> float:
        return 0.0 if self._seen is None else cv2.countNonZero(self._seen.known) / self._seen.known.size

    def learn(self, small: Picture, people: Mask) -> None:
        """``people``: not 0 wherever anybody may have been in the picture."""
        seen = self._fitting(small)
        free = _flags(people == 0)
        other = _differs(small, seen.latest, SAME)
        times = np.maximum((np.minimum(seen.times, 250) + np.uint8(1)) & ~other, 1)
        cv2.copyTo(times, free, seen.times)
        cv2.copyTo(small, free & other, seen.latest)
        strange = cv2.bitwise_and(_differs(small, seen.backdrop, DIFFERENT), seen.known)
        cv2.accumulateWeighted(strange.astype(np.float32) / 255, seen.unrest, UNREST, free)
        # The first look stands until there is a better one: it is taken when nobody is known to be there.
        cv2.copyTo(small, free & (~seen.known | _flags(seen.times >= SETTLED)), seen.backdrop)
        seen.known |= free

    def strange(self, small: Picture) -> Mask:
        """255 where the picture is not the backdrop, or where nobody knows what that is."""
        seen = self._seen
        if seen is None or seen.backdrop.shape != small.shape:
            return np.full(small.shape[:2], 255, np.uint8)
        return (_differs(small, seen.backdrop, DIFFERENT) & _flags(seen.unrest < RESTLESS)) | ~seen.known

    def _fitting(self, small: Picture) -> _Seen:
        if self._seen is None or self._seen.backdrop.shape != small.shape:
            shape = small.shape[:2]
            self._seen = _Seen(
                np.zeros_like(small),
                np.zeros(shape, np.uint8),
                np.zeros_like(small),
                np.zeros(shape, np.uint8),
                np.zeros(shape, np.float32),
            )
        return self._seen


def _differs(one: Picture, other: Picture, more: int) -> Mask:
    """255 where any colour differs by more than ``more``."""
    near = cv2.inRange(cv2.absdiff(one, other), (0, 0, 0, 0), (more, more, more, more))
    return cv2.bitwise_not(near).astype(np.uint8, copy=False)


def _flags(are_set: NDArray[np.bool_]) -> Mask:
    return are_set.view(np.uint8) * np.uint8(255)
