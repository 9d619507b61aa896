"""Hatching: how missing and stale data look everywhere on the desk."""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QImage, QPainter, QPen

from resources.fonts import font
from resources.theme import Theme

_PITCH = 8


def hatch_brush(theme: Theme, alpha: int = 110) -> QBrush:
    """Thin diagonals in the theme's grey; ``alpha``: 0 to 255. An image, so that it paints fast in software."""
    tile = QImage(_PITCH, _PITCH, QImage.Format.Format_ARGB32_Premultiplied)
    tile.fill(Qt.GlobalColor.transparent)
    ink = QColor(theme.hatch)
    ink.setAlpha(alpha)
    painter = QPainter(tile)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(ink, 1.0))
    for shift in (-_PITCH, 0, _PITCH):
        painter.drawLine(shift, _PITCH, shift + _PITCH, 0)
    painter.end()
    return QBrush(tile)


def draw_missing(painter: QPainter, area: QRectF, words: str, theme: Theme) -> None:
    """Hatches ``area`` and says why in the middle of it, where there is room for the words."""
    painter.fillRect(area, hatch_brush(theme))
    draw_words(painter, area, words, theme)


def draw_words(painter: QPainter, area: QRectF, words: str, theme: Theme) -> None:
    """Words on a plate of their own in the middle of ``area``; nothing where they do not fit."""
    face = font(theme, "caption")
    painter.setFont(face)
    metrics = painter.fontMetrics()
    width, height = metrics.horizontalAdvance(words) + theme.space(3), metrics.height() + theme.space(1)
    if not words or width > area.width() or height > area.height():
        return
    plate = QRectF(0, 0, width, height)
    plate.moveCenter(area.center())
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(theme.surface))
    painter.drawRoundedRect(plate, 3, 3)
    painter.setPen(QColor(theme.muted))
    painter.drawText(plate, Qt.AlignmentFlag.AlignCenter, words)
    painter.restore()
