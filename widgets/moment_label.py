"""A moment that runs: painted in a room of its own, so that no layout is made anew when it changes."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QAccessible, QColor, QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from resources.fonts import font
from resources.theme import Theme
from widgets.moment import time_text


class MomentLabel(QWidget):
    accessible_role = QAccessible.Role.StaticText

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._text = ""
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self.updateGeometry()
        self.update()

    def set_moment(self, at_us: int, zone: str) -> None:
        """µs UTC; ``zone``: an IANA name. The hour that the clocks show twice carries its offset."""
        text = time_text(at_us, zone, digits=3)
        if len(text) != len(self._text):
            self.updateGeometry()
        if text != self._text:
            self._text = text
            self.setAccessibleName(time_text(at_us, zone, digits=3, has_offset=True))
            self.update()

    def sizeHint(self) -> QSize:
        metrics = QFontMetricsF(font(self._theme, "title"))
        width = metrics.horizontalAdvance(self._text or "00:00:00.000")
        return QSize(round(width) + self._theme.space(1), max(self._theme.target, round(metrics.height())))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        with QPainter(self) as painter:
            painter.setFont(font(self._theme, "title"))
            painter.setPen(QColor(self._theme.text))
            painter.drawText(QRectF(self.rect()), Qt.AlignmentFlag.AlignVCenter, self._text)
