"""The wall of cameras on a real store: people over pictures of their time, faces with leave, and what the desk loads."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from console.domain.camera_view import Stream
from console.domain.commands.showing import SetPreferences, ShowScreen
from console.domain.commands.watching import HideFaces, ShowFaces
from console.domain.preferences import Preferences
from console.screens.cameras import CamerasScreen
from tests.console.desk_process import RunningDesk
from tests.store_process import ROOT, StoreProcess, wait_for
from widgets.video_wall import VideoWall

PATIENCE_MS = 90_000
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StoreProcess]:
    store = StoreProcess(tmp_path_factory.mktemp("store"), "--scenario", "steady", "--seed", "3")
    yield store
    store.kill()


@pytest.fixture
def running(store: StoreProcess, tmp_path: Path, qapp: QApplication, qtbot: QtBot) -> Iterator[RunningDesk]:
    running = RunningDesk(tmp_path / "desk", store=store.http)
    qtbot.waitUntil(lambda: not running.desk.session.value.is_busy, timeout=PATIENCE_MS)
    running.sign_in("agent", store.demo["agent"])
    qtbot.waitUntil(lambda: len(running.desk.floor.shoppers) > 0, timeout=PATIENCE_MS)
    running.desk.commands.emit(ShowScreen("cameras"))
    qtbot.waitUntil(lambda: len(live(running)) > 2, timeout=PATIENCE_MS)
    yield running
    running.stop()


def live(running: RunningDesk) -> list[str]:
    streams = running.desk.pictures.streams.values
    return [name for name, stream in streams.items() if stream.state == "up" and running.desk.pictures.get(name)]


def test_people_are_drawn_over_pictures_of_their_own_time(running: RunningDesk, qtbot: QtBot) -> None:
    desk = running.desk
    desk.commands.emit(SetPreferences(Preferences(has_overlays=True, lock_minutes=0)))
    (screen,) = running.shell.window.findChildren(CamerasScreen)
    (wall,) = screen.findChildren(VideoWall)

    def is_in_step() -> bool:
        """Each picture that is shown was taken when it is known where everybody was."""
        newest_us = desk.floor.tracks.newest_us or 0
        pictures = [desk.pictures.get(name) for name in live(running)]
        return bool(pictures) and all(one is not None and one.captured_us <= newest_us for one in pictures)

    qtbot.waitUntil(is_in_step, timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: any(face.overlay.marks for face in wall._faces.values()), timeout=PATIENCE_MS)

    def streams() -> list[Stream]:
        return [stream for name in live(running) if (stream := desk.pictures.streams.get(name)) is not None]

    # A busy machine shows some later than they would have to be held back.
    qtbot.waitUntil(lambda: any(stream.behind_ms > 0 for stream in streams()), timeout=PATIENCE_MS)
    assert not any(stream.leapt_s for stream in streams())


def test_faces_are_seen_with_leave_and_hidden_again(running: RunningDesk, store: StoreProcess, qtbot: QtBot) -> None:
    desk = running.desk

    def are_clear(is_clear: bool) -> bool:
        pictures = [desk.pictures.get(name) for name in live(running)]
        return len(pictures) > 2 and all(one is not None and one.is_clear == is_clear for one in pictures)

    qtbot.waitUntil(lambda: are_clear(False), timeout=PATIENCE_MS)
    desk.commands.emit(ShowFaces("A child is missing", "not the password"))
    qtbot.waitUntil(lambda: any(one.topic == "faces" for one in desk.problems.value), timeout=PATIENCE_MS)
    assert desk.faces.value is None
    desk.commands.emit(ShowFaces("A child is missing", store.demo["agent"]))
    qtbot.waitUntil(lambda: desk.faces.value is not None and are_clear(True), timeout=PATIENCE_MS)
    desk.commands.emit(HideFaces())
    assert not any(one is not None and one.is_clear for one in (desk.pictures.get(name) for name in live(running)))
    qtbot.waitUntil(lambda: are_clear(False), timeout=PATIENCE_MS)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells what another process has loaded")
def test_the_running_desk_has_not_loaded_what_its_decoders_have(tmp_path: Path) -> None:
    desk = subprocess.Popen(
        [sys.executable, "-m", "console", "--demo", "--data", str(tmp_path)],
        cwd=ROOT,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    process = psutil.Process(desk.pid)

    def decoder() -> psutil.Process | None:
        children = process.children()
        return next((one for one in children if "console.work.video.decoder" in one.cmdline() and has_cv2(one)), None)

    try:
        wait_for(lambda: decoder() is not None, "a camera is decoded", patience_s=150.0)
        assert not has_cv2(process)
    finally:
        desk.terminate()
        desk.wait(60)


def has_cv2(process: psutil.Process) -> bool:
    return any("/cv2/" in one.path for one in process.memory_maps())
