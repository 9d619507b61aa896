"""Up to eight traces of weight on one time axis, with what happened marked on them."""

import math
from collections.abc import Sequence
from typing import Literal

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, QSizeF, Qt, Signal
from PySide6.QtGui import (
    QAccessible,
    QColor,
    QFocusEvent,
    QFontMetricsF,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from resources.fonts import font
from resources.theme import Theme
from widgets.chip import chip_size, draw_chip
from widgets.graph_axes import draw_axes, draw_hair
from widgets.graph_legend import draw_entries, entry_of, fit_entries, tag_side
from widgets.graph_marks import Mark, PlacedMark, draw_marks, mark_rows, place_marks, strip_height
from widgets.graph_plot import Arrangement, Plot
from widgets.graph_series import Series
from widgets.hatch import draw_words
from widgets.moment import age_text, time_text
from widgets.time_view import TimeView
from widgets.trace import Extremes

MOST_SERIES = 8
_HEIGHT = 120
_ZOOM = 1.25
_MOST_LEGEND = 0.3
"""Share of the height."""


class WeightGraph(QWidget):
    """Wheel zooms at the pointer, drag or Shift+wheel pans, Shift+drag marks a span to zoom into; ←/→ pan, +/− zoom,
    Home shows the oldest, End or L follows live, a click moves the cursor, , and . move it by a pixel (Shift: by ten). A
    click on what happened chooses it, Ctrl+←/→ what happened before and after the cursor. The y axis fits what is seen."""

    accessible_role = QAccessible.Role.Chart

    time_chosen = Signal(object)
    """µs of the cursor."""
    mark_chosen = Signal(object)
    """The mark's key."""
    span_changed = Signal(object)
    """(start_us, end_us) after the user has zoomed or panned; a screen loads history when it reaches past the trace."""
    following_changed = Signal(object)
    """bool"""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._zone = "UTC"
        self._view = TimeView()
        self._arrangement: Arrangement = "shared"
        self._series: tuple[Series, ...] = ()
        self._marks: tuple[Mark, ...] = ()
        self._placed: list[PlacedMark] = []
        self._cursor_us: int | None = None
        self._chosen_mark: object = None
        self._stale_s: float | None = None
        self._is_past = False
        self._seen: object = None
        self._plot = QRectF()
        self._live_chip = QRectF()
        self._pressed: QPointF | None = None
        self._dragged = 0.0
        self._subject = ""
        self._band: tuple[float, float] | None = None
        self._hover_x: float | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._describe()

    # ------------------------------------------------------------ what is shown

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self.updateGeometry()
        self.update()

    def set_subject(self, words: str) -> None:
        """Whose weights it shows, for a screen reader: "Weight of plate 3.0.1"."""
        self._subject = words
        self._describe()

    def set_time_zone(self, zone: str) -> None:
        """An IANA name; the axis is in it."""
        self._zone = zone
        self.update()

    def set_series(self, series: Sequence[Series]) -> None:
        """At most eight; more is a ValueError."""
        if len(series) > MOST_SERIES:
            raise ValueError(f"{len(series)} series; a graph shows at most {MOST_SERIES}")
        self._series = tuple(series)
        self._describe()
        self.update()

    def set_arrangement(self, arrangement: Arrangement) -> None:
        """``shared``: one scale for all; ``lanes``: one below the other, each with a scale of its own."""
        self._arrangement = arrangement
        self.update()

    def set_marks(self, marks: Sequence[Mark]) -> None:
        self._marks = tuple(marks)
        self.update()

    def set_cursor(self, at_us: int | None) -> None:
        """Shows a moment, and in the legend the readings at it; without a signal."""
        if at_us != self._cursor_us:
            self._cursor_us = at_us
            self._describe()
            self.update()

    def set_stale(self, age_s: float | None) -> None:
        """Seconds since the newest reading where that is too long; None while they are fresh."""
        if age_s != self._stale_s:
            self._stale_s = age_s
            self.update()

    def set_past(self, is_past: bool) -> None:
        """What is called now is a moment of the past: what follows it is not live."""
        if is_past != self._is_past:
            self._is_past = is_past
            self.update()

    # ------------------------------------------------------------ which time is shown

    def set_span(self, start_us: int, end_us: int) -> None:
        """Shows a span and stops following."""
        self._view.show(start_us, end_us)
        self.update()

    def span(self) -> tuple[int, int]:
        return self._view.start_us, self._view.end_us

    def follow(self, width_us: int | None = None) -> None:
        """Keeps the newest readings at the right edge: ``width_us`` of them, or as many as are shown now."""
        was_following = self._view.is_following
        self._view.follow(width_us)
        if not was_following:
            self.following_changed.emit(True)
        self.update()

    def is_following(self) -> bool:
        return self._view.is_following

    def advance(self, now_us: int) -> None:
        """Store time now. Call it from the UI timer: it repaints only if there is something new in what is seen."""
        moved = self._view.advance(now_us)
        latest = tuple(series.source.latest() for series in self._series)
        if moved or (latest != self._seen and self._view.end_us >= now_us - self._view.width_us):
            self.update()
        self._seen = latest

    # ------------------------------------------------------------ painting

    def sizeHint(self) -> QSize:
        return QSize(self._theme.px(640), self._theme.px(_HEIGHT))

    def minimumSizeHint(self) -> QSize:
        return QSize(self._theme.px(240), self._theme.px(_HEIGHT))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        with QPainter(self) as painter:  # ended whatever happens: one left open takes the program down
            self._paint(painter)

    def _paint(self, painter: QPainter) -> None:
        painter.fillRect(self.rect(), QColor(self._theme.surface))
        painter.setFont(font(self._theme, "caption"))
        self._lay_out(painter)
        if not self._series or self._plot.width() < 40 or self._plot.height() < 20:
            if not self._series:
                draw_words(painter, QRectF(self.rect()), self.tr("Choose a plate to see its weight"), self._theme)
            self._draw_focus(painter)
            return
        bins = [self._extremes(series) for series in self._series]
        plot = Plot(self._plot, self._view, self._arrangement, self._theme)
        lanes = plot.lanes(bins)
        painter.fillRect(self._plot, QColor(self._theme.sunken))
        words = self.tr("grams")
        shown = lanes[:1] if self._arrangement == "shared" else lanes
        draw_axes(painter, self._plot, shown, self._view, self._zone, words, self._theme)
        plot.draw_gaps(painter, bins, lanes)
        plot.draw_traces(painter, bins, lanes)
        rows = mark_rows(self.height(), self._theme)
        strip = QRectF(self._plot.left(), self._plot.top() - strip_height(rows, self._theme), self._plot.width(), 0)
        strip.setBottom(self._plot.top())
        self._placed = place_marks(self._seen_marks(), strip, rows, self._to_x, self._theme)
        draw_marks(painter, self._placed, self._plot, self._chosen_mark, self._theme)
        if self._band is not None:
            plot.draw_band(painter, *sorted(self._band))
        self._draw_cursor(painter)
        self._draw_focus(painter)

    def _lay_out(self, painter: QPainter) -> None:
        """The legend above, the state of the view at its right, the scales left and below, the plot in between."""
        theme, pad = self._theme, self._theme.space(2)
        metrics = QFontMetricsF(font(theme, "caption"))
        text, severity = self._view_words()
        chip = chip_size(text, theme)
        corner = QPointF(self.width() - chip.width() - pad, pad)
        entries = [entry_of(series, self._cursor_us) for series in self._series]
        room = QSizeF(max(80.0, corner.x() - 3 * pad), self.height() * _MOST_LEGEND)
        entries, rooms, height = fit_entries(entries, room, theme)
        draw_entries(painter, QPointF(pad, pad), entries, rooms, theme)
        self._live_chip = draw_chip(painter, corner, text, severity, theme)
        top = pad + max(height, chip.height()) + theme.space(1)
        top += strip_height(mark_rows(self.height(), theme), theme)
        left = pad + metrics.horizontalAdvance("−00,000") + theme.space(2)
        right = self.width() - pad - tag_side(theme)
        bottom = self.height() - metrics.height() - theme.space(2)
        self._plot = QRectF(QPointF(math.floor(left), math.floor(top)), QPointF(math.floor(right), math.floor(bottom)))
        self._view.pixels = max(1, round(self._plot.width()))

    def _view_words(self) -> tuple[str, Literal["warning", "info", "neutral"]]:
        if self._stale_s is not None:
            return self.tr("Stale, {0}").format(age_text(self._stale_s)), "warning"
        if self._is_past:
            return (self.tr("Then"), "warning") if self._view.is_following else (self.tr("Around then"), "neutral")
        return (self.tr("Live"), "info") if self._view.is_following else (self.tr("Not live"), "neutral")

    def _extremes(self, series: Series) -> Extremes:
        # Half as many bins asked for as there are pixels: they come one to two pixels wide, never narrower.
        pixels = max(1, self._view.pixels // 2)
        return series.source.extremes(self._view.start_us, self._view.end_us, pixels)

    def _draw_cursor(self, painter: QPainter) -> None:
        if self._hover_x is not None and self._plot.left() <= self._hover_x <= self._plot.right():
            self._draw_hair(painter, self._hover_x, is_cursor=False)
        if self._cursor_us is not None and self._view.start_us <= self._cursor_us <= self._view.end_us:
            self._draw_hair(painter, self._to_x(self._cursor_us), is_cursor=True)

    def _draw_hair(self, painter: QPainter, x: float, *, is_cursor: bool) -> None:
        draw_hair(painter, self._plot, x, self._view, self._zone, self._theme, is_cursor=is_cursor)

    def _draw_focus(self, painter: QPainter) -> None:
        if self.hasFocus():
            painter.setPen(QPen(QColor(self._theme.accent), 2))
            painter.drawRect(QRectF(self.rect()).adjusted(1, 1, -1, -1))

    def _seen_marks(self) -> list[Mark]:
        return [mark for mark in self._marks if self._view.start_us <= mark.at_us <= self._view.end_us]

    def _to_x(self, at_us: int) -> float:
        return self._plot.left() + self._view.to_x(at_us)

    # ------------------------------------------------------------ what the user does

    def wheelEvent(self, event: QWheelEvent) -> None:
        turns = (event.angleDelta().y() or event.angleDelta().x()) / 120
        if event.modifiers() & Qt.KeyboardModifier.ShiftModifier or event.angleDelta().x():
            self._pan(-turns * self._view.pixels / 10)
        else:
            self._zoom(_ZOOM**-turns, event.position().x() - self._plot.left())
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._pressed, self._dragged = event.position(), 0.0
            if event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
                self._band = (event.position().x(), event.position().x())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        at = event.position()
        if self._pressed is not None and self._band is not None:
            self._band = (self._band[0], min(max(at.x(), self._plot.left()), self._plot.right()))
        elif self._pressed is not None:
            step = round(self._pressed.x() - at.x())
            self._dragged += abs(step)
            if step and self._dragged > 3:
                self._pan(step)
                self._pressed = at
        self._hover_x = at.x()
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton or self._pressed is None:
            return
        band, self._band, self._pressed = self._band, None, None
        if band is not None and abs(band[1] - band[0]) > 4:
            low, high = sorted(self._view.to_us(x - self._plot.left()) for x in band)
            self._stop_following()
            self._view.show(low, high)
            self.span_changed.emit(self.span())
        elif self._dragged <= 3:
            self._clicked(event.position())
        self.update()

    def leaveEvent(self, event: QEvent) -> None:  # noqa: ARG002
        self._hover_x = None
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        far = 10 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1
        steps = {Qt.Key.Key_Left: -0.1, Qt.Key.Key_Right: 0.1, Qt.Key.Key_PageUp: -0.9, Qt.Key.Key_PageDown: 0.9}
        zooms = {Qt.Key.Key_Plus: 1 / _ZOOM, Qt.Key.Key_Equal: 1 / _ZOOM, Qt.Key.Key_Minus: _ZOOM}
        key = Qt.Key(event.key())
        if key in (Qt.Key.Key_Left, Qt.Key.Key_Right) and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self._step_mark(later=key == Qt.Key.Key_Right)
        elif key in steps:
            self._pan(steps[key] * self._view.pixels)
        elif key in zooms:
            self._zoom(zooms[key], self._view.pixels / 2)
        elif key in (Qt.Key.Key_End, Qt.Key.Key_L):
            self.follow()
        elif key == Qt.Key.Key_Home:
            self._show_oldest()
        elif key in (Qt.Key.Key_Comma, Qt.Key.Key_Period, Qt.Key.Key_Less, Qt.Key.Key_Greater):
            self._step_cursor(-far if key in (Qt.Key.Key_Comma, Qt.Key.Key_Less) else far)
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        self._describe()  # with what it shows by now
        super().focusInEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self._describe()
            self.update()
        super().changeEvent(event)

    def _clicked(self, at: QPointF) -> None:
        if self._live_chip.contains(at):
            self.follow()
            return
        for item in self._placed:
            if item.shape.adjusted(-6, -6, 6, 6).contains(at) or item.label.contains(at):
                self._choose_mark(item.mark)
                return
        if self._plot.contains(at):
            self._choose_time(self._view.to_us(at.x() - self._plot.left()))

    def _choose_mark(self, mark: Mark) -> None:
        self._chosen_mark = mark.key
        self.mark_chosen.emit(mark.key)
        self._choose_time(mark.at_us)

    def _step_mark(self, *, later: bool) -> None:
        """To what happened last or next, from the cursor on; it is brought into the picture."""
        here, marks = self._cursor_or_middle(), sorted(self._marks, key=lambda mark: mark.at_us)
        stands = [i for i, mark in enumerate(marks) if (mark.key, mark.at_us) == (self._chosen_mark, here)]
        if stands:  # others may be of the same moment
            there = marks[stands[0] + 1 :] if later else marks[: stands[0]]
        else:
            there = [mark for mark in marks if (mark.at_us > here if later else mark.at_us < here)]
        if not there:
            return
        mark = there[0] if later else there[-1]
        if not self._view.start_us <= mark.at_us <= self._view.end_us:
            self._pan(self._view.to_x(mark.at_us) - self._view.pixels / 2)
        self._choose_mark(mark)

    def _cursor_or_middle(self) -> int:
        middle = (self._view.start_us + self._view.end_us) // 2
        return middle if self._cursor_us is None else self._cursor_us

    def _choose_time(self, at_us: int) -> None:
        self.set_cursor(at_us)
        self.time_chosen.emit(at_us)

    def _step_cursor(self, pixels: int) -> None:
        self._choose_time(self._cursor_or_middle() + round(pixels * self._view.us_per_pixel))

    def _pan(self, pixels: float) -> None:
        self._stop_following()
        self._view.pan(pixels)
        self.span_changed.emit(self.span())
        self.update()

    def _zoom(self, factor: float, x: float) -> None:
        self._view.zoom(factor, x)
        self.span_changed.emit(self.span())
        self.update()

    def _show_oldest(self) -> None:
        kept = [span for span in (series.source.kept() for series in self._series) if span]
        if kept:
            self._stop_following()
            start = min(first for first, _ in kept)
            self._view.show(start, start + self._view.width_us)
            self.span_changed.emit(self.span())
            self.update()

    def _stop_following(self) -> None:
        if self._view.is_following:
            self._view.is_following = False
            self.following_changed.emit(False)

    def _describe(self) -> None:
        """As a screen reader says it: each reading at the cursor, or the newest, and the time that is shown."""
        self.setAccessibleName(self._subject or self.tr("Weight graph"))
        entries = [entry_of(series, self._cursor_us) for series in self._series]
        words = [" ".join(filter(None, (entry.name, entry.value))) for entry in entries]
        traces = self.tr("Traces: {0}").format(", ".join(words) or self.tr("none"))
        start, end = (time_text(at_us, self._zone) for at_us in self.span())
        self.setAccessibleDescription(f"{traces}; {self._view_words()[0]}, {start} – {end}")
