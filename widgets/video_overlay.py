"""What is drawn over a picture on request: who is tracked and where their hands are, and the plates of the shelves.

All places are shares (0 to 1) of the picture's width and height. Over a picture the theme's colours mean nothing: light
on dark is seen on every ground.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QLineF, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPainterPath, QPen, QPixmap, QTransform

from resources.fonts import font
from resources.theme import Theme

PersonKind = Literal["person", "chosen"]
Place = tuple[float, float]
_DARK, _LIGHT, _CHOSEN, _HAND, _PLATE = "#000000", "#ffffff", "#ffe14d", "#7ee0ff", "#c8ffb0"


@dataclass(frozen=True, slots=True)
class PersonMark:
    """A person from ``feet`` to ``head``, named ``text``, or ``brief`` where there is less room. ``hands``: where they
    are."""

    feet: Place
    head: Place
    text: str
    brief: str = ""
    kind: PersonKind = "person"
    hands: tuple[Place, ...] = ()


@dataclass(frozen=True, slots=True)
class Overlay:
    """``marks``: the nearest last. ``plates``: each a polygon. They stand still, so an Overlay that has the same ones should have the same tuple."""

    marks: tuple[PersonMark, ...] = ()
    plates: tuple[tuple[Place, ...], ...] = ()


NOTHING = Overlay()


class PlateSheet:
    """The plates over one picture, painted once and copied while neither they nor their place in it change: hundreds of
    outlines over each of a wall's pictures took more than all else that is drawn."""

    def __init__(self) -> None:
        self._plates: tuple[tuple[Place, ...], ...] = ()
        self._place = (QRectF(), QSize(), 1.0)
        self._picture: QPixmap | None = None

    def forget(self) -> None:
        """It is not shown: no memory is kept for it."""
        self._picture = None

    def picture(
        self, plates: tuple[tuple[Place, ...], ...], whole: QRectF, area: QRect, ratio: float
    ) -> QPixmap | None:
        """As large as ``area``, transparent between the lines; None where there are no plates. ``whole`` as for
        ``draw_overlay``; ``ratio``: device pixels of each pixel."""
        place = (whole.translated(-area.left(), -area.top()), area.size(), ratio)
        if not plates or area.isEmpty():
            self.forget()
        elif self._picture is None or plates is not self._plates or place != self._place:
            self._plates, self._place = plates, place
            self._picture = QPixmap(area.size() * ratio)
            self._picture.setDevicePixelRatio(ratio)
            self._picture.fill(Qt.GlobalColor.transparent)
            with QPainter(self._picture) as painter:
                painter.setRenderHint(QPainter.RenderHint.Antialiasing)
                _draw_plates(painter, plates, place[0])
        return self._picture


_MANY = 75
"""Letters across a picture; narrower ones have no room for long names."""
_HIGHER = 2
"""Lines by which a name may stand above its head."""


def draw_overlay(
    painter: QPainter, overlay: Overlay, sheet: PlateSheet, whole: QRectF, area: QRect, theme: Theme
) -> None:
    """``whole``: where the whole picture would lie; only what falls into ``area`` is drawn. ``sheet``: this picture's own."""
    plates = sheet.picture(overlay.plates, whole, area, painter.device().devicePixelRatioF())
    if overlay == NOTHING:
        return
    painter.save()
    painter.setClipRect(area, Qt.ClipOperation.IntersectClip)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    if plates is not None:
        painter.drawPixmap(area.topLeft(), plates)
    _draw_people(painter, overlay.marks, whole, theme)
    _draw_names(painter, overlay.marks, whole, area, theme)
    painter.restore()


def _draw_plates(painter: QPainter, plates: tuple[tuple[Place, ...], ...], whole: QRectF) -> None:
    path = QPainterPath()
    for polygon in plates:
        path.moveTo(*polygon[0])
        for corner in polygon[1:]:
            path.lineTo(*corner)
        path.closeSubpath()
    path = QTransform.fromTranslate(whole.left(), whole.top()).scale(whole.width(), whole.height()).map(path)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for color, width, alpha in ((_DARK, 2.0, 110), (_PLATE, 1.0, 210)):
        line = QColor(color)
        line.setAlpha(alpha)
        painter.setPen(QPen(line, width))
        painter.drawPath(path)


