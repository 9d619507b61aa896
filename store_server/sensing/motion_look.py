"""Matches one look of a camera with the tracks: ``python -m store_server.sensing.motion_look``, a process of its own,
because pictures that break a decoder are to break no store, and what it needs is let go of between looks.

Standard input: one ``Asked``; standard output: one ``Answer``; both msgpack.
"""

import sys

import cv2
import msgspec
import numpy as np

from store_client.contract.decoding import from_msgpack
from store_client.projection import Projection
from store_server.sensing.motion_match import WIDTH, Answer, Asked, Grey, Look, Walk, match


def matched(asked: Asked) -> Answer:
    at_us: list[int] = []
    grey: list[Grey] = []
    for taken_us, jpeg in zip(asked.at_us, asked.jpegs, strict=True):
        picture = cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_GRAYSCALE)
        if picture is None or picture.shape[0] * picture.shape[1] == 0:
            continue
        small = cv2.resize(picture, _small(picture.shape), interpolation=cv2.INTER_AREA).astype(np.uint8, copy=False)
        if (not grey or small.shape == grey[0].shape) and (not at_us or taken_us > at_us[-1]):
            at_us.append(taken_us)
            grey.append(small)
    if not grey:
        return Answer(False)
    height, width = grey[0].shape
    walks = [
        Walk(np.array([at for at, _, _ in walk], np.int64), np.array([(x, y) for _, x, y in walk], np.float64))
        for walk in asked.walks
        if walk
    ]
    look = Look(np.array(at_us, np.int64), np.array(grey, np.uint8))
    return match(look, walks, Projection(asked.pose, width, height))


def _small(shape: tuple[int, ...]) -> tuple[int, int]:
    return WIDTH, max(1, round(shape[0] * WIDTH / shape[1]))


def main() -> int:
    cv2.setNumThreads(1)
    asked = from_msgpack(sys.stdin.buffer.read(), Asked)
    sys.stdout.buffer.write(msgspec.msgpack.encode(matched(asked)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
