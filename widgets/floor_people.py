"""The people on the floor map: dots with trails and, where there is room, what their carts are worth."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QImage, QPainter, QPen

from resources.fonts import font
from resources.theme import Theme
from widgets.floor_plan import Shopper
from widgets.floor_view import FloorView
from widgets.polygon import to_polygon
from widgets.severity import blank_picture, draw_severity, severity_color

_CELL = 4
_MOST_POINTS = 24


@dataclass(frozen=True, slots=True)
class PlacedShopper:
    """``label``: where the words stand, None where there was no room for them."""

    shopper: Shopper
    at: QPointF
    label: QRectF | None


class LabelRoom:
    """Which parts of the map are taken, in cells of 4 pixels, one row of cells as the bits of one int; and which side of
    its dot each label stood on last."""

    def __init__(self) -> None:
        self._width = 0.0
        self._rows: list[int] = []
        self._sides: dict[object, int] = {}

    def place(
        self, shoppers: Sequence[Shopper], view: FloorView, area: QRectF, theme: Theme, chosen: object
    ) -> list[PlacedShopper]:
        """Dots first, then labels: of the chosen one, of those in need, of the others; no label over a dot or a label."""
        metrics = QFontMetricsF(font(theme, "caption"))
        radius, height = dot_radius(theme), metrics.height() + 2
        self._width = area.width()
        self._rows = [0] * (int(area.height()) // _CELL + 1)
        dots = [view.to_screen(shopper.x, shopper.y) for shopper in shoppers]
        for x, y in dots:
            self._take(*self._mask(x - radius, y - radius, 2 * radius, 2 * radius))
        labels: dict[int, QRectF | None] = {}
        for place in sorted(range(len(shoppers)), key=lambda place: _rank(shoppers[place], chosen)):
            x, y = dots[place]
            words = label_words(shoppers[place], chosen)
            if words and area.contains(x, y):
                width = metrics.horizontalAdvance(words) + theme.space(2)
                label = self._room(shoppers[place].key, x, y, width, height, radius + 5)
                if (
                    label is None and _rank(shoppers[place], chosen) < 2
                ):  # who needs somebody now is never without words
                    label = QRectF(min(x + radius + 5, area.width() - width), y - height / 2, width, height)
                    self._take(*self._mask(label.left(), label.top(), width, height))
                labels[place] = label
        present = {shopper.key for shopper in shoppers}
        self._sides = {key: side for key, side in self._sides.items() if key in present}
        return [
            PlacedShopper(shopper, QPointF(*dots[place]), labels.get(place)) for place, shopper in enumerate(shoppers)
        ]

    def _room(self, key: object, x: float, y: float, width: float, height: float, gap: float) -> QRectF | None:
        corners = (
            (x + gap, y - height / 2),
            (x - gap - width, y - height / 2),
            (x - width / 2, y - gap - height),
            (x - width / 2, y + gap),
        )
        last = self._sides.get(key, 0)
        for side in (last, *(side for side in range(4) if side != last)):  # a label that can stay does not jump
            left, top = corners[side]
            if left < 0 or top < 0 or left + width > self._width:
                continue
            rows, mask = self._mask(left, top, width, height)
            if not any(self._rows[row] & mask for row in rows):
                self._take(rows, mask)
                self._sides[key] = side
                return QRectF(left, top, width, height)
        return None

    def _mask(self, left: float, top: float, width: float, height: float) -> tuple[range, int]:
        """The rows of cells that a box touches, and its columns as bits."""
        rows = range(max(0, int(top) // _CELL), min(len(self._rows), int(top + height) // _CELL + 1))
        first, last = max(0, int(left) // _CELL), max(0, int(left + width) // _CELL + 1)
        return rows, (1 << last) - (1 << first)

    def _take(self, rows: range, mask: int) -> None:
        for row in rows:
            self._rows[row] |= mask


def dot_radius(theme: Theme) -> float:
    return float(theme.px(5.5))


def label_words(shopper: Shopper, chosen: object) -> str:
    """What stands beside a dot: the worth; the name too for who is chosen; the word for who needs somebody."""
    parts = [
        shopper.name if shopper.key == chosen else "",
        shopper.word if shopper.need != "none" else "",
        shopper.worth,
    ]
    return " · ".join(part for part in parts if part)


def _rank(shopper: Shopper, chosen: object) -> int:
    return 0 if shopper.key == chosen else {"urgent": 1, "doubtful": 2, "none": 3}[shopper.need]


def draw_trails(painter: QPainter, shoppers: Sequence[Shopper], view: FloorView, chosen: object, theme: Theme) -> None:
    """Where each came from."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    faint = QColor(theme.outline)  # opaque: a line that is mixed in takes twice as long
    for shopper in shoppers:
        count = len(shopper.trail)
        if count < 2:
            continue
        step = max(1, count // _MOST_POINTS)
        trail = shopper.trail[::-1][::step][::-1]  # from the newest backwards, so that the end stays at the dot
        x, y = view.left + trail[:, 0] * view.scale, view.top - trail[:, 1] * view.scale
        is_chosen = shopper.key == chosen
        painter.setPen(QPen(QColor(theme.accent) if is_chosen else faint, 1))
        painter.drawPolyline(to_polygon(x, y))


@cache
def _dot(theme: Theme, ratio: float) -> QImage:
    """The dot of a calm shopper, painted once: copying it takes a tenth of drawing it."""
    radius = dot_radius(theme)
    side = math.ceil(2 * radius + 4)
    picture = blank_picture(side, ratio)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(QColor(theme.surface), 1.5))
    painter.setBrush(QColor(theme.shopper))
    painter.drawEllipse(QPointF(side / 2, side / 2), radius, radius)
    painter.end()
    return picture


