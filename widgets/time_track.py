"""What a stretch of time looks like wherever it is drawn from end to end: its ground, its times, what happened in it, and
the cursor."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen, QPolygonF

from resources.fonts import font
from resources.theme import Theme
from widgets.graph_marks import MarkKind, mark_shape
from widgets.hatch import hatch_brush
from widgets.ticks import time_ticks

REACH_PX = 8.0
"""So near to a shape is on it."""


@dataclass(frozen=True, slots=True)
class BarMoment:
    """Something that happened. ``is_concerned``: it is what is being looked into; others are drawn faint."""

    key: object
    at_us: int
    kind: MarkKind
    text: str
    is_concerned: bool = False


def draw_ground(painter: QPainter, track: QRectF, covered: Iterable[tuple[float, float]], theme: Theme) -> None:
    """``covered``: from x to x; what is between is hatched."""
    painter.fillRect(track, QColor(theme.sunken))
    painter.fillRect(track, hatch_brush(theme))
    for left, right in covered:
        width = max(2, round(right) - round(left))
        there = QRectF(round(left), track.top(), width, track.height()).intersected(track)
        painter.fillRect(there, QColor(theme.plate))


def draw_frame(painter: QPainter, track: QRectF, theme: Theme) -> None:
    painter.setPen(QPen(QColor(theme.outline), 1))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRect(track.adjusted(0.5, 0.5, -0.5, -0.5))


def draw_times(painter: QPainter, track: QRectF, top: float, span: tuple[int, int], zone: str, theme: Theme) -> None:
    """Round local times of ``span`` (µs UTC) under the track, their words from ``top`` on; none is cut or laid over
    another."""
    face = font(theme, "caption")
    painter.setFont(face)
    metrics = QFontMetricsF(face)
    room = metrics.horizontalAdvance("00:00:00.0")
    ticks: list[tuple[int, str]] = []
    for _ in range(2):  # the words of the hour that comes twice are longer
        ticks = time_ticks(*span, max(1, int(track.width() / (room + theme.space(6)))), zone)
        room = max((metrics.horizontalAdvance(label) for _, label in ticks), default=room)
    painter.setPen(QColor(theme.muted))
    begin, end = span
    last = -room
    for at, label in ticks:
        x = track.left() + (at - begin) / max(1, end - begin) * track.width()
        painter.drawLine(QPointF(round(x) + 0.5, track.bottom()), QPointF(round(x) + 0.5, track.bottom() + 3))
        width = metrics.horizontalAdvance(label)
        left = x - width / 2
        if left >= max(0.0, last) and x + width / 2 <= track.right() + track.left():
            painter.drawText(QRectF(left, top, width + 1, metrics.height()), Qt.AlignmentFlag.AlignCenter, label)
            last = x + width / 2 + theme.space(2)


def draw_moments(
    painter: QPainter, moments: Sequence[BarMoment], track: QRectF, to_x: Callable[[float], float], theme: Theme
) -> None:
    """A shape by kind over the track for each; those that are concerned last, over the others."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for moment in sorted(moments, key=lambda moment: moment.is_concerned):
        x = to_x(moment.at_us)
        if not track.left() <= x <= track.right():
            continue
        ink = QColor(theme.accent if moment.is_concerned else theme.muted)
        side = theme.px(12 if moment.is_concerned else 8)
        painter.setPen(QPen(ink, 1.4))
        painter.setBrush(ink if moment.kind == "pick" else QColor(theme.surface))
        painter.drawPolygon(mark_shape(QRectF(x - side / 2, track.top() - side - 2, side, side), moment.kind))


def draw_cursor(painter: QPainter, x: float, track: QRectF, theme: Theme) -> None:
    """A line through the track, and below it what it can be taken by."""
    half = theme.px(6)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(QColor(theme.surface), 4))
    painter.drawLine(QPointF(x, track.top() - 1), QPointF(x, track.bottom() + 1))
    painter.setPen(QPen(QColor(theme.accent), 2))
    painter.drawLine(QPointF(x, track.top() - 2), QPointF(x, track.bottom() + 2))
    painter.setPen(QPen(QColor(theme.surface), 1))
    painter.setBrush(QColor(theme.accent))
    base = track.bottom() + 2
    painter.drawPolygon(
        QPolygonF([QPointF(x, base - half), QPointF(x + half, base + half), QPointF(x - half, base + half)])
    )


def moment_near(moments: Iterable[BarMoment], x: float, to_x: Callable[[float], float]) -> BarMoment | None:
    """The one whose shape is at ``x``, None where there is none."""
    near = [(abs(to_x(moment.at_us) - x), moment) for moment in moments]
    distance, found = min(near, key=lambda pair: pair[0], default=(REACH_PX + 1, None))
    return found if distance <= REACH_PX else None
