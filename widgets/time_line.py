"""The day from end to end: what was recorded, what happened, the moment that is shown, and the span that is marked."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QAccessible,
    QColor,
    QFontMetricsF,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPen,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from resources.fonts import font
from resources.theme import Theme
from widgets.hatch import draw_words
from widgets.moment import time_text
from widgets.still_canvas import StillCanvas
from widgets.time_track import (
    BarMoment,
    draw_cursor,
    draw_frame,
    draw_ground,
    draw_moments,
    draw_times,
    moment_near,
)
from widgets.time_view import TimeView

STEP_US, FAR_US = 1_000_000, 10_000_000
FIRST_WIDTH_US = 900_000_000
MOST_WIDTH_US = 90_000_000_000
"""25 hours: the day on which the clocks are set back."""
_ZOOM = 1.25
_AFTER_NOW = 0.03
"""Share of the width that is left free right of now."""


class TimeLine(StillCanvas):
    """Drag or click moves the moment; wheel zooms, Shift+wheel or a drag with the right button moves what is seen.
    ←/→ move by a second (Shift: by ten), PgUp/PgDn to what happened last and next, Home to the first that is kept, End
    to now; +/− zoom. Slim while there is nothing to see but now."""

    accessible_role = QAccessible.Role.Slider

    moved = Signal(object)
    """µs to which the user moved the moment."""
    now_asked = Signal()
    """The user moved it to the end, which is now."""
    view_changed = Signal(object)
    """(begin_us, end_us) that is seen."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self._view = TimeView(FIRST_WIDTH_US)
        self._is_slim = True
        self._is_then = False
        self._moment_us = 0
        self._now_us = 0
        self._kept_from_us: int | None = None
        self._kept_words = ""
        self._recorded: tuple[tuple[int, int], ...] = ()
        self._moments: tuple[BarMoment, ...] = ()
        self._marked: tuple[int, int] | None = None
        self._words = ""
        self._held: Qt.MouseButton | None = None
        self._grabbed = QPointF()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self._describe()

    # ------------------------------------------------------------ what is shown

    def set_slim(self, is_slim: bool) -> None:
        if is_slim != self._is_slim:
            self._is_slim = is_slim
            self.updateGeometry()
            self.redraw()

    def set_now(self, now_us: int) -> None:
        """Call it now and then. While now is shown, what is seen goes with it."""
        self._now_us = now_us
        if not self._is_then:
            self._moment_us = now_us
        if self._view.advance(now_us + round(self._view.width_us * _AFTER_NOW)):
            self.redraw()
            self._tell_view()
        self.update()

    def set_moment(self, at_us: int | None) -> None:
        """µs UTC that is shown; None: now. Without a signal."""
        was_then, self._is_then = self._is_then, at_us is not None
        if at_us is None:
            if was_then:
                self._view.follow()
                self.redraw()
            self._moment_us = self._now_us
        else:
            self._moment_us = at_us
            self._reveal()
        self._describe()
        self.update()

    def set_kept(self, from_us: int | None, words: str = "") -> None:
        """Since when there is anything; ``words`` say so where that is seen."""
        if (from_us, words) != (self._kept_from_us, self._kept_words):
            self._kept_from_us, self._kept_words = from_us, words
            self.redraw()

    def set_recorded(self, spans: Sequence[tuple[int, int]]) -> None:
        """Of which there are pictures; what is between is hatched."""
        self._recorded = tuple(spans)
        self.redraw()

    def set_moments(self, moments: Sequence[BarMoment], words: str = "") -> None:
        """``words``: why there are none, or not all."""
        self._moments, self._words = tuple(sorted(moments, key=lambda moment: moment.at_us)), words
        self.redraw()

    def set_marked(self, span: tuple[int, int] | None) -> None:
        if span != self._marked:
            self._marked = span
            self.redraw()

    def show_span(self, begin_us: int, end_us: int) -> None:
        """Shows a stretch, and no longer goes with now."""
        self._view.show(begin_us, min(end_us, begin_us + MOST_WIDTH_US))
        self.redraw()
        self._tell_view()

    def span(self) -> tuple[int, int]:
        return self._view.start_us, self._view.end_us

    def sizeHint(self) -> QSize:
        theme = self._theme
        if self._is_slim:
            return QSize(theme.px(480), theme.target)
        return QSize(theme.px(480), round(self._ticks_top() + self._text_height() + theme.space(1)))

    def minimumSizeHint(self) -> QSize:
        return QSize(self._theme.px(160), self.sizeHint().height())

    # ------------------------------------------------------------ painting

    def _text_height(self) -> float:
        return QFontMetricsF(font(self._theme, "caption")).height()

    def _track(self) -> QRectF:
        theme = self._theme
        pad = theme.space(3)
        width = max(1.0, self.width() - 2 * pad)
        if self._is_slim:
            return QRectF(pad, self.height() - theme.px(8) - theme.space(1), width, theme.px(8))
        return QRectF(pad, theme.space(2) + theme.px(12), width, theme.px(14))

    def _ticks_top(self) -> float:
        return self._track().bottom() + self._theme.px(9)

    def _to_x(self, at_us: float) -> float:
        return self._track().left() + self._view.to_x(at_us)

    def _to_us(self, x: float) -> int:
        return self._view.to_us(x - self._track().left())

    def _paint_still(self, painter: QPainter) -> None:
        theme, track = self._theme, self._track()
        self._view.pixels = max(1, round(track.width()))
        covered = [(self._to_x(begin), self._to_x(end)) for begin, end in self._recorded]
        draw_ground(painter, track, covered, theme)
        coming = QRectF(track)
        coming.setLeft(min(max(self._to_x(self._now_us), track.left()), track.right()))
        painter.fillRect(coming, QColor(theme.surface))
        self._paint_lacking(painter, track)
        self._paint_marked(painter, track)
        draw_frame(painter, track, theme)
        draw_moments(painter, self._seen_moments(), track, self._to_x, theme)
        if not self._is_slim:
            draw_times(painter, track, self._ticks_top(), self.span(), self._zone, theme)
            self._paint_words(painter, track)

    def _seen_moments(self) -> list[BarMoment]:
        """Of those that would lie on each other one of a kind; those that are concerned before others."""
        begin, end = self.span()
        room = self._theme.px(6)
        seen = {
            (moment.kind, moment.is_concerned, int(self._to_x(moment.at_us) // room)): moment
            for moment in self._moments
            if begin <= moment.at_us <= end
        }
        return list(seen.values())

    def _paint_lacking(self, painter: QPainter, track: QRectF) -> None:
        """Before the first that is kept."""
        if self._kept_from_us is None or self._view.start_us >= self._kept_from_us:
            return
        edge = min(self._to_x(self._kept_from_us), track.right())
        painter.setPen(QPen(QColor(self._theme.outline), 1))
        painter.drawLine(QPointF(round(edge) + 0.5, track.top()), QPointF(round(edge) + 0.5, track.bottom()))
        if not self._is_slim:
            area = QRectF(track.left(), track.top() - 2, edge - track.left(), track.height() + 4)
            draw_words(painter, area, self._kept_words, self._theme)

    def _paint_marked(self, painter: QPainter, track: QRectF) -> None:
        if self._marked is None:
            return
        theme = self._theme
        left, right = (self._to_x(at) for at in self._marked)
        tint = QColor(theme.accent)
        tint.setAlpha(70)
        painter.fillRect(QRectF(left, track.top(), max(2.0, right - left), track.height()).intersected(track), tint)
        painter.setPen(QPen(QColor(theme.accent), 2))
        for x, foot in ((left, theme.px(5)), (right, -theme.px(5))):
            if track.left() - 1 <= x <= track.right() + 1:
                top, bottom = track.top() - 1, track.bottom() + 1
                painter.drawPolyline(
                    [QPointF(x + foot, top), QPointF(x, top), QPointF(x, bottom), QPointF(x + foot, bottom)]
                )

    def _paint_words(self, painter: QPainter, track: QRectF) -> None:
        if not self._words:
            return
        painter.setFont(font(self._theme, "caption"))
        painter.setPen(QColor(self._theme.muted))
        area = QRectF(track.left(), 0, track.width(), track.top() - 1)
        painter.drawText(area, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, self._words)

    def _paint_moving(self, painter: QPainter) -> None:
        track, theme = self._track(), self._theme
        now_x = self._to_x(self._now_us)
        if track.left() <= now_x <= track.right():
            painter.setPen(QPen(QColor(theme.text), 2))
            painter.drawLine(QPointF(now_x, track.top() - 3), QPointF(now_x, track.bottom() + 3))
        x = self._to_x(self._moment_us)
        if self._is_then and track.left() - 1 <= x <= track.right() + 1:
            draw_cursor(painter, x, track, theme)

    # ------------------------------------------------------------ what the user does

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._grabbed, self._held = event.position(), event.button()
        if event.button() == Qt.MouseButton.LeftButton:
            on_shape = event.position().y() < self._track().top()
            found = moment_near(self._moments, event.position().x(), self._to_x) if on_shape else None
            self._move(self._to_us(event.position().x()) if found is None else found.at_us)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._held == Qt.MouseButton.LeftButton:
            self._move(self._to_us(event.position().x()))
        elif self._held == Qt.MouseButton.RightButton:
            self._pan(self._grabbed.x() - event.position().x())
            self._grabbed = event.position()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: ARG002
        self._held = None

    def wheelEvent(self, event: QWheelEvent) -> None:
        turns = (event.angleDelta().y() or event.angleDelta().x()) / 120
        if event.modifiers() & Qt.KeyboardModifier.ShiftModifier or event.angleDelta().x():
            self._pan(-turns * self._view.pixels / 10)
        else:
            self._zoom(_ZOOM**-turns, event.position().x() - self._track().left())
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = FAR_US if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else STEP_US
        match Qt.Key(event.key()):
            case Qt.Key.Key_Left:
                self._move(self._moment_us - step)
            case Qt.Key.Key_Right:
                self._move(self._moment_us + step)
            case Qt.Key.Key_Home:
                self._move(self._view.start_us if self._kept_from_us is None else self._kept_from_us)
            case Qt.Key.Key_End:
                self.now_asked.emit()
            case Qt.Key.Key_PageUp | Qt.Key.Key_PageDown as key:
                self._to_other(later=key == Qt.Key.Key_PageDown)
            case Qt.Key.Key_Plus | Qt.Key.Key_Equal:
                self._zoom(1 / _ZOOM, self._view.to_x(self._moment_us))
            case Qt.Key.Key_Minus:
                self._zoom(_ZOOM, self._view.to_x(self._moment_us))
            case _:
                super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            QToolTip.showText(event.globalPos(), self._tip(event.pos()), self, QRect(event.pos(), QSize(1, 1)))
            return True
        return super().event(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._view.pixels = max(1, round(self._track().width()))

    def _tip(self, at: QPoint) -> str:
        found = moment_near(self._moments, at.x(), self._to_x)
        if found is not None and at.y() < self._track().top():
            return f"{time_text(found.at_us, self._zone, has_offset=True)} {found.text}"
        return time_text(self._to_us(at.x()), self._zone, has_offset=True)

    def _move(self, at_us: int) -> None:
        if at_us >= self._now_us:
            self.now_asked.emit()
            return
        at_us = max(at_us, self._kept_from_us or 0)
        self._is_then = True
        self._view.is_following = False
        self._moment_us = at_us
        self._reveal()
        self._describe()
        self.update()
        self.moved.emit(at_us)

    def _to_other(self, *, later: bool) -> None:
        there = [
            one.at_us
            for one in self._moments
            if (one.at_us > self._moment_us if later else one.at_us < self._moment_us)
        ]
        if there:
            self._move(there[0] if later else there[-1])

    def _pan(self, pixels: float) -> None:
        self._view.pan(pixels)
        self.redraw()
        self._tell_view()

    def _zoom(self, factor: float, x: float) -> None:
        if factor > 1 and self._view.width_us >= MOST_WIDTH_US:
            return
        self._view.zoom(factor, x)
        self.redraw()
        self._tell_view()

    def _reveal(self) -> None:
        """The moment has left what is seen: another page is turned to."""
        width = self._view.width_us
        self._view.is_following = False
        if not self._view.start_us <= self._moment_us <= self._view.end_us and self._held is None:
            start = self._moment_us - round(width * (0.1 if self._moment_us > self._view.end_us else 0.5))
            self._view.show(start, start + width)
            self.redraw()
            self._tell_view()

    def _tell_view(self) -> None:
        self.view_changed.emit(self.span())

    def _describe(self) -> None:
        moment = time_text(self._moment_us, self._zone, has_date=True, has_offset=True)
        words = self.tr("Then: {0}") if self._is_then else self.tr("Now: {0}")
        self._tell(self.tr("Time line"), words.format(moment))
