"""Films to record: pictures that show their number, as JPEG and as H.264 with pictures decoded out of order."""

import io
from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np
from numpy.typing import NDArray

from store_server.sensing.recording.form import MJPEG, Form, Sample
from store_server.sensing.recording.mp4 import mjpeg_entry
from store_server.sensing.reel import Reel

NOON = 1_780_000_000_000_000
PERIOD_US = 40_000
WIDTH, HEIGHT = 256, 64
HOLD_US = 2_000_000
JPEG_FORM = Form(MJPEG, WIDTH, HEIGHT, mjpeg_entry(WIDTH, HEIGHT), HOLD_US)
_BITS = 8


def drawn(number: int) -> NDArray[np.uint8]:
    """A picture from which ``number_of`` reads 0 to 255 again, however it was compressed."""
    picture = np.zeros((HEIGHT, WIDTH, 3), np.uint8)
    for bit in range(_BITS):
        picture[:, bit * 32 : (bit + 1) * 32] = 235 if number >> bit & 1 else 20
    return picture


def number_of(picture: NDArray[np.uint8]) -> int:
    columns = picture.reshape(picture.shape[0], _BITS, -1).mean(axis=(0, 2))
    return sum(1 << bit for bit in range(_BITS) if columns[bit] > 128)


def jpeg(number: int) -> bytes:
    return cv2.imencode(".jpg", drawn(number))[1].tobytes()


def number_in(data: bytes) -> int:
    picture = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
    assert picture is not None
    return number_of(picture.astype(np.uint8))


def pictures(count: int, begin_us: int = NOON, first: int = 0) -> list[Sample]:
    return [
        Sample(jpeg((first + i) % 256), begin_us + i * PERIOD_US, begin_us + i * PERIOD_US, 1_000) for i in range(count)
    ]


def write_h264(path: Path, count: int, *, keys: int = 25) -> None:
    """A file of 25 Hz with a key picture every ``keys`` and two pictures out of order between others."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=25, options={"g": str(keys), "bf": "2", "preset": "veryfast"})
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        for number in range(count):
            frame = av.VideoFrame.from_ndarray(drawn(number), format="rgb24")
            container.mux(stream.encode(frame))
        container.mux(stream.encode())


def h264(path: Path) -> tuple[Form, list[Sample]]:
    """What a camera would have sent, the first picture taken at noon."""
    entry, codec = (lambda reel: (reel.entry, reel.codec))(Reel(str(path)))
    samples = []
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        for packet in container.demux(stream):
            if packet.pts is not None and packet.dts is not None:
                at_us, decode_us = (round(ticks * packet.time_base * 1_000_000) for ticks in (packet.pts, packet.dts))
                samples.append(Sample(bytes(packet), NOON + at_us, NOON + decode_us, 1_000, packet.is_keyframe))
    return Form(codec, WIDTH, HEIGHT, entry, HOLD_US), samples


def seen(mp4: bytes, first_us: int) -> list[tuple[int, int]]:
    """When each picture of a file is shown, and which it is, as a player has it."""
    shown = []
    with av.open(io.BytesIO(mp4), "r") as container:
        for frame in container.decode(video=0):
            at_us = round(Fraction(frame.pts or 0) * (frame.time_base or 0) * 1_000_000)
            shown.append((first_us + at_us, number_of(frame.to_ndarray(format="bgr24").astype(np.uint8))))
    return shown
