"""A fresh picture of the window in a file, for a machine without a screen."""

import logging
import os
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

from PySide6.QtCore import QObject, QTimer
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QWidget

PERIOD_MS = 2_000

_log = logging.getLogger(__name__)


class PictureFile(QObject):
    """Whoever reads ``path`` at any moment gets a whole PNG: it is written beside it and then put in its place."""

    def __init__(self, window: QWidget, path: Path) -> None:
        super().__init__(window)
        self._window = window
        self._path = path
        self._writer = ThreadPoolExecutor(1, thread_name_prefix="picture")
        self._writing: Future[None] | None = None
        self._timer = QTimer(self)
        self._timer.setInterval(PERIOD_MS)
        self._timer.timeout.connect(self.take)
        self._timer.start()

    def take(self) -> None:
        """Passed over while the last one is still being written."""
        if self._writing is not None:
            if not self._writing.done():
                return
            error = self._writing.exception()
            if error is not None:
                _log.warning("the picture of the window: %s", error)
        self._writing = self._writer.submit(save, self._window.grab().toImage(), self._path)

    def stop(self) -> None:
        self._timer.stop()
        self._writer.shutdown(wait=True)


def save(picture: QImage, path: Path) -> None:
    """Raises OSError where it cannot be written."""
    beside = path.with_name(f".{path.name}.{os.getpid()}.png")
    if not picture.save(str(beside)):
        raise OSError(f"cannot write {beside}")
    os.replace(beside, path)
