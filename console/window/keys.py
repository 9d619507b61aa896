"""The keys of the table of actions, live in the window."""

from functools import partial

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget

from console.domain.action import ACTIONS, REPLAYED, Action

_PRESSES_BUTTONS = frozenset({"Space", "Return", "Enter"})
_ALWAYS = frozenset({"Everywhere", "Screens"})
QUIT = next(action for action in ACTIONS if action.name == "quit")
"""The one action that works before somebody has signed in: the window itself has its key."""


class Keys(QObject):
    """``pressed`` carries the Action. Which keys are live follows the screen that is shown: see ``set_section``."""

    pressed = Signal(object)

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._shortcuts: list[tuple[Action, QShortcut]] = []
        for action in ACTIONS:
            if action is QUIT:
                continue
            for keys in action.keys:
                shortcut = QShortcut(QKeySequence(keys), window)
                shortcut.setContext(Qt.ShortcutContext.WindowShortcut)
                shortcut.activated.connect(partial(self._press, action, keys))
                self._shortcuts.append((action, shortcut))

    def set_section(self, section: str | None) -> None:
        """The title of the screen that is shown; None where the desk is not open: then none works."""
        for action, shortcut in self._shortcuts:
            is_there = action.section in _ALWAYS or action.section == section
            is_there |= action.section == "Replay" and section in REPLAYED
            shortcut.setEnabled(section is not None and is_there)

    def _press(self, action: Action, keys: str) -> None:
        focus = QApplication.focusWidget()
        if keys in _PRESSES_BUTTONS and isinstance(focus, QAbstractButton):
            focus.click()  # what has the focus comes first
        else:
            self.pressed.emit(action)
