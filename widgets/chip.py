"""A chip: a short text on a tinted plate, with the shape of its severity; painted, for use on canvases."""

from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen

from resources.fonts import font
from resources.theme import Theme
from widgets.severity import Severity, draw_severity, severity_color, severity_tint


def chip_size(text: str, theme: Theme, *, has_shape: bool = True) -> QSizeF:
    metrics = QFontMetricsF(font(theme, "caption"))
    shape = theme.px(12) + theme.space(1) if has_shape else 0
    return QSizeF(metrics.horizontalAdvance(text) + shape + theme.space(3), metrics.height() + theme.space(1))


def draw_chip(
    painter: QPainter, corner: QPointF, text: str, severity: Severity, theme: Theme, *, has_shape: bool = True
) -> QRectF:
    """Paints a chip with its top left at ``corner``; the rectangle it took."""
    box = QRectF(corner, chip_size(text, theme, has_shape=has_shape))
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    edge = severity_color(severity, theme)
    edge.setAlpha(120 if theme.name != "contrast" else 255)
    painter.setPen(QPen(edge, 1))
    painter.setBrush(severity_tint(severity, theme))
    painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
    left = box.left() + theme.space(1.5)
    if has_shape:
        side = theme.px(12)
        draw_severity(painter, QRectF(left, box.center().y() - side / 2, side, side), severity, theme)
        left += side + theme.space(1)
    painter.setFont(font(theme, "caption"))
    painter.setPen(QColor(theme.text) if severity == "neutral" else severity_color(severity, theme))
    text_box = QRectF(left, box.top(), box.right() - left, box.height())
    painter.drawText(text_box, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, text)
    painter.restore()
    return box
