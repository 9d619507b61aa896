"""A titled part of a screen: heading, actions to the right of it, content below."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from resources.theme import Theme
from widgets.elided_label import ElidedLabel
from widgets.flow_layout import FlowLayout


class Panel(QFrame):
    accessible_role = QAccessible.Role.Grouping

    def __init__(self, theme: Theme, title: str, content: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "panel")
        self._title = QLabel()
        self._title.setProperty("role", "title")
        self._detail = ElidedLabel()
        self._detail.setProperty("role", "muted")
        self._title.setTextFormat(Qt.TextFormat.PlainText)
        self._detail.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._heading = QHBoxLayout()
        self._heading.addWidget(self._title)
        self._heading.addWidget(self._detail, 1)
        self._actions = FlowLayout()
        self._heading.addLayout(self._actions)
        self._column = QVBoxLayout(self)
        self._column.addLayout(self._heading)
        self._column.addWidget(content, 1)
        self.set_title(title)
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        self._heading.setContentsMargins(theme.space(3), theme.space(2), theme.space(2), 0)
        self._heading.setSpacing(theme.space(2))
        self._actions.setSpacing(theme.space(2))
        self._title.setMinimumHeight(theme.target)
        self._column.setContentsMargins(1, 0, 1, 1)
        self._column.setSpacing(theme.space(1))

    def set_title(self, title: str, detail: str = "") -> None:
        """``detail``: muted, after the title."""
        self._title.setText(title)
        self._detail.setText(detail)
        self._title.setToolTip(detail)  # of which nothing may be left where the width is short
        self.setAccessibleName(title)
        self.setAccessibleDescription(detail)

    def add_action(self, widget: QWidget) -> None:
        """A button or a field at the right end of the heading; below the others where the width is short."""
        self._actions.addWidget(widget)
