"""Makes JPEGs of what was recorded, in a process of its own: a broken picture may take it down, and not the store.

``python -m store_server.sensing.recording.develop``. Standard input: for each film 4 bytes of the width (0: its own),
4 of length, 4 of how many pictures are wanted and 4 for the place of each among those that it shows, growing
(big-endian), and a JPEG or an MP4. Standard output: for each wanted picture 4 bytes of length and a JPEG; length 0 for what
cannot be decoded. It ends when standard input does.
"""

import struct
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

Picture = NDArray[np.uint8]
ASKED = struct.Struct(">III")
PLACE = struct.Struct(">I")
ANSWERED = struct.Struct(">I")
JPEG_BEGINS = b"\xff\xd8"
QUALITY = 80


def decoded(data: bytes, places: Sequence[int]) -> Iterator[Picture | None]:
    """The wanted pictures; fewer where there are no more."""
    if data.startswith(JPEG_BEGINS):
        picture = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
        yield None if picture is None else picture.astype(np.uint8, copy=False)
        return
    with tempfile.TemporaryDirectory() as folder:  # from memory OpenCV 5.0 reads too, and crashes when it lets go
        path = Path(folder) / "film.mp4"
        path.write_bytes(data)
        capture = cv2.VideoCapture(str(path), cv2.CAP_FFMPEG)
        wanted = frozenset(places)
        try:
            for place in range(max(places) + 1):
                if not capture.grab():
                    return
                if place in wanted:
                    is_read, picture = capture.retrieve()
                    yield picture.astype(np.uint8, copy=False) if is_read else None
        finally:
            capture.release()


def developed(data: bytes, width: int, places: Sequence[int]) -> list[bytes]:
    """JPEGs, not wider than ``width``; empty where there is no picture."""
    jpegs: list[bytes] = []
    try:
        for picture in decoded(data, places):
            jpegs.append(b"" if picture is None else _coded(picture, width))
    except cv2.error:
        pass  # what is missing is told as such
    return jpegs + [b""] * (len(places) - len(jpegs))


def _coded(picture: Picture, width: int) -> bytes:
    height, own = picture.shape[:2]
    if 0 < width < own:
        size = (width, max(1, round(height * width / own)))
        picture = cv2.resize(picture, size, interpolation=cv2.INTER_AREA).astype(np.uint8, copy=False)
    is_done, jpeg = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, QUALITY])
    return jpeg.tobytes() if is_done else b""


def main() -> int:
    cv2.setNumThreads(1)
    asked, answers = sys.stdin.buffer, sys.stdout.buffer
    while len(head := asked.read(ASKED.size)) == ASKED.size:
        width, length, count = ASKED.unpack(head)
        places = [place for (place,) in PLACE.iter_unpack(asked.read(count * PLACE.size))]
        for jpeg in developed(asked.read(length), width, places):
            answers.write(ANSWERED.pack(len(jpeg)) + jpeg)
        answers.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
