"""Raw readings of one plate as they were kept, with the step that was read from them: what a lane of a trace shows."""

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen, QPolygonF

from resources.fonts import font
from resources.theme import Theme
from widgets.graph_series import Lane
from widgets.hatch import draw_words, hatch_brush
from widgets.polygon import to_polygon
from widgets.ticks import value_range
from widgets.time_view import TimeView

_LEAST_SPAN_GRAMS = 20.0
_LEVEL_US = 900_000
"""How far a fitted level is drawn before and after its step."""


@dataclass(frozen=True, slots=True, eq=False)
class Stretch:
    """Readings without a break in their rate: number i was measured at ``first_us`` + i / ``rate_hz``. NaN: none."""

    first_us: int
    rate_hz: float
    grams: npt.NDArray[np.float32]

    @property
    def end_us(self) -> int:
        return self.first_us + round(len(self.grams) * 1e6 / self.rate_hz)

    def between(self, begin_us: int, end_us: int) -> tuple[int, npt.NDArray[np.float32]]:
        """The number of the first reading of a span, one before it, and the readings to one after it."""
        first = max(0, int((begin_us - self.first_us) * self.rate_hz / 1e6) - 1)
        last = max(first, int((end_us - self.first_us) * self.rate_hz / 1e6) + 2)
        return first, self.grams[first:last]

    def value_at(self, at_us: int) -> float:
        """The reading nearest to a moment; NaN outside."""
        number = round((at_us - self.first_us) * self.rate_hz / 1e6)
        return float(self.grams[number]) if 0 <= number < len(self.grams) else float("nan")


@dataclass(frozen=True, slots=True)
class FittedStep:
    """Level ``before`` (grams) until ``begin_us``, ``after`` from ``end_us`` on. ``text``: what was read from it.
    ``is_chosen``: the one that is looked at; others are drawn faint."""

    key: object
    begin_us: int
    end_us: int
    before: float
    after: float
    text: str
    is_chosen: bool = True


@dataclass(frozen=True, slots=True)
class PlateLane:
    """One plate. ``name``: its id; ``detail``: the product that stood there."""

    name: str
    detail: str
    stretches: tuple[Stretch, ...]
    steps: tuple[FittedStep, ...] = field(default=())

    def value_at(self, at_us: int) -> float:
        """NaN where nothing was read."""
        values = (stretch.value_at(at_us) for stretch in self.stretches)
        return next((value for value in values if not np.isnan(value)), float("nan"))

    def bounds(self, begin_us: int, end_us: int) -> tuple[float, float]:
        """Round grams below and above all that is seen in a span."""
        parts = [stretch.between(begin_us, end_us)[1] for stretch in self.stretches]
        seen = np.concatenate([np.empty(0, np.float32), *parts])
        seen = seen[~np.isnan(seen)]
        if not len(seen):
            return 0.0, 100.0
        return value_range(float(seen.min()), float(seen.max()), _LEAST_SPAN_GRAMS)


def draw_lane(
    painter: QPainter, lane: PlateLane, plot: QRectF, scale: Lane, view: TimeView, missing: str, theme: Theme
) -> None:
    """Into ``plot``: hatched where nothing was kept (``missing`` says so), the readings, the fitted steps over them."""
    _draw_gaps(painter, lane, plot, view, missing, theme)
    painter.save()
    painter.setClipRect(plot)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for step in lane.steps:
        if step.is_chosen:
            _draw_transition(painter, step, plot, view, theme)
    painter.setPen(QPen(QColor(theme.shopper), 1))
    for stretch in lane.stretches:
        for line in _lines(stretch, plot, scale, view):
            painter.drawPolyline(line)
    for step in lane.steps:
        _draw_step(painter, step, plot, scale, view, theme)
    painter.restore()
    for step in lane.steps:
        if step.is_chosen:
            _draw_step_words(painter, step, plot, scale, view, theme)


