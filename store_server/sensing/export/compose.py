"""Puts the films of several cameras beside each other, in a process of its own: what breaks a decoder breaks no store.

``python -m store_server.sensing.export.compose``. Standard input: one line of JSON (``Composition``); it ends when
standard input does. Standard output: for each picture of the video its length (``LENGTH``, big-endian) and a JPEG.
"""

import os
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import cv2
import numpy as np
from numpy.typing import NDArray

from store_client.contract.decoding import from_json
from store_client.contract.moment import from_micros
from store_server.sensing.export.composition import LENGTH, STRIP, Clip, Composition, Tile, grid, size_of
from store_server.sensing.export.covering import Covering

Picture = NDArray[np.uint8]
QUALITY = 80
_GROUND, _NOTHING, _TEXT = (24, 24, 24), (70, 70, 70), (235, 235, 235)


class Playing:
    """The picture of one camera at a moment that only grows."""

    def __init__(self, tile: Tile, covering: Covering | None) -> None:
        self._pose = tile.pose
        self._covering = covering
        self._clips = list(tile.clips)
        self._clip: Clip | None = None
        self._capture: cv2.VideoCapture | None = None
        self._next_us: int | None = None
        self._shown: tuple[int, int, Picture] | None = None
        self._is_covered = True

    def at(self, at_us: int) -> tuple[int, Picture] | None:
        """When it was taken, and the picture; None where there is none."""
        while self._next_us is not None or self._clips:
            if self._next_us is None:
                self._open()
            elif self._next_us <= at_us:
                self._take()
            else:
                break
        if self._shown is None:
            return None
        taken_us, hold_us, picture = self._shown
        if at_us >= taken_us + hold_us:
            return None
        if self._covering is not None and not self._is_covered:
            picture = self._covering.cover(picture, self._pose, taken_us)
            self._shown, self._is_covered = (taken_us, hold_us, picture), True
        return taken_us, picture

    def _open(self) -> None:
        self._clip = self._clips.pop(0)
        self._capture = cv2.VideoCapture(self._clip.path, cv2.CAP_FFMPEG)
        self._grab()

    def _grab(self) -> None:
        assert self._capture is not None
        assert self._clip is not None
        if self._capture.grab():
            self._next_us = self._clip.first_us + round(1_000 * self._capture.get(cv2.CAP_PROP_POS_MSEC))
        else:
            self._capture.release()
            self._next_us = None

    def _take(self) -> None:
        assert self._capture is not None
        assert self._clip is not None
        assert self._next_us is not None
        is_read, picture = self._capture.retrieve()
        if is_read:
            self._shown = (self._next_us, self._clip.hold_us, picture.astype(np.uint8, copy=False))
            self._is_covered = self._covering is None
        self._grab()


def composed(composition: Composition, covering: Covering | None = None) -> Iterator[Picture]:
    zone = ZoneInfo(composition.zone)
    columns, _, (width, height) = grid(len(composition.tiles))
    playing = [Playing(tile, covering) for tile in composition.tiles]
    whole_width, whole_height = size_of(len(playing))
    for at_us in range(composition.since_us, composition.until_us, composition.step_us):
        whole = np.full((whole_height, whole_width, 3), _GROUND, np.uint8)
        _write(whole, _local(at_us, zone), 20)
        for number, (tile, player) in enumerate(zip(composition.tiles, playing, strict=True)):
            left, top = number % columns * width, STRIP + number // columns * (height + STRIP)
            _lay(whole[top : top + height + STRIP, left : left + width], tile.name, player.at(at_us), zone)
        yield whole


def _lay(place: Picture, name: str, shown: tuple[int, Picture] | None, zone: ZoneInfo) -> None:
    if shown is None:
        place[:] = _GROUND
        for x in range(-place.shape[0], place.shape[1], 16):
            cv2.line(place, (x, place.shape[0]), (x + place.shape[0], 0), _NOTHING, 1)
        caption = f"{name}   no picture"
    else:
        taken_us, picture = shown
        room = (place.shape[1], place.shape[0] - STRIP)
        scale = min(room[0] / picture.shape[1], room[1] / picture.shape[0])
        size = (max(1, round(picture.shape[1] * scale)), max(1, round(picture.shape[0] * scale)))
        left, top = (room[0] - size[0]) // 2, (room[1] - size[1]) // 2
        if size != (picture.shape[1], picture.shape[0]):
            picture = cv2.resize(picture, size, interpolation=cv2.INTER_AREA).astype(np.uint8, copy=False)
        place[top : top + size[1], left : left + size[0]] = picture
        caption = f"{name}   {_local(taken_us, zone)}"
    place[-STRIP:] = _GROUND
    _write(place, caption, place.shape[0] - 9)


def _write(place: Picture, text: str, base: int) -> None:
    cv2.putText(place, text, (8, base), cv2.FONT_HERSHEY_SIMPLEX, 0.45, _TEXT, 1, cv2.LINE_AA)


def _local(at_us: int, zone: ZoneInfo) -> str:
    moment: datetime = from_micros(at_us).astimezone(zone)
    return moment.isoformat(sep=" ", timespec="milliseconds")


def listen() -> None:
    sys.stdin.buffer.read()
    os._exit(0)


def main() -> int:
    cv2.setNumThreads(1)
    composition = from_json(sys.stdin.buffer.readline(), Composition)
    threading.Thread(target=listen, daemon=True).start()
    answers = sys.stdout.buffer
    with ExitStack() as stack:
        people = composition.people
        covering = Covering(stack.enter_context(Path(people).open("rb"))) if people else None
        for picture in composed(composition, covering):
            is_done, jpeg = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, QUALITY])
            if not is_done:
                return 1
            answers.write(LENGTH.pack(len(jpeg)) + jpeg.tobytes())
            answers.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
