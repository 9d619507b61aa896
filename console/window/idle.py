"""How long nobody has touched the desk."""

import sys
import time
from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QWindow
from PySide6.QtWidgets import QWidget

CHECK_MS = 5_000
_TOUCHES = frozenset(
    {
        QEvent.Type.KeyPress,
        QEvent.Type.MouseMove,
        QEvent.Type.MouseButtonPress,
        QEvent.Type.Wheel,
        QEvent.Type.TouchBegin,
    }
)


def waking_s() -> float:
    """Seconds of a clock that is never set and goes on while the machine sleeps, as under a closed lid."""
    clock = getattr(time, "CLOCK_BOOTTIME", None if sys.platform == "win32" else time.CLOCK_MONOTONIC)
    return time.monotonic() if clock is None else time.clock_gettime(clock)


class IdleWatch(QObject):
    """``idle`` is emitted when neither ``window`` nor any other of the desk that ever had the keys, as a screen apart or a
    sheet, was touched for ``minutes``; 0 minutes: never.

    Listens to the native windows, not to the application: a filter in Python on every event of every widget would cost
    more than all screens together.
    """

    idle = Signal()

    def __init__(self, window: QWidget, steady: Callable[[], float]) -> None:
        super().__init__(window)
        self.minutes = 0
        self._steady = steady
        self._touched_s = steady()
        self._listen_to(window.windowHandle())
        application = QGuiApplication.instance()
        if isinstance(application, QGuiApplication):
            application.focusWindowChanged.connect(self._listen_to)
        self._timer = QTimer(self)
        self._timer.setInterval(CHECK_MS)
        self._timer.timeout.connect(self.check)
        self._timer.start()

    def _listen_to(self, window: QWindow | None) -> None:
        if window is not None:
            window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in _TOUCHES:
            self.check()  # who wakes the machine is not the one who left it
            self._touched_s = self._steady()
        return super().eventFilter(watched, event)

    def check(self) -> None:
        if self.minutes and self._steady() - self._touched_s >= 60 * self.minutes:
            self._touched_s = self._steady()
            self.idle.emit()
