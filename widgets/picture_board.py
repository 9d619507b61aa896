"""Pictures of one moment from several cameras: the chosen one large, all of them in a strip, the best first."""

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QLocale, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QAccessible,
    QColor,
    QFontMetricsF,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPen,
    QPixmap,
    QWheelEvent,
)
from PySide6.QtWidgets import QWidget

from resources.fonts import font
from resources.icons import icon
from resources.theme import Theme
from widgets.chip import chip_size, draw_chip
from widgets.hatch import draw_missing, draw_words, hatch_brush
from widgets.moment import time_text
from widgets.still_canvas import StillCanvas
from widgets.video_tile import MOST_ZOOM, header_height, zoom_text

FAR_US = 2_000_000
"""A picture farther from the cursor does not show its moment, and must not look as if it did."""
_SHAPE = 16 / 9
_KEPT_SCALED = 60
_TILE_PX = 92
_ZOOM = 1.25
_WAYS = {Qt.Key.Key_Left: (-1, 0), Qt.Key.Key_Right: (1, 0), Qt.Key.Key_Up: (0, -1), Qt.Key.Key_Down: (0, 1)}


@dataclass(frozen=True, slots=True, eq=False)
class Shot:
    """The picture of one camera that is nearest to the cursor. ``offset_us``: its time less the cursor's, ±
    ``error_us``. ``image``: None while it is not there; ``why``: because it will not come."""

    key: object
    name: str
    image: QImage | None
    at_us: int
    offset_us: int
    error_us: int = 0
    why: str = ""


