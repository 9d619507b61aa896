"""A titled part of a screen: heading, actions to the right of it, content below."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QAccessible, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from resources.theme import Theme
from widgets.elided_label import ElidedLabel
from widgets.flow_layout import FlowLayout


class _Head(QWidget):
    """As high as its actions need to be at its width, also for a dock, which asks for no height of a width."""

    def sizeHint(self) -> QSize:
        layout = self.layout()
        hint = super().sizeHint()
        return hint if layout is None else QSize(hint.width(), layout.totalHeightForWidth(self.width()))

    def minimumSizeHint(self) -> QSize:
        return QSize(super().minimumSizeHint().width(), self.sizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.updateGeometry()


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
        self.head = _Head()
        """Its heading, which may be put elsewhere, as over a dock."""
        self._heading = QHBoxLayout(self.head)
        self._heading.addWidget(self._title)
        self._heading.addWidget(self._detail, 1)
        self._actions = FlowLayout()
        self._heading.addLayout(self._actions)
        self._column = QVBoxLayout(self)
        self._column.addWidget(self.head)
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
        self.setWindowTitle(title)  # of the window that it may be in
        self.setAccessibleName(title)
        self.setAccessibleDescription(detail)

    def add_action(self, widget: QWidget) -> None:
        """A button or a field at the right end of the heading; below the others where the width is short."""
        self._actions.addWidget(widget)

    def add_corner(self, widget: QWidget) -> None:
        """A button that stays at the right end of the first row, after all actions."""
        self._heading.addWidget(widget, 0, Qt.AlignmentFlag.AlignTop)
