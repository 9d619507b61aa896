"""The weight of plates about one moment: raw readings in a lane each, the fitted steps drawn in, and the cursor."""

import math
from collections.abc import Sequence

from PySide6.QtCore import QLocale, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QKeyEvent, QMouseEvent, QPainter, QPen, QWheelEvent
from PySide6.QtWidgets import QWidget

from resources.fonts import font
from resources.theme import Theme
from widgets.graph_axes import draw_axes, draw_hair
from widgets.graph_series import Lane
from widgets.hatch import draw_missing
from widgets.still_canvas import StillCanvas
from widgets.time_bar import FAR_US, STEP_US
from widgets.time_view import TimeView
from widgets.trace_lane import PlateLane, draw_lane

MOST_LANES = 4
_ZOOM = 1.25


class EvidenceTrace(StillCanvas):
    """Drag or click moves the cursor; the wheel or +/− zooms, Shift+wheel pans; ←/→ move the cursor by 0.1 s (Shift: by
    1 s)."""

    moved = Signal(object)
    """µs to which the user moved the cursor."""
    span_changed = Signal(object)
    """(start_us, end_us) after the user has zoomed or panned."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self._view = TimeView()
        self._lanes: tuple[PlateLane, ...] = ()
        self._words = ""
        self._cursor_us = 0
        self._is_dragging = False
        self._describe()

    # ------------------------------------------------------------ what is shown

    def set_lanes(self, lanes: Sequence[PlateLane], words: str = "") -> None:
        """At most four are drawn. ``words``: why there are none."""
        self._lanes, self._words = tuple(lanes)[:MOST_LANES], words
        self._describe()
        self.redraw()

    def set_span(self, start_us: int, end_us: int) -> None:
        self._view.show(start_us, end_us)
        self.redraw()

    def span(self) -> tuple[int, int]:
        return self._view.start_us, self._view.end_us

    def set_cursor(self, at_us: int) -> None:
        """Without a signal."""
        if at_us != self._cursor_us:
            self._cursor_us = at_us
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(self._theme.px(420), self._theme.px(220))

    def minimumSizeHint(self) -> QSize:
        return QSize(self._theme.px(220), self._theme.px(120))

    # ------------------------------------------------------------ painting

    def _text_height(self) -> float:
        return QFontMetricsF(font(self._theme, "caption")).height()

    def _plot(self) -> QRectF:
        theme, metrics = self._theme, QFontMetricsF(font(self._theme, "caption"))
        left = theme.space(1) + metrics.horizontalAdvance("−00,000") + theme.space(2)
        bottom = self.height() - metrics.height() - theme.space(2)
        right = self.width() - theme.space(2)
        return QRectF(QPointF(math.floor(left), theme.space(1)), QPointF(right, math.floor(bottom)))

    def _rooms(self) -> list[tuple[QRectF, QRectF]]:
        """(head, plot) of each lane, from the top down."""
        plot, head = self._plot(), self._text_height() + self._theme.space(2)
        height = plot.height() / max(1, len(self._lanes))
        rooms = []
        for place in range(len(self._lanes)):
            top = plot.top() + place * height
            area = QRectF(plot.left(), math.floor(top + head), plot.width(), math.floor(height - head - 2))
            rooms.append((QRectF(plot.left(), top, plot.width(), head), area))
        return rooms

    def _paint_still(self, painter: QPainter) -> None:
        theme = self._theme
        if not self._lanes:
            area = QRectF(self.rect()).adjusted(theme.space(2), theme.space(2), -theme.space(2), -theme.space(2))
            draw_missing(painter, area, self._words or self.tr("No weights"), theme)
            return
        self._view.pixels = max(1, round(self._plot().width()))
        painter.setFont(font(theme, "caption"))
        for place, (lane, (head, area)) in enumerate(zip(self._lanes, self._rooms(), strict=True)):
            if area.height() < theme.px(16):
                continue
            scale = self._scale(lane, area)
            painter.fillRect(area, QColor(theme.sunken))
            self._paint_axes(painter, area, scale, has_times=place == len(self._lanes) - 1)
            draw_lane(painter, lane, area, scale, self._view, self.tr("no weights kept"), theme)
            self._paint_head(painter, lane, head)

    def _scale(self, lane: PlateLane, area: QRectF) -> Lane:
        margin = area.height() * 0.06
        return Lane(area.top() + margin, area.bottom() - margin, *lane.bounds(self._view.start_us, self._view.end_us))

    def _paint_axes(self, painter: QPainter, area: QRectF, scale: Lane, *, has_times: bool) -> None:
        painter.save()
        if not has_times:
            painter.setClipRect(
                QRectF(0, area.top() - self._text_height(), self.width(), area.height() + self._text_height() + 1)
            )
        draw_axes(painter, area, [scale], self._view, self._zone, "", self._theme)
        painter.restore()

    def _paint_head(self, painter: QPainter, lane: PlateLane, head: QRectF) -> None:
        """Plate and product; the reading at the cursor is painted at the right end, with what moves."""
        theme = self._theme
        painter.setFont(font(theme, "caption"))
        metrics = QFontMetricsF(font(theme, "caption"))
        left, right = head.left(), head.right() - self._value_width()
        name = self.tr("Plate {0}").format(lane.name)
        painter.setPen(QColor(theme.text))
        painter.drawText(QRectF(left, head.top(), right - left, head.height()), Qt.AlignmentFlag.AlignVCenter, name)
        left += metrics.horizontalAdvance(name) + theme.space(2)
        if lane.detail and right - left > theme.px(40):
            painter.setPen(QColor(theme.muted))
            detail = metrics.elidedText(lane.detail, Qt.TextElideMode.ElideRight, right - left)
            painter.drawText(
                QRectF(left, head.top(), right - left, head.height()), Qt.AlignmentFlag.AlignVCenter, detail
            )

    def _value_width(self) -> float:
        return QFontMetricsF(font(self._theme, "strong")).horizontalAdvance("−00,000.0 g") + self._theme.space(2)

    def _paint_moving(self, painter: QPainter) -> None:
        if not self._lanes:
            return
        theme, rooms = self._theme, self._rooms()
        x = self._plot().left() + self._view.to_x(self._cursor_us)
        is_seen = self._view.start_us <= self._cursor_us <= self._view.end_us
        for place, (lane, (head, area)) in enumerate(zip(self._lanes, rooms, strict=True)):
            value = lane.value_at(self._cursor_us)
            text = "–" if math.isnan(value) else f"{QLocale().toString(value, 'f', 1)} g".replace("-", "−")
            painter.setFont(font(theme, "strong"))
            painter.setPen(QColor(theme.text))
            painter.drawText(head, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, text)
            if not is_seen:
                continue
            if place < len(rooms) - 1:
                painter.setPen(QPen(QColor(theme.accent), 1))
                painter.drawLine(QPointF(round(x), area.top()), QPointF(round(x), area.bottom()))
            else:
                painter.setFont(font(theme, "caption"))
                draw_hair(painter, area, x, self._view, self._zone, theme, is_cursor=True)
            if not math.isnan(value):
                painter.setRenderHint(QPainter.RenderHint.Antialiasing)
                painter.setPen(QPen(QColor(theme.surface), 1.5))
                painter.setBrush(QColor(theme.accent))
                radius = theme.px(4)
                painter.drawEllipse(QPointF(x, self._scale(lane, area).to_y(value)), radius, radius)
                painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)

    # ------------------------------------------------------------ what the user does

    def wheelEvent(self, event: QWheelEvent) -> None:
        turns = (event.angleDelta().y() or event.angleDelta().x()) / 120
        if event.modifiers() & Qt.KeyboardModifier.ShiftModifier or event.angleDelta().x():
            self._view.pan(-turns * self._view.pixels / 10)
        else:
            self._view.zoom(_ZOOM**-turns, event.position().x() - self._plot().left())
        self._respan()
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self._lanes:
            self._is_dragging = True
            self._move_to_x(event.position().x())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._is_dragging:
            self._move_to_x(event.position().x())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: ARG002
        self._is_dragging = False

    def keyPressEvent(self, event: QKeyEvent) -> None:
        far = FAR_US if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else STEP_US
        key = Qt.Key(event.key())
        if key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            self._move(self._cursor_us + (far if key == Qt.Key.Key_Right else -far))
        elif key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal, Qt.Key.Key_Minus):
            x = self._view.to_x(self._cursor_us)
            self._view.zoom(_ZOOM if key == Qt.Key.Key_Minus else 1 / _ZOOM, x)
            self._respan()
        else:
            super().keyPressEvent(event)

    def _respan(self) -> None:
        self.redraw()
        self.span_changed.emit(self.span())

    def _move_to_x(self, x: float) -> None:
        plot = self._plot()
        self._move(self._view.to_us(min(max(x, plot.left()), plot.right()) - plot.left()))

    def _move(self, at_us: int) -> None:
        self.set_cursor(at_us)
        self.moved.emit(at_us)

    def _describe(self) -> None:
        self.setAccessibleName(self.tr("Weight trace"))
        names = "; ".join(
            ", ".join((lane.name, lane.detail, *(step.text for step in lane.steps if step.is_chosen)))
            for lane in self._lanes
        )
        self.setAccessibleDescription(names or self._words or self.tr("No weights"))
