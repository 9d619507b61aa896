"""When the desk was there, and when the store was on it: how long people wait at the start."""

import logging
import os
import time
from pathlib import Path

import psutil
from PySide6.QtCore import QEvent, QObject, QTimer, Signal
from PySide6.QtWidgets import QWidget

from console.state.desk import Desk

_log = logging.getLogger(__name__)


class Milestones(QObject):
    """Seconds since this process was started, None until they are reached. ``window``: the first picture of the window
    is drawn; ``live``: the first picture with somebody's position and some plate's weight in it. ``reached`` carries
    the name of each."""

    reached = Signal(object)

    def __init__(self, desk: Desk, window: QWidget) -> None:
        super().__init__(window)
        self.window: float | None = None
        self.live: float | None = None
        self._desk = desk
        self._window = window
        self._started_s = time.monotonic() - process_age_s()
        window.installEventFilter(self)
        desk.floor.changed.connect(self._look)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint:
            self._window.removeEventFilter(self)
            QTimer.singleShot(0, self, self._draw)  # once the whole window has been drawn
        return super().eventFilter(watched, event)

    def _draw(self) -> None:
        self.window = self._note("window")

    def _look(self, _: object) -> None:
        if self._desk.weights.gondolas:
            self._desk.floor.changed.disconnect(self._look)
            QTimer.singleShot(0, self, self._live)  # what was just heard is painted before

    def _live(self) -> None:
        self.live = self._note("live")

    def _note(self, name: str) -> float:
        seconds = float(round(time.monotonic() - self._started_s, 3))
        _log.info("milestone %s after %.3f s", name, seconds)
        self.reached.emit(name)
        return seconds


def process_age_s() -> float:
    """Seconds since this process was made, to a hundredth.

    Linux tells it against the moment it was booted, which it in turn tells in whole seconds of the clock: too coarse,
    so there it is reckoned from the boot on.
    """
    stat = Path("/proc/self/stat")
    if not stat.exists():
        return float(time.time() - psutil.Process().create_time())
    ticks = int(stat.read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()[19])
    return time.clock_gettime(time.CLOCK_BOOTTIME) - ticks / os.sysconf("SC_CLK_TCK")
