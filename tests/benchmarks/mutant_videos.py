"""Cameras that send mutated videos: ``python -m tests.benchmarks.mutant_videos FILM --seed N`` makes MP4, fragmented MP4
and MKV of the film's pictures, serves another mutation of one of them at each request, prints its port, and ends with its
standard input, telling in a line of JSON how many it served of each kind."""

import argparse
import json
import random
import sys
import threading
from collections import Counter
from collections.abc import Sequence
from fractions import Fraction
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import av
import cv2
import numpy as np
from av.video.stream import VideoStream

from tests.benchmarks.film import pictures_of
from tests.benchmarks.projector import RATE_HZ

KINDS = {
    "mp4": ("mp4", "libx264", {"movflags": "faststart"}),
    "fragmented mp4": ("mp4", "libx264", {"movflags": "frag_keyframe+empty_moov"}),
    "mkv": ("matroska", "libx264", {}),
    "mkv of jpeg": ("matroska", "mjpeg", {}),
}
PICTURES, GROUP = 24, 8


def videos(film: Path) -> dict[str, bytes]:
    """The film's first pictures as each of KINDS."""
    pictures = [cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR) for jpeg in pictures_of(film)[:PICTURES]]
    return {kind: _video(film.parent, pictures, *form) for kind, form in KINDS.items()}


def _video(folder: Path, pictures: Sequence[object], form: str, codec: str, options: dict[str, str]) -> bytes:
    place = folder / f"film.{form}"  # a file: what belongs first is put first once all is written
    with av.open(str(place), "w", format=form, options=options) as container:
        stream = container.add_stream(codec, rate=RATE_HZ)
        assert isinstance(stream, VideoStream)
        height, width = np.asarray(pictures[0]).shape[:2]
        stream.width, stream.height = width, height
        stream.pix_fmt = "yuvj420p" if codec == "mjpeg" else "yuv420p"
        stream.codec_context.gop_size = GROUP
        for number, picture in enumerate(pictures):
            frame = av.VideoFrame.from_ndarray(np.asarray(picture, np.uint8), format="bgr24")
            frame.pts, frame.time_base = number, Fraction(1, RATE_HZ)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return place.read_bytes()


def mutated(video: bytes, dice: random.Random) -> bytes:
    """One to four changes to it, half of them where it says what it is: its first and its last kilobytes."""
    body = bytearray(video)
    for _ in range(dice.randint(1, 4)):
        size = len(body)
        at = dice.choice(
            (dice.randrange(size), dice.randrange(min(size, 2_000)), size - 1 - dice.randrange(min(size, 2_000)))
        )
        match dice.randrange(6):
            case 0:  # bits turn over
                for _ in range(dice.randint(1, 32)):
                    body[min(size - 1, at + dice.randrange(64))] ^= 1 << dice.randrange(8)
            case 1:  # it ends too soon
                del body[max(at, 1) :]
            case 2:  # something is missing
                del body[at : at + dice.randint(1, 4_000)]
            case 3:  # something comes twice
                body[at:at] = body[at : at + dice.randint(1, 4_000)]
            case 4:  # noise
                noise = dice.randbytes(dice.randint(1, 2_000))
                body[at : at + len(noise)] = noise
            case 5:  # a size, a time or a count of nonsense
                number = dice.choice((0, 1, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF, dice.getrandbits(32)))
                body[at : at + 4] = number.to_bytes(4, "big")
        if not body:
            return b"\x00"
    return bytes(body)


class _Mutants(BaseHTTPRequestHandler):
    videos: dict[str, bytes]
    dice: random.Random
    served: Counter[str]
    guard: threading.Lock

    def do_GET(self) -> None:
        with self.guard:
            kind = self.dice.choice(sorted(self.videos))
            self.served[kind] += 1
            body = mutated(self.videos[kind], self.dice)
        self.send_response(200)
        self.send_header("Content-Type", "application/octet-stream")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        try:
            self.wfile.write(body)
        except OSError:
            return  # it was not wanted to its end

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # its name there
        """Quiet."""


def main(words: Sequence[str]) -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.mutant_videos")
    parser.add_argument("film", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args(words)
    served = Counter[str]()
    kind = {
        "videos": videos(given.film),
        "dice": random.Random(given.seed),
        "served": served,
        "guard": threading.Lock(),
    }
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Mutants", (_Mutants,), kind))
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(server.server_port, flush=True)
    for _ in sys.stdin:  # each line asks how many
        print(json.dumps(served), flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
