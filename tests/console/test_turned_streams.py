"""Streams of pictures that are turned to another time: that time's pictures come, and none is fetched twice."""

import threading
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest
from pytestqt.qtbot import QtBot

from console.domain.commands.watching import Picturing, WatchCameras
from console.domain.replay import Replay
from console.state.desk import Desk
from console.work.video.pool import LOOK_AFTER_MS, VideoPool
from store_client.contract.moment import from_micros, to_micros
from store_client.pictures import picture_url, replay_url
from tests.console.camera_server import OpenDoor, good, jpeg
from tests.console.plain_desk import CAMERA, plain_desk

THEN = 1_780_000_000_000_000
PERIOD = timedelta(milliseconds=80)
PATIENCE_MS = 30_000


class Recorder:
    """A camera with a recording. ``asked``: what was asked for, in order."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.failures = 0
        """How many times more a picture cannot be made."""
        recorder = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                parts = urlsplit(self.path)
                query = {name: values[0] for name, values in parse_qs(parts.query).items()}
                what = parts.path.rsplit("/", 1)[1]
                recorder.asked.append(what)
                try:
                    {"live": self._live, "picture": self._picture, "replay": self._replay}[what](query)
                except OSError:
                    return  # nobody looks any more

            def _live(self, _: dict[str, str]) -> None:
                self._begin("multipart/x-mixed-replace; boundary=b")
                for part in good():
                    self.wfile.write(part)

            def _picture(self, query: dict[str, str]) -> None:
                at = datetime.fromisoformat(query["at"])
                status, problem = (
                    404,
                    b'{"title": "Nothing", "status": 404, "type": "urn:floorwalker:problem:not-found"}',
                )
                if recorder.failures > 0:
                    recorder.failures -= 1
                    status, problem = (
                        503,
                        b'{"title": "No", "status": 503, "type": "urn:floorwalker:problem:unavailable"}',
                    )
                if to_micros(at) < THEN or status == 503:
                    self.send_response(status)
                    self.send_header("Content-Type", "application/problem+json")
                    self.send_header("Content-Length", str(len(problem)))
                    self.end_headers()
                    self.wfile.write(problem)
                    return
                picture = jpeg(50)
                self._begin("image/jpeg", {"X-Captured-At": at.isoformat(), "Content-Length": str(len(picture))})
                self.wfile.write(picture)

            def _replay(self, query: dict[str, str]) -> None:
                at = datetime.fromisoformat(query["from"])
                self._begin("multipart/x-mixed-replace; boundary=b")
                for _ in range(6):
                    picture = jpeg(150)
                    head = (
                        f"Content-Type: image/jpeg\r\nContent-Length: {len(picture)}\r\nX-Captured-At: {at.isoformat()}"
                    )
                    self.wfile.write(f"--b\r\n{head}\r\n\r\n".encode() + picture + b"\r\n")
                    at += PERIOD
                    time.sleep(0.02)
                self.wfile.write(b"--b--\r\n")

            def _begin(self, kind: str, headers: dict[str, str] | None = None) -> None:
                self.send_response(200)
                self.send_header("Content-Type", kind)
                for name, value in (headers or {}).items():
                    self.send_header(name, value)
                self.end_headers()

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # its name there
                """Quiet."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()


class RecordingDoor(OpenDoor):
    def picture_url(self, camera: str, at: datetime, *, width: int | None = None, faces: str | None = None) -> str:
        return picture_url(self.url, camera, at, width=width, faces=faces)

    def replay_url(
        self, camera: str, since: datetime, speed: float = 1.0, *, width: int | None = None, faces: str | None = None
    ) -> str:
        return replay_url(self.url, camera, since, speed, width=width, faces=faces)


@pytest.fixture
def recorder() -> Iterator[Recorder]:
    recorder = Recorder()
    yield recorder
    recorder.stop()


@pytest.fixture
def desk(qtbot: QtBot) -> Desk:
    return plain_desk()


@pytest.fixture
def pool(desk: Desk, recorder: Recorder) -> Iterator[VideoPool]:
    pool = VideoPool(desk, RecordingDoor(recorder.url), time.monotonic)  # type: ignore[arg-type]
    pool.watch(WatchCameras("cameras", (Picturing(CAMERA.id, 64),)))
    yield pool
    pool.stop()


def turn(desk: Desk, pool: VideoPool, at_us: int, *, is_playing: bool = False) -> None:
    desk.moment.set_span(at_us - 1, at_us + 3_600_000_000)
    desk.moment.move_to(at_us, "test")
    desk.replay.set(Replay(is_on=True, is_playing=is_playing, speed=4.0))
    pool.turn()


