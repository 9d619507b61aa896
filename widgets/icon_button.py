"""A button with an icon before its word, both in the colours and the size of the theme."""

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QPushButton, QWidget

from resources.icons import IconName, Ink, icon
from resources.theme import Theme


class IconButton(QPushButton):
    """``role``: as the style sheet knows it; a primary button's icon is drawn in the ink of its ground."""

    def __init__(self, theme: Theme, name: IconName, text: str, role: str = "", parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self._name = name
        self._ink: Ink = "on_accent" if role == "primary" else "text"
        if role:
            self.setProperty("role", role)
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        self.setIcon(icon(self._name, theme, self._ink))
        self.setIconSize(QSize(theme.icon_size + theme.space(1.5), theme.icon_size))  # air between it and the word
