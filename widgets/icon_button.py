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
        self._word = text
        self._theme = theme
        self.set_role(role)

    def set_role(self, role: str) -> None:
        """Of two buttons side by side the main one may change."""
        self._ink: Ink = "on_accent" if role == "primary" else "text"
        if (self.property("role") or "") != role:
            self.setProperty("role", role)
            self.style().polish(self)
        self.set_theme(self._theme)

    def set_brief(self, is_brief: bool) -> None:
        """Its icon alone, where the width is short: the word is its name and, where it has none, its tool tip."""
        self.setText("" if is_brief else self._word)
        self.setAccessibleName(self.accessibleName() or self._word)
        self.setToolTip(self.toolTip() or self._word)

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self.setIcon(icon(self._name, theme, self._ink))
        self.setIconSize(QSize(theme.icon_size + theme.space(1.5), theme.icon_size))  # air between it and the word
