"""The program's icon, drawn: a floor from above, two gondolas, and one person who is seen."""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPen, QPixmap, QPolygonF

_SIZES = (16, 24, 32, 48, 64, 128, 256)
_GROUND, _FLOOR, _GONDOLA, _PERSON = "#23282e", "#eef0f2", "#8b939c", "#f0a63c"


def draw_app_icon(side: int) -> QPixmap:
    """On a grid of 16; nothing is thinner than a pixel at the smallest size."""
    picture = QPixmap(side, side)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.scale(side / 16, side / 16)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(_GROUND))
    painter.drawRoundedRect(QRectF(0, 0, 16, 16), 3.5, 3.5)
    painter.setBrush(QColor(_FLOOR))
    painter.drawRoundedRect(QRectF(2.5, 2.5, 11, 11), 1, 1)
    painter.setBrush(QColor(_GONDOLA))
    painter.drawRect(QRectF(4, 4, 2, 6))
    painter.drawRect(QRectF(7.5, 4, 2, 4))
    painter.setPen(QPen(QColor(_GROUND), 0.9))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawPolyline(QPolygonF([QPointF(5, 13.4), QPointF(6.4, 11.4), QPointF(9, 11), QPointF(10.6, 10)]))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(_PERSON))
    painter.drawEllipse(QPointF(11.2, 9.6), 1.9, 1.9)
    painter.end()
    return picture


def app_icon() -> QIcon:
    """In every size that a window system asks for. Needs a QApplication."""
    made = QIcon()
    for side in _SIZES:
        made.addPixmap(draw_app_icon(side))
    return made
