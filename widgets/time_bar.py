"""A stretch of time from end to end: what happened in it, what was kept of it, and the cursor, which can be dragged."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QAccessible, QColor, QFontMetricsF, QHelpEvent, QKeyEvent, QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from resources.fonts import font
from resources.theme import Theme
from widgets.moment import time_text
from widgets.still_canvas import StillCanvas
from widgets.time_track import BarMoment as BarMoment
from widgets.time_track import draw_cursor, draw_frame, draw_ground, draw_moments, draw_times, moment_near

STEP_US, FAR_US = 100_000, 1_000_000


class TimeBar(StillCanvas):
    """Drag or click moves the cursor, a click on a shape chooses what happened; ←/→ move by 0.1 s (Shift: by 1 s),
    PgUp/PgDn to the last and the next that happened, Home/End to the ends."""

    accessible_role = QAccessible.Role.Slider

    moved = Signal(object)
    """µs to which the user moved the cursor."""
    moment_chosen = Signal(object)
    """The key of what happened."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self._span = (0, 0)
        self._moments: tuple[BarMoment, ...] = ()
        self._pictures: tuple[int, ...] = ()
        self._covered: tuple[tuple[int, int], ...] = ()
        self._lens: tuple[int, int] | None = None
        self._cursor_us = 0
        self._is_dragging = False
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self._describe()

    # ------------------------------------------------------------ what is shown

    def set_span(self, begin_us: int, end_us: int) -> None:
        self._span = begin_us, end_us
        self.redraw()

    def set_moments(self, moments: Sequence[BarMoment]) -> None:
        self._moments = tuple(sorted(moments, key=lambda moment: moment.at_us))
        self.redraw()

    def set_kept(self, pictures_us: Sequence[int], covered: Sequence[tuple[int, int]]) -> None:
        """When pictures were taken, and the stretches of which readings were kept; what is between is hatched."""
        self._pictures, self._covered = tuple(pictures_us), tuple(covered)
        self.redraw()

    def set_lens(self, lens: tuple[int, int] | None) -> None:
        """The part that a graph beside it shows."""
        if lens != self._lens:
            self._lens = lens
            self.update()

    def set_cursor(self, at_us: int) -> None:
        """Without a signal."""
        if at_us != self._cursor_us:
            self._cursor_us = at_us
            self._describe()
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(self._theme.px(480), round(self._ticks_top() + self._text_height() + self._theme.space(1)))

    def minimumSizeHint(self) -> QSize:
        return QSize(self._theme.px(160), self.sizeHint().height())

    # ------------------------------------------------------------ painting

    def _text_height(self) -> float:
        return QFontMetricsF(font(self._theme, "caption")).height()

    def _track(self) -> QRectF:
        theme = self._theme
        pad = theme.space(3)
        return QRectF(pad, theme.space(2) + theme.px(12), max(1.0, self.width() - 2 * pad), theme.px(14))

    def _ticks_top(self) -> float:
        return self._track().bottom() + self._theme.px(9)

    def _to_x(self, at_us: float) -> float:
        track, (begin, end) = self._track(), self._span
        return track.left() + (at_us - begin) / max(1, end - begin) * track.width()

    def _to_us(self, x: float) -> int:
        track, (begin, end) = self._track(), self._span
        share = min(max((x - track.left()) / track.width(), 0.0), 1.0)
        return begin + round(share * (end - begin))

    def _paint_still(self, painter: QPainter) -> None:
        theme, track = self._theme, self._track()
        draw_ground(painter, track, [(self._to_x(begin), self._to_x(end)) for begin, end in self._covered], theme)
        painter.setPen(QPen(QColor(theme.shopper), 1))
        for at in self._pictures:
            x = round(self._to_x(at)) + 0.5
            painter.drawLine(QPointF(x, track.center().y()), QPointF(x, track.bottom() - 1))
        draw_frame(painter, track, theme)
        if self._span[1] > self._span[0]:
            draw_times(painter, track, self._ticks_top(), self._span, self._zone, theme)
        draw_moments(painter, self._moments, track, self._to_x, theme)

    def _paint_moving(self, painter: QPainter) -> None:
        theme, track = self._theme, self._track()
        if self._span[1] <= self._span[0]:
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._lens is not None:
            left, right = self._to_x(self._lens[0]), self._to_x(self._lens[1])
            box = QRectF(left, track.top(), max(3.0, right - left), track.height()).intersected(track)
            tint = QColor(theme.accent)
            tint.setAlpha(48)
            painter.setPen(QPen(QColor(theme.accent), 1))
            painter.setBrush(tint)
            painter.drawRect(box.adjusted(0.5, 0.5, -0.5, -0.5))
        draw_cursor(painter, self._to_x(self._cursor_us), track, theme)

    # ------------------------------------------------------------ what the user does

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            return
        moment = self._moment_at(event.position())
        if moment is not None:
            self.moment_chosen.emit(moment.key)
            return
        self._is_dragging = True
        self._move(self._to_us(event.position().x()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._is_dragging:
            self._move(self._to_us(event.position().x()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: ARG002
        self._is_dragging = False

    def keyPressEvent(self, event: QKeyEvent) -> None:
        far = FAR_US if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else STEP_US
        key = Qt.Key(event.key())
        if key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            self._move(self._cursor_us + (far if key == Qt.Key.Key_Right else -far))
        elif key in (Qt.Key.Key_Home, Qt.Key.Key_End):
            self._move(self._span[0] if key == Qt.Key.Key_Home else self._span[1])
        elif key in (Qt.Key.Key_PageUp, Qt.Key.Key_PageDown):
            self._step_moment(later=key == Qt.Key.Key_PageDown)
        else:
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            moment = self._moment_at(QPointF(event.pos()))
            words = "" if moment is None else f"{time_text(moment.at_us, self._zone, digits=1)} {moment.text}"
            QToolTip.showText(event.globalPos(), words, self, QRect(event.pos(), QSize(1, 1)))
            return True
        return super().event(event)

    def _move(self, at_us: int) -> None:
        at_us = min(max(at_us, self._span[0]), self._span[1])
        self.set_cursor(at_us)
        self.moved.emit(at_us)

    def _step_moment(self, *, later: bool) -> None:
        there = [
            one for one in self._moments if (one.at_us > self._cursor_us if later else one.at_us < self._cursor_us)
        ]
        if there:
            self.moment_chosen.emit((there[0] if later else there[-1]).key)

    def _moment_at(self, at: QPointF) -> BarMoment | None:
        if at.y() >= self._track().top():
            return None
        return moment_near(self._moments, at.x(), self._to_x)

    def _describe(self) -> None:
        self._tell(self.tr("Time"), time_text(self._cursor_us, self._zone, digits=1))
