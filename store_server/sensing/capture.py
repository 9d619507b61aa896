"""Reads one added camera (a file, HTTP, RTSP) in a process of its own: what breaks a decoder breaks no store.

``python -m store_server.sensing.capture``. Standard input, JSON: its address, then a line (``Wanted``) whenever what is
wanted changes; it ends when standard input does. Standard output: one line of JSON (``Opened``), then records: a head
(``HEAD``, see ``Record``) and as many bytes as it says. Decoded pictures come as JPEG in every width that is wanted,
the newest, so that a slow reader sees no old ones; coded ones come all, as the camera sent them, if they are to be
recorded. Exit code 1 with one line on standard error, a Cause as JSON, when there is no picture (any more).
"""

import os
import struct
import sys
import threading
import time
from collections.abc import Callable

import av
import cv2
import msgspec
import numpy as np
from av.video.frame import VideoFrame
from numpy.typing import NDArray

from store_client.contract.decoding import from_json
from store_server.cause import cause
from store_server.sensing.camera_clock import Stamp
from store_server.sensing.reel import NoPicture, Reel, Taken

Picture = NDArray[np.uint8]
HEAD = struct.Struct(">ccqqiII")
"""Kind (``JPEG``, ``CODED`` or, of what cannot be decoded wholly, ``BROKEN``); what it is stamped with (``STAMPS``), the stamp, µs UTC when it came (0: the stamp is
exact), µs by which it is decoded earlier; then the width that was asked for, or whether it is a key picture; and the
length of what follows."""
STAMPS: dict[Stamp, bytes] = {"wall": b"W", "counted": b"C", "none": b"N"}
JPEG, CODED, BROKEN = b"J", b"C", b"B"
QUALITY = 80
MOST_BACKLOG = 16 << 20
MOST_LEAD_US = 10_000_000
JOINING_S = 3.0
"""Who joins a stream in its middle may be given what cannot be decoded until the next whole picture: no fault of the camera's."""


class Opened(msgspec.Struct, frozen=True):
    """``said_hz``: pictures a second as the stream says, 0 if it does not; ``entry``: see recording.Form; empty for
    what cannot be recorded as it comes."""

    width: int
    height: int
    said_hz: float
    codec: str
    entry: bytes


class Wanted(msgspec.Struct, frozen=True):
    widths: list[int] = []
    is_recorded: bool = False


class Newest:
    """The newest picture, which a thread puts as it comes."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._picture: tuple[Taken, VideoFrame] | None = None
        self._end: NoPicture | None = None

    def put(self, taken: Taken, picture: VideoFrame) -> None:
        with self._changed:
            self._picture = (taken, picture)
            self._changed.notify()

    def end(self, end: NoPicture) -> None:
        with self._changed:
            self._end = end
            self._changed.notify()

    def take(self) -> tuple[Taken, VideoFrame]:
        """The newest that was not taken before. Raises NoPicture when there will be none."""
        with self._changed:
            while self._picture is None:
                if self._end is not None:
                    raise self._end
                self._changed.wait()
            picture, self._picture = self._picture, None
            return picture


class Pipe:
    """Standard output, for two threads."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._out = sys.stdout.buffer

    def line(self, struct_: msgspec.Struct) -> None:
        with self._guard:
            self._out.write(msgspec.json.encode(struct_) + b"\n")
            self._out.flush()

    def record(self, kind: bytes, taken: Taken, word: int, data: bytes) -> None:
        lead_us = max(-MOST_LEAD_US, min(taken.lead_us, MOST_LEAD_US))
        head = HEAD.pack(kind, STAMPS[taken.stamp], taken.stamp_us, taken.came_us or 0, lead_us, word, len(data))
        with self._guard:
            self._out.write(head)
            self._out.write(data)
            self._out.flush()


class Orders:
    """What is wanted now, as standard input tells it."""

    def __init__(self) -> None:
        self.now = Wanted()

    def listen(self) -> None:
        while line := sys.stdin.buffer.readline():
            self.now = from_json(line, Wanted)
        os._exit(0)  # other threads may sit in a decoder that nobody can interrupt


