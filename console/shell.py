"""The window before the desk is in it: all that is needed to show one, and nothing that takes long to load."""

import time

from PySide6.QtCore import QLocale, QSize
from PySide6.QtWidgets import QApplication

from console.domain.preferences import Language, Preferences
from console.paths import Paths
from console.state.desk import Desk
from console.storage.settings import Settings, WindowState
from console.wardrobe import Wardrobe, theme_of
from console.window.main_window import MainWindow
from console.window.milestones import Milestones
from widgets.accessible import tell_roles

PREFERENCES, WINDOW = "preferences", "window"


def wall_us() -> int:
    return time.time_ns() // 1_000


def _language() -> Language:
    """That of the system, where the desk speaks it."""
    spoken = QLocale(QLocale.system().name()).language()
    return "de" if spoken == QLocale.Language.German else "en"


def liked(settings: Settings) -> Preferences:
    return settings.get(PREFERENCES, Preferences(language=_language()))


class Shell:
    """State, look and window, as they were left."""

    def __init__(self, application: QApplication, paths: Paths, room: QSize | None = None) -> None:
        """``room``: on the screen, for a window that was never left; None: it need not fit."""
        self.settings = Settings(paths.settings)
        tell_roles()
        self.desk = Desk(time.monotonic, wall_us)
        self.desk.preferences.set(liked(self.settings))
        likes = self.desk.preferences.value
        self.wardrobe = Wardrobe(application, likes)
        self.window = MainWindow(theme_of(likes), self.desk)
        geometry = self.settings.get(WINDOW, WindowState()).geometry
        if geometry:
            self.window.restore(geometry)
        elif room is not None:
            self.window.fit(room)
        self.milestones = Milestones(self.desk, self.window)
        self.window.show()
