"""Where the keys are on a floor map, and the ring that shows it."""

from collections.abc import Collection, Sequence

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from resources.theme import Theme
from widgets.chip import chip_size, draw_chip
from widgets.floor_people import dot_radius
from widgets.floor_plan import Corner, Shopper
from widgets.floor_spots import Spot, nearest_spot, next_spot
from widgets.floor_view import FloorView


class KeysPlace:
    """Goes from one thing on the map to the next."""

    def __init__(self) -> None:
        self._spot: Spot | None = None

    def forget(self) -> None:
        self._spot = None

    def spot(self, shoppers: Sequence[Shopper]) -> Spot | None:
        """A shopper walks on; None where they left, or where no key was pressed yet."""
        spot = self._spot
        if spot is None or spot.kind != "shopper":
            return spot
        shopper = next((one for one in shoppers if one.key == spot.key), None)
        return None if shopper is None else Spot("shopper", shopper.key, shopper.x, shopper.y)

    def walk(
        self,
        way: Corner,
        spots: Sequence[Spot],
        shoppers: Sequence[Shopper],
        chosen: Collection[tuple[str, object]],
        middle: Corner,
    ) -> Spot | None:
        """On to the next thing in that direction (of length 1); at first to what is ``chosen`` (kind, key), or else to
        what is nearest to ``middle``. None where there is nothing to go to."""
        here = self.spot(shoppers)
        if here is not None:
            there = next_spot(spots, (here.x, here.y), way)
        else:
            there = next((one for one in spots if (one.kind, one.key) in chosen), nearest_spot(spots, middle))
        if there is not None:
            self._spot = there
        return there


def draw_ring(painter: QPainter, spot: Spot, words: str, view: FloorView, area: QRectF, theme: Theme) -> None:
    """Round a spot, with what is there in ``words``, which stay within ``area``."""
    reach = dot_radius(theme) + theme.px(6)
    at = QPointF(*view.to_screen(spot.x, spot.y))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for ink, width in ((theme.surface, 6.0), (theme.accent, 2.5)):
        painter.setPen(QPen(QColor(ink), width))
        painter.drawEllipse(at, reach, reach)
    size, gap = chip_size(words, theme), theme.space(1)
    left = min(max(at.x() - size.width() / 2, gap), area.width() - size.width() - gap)
    top = at.y() + reach + gap
    if top + size.height() > area.height() - gap:
        top = at.y() - reach - gap - size.height()
    draw_chip(painter, QPointF(left, top), words, "neutral", theme)
