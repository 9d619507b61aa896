"""Streams of pictures and the pictures in them: as a desk reads them, as the store reads its cameras, and decoded."""

import asyncio
import contextlib
import io
from contextlib import suppress

import cv2
import numpy as np

from console.work.video.decoder import decode
from console.work.video.frames import FrameRing
from store_client.errors import StoreError
from store_client.jpeg import size_of
from store_client.pictures import Picture, parts
from store_server.sensing.coarse import NoPicture, decoded
from store_server.sensing.multipart import CameraLost, _boundary, _Parts
from tests.fuzz.mutation import RAW
from tests.fuzz.target import Target

MOMENT = b"2026-03-01T08:00:00.250000+00:00"
JPEG = b"\xff\xd8 a picture \xff\xd9"
MOST_PIXELS = 1 << 20
"""A header may say of a few bytes that they are a picture of 33 million pixels, which takes a second to fill with grey."""


def part(body: bytes = JPEG, *, has_length: bool = True) -> bytes:
    length = b"Content-Length: %d\r\n" % len(body) if has_length else b""
    head = (
        b"--b\r\nContent-Type: image/jpeg\r\n"
        + length
        + b"X-Captured-At: "
        + MOMENT
        + b"\r\nX-Clock-Error: 900\r\n\r\n"
    )
    return head + body + b"\r\n"


class Shown:
    """Into which a decoder puts what it decodes."""

    def __init__(self) -> None:
        self.ring = FrameRing.make(320 * 240 * 4)
        self.ring.path.unlink()  # libFuzzer ends the process without a word


def is_large(data: bytes) -> bool:
    width, height = size_of(data)
    return width * height > MOST_PIXELS


def desk_streams() -> Target:
    shown = Shown()

    def read(data: bytes) -> None:
        try:
            for picture in parts(io.BytesIO(data), b"b"):
                if not is_large(picture.jpeg):
                    decode(picture, shown.ring, 160)
        except StoreError:
            pass

    tiny = jpeg(24, 16, 0)
    doubtful = part(tiny).replace(b"Error: 900", b"Error: " + b"9" * 30)
    return Target(read, [part() + part() + b"--b--\r\n", b"\r\n" + part(), part(tiny) + part(tiny), doubtful])


def camera_streams() -> Target:
    head = b"HTTP/1.1 200 OK\r\nContent-Type: multipart/x-mixed-replace; boundary=b\r\n\r\n"

    async def take(data: bytes) -> None:
        reader = asyncio.StreamReader(limit=8 << 20)
        reader.feed_data(data)
        reader.feed_eof()
        stream = _Parts(reader, await _boundary(reader, 5.0))
        while True:
            await stream.next()

    loop = asyncio.new_event_loop()

    def read(data: bytes) -> None:
        with suppress(CameraLost, asyncio.IncompleteReadError, asyncio.LimitOverrunError, OSError, ValueError):
            loop.run_until_complete(take(data))  # ``pictures`` catches all of these

    whole = head + part() + part(has_length=False) + part() + b"--b--\r\n"
    return Target(read, [whole, head.replace(b"=b", b'="--b"') + part()], RAW)


def jpeg(width: int, height: int, way: int) -> bytes:
    """``way``: 0 plain, 1 progressive, 2 grey."""
    dice = np.random.default_rng(width)
    pixels = cv2.resize(dice.integers(0, 255, (4, 4, 3), np.uint8), (width, height))
    shown = cv2.cvtColor(pixels, cv2.COLOR_BGR2GRAY) if way == 2 else pixels
    return cv2.imencode(".jpg", shown, [cv2.IMWRITE_JPEG_PROGRESSIVE, int(way == 1), cv2.IMWRITE_JPEG_QUALITY, 40])[
        1
    ].tobytes()


def jpegs() -> Target:
    shown = Shown()
    cv2.setNumThreads(1)

    def read(data: bytes) -> None:
        if is_large(data):
            return
        decode(Picture(data, 1), shown.ring, 24)
        with contextlib.suppress(NoPicture):
            decoded(data)

    return Target(read, [jpeg(48, 32, way) for way in range(3)] + [jpeg(200, 120, 0)])
