"""Makes pictures of what was recorded, in a process of its own: what breaks a decoder breaks no store.

``python -m store_server.sensing.recording.develop``. Standard input: for each picture that is wanted 4 bytes of the width
(0: its own) and 4 bytes of length (big-endian), and a JPEG or an MP4 whose first shown picture is meant. Standard
output: 4 bytes of length and a JPEG; length 0 for what cannot be decoded. It ends when standard input does.
"""

import struct
import sys
import tempfile
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

Picture = NDArray[np.uint8]
ASKED = struct.Struct(">II")
ANSWERED = struct.Struct(">I")
JPEG_BEGINS = b"\xff\xd8"
QUALITY = 80


def decoded(data: bytes) -> Picture | None:
    if data.startswith(JPEG_BEGINS):
        picture = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
        return None if picture is None else picture.astype(np.uint8, copy=False)
    with tempfile.TemporaryDirectory() as folder:  # from memory OpenCV 5.0 reads too, and crashes when it lets go
        path = Path(folder) / "still.mp4"
        path.write_bytes(data)
        capture = cv2.VideoCapture(str(path), cv2.CAP_FFMPEG)
        try:
            is_read, picture = capture.read()
        finally:
            capture.release()
        return picture.astype(np.uint8, copy=False) if is_read else None


def developed(data: bytes, width: int) -> bytes:
    """A JPEG, not wider than ``width``; empty if ``data`` is no picture."""
    try:
        picture = decoded(data)
        if picture is None:
            return b""
        height, own = picture.shape[:2]
        if 0 < width < own:
            size = (width, max(1, round(height * width / own)))
            picture = cv2.resize(picture, size, interpolation=cv2.INTER_AREA).astype(np.uint8, copy=False)
        is_done, jpeg = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, QUALITY])
    except cv2.error:
        return b""
    return jpeg.tobytes() if is_done else b""


def main() -> int:
    cv2.setNumThreads(1)
    asked, answers = sys.stdin.buffer, sys.stdout.buffer
    while len(head := asked.read(ASKED.size)) == ASKED.size:
        width, length = ASKED.unpack(head)
        jpeg = developed(asked.read(length), width)
        answers.write(ANSWERED.pack(len(jpeg)) + jpeg)
        answers.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
