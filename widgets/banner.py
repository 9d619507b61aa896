"""One failure or notice: what happened, what was kept, what to do."""

from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QWidget

from resources.theme import Theme


@dataclass(frozen=True, slots=True)
class Notice:
    """``what`` happened, what was ``kept``, what to do (``advice``), and the words on the button (``action``)."""

    severity: Literal["info", "good", "warning", "danger"]
    what: str
    kept: str = ""
    advice: str = ""
    action: str = ""
    key: object | None = None


class Banner(QFrame):
    """Hidden while there is nothing to say."""

    acted = Signal(object)
    """The notice whose button was pressed."""
    dismissed = Signal(object)
    """The notice closed by the user."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        raise NotImplementedError

    def set_theme(self, theme: Theme) -> None:
        raise NotImplementedError

    def show_notice(self, notice: Notice | None) -> None:
        raise NotImplementedError

    def notice(self) -> Notice | None:
        raise NotImplementedError
