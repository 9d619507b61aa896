"""A state in a line of its own: a shape by severity, and the word."""

from PySide6.QtCore import QPointF, QRectF, QSize
from PySide6.QtGui import QAccessible, QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from resources.theme import Theme
from widgets.chip import chip_size, draw_chip
from widgets.severity import Severity


class StateChip(QWidget):
    accessible_role = QAccessible.Role.StaticText

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._severity: Severity = "neutral"
        self._word = ""
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self.updateGeometry()
        self.update()

    def set_state(self, severity: Severity, word: str) -> None:
        if (severity, word) == (self._severity, self._word):
            return
        self._severity, self._word = severity, word
        self.setAccessibleName(word)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        if not self._word:
            return QSize(0, 0)
        size = chip_size(self._word, self._theme)
        return QSize(round(size.width()) + 1, round(size.height()) + 1)

    def paintEvent(self, _: QPaintEvent) -> None:
        if not self._word:
            return
        painter = QPainter(self)
        draw_chip(
            painter,
            QPointF(0, (self.height() - self.sizeHint().height()) // 2),
            self._word,
            self._severity,
            self._theme,
        )
        if self.hasFocus():
            painter.setPen(QPen(QColor(self._theme.accent), 2))
            painter.drawRect(QRectF(self.rect()).adjusted(1, 1, -1, -1))
        painter.end()
