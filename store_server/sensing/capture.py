"""Decodes one added camera (a file, HTTP, RTSP) in a process of its own: what breaks a decoder breaks no store.

``python -m store_server.sensing.capture``. Standard input, JSON: its address, then a line with all widths wanted
whenever they change; it ends when standard input does. Standard output: one line of JSON (``Opened``), then pictures,
each in all widths: 8 bytes of µs UTC when it was taken, 4 bytes of the width that was asked for, 4 bytes of length (all
big-endian), and a JPEG. Exit code 1 with one line on standard error when there is no picture (any more).
"""

import os
import struct
import sys
import threading
import time
from pathlib import Path

import cv2
import msgspec
import numpy as np
from numpy.typing import NDArray

Picture = NDArray[np.uint8]
HEAD = struct.Struct(">QII")
TIMEOUT_MS = 5_000
QUALITY = 80
RATES_HZ = (1.0, 60.0)
USUAL_HZ = 25.0


class Opened(msgspec.Struct, frozen=True):
    width: int
    height: int
    rate_hz: float


class NoPicture(Exception):
    """One line that says why."""


def now_us() -> int:
    return time.time_ns() // 1_000


def opened(url: str) -> tuple[cv2.VideoCapture, Opened]:
    if "://" in url:
        timeouts = [cv2.CAP_PROP_OPEN_TIMEOUT_MSEC, TIMEOUT_MS, cv2.CAP_PROP_READ_TIMEOUT_MSEC, TIMEOUT_MS]
        capture = cv2.VideoCapture(url, cv2.CAP_FFMPEG, timeouts)
    else:
        capture = cv2.VideoCapture(url)
    if not capture.isOpened():
        raise NoPicture("cannot be opened as a video")
    width, height = (int(capture.get(side)) for side in (cv2.CAP_PROP_FRAME_WIDTH, cv2.CAP_PROP_FRAME_HEIGHT))
    rate = capture.get(cv2.CAP_PROP_FPS)
    if width <= 0 or height <= 0:
        raise NoPicture("has no picture of any size")
    return capture, Opened(width, height, rate if RATES_HZ[0] <= rate <= RATES_HZ[1] else USUAL_HZ)


class Newest:
    """The newest picture of a capture that a thread reads as it comes, so that a slow reader sees no old ones."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._picture: tuple[int, Picture] | None = None
        self._end = ""

    def put(self, taken_us: int, picture: Picture) -> None:
        with self._changed:
            self._picture = (taken_us, picture)
            self._changed.notify()

    def end(self, reason: str) -> None:
        with self._changed:
            self._end = reason
            self._changed.notify()

    def take(self) -> tuple[int, Picture]:
        """The newest that was not taken before. Raises NoPicture when there will be none."""
        with self._changed:
            while self._picture is None:
                if self._end:
                    raise NoPicture(self._end)
                self._changed.wait()
            picture, self._picture = self._picture, None
            return picture


def play_file(capture: cv2.VideoCapture, rate_hz: float, newest: Newest) -> None:
    """Plays at the file's own rate, for ever; where it is follows from the time, so that two readers see the same."""
    frames = int(capture.get(cv2.CAP_PROP_FRAME_COUNT))
    period_us = 1_000_000 / rate_hz
    number = int(now_us() / period_us)
    if frames > 1:
        capture.set(cv2.CAP_PROP_POS_FRAMES, number % frames)
    failures = 0
    while failures < 2:
        number += 1
        time.sleep(max(0.0, (number * period_us - now_us()) / 1_000_000))
        is_read, picture = capture.read()
        if is_read:
            failures = 0
            newest.put(round(number * period_us), picture.astype(np.uint8, copy=False))
        else:  # its end, or what its index calls so
            failures += 1
            capture.set(cv2.CAP_PROP_POS_FRAMES, 0)
    newest.end("cannot be read as a video")


def play_stream(capture: cv2.VideoCapture, newest: Newest) -> None:
    while True:
        is_read, picture = capture.read()
        if not is_read:
            newest.end("the stream ended")
            return
        newest.put(now_us(), picture.astype(np.uint8, copy=False))


def encoded(picture: Picture, width: int) -> bytes:
    height, own_width = picture.shape[:2]
    if width < own_width:
        picture = cv2.resize(
            picture, (width, max(1, round(height * width / own_width))), interpolation=cv2.INTER_AREA
        ).astype(np.uint8, copy=False)
    is_done, jpeg = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, QUALITY])
    if not is_done:
        raise NoPicture("a picture cannot be encoded")
    return jpeg.tobytes()


class Wanted:
    """The widths that are wanted now, as standard input tells them."""

    def __init__(self) -> None:
        self.widths: list[int] = []

    def listen(self) -> None:
        while line := sys.stdin.buffer.readline():
            self.widths = msgspec.json.decode(line, type=list[int])
        os._exit(0)  # other threads may sit in a decoder that nobody can interrupt


def main() -> int:
    cv2.setNumThreads(1)
    url = msgspec.json.decode(sys.stdin.buffer.readline(), type=str)
    wanted = Wanted()
    threading.Thread(target=wanted.listen, daemon=True).start()
    pipe = sys.stdout.buffer
    newest = Newest()
    try:
        capture, about = opened(url)
        is_file = Path(url).is_file()
        play = (play_file, (capture, about.rate_hz, newest)) if is_file else (play_stream, (capture, newest))
        pipe.write(msgspec.json.encode(about) + b"\n")
        pipe.flush()
        threading.Thread(target=play[0], args=play[1], daemon=True).start()
        while True:
            taken_us, picture = newest.take()
            for width in wanted.widths:
                jpeg = encoded(picture, width)
                pipe.write(HEAD.pack(taken_us, width, len(jpeg)) + jpeg)
            pipe.flush()
    except NoPicture as reason:
        sys.stderr.write(f"{reason}\n")
        sys.stderr.flush()
        os._exit(1)
    except BrokenPipeError:
        os._exit(0)


if __name__ == "__main__":
    sys.exit(main())
