"""The designed absence of content: empty, loading, offline, not permitted, failed."""

from typing import Literal

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from resources.theme import Theme

ViewState = Literal["empty", "loading", "offline", "not_permitted", "failed"]


class StateView(QWidget):
    """An icon, a heading, a sentence, and at most one button. Screens put it in a QStackedWidget beside the content."""

    acted = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        raise NotImplementedError

    def set_theme(self, theme: Theme) -> None:
        raise NotImplementedError

    def show_state(self, state: ViewState, heading: str, sentence: str = "", action: str = "") -> None:
        raise NotImplementedError

    def state(self) -> ViewState:
        raise NotImplementedError
