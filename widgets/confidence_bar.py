"""How sure a line is: a bar, the number, and a shape where it is doubtful."""

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QAccessible, QColor, QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from resources.fonts import font
from resources.theme import Theme
from widgets.hatch import hatch_brush
from widgets.percent import percent
from widgets.severity import draw_severity

DOUBTFUL_BELOW = 0.9


def confidence_size(theme: Theme) -> QSize:
    metrics = QFontMetricsF(font(theme, "body"))
    width = theme.px(40) + theme.space(1) + metrics.horizontalAdvance("100 %") + theme.space(1) + theme.px(14)
    return QSize(round(width), round(metrics.height()))


def draw_confidence(
    painter: QPainter, area: QRectF, confidence: float | None, theme: Theme, *, is_share: bool = False
) -> None:
    """Bar, number, shape, from the left of ``area``. Grey while it is sure: a column of calm bars says nothing aloud.
    ``is_share``: one of several that make up the whole, of which none is doubtful by being small."""
    metrics = QFontMetricsF(font(theme, "body"))
    height, gap = theme.px(6), theme.space(1)
    bar = QRectF(area.left(), round(area.center().y() - height / 2), theme.px(40), height)
    is_doubtful = not is_share and confidence is not None and confidence < DOUBTFUL_BELOW
    painter.fillRect(bar, QColor(theme.hover))
    if confidence is None:
        painter.fillRect(bar, hatch_brush(theme, 255))
    else:
        ink = QColor(theme.warning if is_doubtful else theme.outline)
        share = min(max(confidence, 0.0), 1.0)
        painter.fillRect(QRectF(bar.left(), bar.top(), max(1.0, bar.width() * share), height), ink)
    text = QRectF(bar.right() + gap, area.top(), metrics.horizontalAdvance("100 %"), area.height())
    painter.setFont(font(theme, "body"))
    painter.setPen(QColor(theme.text if confidence is not None else theme.muted))
    words = "–" if confidence is None else f"{percent(confidence)} %"
    painter.drawText(text, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, words)
    if is_doubtful:
        side = theme.px(14)
        draw_severity(painter, QRectF(text.right() + gap, area.center().y() - side / 2, side, side), "warning", theme)


class ConfidenceBar(QWidget):
    accessible_role = QAccessible.Role.StaticText

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._confidence: float | None = None
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._describe()

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self.updateGeometry()
        self.update()

    def set_confidence(self, confidence: float | None) -> None:
        """0 to 1; None: not known, hatched."""
        self._confidence = confidence
        self._describe()
        self.update()

    def sizeHint(self) -> QSize:
        return confidence_size(self._theme)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        painter = QPainter(self)
        draw_confidence(painter, QRectF(self.rect()), self._confidence, self._theme)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self._describe()
        super().changeEvent(event)

    def _describe(self) -> None:
        self.setAccessibleName(self.tr("Confidence"))
        if self._confidence is None:
            self.setAccessibleDescription(self.tr("not known"))
        else:
            is_doubtful = self._confidence < DOUBTFUL_BELOW
            words = self.tr("{0} %, doubtful") if is_doubtful else self.tr("{0} %")
            self.setAccessibleDescription(words.format(percent(self._confidence)))
