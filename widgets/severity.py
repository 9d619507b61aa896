"""How bad a thing is, told by shape and colour together, so that neither has to be seen alone."""

from functools import cache
from typing import Literal

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen, QPolygonF

from resources.theme import Theme

Severity = Literal["neutral", "good", "info", "warning", "danger"]


def severity_color(severity: Severity, theme: Theme) -> QColor:
    """The ink of a severity: greys and near-greys for what needs nobody."""
    inks = {
        "neutral": theme.muted,
        "good": theme.good,
        "info": theme.accent,
        "warning": theme.warning,
        "danger": theme.danger,
    }
    return QColor(inks[severity])


def severity_tint(severity: Severity, theme: Theme) -> QColor:
    """The ground behind a text of a severity."""
    tints = {
        "neutral": theme.hover,
        "good": theme.good_tint,
        "info": theme.info_tint,
        "warning": theme.warning_tint,
        "danger": theme.danger_tint,
    }
    return QColor(tints[severity])


def blank_picture(side: int, ratio: float) -> QImage:
    """A clear square of ``side`` pixels for a screen of ``ratio`` device pixels to the pixel."""
    picture = QImage(round(side * ratio), round(side * ratio), QImage.Format.Format_ARGB32_Premultiplied)
    picture.setDevicePixelRatio(ratio)
    picture.fill(Qt.GlobalColor.transparent)
    return picture


@cache
def _picture(severity: Severity, theme: Theme, side: int, ratio: float) -> QImage:
    picture = blank_picture(side, ratio)
    painter = QPainter(picture)
    _draw(painter, side / 16, severity, theme)
    painter.end()
    return picture


def draw_severity(painter: QPainter, box: QRectF, severity: Severity, theme: Theme) -> None:
    """Ring (neutral), tick (good), disc with i (info), triangle (warning), octagon (danger), filling ``box``.

    Painted once for each size and then copied: a map may show dozens, thirty times a second.
    """
    picture = _picture(severity, theme, round(box.width()), painter.device().devicePixelRatioF())
    painter.drawImage(QPointF(round(box.left()), round(box.top())), picture)


def _draw(painter: QPainter, unit: float, severity: Severity, theme: Theme) -> None:
    """On a square of 16 units."""
    ink = severity_color(severity, theme)
    paper = QColor(theme.window if theme.is_dark else "#ffffff")
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.scale(unit, unit)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(ink)
    if severity == "neutral":
        painter.setPen(QPen(ink, 1.8))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawEllipse(QPointF(8, 8), 4.6, 4.6)
    elif severity == "good":
        painter.setPen(QPen(ink, 2.2, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPolyline(QPolygonF([QPointF(3, 8.5), QPointF(6.5, 12), QPointF(13, 4.5)]))
    else:
        if severity == "info":
            painter.drawEllipse(QPointF(8, 8), 7, 7)
        elif severity == "warning":
            painter.setPen(QPen(ink, 1.6, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin))
            painter.drawPolygon(QPolygonF([QPointF(8, 2), QPointF(15, 14), QPointF(1, 14)]))
            painter.setPen(Qt.PenStyle.NoPen)
        else:
            corners = ((5, 1), (11, 1), (15, 5), (15, 11), (11, 15), (5, 15), (1, 11), (1, 5))
            painter.drawPolygon(QPolygonF([QPointF(x, y) for x, y in corners]))
        painter.setBrush(paper)
        if severity == "info":
            painter.drawRect(QRectF(7.1, 6.8, 1.8, 5.2))
            painter.drawEllipse(QPointF(8, 4.7), 1.15, 1.15)
        else:
            top = 6.0 if severity == "warning" else 4.0
            painter.drawRect(QRectF(7.1, top, 1.8, 4.6))
            painter.drawEllipse(QPointF(8, top + 6.4), 1.15, 1.15)
