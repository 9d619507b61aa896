"""Films for the benchmarks of live pictures: what a simulated camera sees, as JPEGs, and a server that plays them.

``python -m tests.benchmarks.film FILE --shoot N`` makes a film of N seconds; ``--rate N`` plays it over and over to everybody
who asks for ``/v1/cameras/…/live``, each picture stamped with the moment it is sent, prints its port and ends with its
standard input. Processes of their own: cv2 has no business where a window is, nor their cost where one is measured.
"""

import argparse
import sys
import threading
import time
from collections.abc import Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import cv2
import numpy as np

from store_client.contract.moment import from_micros
from store_server.world.painting.gallery import Gallery
from store_server.world.simulation import Simulation
from tests.benchmarks.projector import HEIGHT, RATE_HZ, WIDTH

QUALITY = 85
_BEGIN = b"\xff\xd8\xff"


def shoot(path: Path, seconds: float, noise: float = 4.0) -> None:
    """Writes a film of a busy aisle to ``path`` (JPEG after JPEG, which is what MJPEG is). ``noise``: of the sensor, in levels, which is what makes real pictures large."""
    simulation = Simulation("steady", seed=3)
    for _ in simulation.run(60.0):
        pass
    gallery, dice = Gallery(simulation, "Europe/Berlin"), np.random.default_rng(1)
    grain = [dice.normal(0, noise, (HEIGHT, WIDTH, 3)) for _ in range(5)]
    pictures = []
    for number in range(round(seconds * RATE_HZ)):
        for _ in simulation.run(1 / RATE_HZ):
            pass
        painter, scene = gallery.look(simulation.cameras[4].id, WIDTH, simulation.now_us)
        seen = np.clip(painter.compose(scene) + grain[number % len(grain)], 0, 255).astype(np.uint8)
        pictures.append(cv2.imencode(".jpg", seen, [cv2.IMWRITE_JPEG_QUALITY, QUALITY])[1].tobytes())
    path.write_bytes(b"".join(pictures))


def pictures_of(path: Path) -> list[bytes]:
    body = path.read_bytes()
    begins = []
    at = body.find(_BEGIN)
    while at >= 0:
        begins.append(at)
        at = body.find(_BEGIN, at + 3)
    return [body[begin:end] for begin, end in zip(begins, [*begins[1:], len(body)], strict=True)]


class _Screen(BaseHTTPRequestHandler):
    pictures: list[bytes]
    rate_hz: float

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "multipart/x-mixed-replace; boundary=b")
        self.end_headers()
        begun, sent = time.monotonic(), 0
        try:
            while True:
                jpeg = self.pictures[sent % len(self.pictures)]
                at = from_micros(time.time_ns() // 1000).isoformat()
                head = f"--b\r\nContent-Type: image/jpeg\r\nContent-Length: {len(jpeg)}\r\nX-Captured-At: {at}\r\n\r\n"
                self.wfile.write(head.encode() + jpeg + b"\r\n")
                sent += 1
                time.sleep(max(0.0, begun + sent / self.rate_hz - time.monotonic()))
        except OSError:
            return  # nobody looks any more

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # its name there
        """Quiet."""


def main(words: Sequence[str]) -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.film")
    parser.add_argument("film", type=Path)
    parser.add_argument("--rate", type=float, default=RATE_HZ)
    parser.add_argument("--shoot", type=float, default=0.0)
    given = parser.parse_args(words)
    if given.shoot:
        shoot(given.film, given.shoot)
        return
    screen = type("Screen", (_Screen,), {"pictures": pictures_of(given.film), "rate_hz": given.rate})
    server = ThreadingHTTPServer(("127.0.0.1", 0), screen)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(server.server_port, flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    main(sys.argv[1:])
