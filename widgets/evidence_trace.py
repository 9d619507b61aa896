"""The weight of plates about one moment: raw readings in a lane each, the fitted steps drawn in, and the cursor."""

import math
from collections.abc import Sequence

from PySide6.QtCore import QLocale, QPointF, QRectF, QSize, QSizeF, Qt, Signal
from PySide6.QtGui import QAccessible, QColor, QKeyEvent, QMouseEvent, QPainter, QPen, QWheelEvent
from PySide6.QtWidgets import QWidget

from resources.fonts import font
from resources.theme import Theme
from widgets.graph_axes import draw_hair
from widgets.hatch import draw_missing
from widgets.still_canvas import StillCanvas
from widgets.time_bar import FAR_US, STEP_US
from widgets.time_view import TimeView
from widgets.trace_lane import PlateLane
from widgets.trace_sheet import TraceSheet

MOST_LANES = 4
_ZOOM = 1.25


class EvidenceTrace(StillCanvas):
    """Drag or click moves the cursor; the wheel or +/− zooms, Shift+wheel pans; ←/→ move the cursor by 0.1 s (Shift: by
    1 s)."""

    accessible_role = QAccessible.Role.Chart

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
        return QSize(self._theme.px(160), self._theme.px(120))

    # ------------------------------------------------------------ painting

    def _sheet(self) -> TraceSheet:
        return TraceSheet(self._lanes, self._view, QSizeF(self.size()), self._zone, self._theme)

    def _paint_still(self, painter: QPainter) -> None:
        if self._lanes:
            self._sheet().paint(painter)
            return
        pad = self._theme.space(2)
        area = QRectF(self.rect()).adjusted(pad, pad, -pad, -pad)
        draw_missing(painter, area, self._words or self.tr("No weights"), self._theme)

    def _paint_moving(self, painter: QPainter) -> None:
        if not self._lanes:
            return
        theme, sheet = self._theme, self._sheet()
        rooms = sheet.rooms()
        x = sheet.plot().left() + self._view.to_x(self._cursor_us)
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
                painter.drawEllipse(QPointF(x, sheet.scale(lane, area).to_y(value)), radius, radius)
                painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)

    # ------------------------------------------------------------ what the user does

    def wheelEvent(self, event: QWheelEvent) -> None:
        turns = (event.angleDelta().y() or event.angleDelta().x()) / 120
        if event.modifiers() & Qt.KeyboardModifier.ShiftModifier or event.angleDelta().x():
            self._view.pan(-turns * self._view.pixels / 10)
        else:
            self._view.zoom(_ZOOM**-turns, event.position().x() - self._sheet().plot().left())
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
        plot = self._sheet().plot()
        self._move(self._view.to_us(min(max(x, plot.left()), plot.right()) - plot.left()))

    def _move(self, at_us: int) -> None:
        self.set_cursor(at_us)
        self.moved.emit(at_us)

    def _describe(self) -> None:
        names = "; ".join(
            ", ".join((lane.name, lane.detail, *(step.text for step in lane.steps if step.is_chosen)))
            for lane in self._lanes
        )
        self._tell(self.tr("Weight trace"), names or self._words or self.tr("No weights"))