def _lines(stretch: Stretch, plot: QRectF, scale: Lane, view: TimeView) -> list[QPolygonF]:
    """The readings that are seen, parted where some are missing."""
    first, grams = stretch.between(view.start_us, view.end_us)
    at = stretch.first_us + (first + np.arange(len(grams))) * (1e6 / stretch.rate_hz)
    x = plot.left() + (at - view.start_us) / view.us_per_pixel
    y = scale.bottom - (grams.astype(np.float64) - scale.low) * scale.pixels_per_gram
    there = ~np.isnan(grams)
    edges = np.flatnonzero(np.diff(np.concatenate([[False], there, [False]]).astype(np.int8))).reshape(-1, 2)
    return [to_polygon(x[begin:end], y[begin:end]) for begin, end in edges]


def _draw_gaps(painter: QPainter, lane: PlateLane, plot: QRectF, view: TimeView, missing: str, theme: Theme) -> None:
    at = view.start_us
    holes = []
    for stretch in sorted(lane.stretches, key=lambda stretch: stretch.first_us):
        if stretch.first_us > at:
            holes.append((at, min(stretch.first_us, view.end_us)))
        at = max(at, stretch.end_us)
    if at < view.end_us:
        holes.append((at, view.end_us))
    for begin, end in holes:
        left, right = plot.left() + view.to_x(begin), plot.left() + view.to_x(end)
        if right - left >= 2:
            area = QRectF(left, plot.top(), right - left, plot.height())
            painter.fillRect(area, hatch_brush(theme))
            draw_words(painter, area, missing, theme)


def _draw_transition(painter: QPainter, step: FittedStep, plot: QRectF, view: TimeView, theme: Theme) -> None:
    """A tint over the time that the step took."""
    left, right = plot.left() + view.to_x(step.begin_us), plot.left() + view.to_x(step.end_us)
    tint = QColor(theme.accent)
    tint.setAlpha(34)
    painter.fillRect(QRectF(left, plot.top(), max(2.0, right - left), plot.height()), tint)


def _draw_step(painter: QPainter, step: FittedStep, plot: QRectF, scale: Lane, view: TimeView, theme: Theme) -> None:
    def point(at_us: int, grams: float) -> QPointF:
        return QPointF(plot.left() + view.to_x(at_us), scale.to_y(grams))

    corners = [
        point(step.begin_us - _LEVEL_US, step.before),
        point(step.begin_us, step.before),
        point(step.end_us, step.after),
        point(step.end_us + _LEVEL_US, step.after),
    ]
    if step.is_chosen:
        painter.setPen(QPen(QColor(theme.sunken), 5, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        painter.drawPolyline(corners)
    ink = QColor(theme.accent if step.is_chosen else theme.muted)
    style = Qt.PenStyle.SolidLine if step.is_chosen else Qt.PenStyle.DashLine
    painter.setPen(QPen(ink, 2.4 if step.is_chosen else 1.4, style, Qt.PenCapStyle.RoundCap))
    painter.drawPolyline(corners)


def _draw_step_words(
    painter: QPainter, step: FittedStep, plot: QRectF, scale: Lane, view: TimeView, theme: Theme
) -> None:
    """What was read from the step, at the side of it that has room: all of it, or what comes before the first dot."""
    metrics = QFontMetricsF(font(theme, "strong"))
    height, gap = metrics.height() + theme.space(1), theme.space(2)
    begin, end = plot.left() + view.to_x(step.begin_us) - gap, plot.left() + view.to_x(step.end_us) + gap
    middle = (scale.to_y(step.before) + scale.to_y(step.after)) / 2
    top = min(max(middle - height / 2, plot.top() + 2), plot.bottom() - height - 2)
    for words in (step.text, step.text.partition(" · ")[0]):
        width = metrics.horizontalAdvance(words) + theme.space(3)
        sides = (QRectF(end, top, width, height), QRectF(begin - width, top, width, height))
        box = next((side for side in sides if plot.contains(side)), None)
        if words and box is not None:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(QColor(theme.accent), 1))
            painter.setBrush(QColor(theme.surface))
            painter.drawRoundedRect(box, 4, 4)
            painter.setFont(font(theme, "strong"))
            painter.setPen(QColor(theme.accent))
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, words)
            return
