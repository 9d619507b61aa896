"""A canvas of which most stands still: that is painted once and copied, and what moves is painted over it."""

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFocusEvent, QPainter, QPaintEvent, QPen, QPixmap, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from resources.theme import Theme


class StillCanvas(QWidget):
    """A subclass paints ``_paint_still`` (seldom: after ``redraw``) and ``_paint_moving`` (with every ``update``), and
    says in ``_describe`` what a screen reader says of it."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._zone = "UTC"
        self._layer: QPixmap | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self.updateGeometry()
        self.redraw()

    def set_time_zone(self, zone: str) -> None:
        """An IANA name; all times are shown in it."""
        self._zone = zone
        self._describe()
        self.redraw()

    def redraw(self) -> None:
        """What stands still is another now."""
        self._layer = None
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        with QPainter(self) as painter:  # ended whatever happens: one left open takes the program down
            painter.drawPixmap(QPointF(0, 0), self._still())
            self._paint_moving(painter)
            if self.hasFocus():
                painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
                painter.setPen(QPen(QColor(self._theme.accent), 2))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawRect(QRectF(self.rect()).adjusted(1, 1, -1, -1))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.redraw()

    def focusInEvent(self, event: QFocusEvent) -> None:
        self._describe()  # with what it shows by now
        super().focusInEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self._describe()
            self.redraw()
        super().changeEvent(event)

    def _tell(self, name: str, words: str) -> None:
        """A screen reader: it reads out again what is told again."""
        if name != self.accessibleName():
            self.setAccessibleName(name)
        if words != self.accessibleDescription():
            self.setAccessibleDescription(words)

    def _still(self) -> QPixmap:
        if self._layer is None:
            ratio = self.devicePixelRatioF()
            layer = QPixmap(self.size() * ratio)
            layer.setDevicePixelRatio(ratio)
            layer.fill(QColor(self._theme.surface))
            with QPainter(layer) as painter:
                self._paint_still(painter)
            self._layer = layer
        return self._layer

    def _paint_still(self, painter: QPainter) -> None:
        raise NotImplementedError

    def _paint_moving(self, painter: QPainter) -> None:
        raise NotImplementedError

    def _describe(self) -> None:
        raise NotImplementedError
