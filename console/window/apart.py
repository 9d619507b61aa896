"""Screens in windows of their own, as for a second monitor."""

from collections.abc import Mapping
from functools import partial

from PySide6.QtCore import QByteArray, QCoreApplication, QObject, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QMainWindow, QVBoxLayout, QWidget

from console.domain.action import Action
from console.domain.screen_name import ScreenName
from console.screens.frame import ScreenFrame
from console.screens.then_band import ThenBand
from console.state.desk import Desk
from console.window.keys import QUIT, Keys
from resources.app_icon import app_icon
from resources.theme import Theme

SIZE = (1100, 720)


class ApartWindow(QMainWindow):
    """One screen, with the keys that are its own and those that work everywhere. ``left``: somebody closed it."""

    left = Signal()

    def __init__(self, theme: Theme, desk: Desk, frame: ScreenFrame) -> None:
        super().__init__()
        self.frame = frame
        self.keys = Keys(self)
        for keys in QUIT.keys:
            QShortcut(QKeySequence(keys), self).activated.connect(partial(self.keys.pressed.emit, QUIT))
        title = QCoreApplication.translate("Screens", frame.entry.title)
        self.setWindowTitle(f"{title} – Floorwalker")
        self.setWindowIcon(app_icon())
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, theme.space(2), 0, 0)
        column.addWidget(ThenBand(theme, desk))
        column.addWidget(frame, 1)
        self.setCentralWidget(page)
        self.resize(*SIZE)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Told in a turn of its own: where the system ends all windows at once, nothing is put back."""
        super().closeEvent(event)
        QTimer.singleShot(0, self, self._leave)

    def _leave(self) -> None:
        self.left.emit()


class Apart(QObject):
    """Which screens are in windows of their own. They are hidden while the desk is locked."""

    pressed = Signal(object, object)
    """(Action, ScreenName): a key in one of the windows."""
    left = Signal(object)
    """The ScreenName of a window that somebody closed."""

    def __init__(self, theme: Theme, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._desk = desk
        self._is_open = False
        self._windows: dict[ScreenName, ApartWindow] = {}

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme

    def __contains__(self, name: object) -> bool:
        return name in self._windows

    @property
    def names(self) -> tuple[ScreenName, ...]:
        return tuple(self._windows)

    def bring_forward(self, name: ScreenName) -> None:
        self._windows[name].raise_()
        self._windows[name].activateWindow()

    def geometries(self) -> dict[str, bytes]:
        return {name: bytes(one.saveGeometry().toBase64().data()) for name, one in self._windows.items()}

    def take(self, name: ScreenName, frame: ScreenFrame, geometry: bytes = b"") -> None:
        """``geometry``: where it was, if it was there before."""
        window = ApartWindow(self._theme, self._desk, frame)
        window.restoreGeometry(QByteArray.fromBase64(geometry))
        window.keys.set_section(frame.entry.title)
        window.keys.pressed.connect(partial(self._press, name))
        window.left.connect(partial(self.left.emit, name))
        self._windows[name] = window
        frame.show()
        if self._is_open:
            self._bring_on(window)

    def give_back(self, name: ScreenName) -> ScreenFrame:
        window = self._windows.pop(name)
        frame = window.frame
        frame.deactivate()
        frame.setParent(None)
        window.hide()
        window.deleteLater()
        return frame

    def set_open(self, *, is_open: bool) -> None:
        """Whether somebody is signed in and the desk is not locked."""
        self._is_open = is_open
        for window in self._windows.values():
            if is_open:
                self._bring_on(window)
            else:
                window.frame.deactivate()
                window.hide()

    def grow_older(self) -> None:
        for window in self._windows.values():
            window.frame.refresh_age()

    def end(self) -> None:
        for name in self.names:
            self.give_back(name).deleteLater()

    def _bring_on(self, window: ApartWindow) -> None:
        window.show()
        window.raise_()
        window.frame.activate()

    def _press(self, name: ScreenName, action: Action) -> None:
        self.pressed.emit(action, name)


def known_names(kept: Mapping[str, bytes], frames: Mapping[ScreenName, ScreenFrame]) -> dict[ScreenName, bytes]:
    """Those of ``kept`` that still are screens."""
    return {name: kept[name] for name in frames if name in kept}
