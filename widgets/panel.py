"""A titled part of a screen: heading, actions to the right of it, content below."""

from PySide6.QtWidgets import QFrame, QWidget

from resources.theme import Theme


class Panel(QFrame):
    def __init__(self, theme: Theme, title: str, content: QWidget, parent: QWidget | None = None) -> None:
        raise NotImplementedError

    def set_theme(self, theme: Theme) -> None:
        raise NotImplementedError

    def set_title(self, title: str, detail: str = "") -> None:
        """``detail``: muted, after the title."""
        raise NotImplementedError

    def add_action(self, widget: QWidget) -> None:
        """A button or a field at the right end of the heading."""
        raise NotImplementedError
