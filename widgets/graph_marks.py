"""What happened, on a weight graph: a line down the plot, a shape by kind, and the words where there is room."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen, QPolygonF

from resources.fonts import font
from resources.theme import Theme

MarkKind = Literal["pick", "put_back", "other"]
_MOST_ROWS = 2
_LOW_PX = 200


@dataclass(frozen=True, slots=True)
class Mark:
    """Something that happened."""

    key: object
    at_us: int
    kind: MarkKind
    text: str


@dataclass(frozen=True, slots=True)
class PlacedMark:
    """Where a mark came to stand. ``label`` is empty where its words found no room."""

    mark: Mark
    x: float
    shape: QRectF
    label: QRectF


def mark_rows(height: float, theme: Theme) -> int:
    """How many rows of words a graph so high has room for."""
    return 1 if height < theme.px(_LOW_PX) else _MOST_ROWS


def strip_height(rows: int, theme: Theme) -> float:
    """Height of what is above the plot: ``rows`` of words, and below them one row of shapes."""
    return rows * QFontMetricsF(font(theme, "caption")).height() + theme.px(10) + theme.space(1)


def place_marks(
    marks: Sequence[Mark], strip: QRectF, rows: int, to_x: Callable[[int], float], theme: Theme
) -> list[PlacedMark]:
    """Finds room for each mark's words, from left to right, in rows; a shape always
    stands, if need be alone."""
    metrics = QFontMetricsF(font(theme, "caption"))
    side = theme.px(10)
    row_height = metrics.height()
    taken = [strip.left() - 1.0] * rows
    placed = []
    for mark in sorted(marks, key=lambda mark: mark.at_us):
        x = to_x(mark.at_us)
        if not strip.left() <= x <= strip.right():
            continue
        shape = QRectF(x - side / 2, strip.bottom() - side - 1, side, side)
        width = metrics.horizontalAdvance(mark.text)
        left = min(x - side / 2, strip.right() - width)
        row = next((row for row in reversed(range(rows)) if taken[row] <= left), None)
        if row is None or not mark.text:
            placed.append(PlacedMark(mark, x, shape, QRectF()))
            continue
        placed.append(PlacedMark(mark, x, shape, QRectF(left, strip.top() + row * row_height, width, row_height)))
        taken[row] = left + width + theme.space(3)
    return placed


def draw_marks(painter: QPainter, placed: Sequence[PlacedMark], plot: QRectF, chosen: object, theme: Theme) -> None:
    """A pick points down (off the shelf), a put-back points up, anything else is a diamond."""
    painter.save()
    painter.setFont(font(theme, "caption"))
    stem = QPen(QColor(theme.outline), 1, Qt.PenStyle.DotLine)
    for item in placed:
        x = round(item.x) + 0.5
        painter.setPen(stem)
        painter.drawLine(QPointF(x, item.shape.bottom()), QPointF(x, plot.bottom()))
        if not item.label.isEmpty():
            painter.drawLine(QPointF(x, item.label.bottom()), QPointF(x, item.shape.top()))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    ground = QColor(theme.surface)
    for item in placed:
        ink = QColor(theme.accent if item.mark.key == chosen else theme.text)
        painter.setPen(QPen(ink, 1.4))
        painter.setBrush(ink if item.mark.kind == "pick" else QColor(theme.surface))
        painter.drawPolygon(mark_shape(item.shape, item.mark.kind))
        if not item.label.isEmpty():
            painter.fillRect(item.label, ground)  # the stem of a label above would run through it
            painter.setPen(ink)
            painter.drawText(item.label, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, item.mark.text)
    painter.restore()


def mark_shape(box: QRectF, kind: MarkKind) -> QPolygonF:
    """A pick points down, a put-back up; anything else is a diamond."""
    middle = box.center()
    if kind == "pick":
        return QPolygonF([box.topLeft(), box.topRight(), QPointF(middle.x(), box.bottom())])
    if kind == "put_back":
        return QPolygonF([box.bottomLeft(), box.bottomRight(), QPointF(middle.x(), box.top())])
    left, right = QPointF(box.left(), middle.y()), QPointF(box.right(), middle.y())
    return QPolygonF([QPointF(middle.x(), box.top()), right, QPointF(middle.x(), box.bottom()), left])
