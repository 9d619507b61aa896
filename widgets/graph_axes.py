"""The axes of a weight graph: grams up the left side, the store's time along the bottom, and hairs that read it."""

from collections.abc import Sequence

from PySide6.QtCore import QLocale, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen

from resources.fonts import font
from resources.theme import Theme
from widgets.graph_series import Lane
from widgets.moment import local, offset_text, time_text
from widgets.ticks import time_ticks, value_ticks
from widgets.time_view import TimeView

_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


def draw_axes(
    painter: QPainter, plot: QRectF, lanes: Sequence[Lane], view: TimeView, zone: str, unit: str, theme: Theme
) -> None:
    """``lanes``: those with a scale of their own, from the top down. ``zone``: an IANA name. ``unit``: its word."""
    for place, lane in enumerate(lanes):
        _draw_values(painter, plot, lane, theme)
        if place:
            painter.setPen(QPen(QColor(theme.border), 1))
            y = round(lane.top - theme.space(1))
            painter.drawLine(QPointF(plot.left(), y), QPointF(plot.right(), y))
    _draw_times(painter, plot, view, zone, theme)
    height = QFontMetricsF(font(theme, "caption")).height()
    left = plot.left() - theme.space(1.5)
    painter.setPen(QColor(theme.muted))
    painter.drawText(QRectF(0, plot.top() - 1.6 * height, left, height), _RIGHT, unit)
    offset = offset_text(local(view.end_us, zone))
    painter.drawText(QRectF(0, plot.bottom() + theme.space(1), left, height), _RIGHT, offset)
    painter.setPen(QPen(QColor(theme.border), 1))
    painter.drawRect(plot.adjusted(0, 0, -1, -1))


def _draw_values(painter: QPainter, plot: QRectF, lane: Lane, theme: Theme) -> None:
    locale, height = QLocale(), QFontMetricsF(font(theme, "caption")).height()
    most = max(2, min(8, int((lane.bottom - lane.top) / (height * 2))))
    free = lane.bottom + height
    for value, digits in value_ticks(lane.low, lane.high, most):
        y = round(lane.to_y(value))
        painter.setPen(QPen(QColor(theme.grid_line), 1))
        painter.drawLine(QPointF(plot.left(), y), QPointF(plot.right(), y))
        box = QRectF(0, y - height / 2, plot.left() - theme.space(1.5), height)
        box.translate(0, min(0.0, lane.bottom + theme.space(1) - box.bottom()))  # the offset stands below
        if box.top() >= lane.top - height and box.bottom() <= free:
            free = box.top()
            painter.setPen(QColor(theme.muted))
            painter.drawText(box, _RIGHT, locale.toString(value, "f", digits).replace("-", "−"))


def _draw_times(painter: QPainter, plot: QRectF, view: TimeView, zone: str, theme: Theme) -> None:
    metrics = QFontMetricsF(font(theme, "caption"))
    room = metrics.horizontalAdvance("00:00:00.0") + theme.space(6)
    for at, label in time_ticks(view.start_us, view.end_us, max(1, int(plot.width() / room)), zone):
        x = round(plot.left() + view.to_x(at))
        painter.setPen(QPen(QColor(theme.grid_line), 1))
        painter.drawLine(QPointF(x, plot.top()), QPointF(x, plot.bottom()))
        box = QRectF(x - room / 2, plot.bottom() + theme.space(1), room, metrics.height())
        if box.left() + room / 4 >= plot.left() and box.right() <= painter.window().right():
            painter.setPen(QColor(theme.muted))
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, label)


def draw_hair(
    painter: QPainter, plot: QRectF, x: float, view: TimeView, zone: str, theme: Theme, *, is_cursor: bool
) -> None:
    """A line down the plot with its time on the axis: the cursor's, or the pointer's (broken)."""
    ink = QColor(theme.accent if is_cursor else theme.outline)
    text = time_text(view.to_us(x - plot.left()), zone, digits=3 if view.us_per_pixel < 50_000 else 0)
    metrics = QFontMetricsF(font(theme, "caption"))
    width = metrics.horizontalAdvance(text) + theme.space(2)
    left = min(max(x - width / 2, plot.left()), plot.right() - width)
    box = QRectF(left, plot.bottom() + 1, width, metrics.height() + theme.space(1))
    painter.setPen(QPen(ink, 1, Qt.PenStyle.SolidLine if is_cursor else Qt.PenStyle.DashLine))
    painter.drawLine(QPointF(round(x), plot.top()), QPointF(round(x), plot.bottom()))
    painter.fillRect(box, ink if is_cursor else QColor(theme.raised))
    painter.setPen(QColor(theme.on_accent if is_cursor else theme.text))
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)
