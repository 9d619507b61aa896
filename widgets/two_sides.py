"""Two widgets beside each other, or one below the other where the width is short; the whole scrolls when it must."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QScrollArea, QWidget

from resources.theme import Theme


class TwoSides(QScrollArea):
    """``left`` gets three parts of the width and ``right`` two. ``least``: below so many pixels (at text of 100 %)
    ``right`` goes below ``left``."""

    def __init__(self, theme: Theme, left: QWidget, right: QWidget, least: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._least = least
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # what is in it takes the focus, and is scrolled to
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        page = QWidget()
        page.setObjectName("page")
        self._row = QBoxLayout(QBoxLayout.Direction.LeftToRight, page)
        self._row.addWidget(left, 3)
        self._row.addWidget(right, 2)
        self.setWidget(page)
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        margin = theme.space(3)
        self._row.setContentsMargins(margin, theme.space(2), margin, margin)
        self._row.setSpacing(theme.space(4))
        self._turn()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._turn()

    def _turn(self) -> None:
        is_wide = self.width() >= self._theme.px(self._least)
        self._row.setDirection(QBoxLayout.Direction.LeftToRight if is_wide else QBoxLayout.Direction.TopToBottom)
