"""A state in a line of its own: a shape by severity, and the word."""

from PySide6.QtWidgets import QWidget

from resources.theme import Theme
from widgets.severity import Severity


class StateChip(QWidget):
    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        raise NotImplementedError

    def set_theme(self, theme: Theme) -> None:
        raise NotImplementedError

    def set_state(self, severity: Severity, word: str) -> None:
        raise NotImplementedError