def captured(desk: Desk) -> int:
    picture = desk.pictures.get(CAMERA.id)
    return 0 if picture is None else picture.captured_us


def is_of(desk: Desk, at_us: int) -> bool:
    return captured(desk) == at_us


def test_a_held_moment_has_one_picture_and_it_is_asked_for_once(
    desk: Desk, pool: VideoPool, recorder: Recorder, qtbot: QtBot
) -> None:
    qtbot.waitUntil(lambda: captured(desk) > THEN, timeout=PATIENCE_MS)
    for second in (5, 1, 9):
        at_us = THEN + second * 1_000_000
        pool.turn("another camera")
        turn(desk, pool, at_us)
        pool.turn()  # all others after the one in front
        qtbot.waitUntil(partial(is_of, desk, at_us), timeout=PATIENCE_MS)
        pool.turn()
    stream = desk.pictures.streams.get(CAMERA.id)
    assert stream is not None
    assert stream.state == "up", "it does not come anew, and is not lost for that"
    assert recorder.asked.count("picture") == 3


def test_what_was_recorded_plays_to_its_end_and_not_again(
    desk: Desk, pool: VideoPool, recorder: Recorder, qtbot: QtBot
) -> None:
    qtbot.waitUntil(lambda: captured(desk) > THEN, timeout=PATIENCE_MS)
    turn(desk, pool, THEN, is_playing=True)
    last = to_micros(from_micros(THEN) + 5 * PERIOD)
    qtbot.waitUntil(lambda: captured(desk) == last, timeout=PATIENCE_MS)
    assert recorder.asked.count("replay") == 1
    desk.replay.set(Replay())
    pool.turn()
    qtbot.waitUntil(lambda: captured(desk) > THEN + 3_600_000_000, timeout=PATIENCE_MS)
    assert recorder.asked[-1] == "live"
    assert recorder.asked.count("replay") == 1


def test_where_nothing_was_recorded_the_tile_says_so_and_the_next_jump_heals_it(
    desk: Desk, pool: VideoPool, qtbot: QtBot
) -> None:
    def state() -> str:
        stream = desk.pictures.streams.get(CAMERA.id)
        return "" if stream is None else stream.state

    qtbot.waitUntil(lambda: state() == "up", timeout=PATIENCE_MS)
    turn(desk, pool, THEN - 60_000_000)
    qtbot.waitUntil(lambda: state() == "lost", timeout=PATIENCE_MS)
    turn(desk, pool, THEN + 60_000_000)
    qtbot.waitUntil(lambda: state() == "up" and captured(desk) == THEN + 60_000_000, timeout=PATIENCE_MS)


def test_a_tile_without_a_picture_of_the_moment_goes_on_saying_why(desk: Desk, pool: VideoPool, qtbot: QtBot) -> None:
    told: list[tuple[str, str]] = []

    def tell(_: object) -> None:
        stream = desk.pictures.streams.get(CAMERA.id)
        if stream is not None:
            told.append((stream.state, stream.detail))

    turn(desk, pool, THEN + 60_000_000)
    qtbot.waitUntil(partial(is_of, desk, THEN + 60_000_000), timeout=PATIENCE_MS)
    [stream] = pool._streams.values()
    qtbot.waitUntil(lambda: stream.came_s > stream.since_s and stream.state == "up", timeout=PATIENCE_MS)
    desk.pictures.streams.changed.connect(tell)
    turn(desk, pool, THEN - 60_000_000)
    qtbot.waitUntil(lambda: "lost" in dict(told), timeout=PATIENCE_MS)
    qtbot.wait(4 * LOOK_AFTER_MS)  # not for a condition: nothing is to come of it
    states = [state for state, _ in told]
    assert "up" not in states[states.index("lost") :]
    assert "404" in told[-1][1]


def test_a_picture_that_could_not_be_made_is_asked_for_again_and_one_that_is_not_kept_is_not(
    desk: Desk, pool: VideoPool, recorder: Recorder, qtbot: QtBot
) -> None:
    qtbot.waitUntil(lambda: captured(desk) > THEN, timeout=PATIENCE_MS)
    turn(desk, pool, THEN - 60_000_000)
    stream = desk.pictures.streams
    qtbot.waitUntil(lambda: stream.values[CAMERA.id].state == "lost", timeout=PATIENCE_MS)
    recorder.failures = 2
    turn(desk, pool, THEN + 60_000_000)
    qtbot.waitUntil(partial(is_of, desk, THEN + 60_000_000), timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: stream.values[CAMERA.id].state == "up", timeout=PATIENCE_MS)
    assert recorder.asked.count("picture") == 1 + 3
