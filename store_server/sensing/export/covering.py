"""Covers heads in pictures of the past, as they are asked for in order."""

from collections import deque
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from store_client.contract.camera import Pose
from store_client.contract.decoding import msgpack_decoder
from store_client.contract.live import Positions
from store_client.projection import Projection
from store_server.sensing import coarse
from store_server.sensing.export.composition import LENGTH
from store_server.sensing.faces import BLIND_US, Fix, fix_of, heads, people_at

KEPT_US = 60_000_000
"""A camera may show a picture that was taken so long before those of others."""


class Covering:
    """``people``: what is in the file that Composition names; read as it is needed."""

    def __init__(self, people: BinaryIO) -> None:
        self._file = people
        self._decoder = msgpack_decoder(Positions)
        self._fixes: deque[Fix] = deque()

    def cover(self, picture: NDArray[np.uint8], pose: Pose | None, at_us: int) -> NDArray[np.uint8]:
        """The picture with heads made coarse; all of it where nobody knows where they are."""
        people = None if pose is None else people_at(self._around(at_us), at_us)
        if pose is None or people is None:
            return coarse.whole(picture)
        covered = picture.copy()
        coarse.cover(covered, heads(Projection(pose, picture.shape[1], picture.shape[0]), people))
        return covered

    def _around(self, at_us: int) -> list[Fix]:
        while not self._fixes or self._fixes[-1].at_us <= at_us + BLIND_US:
            head = self._file.read(LENGTH.size)
            if len(head) < LENGTH.size:
                break
            message = self._decoder.decode(self._file.read(LENGTH.unpack(head)[0]))
            self._fixes.append(fix_of(message))
        while self._fixes and self._fixes[0].at_us < at_us - KEPT_US:
            self._fixes.popleft()
        return [fix for fix in self._fixes if at_us - BLIND_US <= fix.at_us <= at_us + BLIND_US]