class Decoding:
    """Decodes only while somebody looks. Who begins to look, or looks again, need not wait for the next key picture: what
    came since the last one is kept, and decoded at once."""

    def __init__(self, reel: Reel, newest: Newest, broke: Callable[[Taken], None]) -> None:
        self._reel = reel
        self._newest = newest
        self._broke = broke
        self._backlog: list[Taken] = []
        self._bytes = 0
        self._coming: dict[int, Taken] = {}
        self._is_going = False
        self._joined_s: float | None = None

    def heed(self, taken: Taken, is_wanted: bool) -> None:
        if taken.is_key:
            self._backlog, self._bytes = [], 0
        if self._is_going and not is_wanted:
            self._is_going = False
            self._coming.clear()
            self._reel.stream.codec_context.flush_buffers()
        if is_wanted and not self._is_going and (self._backlog or taken.is_key):
            self._is_going = True
            self._joined_s = time.monotonic()
            for earlier in self._backlog:
                self._decode(earlier)
        self._keep(taken)
        if self._is_going:
            self._decode(taken)

    def _keep(self, taken: Taken) -> None:
        """Of a group that is too large nothing: what comes after a hole cannot be decoded."""
        if self._backlog or taken.is_key:
            self._backlog.append(taken)
            self._bytes += len(taken.data)
        if self._bytes > MOST_BACKLOG:
            self._backlog, self._bytes = [], 0

    def _decode(self, taken: Taken) -> None:
        packet = taken.packet
        if packet.pts is not None:
            self._coming[packet.pts] = taken
            if len(self._coming) > 256:  # pictures that never came out
                del self._coming[next(iter(self._coming))]
        try:
            frames = self._reel.stream.codec_context.decode(packet)
        except av.FFmpegError:
            self._tell_broken(taken)
            return
        for frame in frames:
            if frame.is_corrupt:
                self._tell_broken(taken)
            else:
                self._joined_s = None
            self._newest.put(self._coming.pop(frame.pts or 0, taken), frame)

    def _tell_broken(self, taken: Taken) -> None:
        if self._joined_s is None or time.monotonic() - self._joined_s > JOINING_S:
            self._broke(taken)


def encoded(picture: Picture, width: int) -> bytes:
    height, own_width = picture.shape[:2]
    if width < own_width:
        picture = cv2.resize(
            picture, (width, max(1, round(height * width / own_width))), interpolation=cv2.INTER_AREA
        ).astype(np.uint8, copy=False)
    is_done, jpeg = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, QUALITY])
    if not is_done:
        raise NoPicture(cause("no_video", what="a picture that cannot be encoded"))
    return jpeg.tobytes()


def read(reel: Reel, orders: Orders, newest: Newest, pipe: Pipe) -> None:
    decoding = Decoding(reel, newest, lambda taken: pipe.record(BROKEN, taken, 0, b""))
    try:
        for taken in reel.taken():
            wanted = orders.now
            if wanted.is_recorded and reel.entry:
                pipe.record(CODED, taken, int(taken.is_key), taken.data)
            decoding.heed(taken, bool(wanted.widths))
    except NoPicture as reason:
        newest.end(reason)
    except BrokenPipeError:
        os._exit(0)


def main() -> int:
    cv2.setNumThreads(1)
    av.logging.set_level(None)
    url = from_json(sys.stdin.buffer.readline(), str)
    orders, newest, pipe = Orders(), Newest(), Pipe()
    threading.Thread(target=orders.listen, daemon=True).start()
    try:
        reel = Reel(url)
        pipe.line(Opened(reel.width, reel.height, reel.said_hz, reel.codec, reel.entry))
        threading.Thread(target=read, args=(reel, orders, newest, pipe), daemon=True).start()
        while True:
            taken, frame = newest.take()
            picture = frame.to_ndarray(format="bgr24").astype(np.uint8, copy=False)
            for width in orders.now.widths:
                pipe.record(JPEG, taken, width, encoded(picture, width))
    except NoPicture as reason:
        sys.stderr.buffer.write(msgspec.json.encode(reason.why) + b"\n")
        sys.stderr.buffer.flush()
        os._exit(1)
    except BrokenPipeError:
        os._exit(0)


if __name__ == "__main__":
    sys.exit(main())