class PictureBoard(StillCanvas):
    """←/→ and a click choose a camera; the wheel or +/− zooms into the large picture, a drag or Shift and the arrows move
    it, 0 shows all."""

    accessible_role = QAccessible.Role.Graphic

    camera_chosen = Signal(object)
    """The key of the shot."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self._shots: tuple[Shot, ...] = ()
        self._chosen: object = None
        self._words = ""
        self._scaled: OrderedDict[tuple[int, int, int], QPixmap] = OrderedDict()
        self._zoom = 1.0
        self._centre = QPointF(0.5, 0.5)
        self._pressed: QPointF | None = None
        self._describe()

    # ------------------------------------------------------------ what is shown

    def set_shots(self, shots: Sequence[Shot], chosen: object, words: str = "") -> None:
        """The best first; ``chosen``: the key of the large one. ``words``: why there are none."""
        self._shots, self._chosen, self._words = tuple(shots), chosen, words
        self._describe()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(self._theme.px(420), self._theme.px(320))

    def minimumSizeHint(self) -> QSize:
        return QSize(self._theme.px(160), self._theme.px(170))

    # ------------------------------------------------------------ where things are

    def _large(self) -> QRect:
        """The large picture with its head."""
        return self._parts()[0]

    def _parts(self) -> tuple[QRect, list[QRect]]:
        """The large picture and the tiles: below it, or beside it where that leaves it larger."""
        gap, head = self._theme.space(1), header_height(self._theme)
        area = self.rect()
        count = len(self._shots)
        if count < 2:
            return area, []
        least = round(self._theme.px(_TILE_PX) / _SHAPE)
        spare = area.height() - 2 * head - gap - round(area.width() / _SHAPE)  # what the large one cannot use
        height = min(max(least, spare), 2 * least)
        tile = QSize(round(height * _SHAPE), height + head)
        below = QRect(area.left(), area.top(), area.width(), area.height() - tile.height() - gap)
        beside = QRect(area.left(), area.top(), area.width() - self._theme.px(_TILE_PX) - gap, area.height())
        narrow = self._theme.px(_TILE_PX)
        if _seen_area(below, head) >= _seen_area(beside, head):
            most = min(count, max(1, (area.width() + gap) // (narrow + gap)))
            width = min(tile.width(), (area.width() + gap) // most - gap)
            top = below.bottom() + 1 + gap
            return below, [QRect(place * (width + gap), top, width, tile.height()) for place in range(most)]
        most = min(count, max(1, (area.height() + gap) // (least + head + gap)))
        left, step = beside.right() + 1 + gap, least + head + gap
        return beside, [QRect(left, place * step, narrow, least + head) for place in range(most)]

    def _strip(self) -> list[tuple[QRect, Shot]]:
        """The tiles with their shots; where not all have room, those up to the chosen one."""
        tiles = self._parts()[1]
        keys = [shot.key for shot in self._shots]
        place = keys.index(self._chosen) if self._chosen in keys else 0
        first = max(0, place - len(tiles) + 1)
        return list(zip(tiles, self._shots[first:], strict=False))

    # ------------------------------------------------------------ painting

    def _paint_still(self, painter: QPainter) -> None:
        """Nothing of it stands still but the ground."""
        painter.fillRect(self.rect(), QColor(self._theme.window))

    def _paint_moving(self, painter: QPainter) -> None:
        shot = self._chosen_shot()
        if shot is None:
            pad = self._theme.space(2)
            area = QRectF(self.rect()).adjusted(pad, pad, -pad, -pad)
            draw_missing(painter, area, self._words or self.tr("No pictures"), self._theme)
            return
        self._paint_large(painter, shot, self._large())
        for tile, other in self._strip():
            self._paint_tile(painter, other, tile)

    def _paint_large(self, painter: QPainter, shot: Shot, box: QRect) -> None:
        theme = self._theme
        head = QRect(box.left(), box.top(), box.width(), header_height(theme))
        body = box.adjusted(0, head.height(), 0, 0)
        painter.fillRect(body, QColor(theme.window))
        painter.save()
        painter.setClipRect(body)
        if shot.image is None:
            painter.fillRect(body, hatch_brush(theme))
            draw_words(painter, QRectF(body), shot.why or self.tr("Fetching the picture"), theme)
        else:
            area = _fitted(shot.image, body)
            if self._zoom > 1.0:
                painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
                painter.drawImage(QRectF(area), shot.image, self._seen(shot.image))
                draw_chip(
                    painter,
                    QPointF(area.topLeft()) + QPointF(6, 6),
                    zoom_text(self._zoom),
                    "neutral",
                    theme,
                    has_shape=False,
                )
            else:
                painter.drawPixmap(area.topLeft(), self._fit(shot.image, area.size()))
            if abs(shot.offset_us) > FAR_US:
                painter.fillRect(area, hatch_brush(theme, 150))
                words = self.tr("not of this moment: {0}").format(self.offset_words(shot))
                size = chip_size(words, theme)
                draw_chip(
                    painter,
                    QPointF(area.center()) - QPointF(size.width() / 2, size.height() / 2),
                    words,
                    "warning",
                    theme,
                )
        painter.restore()
        self._paint_large_head(painter, shot, head)

    def _paint_large_head(self, painter: QPainter, shot: Shot, head: QRect) -> None:
        theme, pad = self._theme, self._theme.space(2)
        metrics = QFontMetricsF(font(theme, "caption"))
        painter.fillRect(head, QColor(theme.raised))
        right = self._head_words(shot, head.width() * 0.7)
        width = metrics.horizontalAdvance(right)
        side = theme.px(14)
        icon("camera", theme, "muted").paint(
            painter, QRect(head.left() + pad, head.center().y() - side // 2, side, side)
        )
        painter.setFont(font(theme, "caption"))
        painter.setPen(QColor(theme.muted))
        painter.drawText(
            head.adjusted(0, 0, -pad, 0), Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, right
        )
        painter.setFont(font(theme, "caption"))
        painter.setPen(QColor(theme.text))
        left = head.adjusted(pad + side + pad, 0, -round(width) - 2 * pad, 0)
        name = metrics.elidedText(shot.name, Qt.TextElideMode.ElideRight, left.width())
        painter.drawText(left, Qt.AlignmentFlag.AlignVCenter, name)

    def _head_words(self, shot: Shot, room: float) -> str:
        """When it was taken, by the store's clock and by the cursor; less of it where the room is short."""
        metrics = QFontMetricsF(font(self._theme, "caption"))
        offset = self.offset_words(shot)
        error = self.tr("± {0} ms").format(max(1, round(shot.error_us / 1_000)))
        at = time_text(shot.at_us, self._zone, digits=3)
        fitting = (f"{at} {error} · {offset}", f"{at} · {offset}", offset)
        return next((words for words in fitting if metrics.horizontalAdvance(words) <= room), offset)

    def offset_words(self, shot: Shot) -> str:
        if abs(shot.offset_us) < 5_000:
            return self.tr("at the cursor")
        seconds = QLocale().toString(abs(shot.offset_us) / 1e6, "f", 2)
        if shot.offset_us < 0:
            return self.tr("{0} s before the cursor").format(seconds)
        return self.tr("{0} s after the cursor").format(seconds)

    def _paint_tile(self, painter: QPainter, shot: Shot, tile: QRect) -> None:
        theme, is_chosen = self._theme, shot.key == self._chosen
        head_height = header_height(theme)
        body = tile.adjusted(0, 0, 0, -head_height)
        foot = QRect(tile.left(), body.bottom() + 1, tile.width(), head_height)
        painter.fillRect(body, QColor(theme.window))
        if shot.image is None:
            painter.fillRect(body, hatch_brush(theme))
        else:
            area = _fitted(shot.image, body)
            painter.drawPixmap(area.topLeft(), self._fit(shot.image, area.size()))
            if abs(shot.offset_us) > FAR_US:
                painter.fillRect(area, hatch_brush(theme, 150))
        painter.fillRect(foot, QColor(theme.selection if is_chosen else theme.raised))
        metrics = QFontMetricsF(font(theme, "caption"))
        painter.setFont(font(theme, "caption"))
        pad = theme.space(1.5)
        sign = "+" if shot.offset_us >= 0 else "−"
        offset = f"{sign}{QLocale().toString(abs(shot.offset_us) / 1e6, 'f', 1)} s"
        width = metrics.horizontalAdvance(offset)
        painter.setPen(QColor(theme.muted))
        painter.drawText(
            foot.adjusted(0, 0, -pad, 0), Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, offset
        )
        name_box = foot.adjusted(pad, 0, -round(width) - 2 * pad, 0)
        painter.setPen(QColor(theme.text))
        name = metrics.elidedText(shot.name, Qt.TextElideMode.ElideRight, name_box.width())
        painter.drawText(name_box, Qt.AlignmentFlag.AlignVCenter, name)
        frame = 2 if is_chosen else 1
        painter.setPen(QPen(QColor(theme.accent if is_chosen else theme.border), frame))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(tile.adjusted(frame // 2, frame // 2, -1, -1))

    def _fit(self, image: QImage, size: QSize) -> QPixmap:
        """The picture at the size at which it is drawn, scaled once."""
        ratio = self.devicePixelRatioF()
        key = (image.cacheKey(), size.width(), size.height())
        found = self._scaled.get(key)
        if found is None:
            scaled = image.scaled(
                size * ratio, Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation
            )
            found = QPixmap.fromImage(scaled)
            found.setDevicePixelRatio(ratio)
            self._scaled[key] = found
            while len(self._scaled) > _KEPT_SCALED:
                self._scaled.popitem(last=False)
        else:
            self._scaled.move_to_end(key)
        return found

    def _seen(self, image: QImage) -> QRectF:
        """The part of the picture that is seen, in its pixels."""
        width, height = image.width() / self._zoom, image.height() / self._zoom
        return QRectF(
            self._centre.x() * image.width() - width / 2, self._centre.y() * image.height() - height / 2, width, height
        )

    def _chosen_shot(self) -> Shot | None:
        return next((shot for shot in self._shots if shot.key == self._chosen), next(iter(self._shots), None))

    # ------------------------------------------------------------ what the user does

    def wheelEvent(self, event: QWheelEvent) -> None:
        self._zoom_by(_ZOOM ** (event.angleDelta().y() / 120))
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            return
        self._pressed = event.position()
        for tile, shot in self._strip():
            if tile.contains(event.position().toPoint()):
                self._choose(shot.key)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._pressed is not None and self._zoom > 1.0 and event.buttons():
            step, large = event.position() - self._pressed, self._large()
            self._pressed = event.position()
            self._move_seen(-step.x() / large.width(), -step.y() / large.height())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: ARG002
        self._pressed = None

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if key in _WAYS and event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self._move_seen(0.1 * _WAYS[key][0], 0.1 * _WAYS[key][1])
        elif key in (Qt.Key.Key_Left, Qt.Key.Key_Right) and self._shots:
            keys = [shot.key for shot in self._shots]
            place = keys.index(self._chosen) if self._chosen in keys else 0
            self._choose(keys[(place + (1 if key == Qt.Key.Key_Right else -1)) % len(keys)])
        elif key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal):
            self._zoom_by(_ZOOM)
        elif key == Qt.Key.Key_Minus:
            self._zoom_by(1 / _ZOOM)
        elif key == Qt.Key.Key_0:
            self._zoom_by(1 / MOST_ZOOM)
        else:
            super().keyPressEvent(event)

    def _zoom_by(self, factor: float) -> None:
        self._zoom = min(max(self._zoom * factor, 1.0), MOST_ZOOM)
        self._move_seen(0.0, 0.0)

    def _move_seen(self, x: float, y: float) -> None:
        """By shares of what is seen; never past the edge."""
        half = 0.5 / self._zoom
        self._centre = QPointF(
            min(max(self._centre.x() + x / self._zoom, half), 1 - half),
            min(max(self._centre.y() + y / self._zoom, half), 1 - half),
        )
        self.update()

    def _choose(self, key: object) -> None:
        self._chosen = key
        self._describe()
        self.update()
        self.camera_chosen.emit(key)

    def _describe(self) -> None:
        shot = self._chosen_shot()
        words = self._words or self.tr("No pictures")
        if shot is not None:
            others = ", ".join(one.name for one in self._shots)
            words = self.tr("{0}, {1}; cameras: {2}").format(shot.name, self.offset_words(shot), others)
        self._tell(self.tr("Pictures"), words)


def _fitted(image: QImage, body: QRect) -> QRect:
    """The largest rectangle of the picture's shape in ``body``."""
    size = image.size().scaled(body.size(), Qt.AspectRatioMode.KeepAspectRatio)
    area = QRect(0, 0, size.width(), size.height())
    area.moveCenter(body.center())
    return area


def _seen_area(box: QRect, head: int) -> float:
    """How large a picture of the usual shape becomes in a box with a head."""
    width, height = float(box.width()), float(box.height() - head)
    width = min(width, height * _SHAPE)
    return width * width / _SHAPE
