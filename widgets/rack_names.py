"""The names of gondolas on a map of the floor, where the map shows enough of a gondola for its name."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, QSizeF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter

from resources.fonts import font
from resources.theme import Theme
from widgets.floor_cells import Rack
from widgets.floor_view import FloorView


@dataclass(frozen=True, slots=True)
class RackName:
    """Its middle is at (``x``, ``y``), metres, when it stands in the middle of the gondola; ``turn``: degrees, clockwise;
    ``most``: pixels that it may go along the gondola; ``size`` of its letters, in pixels."""

    words: str
    x: float
    y: float
    turn: float
    most: float
    size: QSizeF


def rack_names(racks: Sequence[Rack], scale: float, theme: Theme) -> list[RackName]:
    """Behind a gondola, where nobody stands, or in front of one where another stands back to back with it; left out where
    the map is too far away to read it. ``scale``: pixels a metre."""
    metrics = QFontMetricsF(font(theme, "caption"))
    found = []
    for rack in racks:
        framed = [rack.to_frame(x, y) for x, y in rack.gondola.outline]
        left, right = min(along for along, _ in framed), max(along for along, _ in framed)
        back, front = min(across for _, across in framed), max(across for _, across in framed)
        width = metrics.horizontalAdvance(rack.gondola.name)
        most = ((right - left) * scale - width) / 2
        if most < 0:
            continue
        shift, middle = (metrics.height() / 2 + 2) / scale, (left + right) / 2
        x, y = rack.to_floor(middle, back - shift)
        if any(_stands_at(other, x, y) for other in racks if other is not rack):
            x, y = rack.to_floor(middle, front + shift)
        turn = (-90 - math.degrees(rack.gondola.angle)) % 180
        size = QSizeF(width, metrics.capHeight())
        found.append(RackName(rack.gondola.name, x, y, turn if turn <= 90 else turn - 180, most, size))
    return found


def draw_rack_names(painter: QPainter, names: Sequence[RackName], view: FloorView, size: QSize, theme: Theme) -> None:
    """``names`` as of the scale of ``view``; ``size`` of the map, in pixels."""
    face = font(theme, "caption")
    height = QFontMetricsF(face).height()
    for name in names:
        x, y = view.to_screen(name.x, name.y)
        along = slide(x, y, name, size)
        if along is None:
            continue
        painter.save()
        painter.translate(x, y)
        painter.rotate(name.turn)
        painter.setFont(face)
        painter.setPen(QColor(theme.muted))
        width = name.size.width() + 4
        painter.drawText(
            QRectF(along - width / 2, -height / 2, width, height), Qt.AlignmentFlag.AlignCenter, name.words
        )
        painter.restore()


def slide(x: float, y: float, name: RackName, size: QSize) -> float | None:
    """By how many pixels a name whose middle would be at (x, y) has to go along its gondola to be seen whole on a map of
    ``size``; None where it cannot."""
    along_x, along_y = math.cos(math.radians(name.turn)), math.sin(math.radians(name.turn))
    half_x = (abs(along_x) * name.size.width() + abs(along_y) * name.size.height()) / 2
    half_y = (abs(along_y) * name.size.width() + abs(along_x) * name.size.height()) / 2
    low, high = -name.most, name.most
    for at, along, half, end in ((x, along_x, half_x, size.width()), (y, along_y, half_y, size.height())):
        if abs(along) < 1e-6:
            if not half <= at <= end - half:
                return None
            continue
        first, last = sorted(((half - at) / along, (end - half - at) / along))
        low, high = max(low, first), min(high, last)
    return None if low > high else min(max(0.0, low), high)


def _stands_at(rack: Rack, x: float, y: float) -> bool:
    """Whether the rack covers a place on the floor, by the rectangle round it."""
    xs, ys = zip(*rack.gondola.outline, strict=True)
    return bool(min(xs) <= x <= max(xs) and min(ys) <= y <= max(ys))
