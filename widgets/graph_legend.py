"""The legend of a weight graph: number, plate, product and reading of each trace, in as many rows as they need."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from PySide6.QtCore import QLocale, QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter

from resources.fonts import font
from resources.theme import Theme
from widgets.graph_series import Series

_WIDEST = "−00000.0 g"


@dataclass(frozen=True, slots=True)
class LegendEntry:
    """``value``: the reading as it is written, "" for none."""

    name: str
    detail: str
    value: str


def entry_of(series: Series, at_us: int | None) -> LegendEntry:
    """With the reading at a moment, or the newest (None)."""
    if at_us is not None:
        value = series.source.value_at(at_us)
    else:
        latest = series.source.latest()
        value = math.nan if latest is None else latest[1]
    text = "" if math.isnan(value) else f"{QLocale().toString(value, 'f', 1)} g".replace("-", "−")
    return LegendEntry(series.name, series.detail, text)


def draw_tag(painter: QPainter, box: QRectF, number: int, theme: Theme) -> None:
    """The number of a trace on its colour: known by the digit where colours are not told apart."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(theme.series[number - 1]))
    painter.drawRoundedRect(box, 3, 3)
    painter.setPen(QColor("#000000" if theme.is_dark else "#ffffff"))
    face = font(theme, "caption")
    painter.setFont(face)
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, str(number))
    painter.restore()


def tag_side(theme: Theme) -> float:
    return QFontMetricsF(font(theme, "caption")).height()


def draw_tags(painter: QPainter, tags: list[tuple[float, int]], plot: QRectF, theme: Theme) -> None:
    """The number of each trace where it leaves the plot at the right (y, number), pushed apart to be read."""
    side = tag_side(theme)
    floor = plot.top()
    for place, (y, number) in enumerate(sorted(tags)):
        ceiling = plot.bottom() - side * (len(tags) - place)
        top = round(max(floor, min(y - side / 2, ceiling)))
        draw_tag(painter, QRectF(plot.right() + 2, top, side, side - 1), number, theme)
        floor = top + side


def fit_entries(
    entries: Sequence[LegendEntry], room: QSizeF, theme: Theme
) -> tuple[list[LegendEntry], list[QRectF], float]:
    """The entries with their places and their height; without their details where they would be higher than ``room``."""
    placed, height = place_entries(entries, room.width(), theme)
    if height <= room.height():
        return list(entries), placed, height
    brief = [replace(entry, detail="") for entry in entries]
    return brief, *place_entries(brief, room.width(), theme)


def place_entries(entries: Sequence[LegendEntry], width: float, theme: Theme) -> tuple[list[QRectF], float]:
    """Where each entry stands in a legend ``width`` pixels wide, and how high the legend is."""
    metrics = QFontMetricsF(font(theme, "caption"))
    row_height = metrics.height() + theme.space(1.5)
    rooms, x, y = [], 0.0, 0.0
    for entry in entries:
        words = metrics.horizontalAdvance(entry.name) + metrics.horizontalAdvance(_WIDEST)
        if entry.detail:
            words += min(metrics.horizontalAdvance(entry.detail), theme.px(160)) + theme.space(1)
        room = min(tag_side(theme) + theme.space(4) + words, width)
        if x and x + room > width:
            x, y = 0.0, y + row_height
        rooms.append(QRectF(x, y, room, row_height))
        x += room + theme.space(4)
    return rooms, (y + row_height if entries else 0.0)


def draw_entries(
    painter: QPainter, corner: QPointF, entries: Sequence[LegendEntry], rooms: Sequence[QRectF], theme: Theme
) -> None:
    metrics = QFontMetricsF(font(theme, "caption"))
    side, gap = tag_side(theme), theme.space(1)
    painter.setFont(font(theme, "caption"))
    for number, (entry, room) in enumerate(zip(entries, rooms, strict=True), 1):
        box = room.translated(corner)
        draw_tag(painter, QRectF(box.left(), box.center().y() - side / 2, side, side), number, theme)
        value_width = metrics.horizontalAdvance(_WIDEST)
        words = QRectF(box.left() + side + gap, box.top(), box.width() - side - value_width - 2 * gap, box.height())
        name_width = min(metrics.horizontalAdvance(entry.name), words.width())
        name = metrics.elidedText(entry.name, Qt.TextElideMode.ElideMiddle, words.width())
        painter.setPen(QColor(theme.text))
        painter.drawText(words, Qt.AlignmentFlag.AlignVCenter, name)
        rest = words.adjusted(name_width + gap, 0, 0, 0)
        painter.setPen(QColor(theme.muted))
        if entry.detail and rest.width() > theme.px(24):
            detail = metrics.elidedText(entry.detail, Qt.TextElideMode.ElideRight, rest.width())
            painter.drawText(rest, Qt.AlignmentFlag.AlignVCenter, detail)
        painter.setPen(QColor(theme.text if entry.value else theme.muted))
        value = QRectF(box.right() - value_width, box.top(), value_width, box.height())
        painter.drawText(value, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, entry.value or "–")
