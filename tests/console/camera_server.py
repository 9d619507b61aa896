"""Cameras that behave as a test wants: multipart JPEG over real HTTP."""

import itertools
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from PySide6.QtCore import QBuffer, QByteArray
from PySide6.QtGui import QColor, QImage, QImageWriter, QPainter

from store_client.contract.moment import from_micros
from store_client.pictures import live_url
from store_client.trust import PUBLIC

Part = bytes
PERIOD_S = 0.04


def jpeg(level: int, width: int = 64, height: int = 36) -> bytes:
    """A picture of one grey. (Qt's own encoder: cv2 has no business in a process with a window.)"""
    picture = QImage(width, height, QImage.Format.Format_RGB32)
    picture.fill(QColor(level, level, level))
    return _encoded(picture)


def _encoded(picture: QImage) -> bytes:
    buffer = QBuffer()
    buffer.open(QBuffer.OpenModeFlag.WriteOnly)
    assert QImageWriter(buffer, QByteArray(b"jpeg")).write(picture)
    return bytes(buffer.data().data())


def halves(width: int, height: int) -> bytes:
    """Dark to the left, bright to the right."""
    picture = QImage(width, height, QImage.Format.Format_RGB32)
    picture.fill(QColor(20, 20, 20))
    with QPainter(picture) as painter:
        painter.fillRect(width // 2, 0, width - width // 2, height, QColor(240, 240, 240))
    return _encoded(picture)


def part(picture: bytes, ahead_us: int = 0) -> Part:
    """``ahead_us``: of the true time is the camera's clock."""
    at = from_micros(time.time_ns() // 1000 + ahead_us).isoformat()
    head = f"--b\r\nContent-Type: image/jpeg\r\nContent-Length: {len(picture)}\r\nX-Captured-At: {at}\r\n\r\n"
    return head.encode() + picture + b"\r\n"


def good() -> Iterator[Part]:
    """Goes on for as long as somebody looks, getting brighter."""
    for level in itertools.count():
        yield part(jpeg(level % 200 + 20))
        time.sleep(PERIOD_S)


def clear() -> Iterator[Part]:
    """Faces are to be seen, whoever looks."""
    for one in good():
        yield one.replace(b"X-Captured-At", b"X-Faces: clear\r\nX-Captured-At", 1)


def garbage() -> Iterator[Part]:
    """Pictures that are no pictures, between good ones."""
    for level in itertools.count():
        yield part(b"\xff\xd8 this is no JPEG" if level % 2 else jpeg(100))
        time.sleep(PERIOD_S)


def huge() -> Iterator[Part]:
    """Pictures that claim to be of 30,000 × 30,000 points, between good ones."""
    claimed = bytearray(jpeg(100))
    place = claimed.index(b"\xff\xc0") + 5
    claimed[place : place + 4] = (30_000).to_bytes(2, "big") * 2
    for level in itertools.count():
        yield part(bytes(claimed) if level % 2 else jpeg(100))
        time.sleep(PERIOD_S)


def large() -> Iterator[Part]:
    """As a camera sends them that knows one size alone."""
    while True:
        yield part(halves(640, 360))
        time.sleep(PERIOD_S)


def cut() -> Iterator[Part]:
    """Each second picture lacks its lower half."""
    whole = halves(640, 360)
    for number in itertools.count():
        yield part(whole[: len(whole) // 2] if number % 2 else whole)
        time.sleep(PERIOD_S)


def changing() -> Iterator[Part]:
    """Another size, and a clock that leaps a minute ahead, after a while."""
    for number in itertools.count():
        is_late = number * PERIOD_S > 3.0
        yield part(jpeg(100, 128, 72) if is_late else jpeg(100), 60_000_000 if is_late else 0)
        time.sleep(PERIOD_S)


def brief() -> Iterator[Part]:
    """Stops after three pictures."""
    for _ in range(3):
        yield part(jpeg(100))
        time.sleep(PERIOD_S)


class OpenDoor:
    """A door to the camera server, at which somebody is signed in: all that the pool asks of one."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.token = "t1"
        self.trust = PUBLIC

    @property
    def client(self) -> "OpenDoor":
        return self

    @property
    def session(self) -> "OpenDoor":
        return self

    def pictures_url(
        self, camera: str, *, width: int | None = None, every: int | None = None, faces: str | None = None
    ) -> str:
        return live_url(self.url, camera, width, every=every, faces=faces)


class CameraServer:
    """``streams``: what each camera sends; ``seen``: the tokens it was asked with."""

    def __init__(self, streams: dict[str, Callable[[], Iterator[Part]]]) -> None:
        self.streams = streams
        self.tokens: list[str] = []
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                camera = self.path.split("/")[3]
                server.tokens.append(self.headers.get("Authorization", ""))
                if camera not in server.streams:
                    self._refuse()
                    return
                self.send_response(200)
                self.send_header("Content-Type", "multipart/x-mixed-replace; boundary=b")
                self.end_headers()
                try:
                    for sent in server.streams[camera]():
                        self.wfile.write(sent)
                except OSError:
                    return  # nobody looks any more

            def _refuse(self) -> None:
                problem = (
                    b'{"title": "Nobody is signed in", "status": 401, "type": "urn:floorwalker:problem:signed-out"}'
                )
                self.send_response(401)
                self.send_header("Content-Type", "application/problem+json")
                self.send_header("Content-Length", str(len(problem)))
                self.end_headers()
                self.wfile.write(problem)

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # its name there
                """Quiet."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()
