"""The one window of the desk.

It is there before anything else is: at first with the entry page alone, which needs next to nothing to be loaded.
"""

from PySide6.QtCore import QByteArray, QEvent, QSize, Qt, Signal
from PySide6.QtGui import QCloseEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QMainWindow, QStackedWidget, QWidget

from console.domain.session import SignedIn
from console.state.desk import Desk
from console.window.entry_page import EntryPage
from console.window.keys import QUIT
from resources.app_icon import app_icon
from resources.theme import Theme

FIRST_SIZE = (1440, 900)
SMALLER = 0.9
"""Of a small screen, so that all four edges can be reached."""


class MainWindow(QMainWindow):
    """Shows the entry page until somebody is signed in and what is inside is there. ``closed`` is emitted once, before
    the desk ends; ``translated`` when the language is another."""

    closed = Signal()
    translated = Signal()

    def __init__(self, theme: Theme, desk: Desk) -> None:
        super().__init__()
        self._theme = theme
        self._desk = desk
        self._inside: QWidget | None = None
        self._pages = QStackedWidget()
        self.entry_page = EntryPage(theme, desk)
        self._pages.addWidget(self.entry_page)
        self.setCentralWidget(self._pages)
        self.setWindowTitle("Floorwalker")
        self.setWindowIcon(app_icon())
        self.resize(*FIRST_SIZE)
        desk.session.changed.connect(self._follow)
        for keys in QUIT.keys:
            QShortcut(QKeySequence(keys), self).activated.connect(self.close)

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme

    @property
    def theme(self) -> Theme:
        return self._theme

    def furnish(self, inside: QWidget) -> None:
        """Puts ``inside`` in, in the place of what was there."""
        before, self._inside = self._inside, inside
        self._pages.addWidget(inside)
        self._follow(self._desk.session.value)  # first: or the entry page would be shown for a moment
        if before is not None:
            self._pages.removeWidget(before)
            before.deleteLater()

    def _follow(self, session: SignedIn) -> None:
        is_open = session.user is not None and not session.is_locked
        if is_open and self._inside is not None:
            self._pages.setCurrentWidget(self._inside)
        elif self._pages.currentWidget() is not self.entry_page:
            self._pages.setCurrentWidget(self.entry_page)
            self.entry_page.take_focus()

    # ---- as it was left

    def geometry_bytes(self) -> bytes:
        return bytes(self.saveGeometry().toBase64().data())

    def restore(self, geometry: bytes) -> None:
        """Where the window was; what no longer makes sense is passed over."""
        self.restoreGeometry(QByteArray.fromBase64(geometry))

    def fit(self, room: QSize) -> None:
        """For where nothing was left yet: all of ``room`` where it is larger than that, and less when it is made smaller."""
        if self.size() != self.size().boundedTo(room):
            self.resize(self.size().boundedTo(room * SMALLER))
            self.setWindowState(Qt.WindowState.WindowMaximized)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self._translate()
        super().changeEvent(event)

    def _translate(self) -> None:
        before = self.entry_page
        self.entry_page = EntryPage(self._theme, self._desk)
        self._pages.addWidget(self.entry_page)
        self.entry_page.take_over(before)
        if self._pages.currentWidget() is before:
            self._pages.setCurrentWidget(self.entry_page)
            self.entry_page.take_focus()
        self._pages.removeWidget(before)
        before.deleteLater()
        self.translated.emit()

    def closeEvent(self, event: QCloseEvent) -> None:
        self.closed.emit()
        super().closeEvent(event)