def _draw_people(painter: QPainter, marks: Sequence[PersonMark], whole: QRectF, theme: Theme) -> None:
    """Each a stem from the feet to the head, a dot at the feet, and a cross for each hand; those of a kind at once, since a
    store full of people is drawn over each picture of a wall."""
    radius, arm = theme.px(5), theme.px(5)
    chosen = [mark for mark in marks if mark.kind == "chosen"]
    for kind, color in (([mark for mark in marks if mark.kind != "chosen"], _LIGHT), (chosen, _CHOSEN)):
        if not kind:
            continue
        feet = [_on(mark.feet, whole) for mark in kind]
        hands = [_on(hand, whole) for mark in kind for hand in mark.hands]
        _draw_lines(painter, [QLineF(at, _on(mark.head, whole)) for at, mark in zip(feet, kind, strict=True)], color)
        if kind is chosen:  # not by colour alone: larger, and with a ring
            _draw_dots(painter, feet, radius * 1.8, color)
        _draw_dots(painter, feet, radius, color)
        sides = [QLineF(at.x() - arm, at.y(), at.x() + arm, at.y()) for at in hands]
        _draw_lines(painter, [*sides, *(QLineF(at.x(), at.y() - arm, at.x(), at.y() + arm) for at in hands)], _HAND)


def _draw_lines(painter: QPainter, lines: list[QLineF], color: str) -> None:
    for pen in (QPen(QColor(_DARK), 4), QPen(QColor(color), 2)):
        painter.setPen(pen)
        painter.drawLines(lines)


def _draw_dots(painter: QPainter, places: list[QPointF], radius: float, color: str) -> None:
    """Ellipses half as high as they are wide, each a point of a broad round pen."""
    painter.save()
    painter.scale(1.0, 0.5)
    points = [QPointF(at.x(), at.y() * 2) for at in places]
    for ink, wide in ((_DARK, radius + 1), (color, radius - 0.5)):
        painter.setPen(QPen(QColor(ink), wide * 2, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        painter.drawPoints(points)
    painter.restore()


def _draw_names(painter: QPainter, marks: tuple[PersonMark, ...], whole: QRectF, area: QRect, theme: Theme) -> None:
    """Above the heads, the chosen one's and the nearest first; one that finds no room, not even higher up, is left out."""
    painter.setFont(font(theme, "caption"))
    metrics = QFontMetricsF(painter.font())
    is_small = area.width() < metrics.averageCharWidth() * _MANY
    taken: list[QRectF] = []
    nearest_first = tuple(reversed(marks))
    for mark in sorted(nearest_first, key=lambda mark: mark.kind != "chosen"):
        name = mark.brief if is_small else mark.text
        if not name:
            continue
        head = _on(mark.head, whole)
        box = QRectF(0, 0, metrics.horizontalAdvance(name) + theme.space(2), metrics.height())
        box.moveCenter(QPointF(head.x(), head.y() - metrics.height() / 2 - 2))
        if area.contains(head.toPoint()):  # at the edge it is moved in; of a head outside it goes with the head
            box.moveLeft(min(max(box.left(), area.left()), area.right() - box.width()))
            box.moveTop(max(box.top(), area.top()))
        for _ in range(_HIGHER):
            if any(box.intersects(other) for other in taken):
                box.translate(0, -metrics.height() - 1)
        if any(box.intersects(other) for other in taken):
            continue
        taken.append(box)
        plate = QColor(_DARK)
        plate.setAlpha(190)
        painter.fillRect(box, plate)
        painter.setPen(QColor(_CHOSEN if mark.kind == "chosen" else _LIGHT))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, name)


def _on(place: Place, whole: QRectF) -> QPointF:
    return QPointF(whole.left() + place[0] * whole.width(), whole.top() + place[1] * whole.height())
