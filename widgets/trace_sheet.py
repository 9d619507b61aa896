"""Lanes of readings laid out on a sheet: where each stands, and all of it painted, on screen or on paper."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication, QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QImage, QPainter

from resources.fonts import font
from resources.theme import Theme
from widgets.graph_axes import draw_axes
from widgets.graph_series import Lane
from widgets.time_view import TimeView
from widgets.trace_lane import PlateLane, draw_lane


@dataclass(frozen=True, slots=True, eq=False)
class TraceSheet:
    """``size`` in pixels; ``zone``: an IANA name, the axis is in it."""

    lanes: Sequence[PlateLane]
    view: TimeView
    size: QSizeF
    zone: str
    theme: Theme

    @property
    def text_height(self) -> float:
        return QFontMetricsF(font(self.theme, "caption")).height()

    @property
    def value_width(self) -> float:
        """Room for a reading at the right end of a lane's head."""
        return QFontMetricsF(font(self.theme, "strong")).horizontalAdvance("−00,000.0 g") + self.theme.space(2)

    def plot(self) -> QRectF:
        """All lanes with their heads; the scales are left of it, the times below."""
        theme, metrics = self.theme, QFontMetricsF(font(self.theme, "caption"))
        left = theme.space(1) + metrics.horizontalAdvance("−00,000") + theme.space(2)
        bottom = self.size.height() - metrics.height() - theme.space(2)
        right = self.size.width() - theme.space(2)
        return QRectF(QPointF(math.floor(left), theme.space(1)), QPointF(right, math.floor(bottom)))

    def rooms(self) -> list[tuple[QRectF, QRectF]]:
        """(head, plot) of each lane, from the top down."""
        plot, head = self.plot(), self.text_height + self.theme.space(2)
        height = plot.height() / max(1, len(self.lanes))
        rooms = []
        for place in range(len(self.lanes)):
            top = plot.top() + place * height
            area = QRectF(plot.left(), math.floor(top + head), plot.width(), math.floor(height - head - 2))
            rooms.append((QRectF(plot.left(), top, plot.width(), head), area))
        return rooms

    def scale(self, lane: PlateLane, area: QRectF) -> Lane:
        margin = area.height() * 0.06
        return Lane(area.top() + margin, area.bottom() - margin, *lane.bounds(self.view.start_us, self.view.end_us))

    def paint(self, painter: QPainter) -> None:
        self.view.pixels = max(1, round(self.plot().width()))
        missing = QCoreApplication.translate("trace", "no weights kept")
        for place, (lane, (head, area)) in enumerate(zip(self.lanes, self.rooms(), strict=True)):
            if area.height() < self.theme.px(16):
                continue
            scale = self.scale(lane, area)
            painter.setFont(font(self.theme, "caption"))
            painter.fillRect(area, QColor(self.theme.sunken))
            self._paint_axes(painter, area, scale, has_times=place == len(self.lanes) - 1)
            draw_lane(painter, lane, area, scale, self.view, missing, self.theme)
            self._paint_head(painter, lane, head)

    def _paint_axes(self, painter: QPainter, area: QRectF, scale: Lane, *, has_times: bool) -> None:
        painter.save()
        if not has_times:
            above = self.text_height
            painter.setClipRect(QRectF(0, area.top() - above, self.size.width(), area.height() + above + 1))
        draw_axes(painter, area, [scale], self.view, self.zone, "", self.theme)
        painter.restore()

    def _paint_head(self, painter: QPainter, lane: PlateLane, head: QRectF) -> None:
        """Plate and product."""
        theme, middle = self.theme, Qt.AlignmentFlag.AlignVCenter
        painter.setFont(font(theme, "caption"))
        metrics = QFontMetricsF(font(theme, "caption"))
        left, right = head.left(), head.right() - self.value_width
        name = QCoreApplication.translate("trace", "Plate {0}").format(lane.name)
        painter.setPen(QColor(theme.text))
        painter.drawText(QRectF(left, head.top(), right - left, head.height()), middle, name)
        left += metrics.horizontalAdvance(name) + theme.space(2)
        if lane.detail and right - left > theme.px(40):
            painter.setPen(QColor(theme.muted))
            detail = metrics.elidedText(lane.detail, Qt.TextElideMode.ElideRight, right - left)
            painter.drawText(QRectF(left, head.top(), right - left, head.height()), middle, detail)


def trace_picture(sheet: TraceSheet, ratio: float) -> QImage:
    """The sheet as a picture of ``ratio`` device pixels to the pixel. May be called in any thread."""
    picture = QImage((sheet.size * ratio).toSize(), QImage.Format.Format_RGB32)
    picture.setDevicePixelRatio(ratio)
    picture.fill(QColor(sheet.theme.surface))
    with QPainter(picture) as painter:
        sheet.paint(painter)
    return picture
