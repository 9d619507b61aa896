"""A wall of cameras in the real parts of the desk: state, video pool, decoder processes, and the canvas that paints."""

import os
import tempfile
import time
from array import array
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import cast

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from console.domain.commands.watching import Picturing, WatchCameras
from console.state.desk import Desk
from console.work.door import Door
from console.work.video.pool import VideoPool
from resources.theme import DARK
from store_client.contract.camera import Camera
from tests.benchmarks.projector import HEIGHT, WIDTH, make_film
from tests.console.camera_server import OpenDoor
from widgets.video_tile import Tile
from widgets.video_wall import Layout, VideoWall

LAYOUTS: dict[int, Layout] = {1: "1", 4: "4", 9: "9", 16: "16"}


class WallDesk:
    """``tiles`` cameras of the store at ``url``, in a window of ``size``; ``pictures``: how many were shown of each."""

    def __init__(self, url: str, tiles: int, size: tuple[int, int]) -> None:
        self.desk = Desk(time.monotonic, lambda: time.time_ns() // 1000)
        names = [f"c{number}" for number in range(tiles)]
        self.desk.cameras.set(tuple(Camera(name, "s", name, "added", WIDTH, HEIGHT, [WIDTH]) for name in names))
        self.pool = VideoPool(self.desk, cast(Door, OpenDoor(url)), time.monotonic)
        self.wall = VideoWall(DARK)
        self.wall.set_tiles([Tile(name, name) for name in names])
        self.wall.set_layout(LAYOUTS[tiles])
        self.pictures = dict.fromkeys(names, 0)
        self.ages_ms = array("f")
        self.desk.pictures.changed.connect(self._show)
        self.wall.sizes_changed.connect(self._watch)
        self.wall.resize(*size)
        self.wall.show()

    def width(self) -> int:
        """Of a tile, in pixels."""
        return next(iter(self.wall.sizes().values()))[0]

    def stop(self) -> None:
        self.pool.stop()
        self.wall.close()

    def _watch(self, sizes: dict[str, tuple[int, int]]) -> None:
        self.pool.watch(WatchCameras("cameras", tuple(Picturing(name, width) for name, (width, _) in sizes.items())))

    def _show(self, cameras: frozenset[str]) -> None:
        now_us = time.time_ns() // 1000
        for name in cameras:
            picture = self.desk.pictures.get(name)
            if picture is not None:
                self.pictures[name] += 1
                self.ages_ms.append((now_us - picture.captured_us) / 1e3)
                self.wall.set_picture(name, picture.image)


@contextmanager
def filmed(seconds: float) -> Iterator[Path]:
    """A film, in a folder that goes afterwards, and an application without a screen unless QT_QPA_PLATFORM names one."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    application = QApplication([])
    with tempfile.TemporaryDirectory() as folder:
        film = Path(folder) / "film.mjpeg"
        make_film(film, seconds)
        yield film
    application.quit()


def run_for(seconds: float) -> None:
    """The event loop goes on."""
    QTimer.singleShot(round(seconds * 1e3), QApplication.quit)
    QApplication.exec()


def run_until(is_so: Callable[[], bool], seconds: float, what: str) -> None:
    """Raises TimeoutError."""
    end = time.monotonic() + seconds
    while not is_so():
        if time.monotonic() > end:
            raise TimeoutError(what)
        run_for(0.01)
