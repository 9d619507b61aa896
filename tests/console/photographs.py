"""``python -m tests.console.photographs DIR [WIDTHxHEIGHT] [THEME] [PERCENT] [LANGUAGE]``: each screen in the window, on
the day of tests.console.day, for people who look at pictures. Needs no store and no screen."""

import os
import sys
import time
from pathlib import Path

import msgspec
import numpy as np
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication

from console.domain.camera_view import Stream
from console.domain.commands.watching import WatchPlates
from console.domain.listing import Opened
from console.domain.preferences import Preferences
from console.domain.screen_name import ScreenName
from console.screens.table import SCREENS
from console.state.pictures import CameraPicture
from console.wardrobe import Wardrobe, theme_of
from console.window.inside import Inside
from console.window.main_window import MainWindow
from store_server.world.painting.gallery import Gallery
from tests.console.desk_fixture import LivingDesk, living_desk


def paint_cameras(desk: LivingDesk) -> None:
    gallery = Gallery(desk.day.simulation, "Europe/Berlin")
    pictures = []
    for place, camera in enumerate(desk.day.simulation.cameras):
        if place == 2:
            desk.pictures.streams.put({camera.id: Stream("lost", 0.0, 3, "connection refused")})
            continue
        painter, scene = gallery.look(camera.id, 640, desk.day.now_us)
        pixels = np.ascontiguousarray(painter.compose(scene)[..., ::-1])
        height, width, _ = pixels.shape
        image = QImage(pixels.data, width, height, 3 * width, QImage.Format.Format_RGB888).copy()
        pictures.append(CameraPicture(camera.id, image, desk.day.now_us - 60_000, 40))
        desk.pictures.streams.put({camera.id: Stream("up", 10.0)})
    desk.pictures.put(pictures)


def settle(application: QApplication, seconds: float = 0.4) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        application.processEvents()


def prepare(desk: LivingDesk, screen: ScreenName) -> None:
    match screen:
        case "live_floor":
            desk.choose_fullest(0)
        case "receipts":
            desk.open_receipt()
        case "cases":
            desk.sign_in("agent")
            desk.open_case()
            desk.effect.set(Opened(desk.day.case().id, desk.day.effect()))
        case "audit" | "settings":
            desk.sign_in("supervisor")


def main(folder: Path, size: str, likes: Preferences) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    application = QApplication([])
    desk = living_desk()
    desk.sign_in("supervisor")
    desk.preferences.set(likes)
    Wardrobe(application, likes, application)
    desk.commands.connect(lambda command: desk.weights.watch(command.plates) if isinstance(command, WatchPlates) else 0)
    window = MainWindow(theme_of(likes), desk)
    inside = Inside(theme_of(likes), desk, window, "live_floor")
    window.furnish(inside)
    width, height = (int(part) for part in size.split("x"))
    window.resize(width, height)
    window.show()
    paint_cameras(desk)
    for screen in SCREENS:
        prepare(desk, screen.name)
        inside.show_screen(screen.name)
        settle(application, 0.2)
        desk.weights.changed.emit(frozenset())
        settle(application, 0.2)
        window.grab().save(str(folder / f"{screen.name}.png"), "PNG")


if __name__ == "__main__":
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    folder, size, theme, percent, language = [*sys.argv[1:], *["1440x900", "light", "100", "en"][len(sys.argv) - 2 :]]
    liked = msgspec.convert({"theme": theme, "language": language, "text_scale": int(percent)}, Preferences)
    main(Path(folder), size, liked)
