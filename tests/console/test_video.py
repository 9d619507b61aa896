"""Pictures from a real HTTP stream, through a real decoder process, to the state of the desk."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any, cast

import psutil
import pytest
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from console.domain.commands.watching import Picturing, WatchCameras
from console.domain.problem import Problem
from console.state.desk import Desk
from console.work.door import Door
from console.work.video import frames, memory
from console.work.video.decoders import MOST_RESTARTS
from console.work.video.frames import FrameRing
from console.work.video.pool import VideoPool
from console.work.video.strain import Strain
from store_client.contract.camera import Camera
from store_client.contract.faces import FacesGrant
from tests.console.camera_server import CameraServer, OpenDoor, brief, changing, clear, cut, garbage, good, huge, large
from tests.store_process import wait_for

PATIENCE_MS = 60_000


@pytest.fixture
def cameras() -> Iterator[CameraServer]:
    server = CameraServer(
        {
            "good": good,
            "other": good,
            "clear": clear,
            "garbage": garbage,
            "huge": huge,
            "brief": brief,
            "large": large,
            "cut": cut,
            "changing": changing,
        }
    )
    yield server
    server.stop()


@pytest.fixture
def desk(qtbot: QtBot) -> Desk:
    desk = Desk(time.monotonic, lambda: time.time_ns() // 1000)
    names = ("good", "other", "clear", "garbage", "refused", "huge", "brief")
    small = [Camera(name, "s", name, "added", 64, 36, [64]) for name in names]
    desk.cameras.set(
        (*small, *(Camera(name, "s", name, "added", 640, 360, [640]) for name in ("large", "cut", "changing")))
    )
    return desk


@pytest.fixture
def pool(desk: Desk, cameras: CameraServer, qtbot: QtBot) -> Iterator[VideoPool]:
    pool = VideoPool(desk, cast(Door, OpenDoor(cameras.url)), time.monotonic)
    yield pool
    pool.stop()


def watch(pool: VideoPool, *cameras: str, width: int = 64) -> None:
    pool.watch(WatchCameras("cameras", tuple(Picturing(camera, width) for camera in cameras)))


def seq(desk: Desk, camera: str) -> int:
    picture = desk.pictures.get(camera)
    return 0 if picture is None else picture.seq


def test_pictures_move_and_are_as_fresh_as_they_say(desk: Desk, pool: VideoPool, qtbot: QtBot) -> None:
    watch(pool, "good", "garbage")
    qtbot.waitUntil(lambda: seq(desk, "good") > 10 and seq(desk, "garbage") > 3, timeout=PATIENCE_MS)
    picture = desk.pictures.get("good")
    assert picture is not None
    assert (picture.image.width(), picture.image.height()) == (64, 36)
    assert picture.image.format() == QImage.Format.Format_RGB32
    assert picture.image.pixelColor(5, 5).lightness() > 15
    assert abs(time.time() - picture.captured_us / 1e6) < 30
    qtbot.waitUntil(lambda: desk.connection.value.video.state == "up", timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: garbled(desk, "garbage") > 0, timeout=PATIENCE_MS)
    assert len(pool.pids) == 1


def test_a_picture_that_claims_to_be_huge_costs_nothing_but_itself(desk: Desk, pool: VideoPool, qtbot: QtBot) -> None:
    watch(pool, "huge")
    qtbot.waitUntil(lambda: garbled(desk, "huge") > 2, timeout=PATIENCE_MS)
    shown, [decoder] = seq(desk, "huge"), pool.pids
    qtbot.waitUntil(lambda: seq(desk, "huge") > shown + 2, timeout=PATIENCE_MS)
    assert pool.pids == [decoder]
    assert psutil.Process(decoder).memory_info().rss < 500 << 20


@pytest.mark.parametrize("width", [70, 150, 300, 500])
def test_a_small_tile_is_decoded_small_and_shows_the_whole_picture(
    desk: Desk, pool: VideoPool, qtbot: QtBot, width: int
) -> None:
    watch(pool, "large", width=width)
    qtbot.waitUntil(lambda: seq(desk, "large") > 0, timeout=PATIENCE_MS)
    picture = desk.pictures.get("large")
    assert picture is not None
    image = picture.image
    assert width <= image.width() <= width * 1.06
    assert image.height() == pytest.approx(image.width() * 9 / 16, abs=1.5)
    assert image.pixelColor(image.width() // 4, image.height() - 2).lightness() < 40
    assert image.pixelColor(image.width() * 3 // 4, image.height() - 2).lightness() > 220
    assert picture.source == (640, 360)


def test_what_was_cut_off_is_not_shown_but_said(desk: Desk, pool: VideoPool, qtbot: QtBot) -> None:
    watch(pool, "cut", width=640)
    shown: list[int] = []

    def see(_: object) -> None:
        picture = desk.pictures.get("cut")
        if picture is not None:
            shown.append(picture.image.pixelColor(600, 350).lightness())

    desk.pictures.changed.connect(see)
    qtbot.waitUntil(lambda: garbled(desk, "cut") > 3 and len(shown) > 3, timeout=PATIENCE_MS)
    assert min(shown) > 220


def test_another_size_and_a_leaping_clock_are_told(desk: Desk, pool: VideoPool, qtbot: QtBot) -> None:
    watch(pool, "changing")

    def told() -> tuple[tuple[int, int, int, int] | None, int]:
        stream = desk.pictures.streams.get("changing")
        return (None, 0) if stream is None else (stream.resized, round(stream.leapt_s))

    qtbot.waitUntil(lambda: told() == ((64, 36, 128, 72), 60), timeout=PATIENCE_MS)


def test_where_it_is_too_much_pictures_are_left_out_and_it_is_said(
    desk: Desk, pool: VideoPool, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    watch(pool, "good")
    qtbot.waitUntil(lambda: seq(desk, "good") > 5, timeout=PATIENCE_MS)
    monkeypatch.setattr(Strain, "measure", lambda *_: 1.2)

    def is_left_out() -> bool:
        stream = desk.pictures.streams.get("good")
        return (
            stream is not None and stream.every > 1 and stream.came_hz is not None and stream.rate_hz < stream.came_hz
        )

    qtbot.waitUntil(is_left_out, timeout=PATIENCE_MS)
    stream, shown = desk.pictures.streams.get("good"), seq(desk, "good")
    assert stream is not None
    assert stream.state == "up"
    qtbot.waitUntil(lambda: seq(desk, "good") > shown, timeout=PATIENCE_MS)


def test_one_to_spare_takes_over(desk: Desk, pool: VideoPool, qtbot: QtBot) -> None:
    watch(pool, "good", "other")
    qtbot.waitUntil(lambda: len(pool.all_pids) == 2, timeout=PATIENCE_MS)
    [killed], [_, spare] = pool.pids, pool.all_pids
    psutil.Process(killed).kill()
    qtbot.waitUntil(lambda: pool.pids == [spare], timeout=PATIENCE_MS)
    shown = seq(desk, "good")
    qtbot.waitUntil(lambda: seq(desk, "good") != shown, timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: len(pool.all_pids) == 2, timeout=PATIENCE_MS)


def test_a_decoder_that_grows_too_large_is_ended(
    desk: Desk, pool: VideoPool, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    watch(pool, "good")
    qtbot.waitUntil(lambda: seq(desk, "good") > 0, timeout=PATIENCE_MS)
    [large] = pool.pids
    monkeypatch.setattr(memory, "MOST_BYTES", 1 << 20)
    qtbot.waitUntil(lambda: is_replaced(pool, large), timeout=PATIENCE_MS)
    monkeypatch.undo()
    qtbot.waitUntil(lambda: seq(desk, "good") > 0, timeout=PATIENCE_MS)


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the desk watches what a decoder takes")
def test_the_system_refuses_a_decoder_more_memory_than_it_may_have() -> None:
    code = "from console.work.video.memory import limit_own; limit_own(); bytearray(1 << 30)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False)
    assert "MemoryError" in done.stderr


def test_a_camera_that_stops_is_told_and_read_again(desk: Desk, pool: VideoPool, qtbot: QtBot) -> None:
    watch(pool, "brief", "good")
    states: set[str] = set()

    def is_lost() -> bool:
        stream = desk.pictures.streams.get("brief")
        states.add("" if stream is None else stream.state)
        return "lost" in states

    qtbot.waitUntil(is_lost, timeout=PATIENCE_MS)
    stream = desk.pictures.streams.get("brief")
    assert stream is not None
    assert "the stream ended" in stream.detail
    assert seq(desk, "brief") > 0, "its last picture stays"
    before = desk.pictures.get("brief")
    qtbot.waitUntil(lambda: desk.pictures.get("brief") is not before, timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: seq(desk, "good") > 5, timeout=PATIENCE_MS)


@pytest.mark.skipif(sys.platform == "win32", reason="a limit on the size of files stands in for a full disk")
def test_without_room_for_pictures_it_is_said(desk: Desk, pool: VideoPool, qtbot: QtBot) -> None:
    resource = pytest.importorskip("resource")
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, limits[1]))
    try:
        watch(pool, "good")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert "There is no memory for pictures" in str(desk.problems.value)
    watch(pool, "good")
    qtbot.waitUntil(lambda: seq(desk, "good") > 0, timeout=PATIENCE_MS)


def test_what_a_killed_desk_left_in_memory_is_removed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(frames, "_folders", lambda: [tmp_path])
    killed = subprocess.Popen([sys.executable, "-c", ""])
    killed.wait(60)
    left, ours, other = (
        tmp_path / f"floorwalker-{name}" for name in (f"{killed.pid}-ab", f"{os.getpid()}-ab", "notes-1")
    )
    for path in (left, ours, other):
        path.touch()
    frames.sweep()
    assert sorted(tmp_path.iterdir()) == sorted([ours, other])


def garbled(desk: Desk, camera: str) -> int:
    stream = desk.pictures.streams.get(camera)
    return 0 if stream is None else stream.garbled


def test_what_nobody_looks_at_is_let_go(desk: Desk, pool: VideoPool, qtbot: QtBot) -> None:
    watch(pool, "good")
    qtbot.waitUntil(lambda: seq(desk, "good") > 0, timeout=PATIENCE_MS)
    watch(pool)
    assert desk.pictures.get("good") is None
    assert desk.connection.value.video.state == "off"


def test_a_refused_stream_says_so_and_asks_for_another_token(
    desk: Desk, pool: VideoPool, cameras: CameraServer, qtbot: QtBot
) -> None:
    with qtbot.waitSignal(pool.signed_out, timeout=PATIENCE_MS):
        watch(pool, "refused")
    stream = desk.pictures.streams.get("refused")
    assert stream is not None
    assert stream.state == "lost"
    assert stream.detail
    cameras.streams["refused"] = good
    qtbot.waitUntil(lambda: seq(desk, "refused") > 0, timeout=PATIENCE_MS)


def is_replaced(pool: VideoPool, pid: int) -> bool:
    return bool(pool.pids) and pid not in pool.pids


def test_a_decoder_that_dies_is_replaced_a_few_times_and_then_it_is_said(
    desk: Desk, pool: VideoPool, qtbot: QtBot
) -> None:
    watch(pool, "good", "other")
    for _ in range(MOST_RESTARTS):
        qtbot.waitUntil(lambda: seq(desk, "good") > 2, timeout=PATIENCE_MS)
        process = psutil.Process(pool.pids[0])
        process.kill()
        qtbot.waitUntil(partial(is_replaced, pool, process.pid), timeout=PATIENCE_MS)
        desk.pictures.forget({"good", "other"})
    qtbot.waitUntil(lambda: seq(desk, "good") > 2, timeout=PATIENCE_MS)
    psutil.Process(pool.pids[0]).kill()
    qtbot.waitUntil(lambda: bool(desk.problems.value), timeout=PATIENCE_MS)
    problem: Problem = desk.problems.value[0]
    assert "ended 5 times" in problem.what
    assert pool.pids == []


def test_the_desk_itself_never_loads_cv2() -> None:
    code = "import sys, console.app, console.begin; print('cv2' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120, check=True)
    assert done.stdout.strip() == "False"


def test_a_decoder_ends_with_its_desk() -> None:
    child: subprocess.Popen[Any] = subprocess.Popen(
        [sys.executable, "-m", "console.work.video.decoder"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert child.stdin is not None
    child.stdin.close()
    wait_for(lambda: child.poll() is not None, "the decoder has ended")
    assert child.returncode == 0
    assert child.stdout is not None
    child.stdout.close()


def test_a_picture_that_is_written_over_is_told_from_a_whole_one() -> None:
    ring = FrameRing.make(64)
    try:
        assert ring.newest() is None
        for level in range(3):
            ring.begin(2, 2)[:] = level
            ring.commit(1000 + level, 2, 2)
        frame = ring.newest()
        assert frame is not None
        assert (frame.seq, frame.captured_us, frame.pixels[0]) == (3, 1002, 2)
        for _ in range(2):
            ring.begin(2, 2)
            ring.commit(0, 2, 2)
        assert ring.is_whole(frame)
        ring.begin(2, 2)
        assert not ring.is_whole(frame)
        frame.pixels.release()
        with pytest.raises(ValueError, match="for 64 bytes"):
            ring.begin(5, 5)
    finally:
        ring.close(is_last=True)
    assert not ring.path.exists()


def test_no_face_is_shown_once_faces_are_hidden(desk: Desk, pool: VideoPool, qtbot: QtBot) -> None:
    desk.faces.set(FacesGrant("g", "u", datetime(2100, 1, 1, tzinfo=UTC)))
    watch(pool, "clear")
    qtbot.waitUntil(lambda: seq(desk, "clear") > 0, timeout=PATIENCE_MS)
    pool._timer.stop()
    ring = pool._streams["clear"].ring
    read = ring.latest
    qtbot.waitUntil(lambda: ring.latest > read, timeout=PATIENCE_MS)
    desk.faces.set(None)
    pool.pull()
    assert desk.pictures.get("clear") is None, "a picture was on its way"