def draw_people(
    painter: QPainter, placed: Sequence[PlacedShopper], chosen: object, hovered: object, view: FloorView, theme: Theme
) -> None:
    radius = dot_radius(theme)
    dot = _dot(theme, painter.device().devicePixelRatioF())
    centre = QPointF(dot.deviceIndependentSize().width() / 2, dot.deviceIndependentSize().height() / 2)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for item in placed:
        if item.shopper.need == "none":
            painter.drawImage(item.at - centre, dot)
        else:
            side = radius * 3
            box = QRectF(item.at.x() - side / 2, item.at.y() - side / 2, side, side)
            draw_severity(painter, box, "danger" if item.shopper.need == "urgent" else "warning", theme)
        if item.shopper.key in (chosen, hovered):
            is_chosen = item.shopper.key == chosen
            painter.setPen(QPen(QColor(theme.accent if is_chosen else theme.outline), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawEllipse(item.at, radius + 5, radius + 5)
            if is_chosen and item.shopper.need == "none":
                painter.setBrush(QColor(theme.accent))
                painter.drawEllipse(item.at, radius - 1, radius - 1)
            _draw_hands(painter, item, view, theme)
    _draw_labels(painter, placed, chosen, theme)


def _draw_hands(painter: QPainter, item: PlacedShopper, view: FloorView, theme: Theme) -> None:
    painter.setPen(QPen(QColor(theme.accent), 1.5))
    painter.setBrush(QColor(theme.surface))
    for x, y in item.shopper.hands:
        hand = QPointF(*view.to_screen(x, y))
        painter.drawLine(item.at, hand)
        painter.drawEllipse(hand, 2.5, 2.5)


def _draw_labels(painter: QPainter, placed: Sequence[PlacedShopper], chosen: object, theme: Theme) -> None:
    painter.setFont(font(theme, "caption"))
    ground = QColor(theme.surface)
    for item in sorted(placed, key=lambda item: item.shopper.key == chosen):  # who is chosen lies above all others
        if item.label is None:
            continue
        is_chosen, need = item.shopper.key == chosen, item.shopper.need
        painter.fillRect(item.label, QColor(theme.selection) if is_chosen else ground)
        ink = QColor(theme.text)
        if need != "none" and not is_chosen:
            ink = severity_color("danger" if need == "urgent" else "warning", theme)
        painter.setPen(ink)
        painter.drawText(item.label, Qt.AlignmentFlag.AlignCenter, label_words(item.shopper, chosen))
