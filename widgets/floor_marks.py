"""What is marked on the plates of a floor map: those that are chosen or framed, and where something was just taken."""

import time
from collections.abc import Iterable
from typing import Literal

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from resources.theme import Theme
from widgets.floor_cells import Floor
from widgets.floor_layer import to_polygon
from widgets.floor_view import FloorView

FlashKind = Literal["pick", "put_back"]
FLASH_S = 4.0


class PlateMarks:
    """``framed``, ``chosen``: ids of plates; those that the floor does not have are not drawn."""

    def __init__(self) -> None:
        self.framed: frozenset[str] = frozenset()
        self.chosen: str | None = None
        self._flashes: dict[str, tuple[FlashKind, float]] = {}

    def flash(self, plates: Iterable[str], kind: FlashKind) -> None:
        """For FLASH_S seconds."""
        end = time.monotonic() + FLASH_S
        self._flashes.update(dict.fromkeys(plates, (kind, end)))

    def drop_ended(self) -> None:
        now = time.monotonic()
        self._flashes = {plate: flash for plate, flash in self._flashes.items() if flash[1] > now}

    def draw(self, painter: QPainter, floor: Floor, view: FloorView, theme: Theme) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._draw_frames(painter, floor, view, theme)
        self._draw_flashes(painter, floor, view, theme)

    def _draw_frames(self, painter: QPainter, floor: Floor, view: FloorView, theme: Theme) -> None:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        marked = self.framed | ({self.chosen} if self.chosen else set())
        for plate in sorted(
            marked, key=lambda plate: (plate == self.chosen, plate)
        ):  # the chosen one over its neighbours
            if plate in floor.places:
                rack, cell = floor.places[plate]
                shape = to_polygon(view, rack.corners(cell))
                painter.setPen(QPen(QColor(theme.surface), 5))
                painter.drawPolygon(shape)
                painter.setPen(QPen(QColor(theme.accent), 3 if plate == self.chosen else 2))
                painter.drawPolygon(shape)

    def _draw_flashes(self, painter: QPainter, floor: Floor, view: FloorView, theme: Theme) -> None:
        """As on the weight graph: a pick points down, a put-back up."""
        now, side, accent = time.monotonic(), theme.px(5), QColor(theme.accent)
        painter.setPen(QPen(accent, 1.5))
        for plate, (kind, end) in self._flashes.items():
            if end <= now or plate not in floor.places:
                continue
            rack, cell = floor.places[plate]
            painter.setBrush(QColor(theme.surface) if kind == "put_back" else accent)
            x, y = view.to_screen(*rack.centre(cell))
            tip = side if kind == "pick" else -side
            painter.drawPolygon(
                QPolygonF([QPointF(x - side, y - tip), QPointF(x + side, y - tip), QPointF(x, y + tip)])
            )
