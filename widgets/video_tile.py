"""What one tile of the wall shows, and how it is painted."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from PySide6.QtCore import QCoreApplication, QLocale, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QImage, QPainter, QPen

from resources.fonts import font
from resources.icons import icon
from resources.theme import Theme
from widgets.chip import chip_size, draw_chip
from widgets.hatch import hatch_brush
from widgets.moment import age_text
from widgets.severity import Severity, draw_severity, severity_color
from widgets.video_overlay import NOTHING, Overlay, PlateSheet, draw_overlay

TileState = Literal["live", "connecting", "reconnecting", "lost", "no_signal"]
LATE_MS = 1_000.0
MOST_ZOOM = 8.0


@dataclass(frozen=True, slots=True)
class Tile:
    """A camera's place on the wall."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class TileStatus:
    """``age_ms``: age of the picture when measured, None before the first; ``detail``: why it is lost. ``behind_ms``:
    so old it is meant to be. ``notes``: what is wrong with it though it lives, the gravest first."""

    state: TileState
    age_ms: float | None = None
    rate_hz: float = 0.0
    detail: str = ""
    behind_ms: float = 0.0
    notes: tuple[str, ...] = ()


@dataclass(slots=True)
class TileFace:
    """What is known of one tile. ``zoom`` magnifies about (``centre_x``, ``centre_y``), shares of the picture."""

    tile: Tile
    number: int = 0
    picture: QImage | None = None
    status: TileStatus = TileStatus("connecting")
    overlay: Overlay = NOTHING
    sheet: PlateSheet = field(default_factory=PlateSheet)
    zoom: float = 1.0
    centre_x: float = 0.5
    centre_y: float = 0.5
    wall: QRect = field(default_factory=QRect)

    def zoom_by(self, factor: float) -> None:
        self.zoom = min(max(self.zoom * factor, 1.0), MOST_ZOOM)
        self.move(0, 0)

    def move(self, x: float, y: float) -> None:
        """Moves what is seen by shares of the picture; never past its edge."""
        half = 0.5 / self.zoom
        self.centre_x = min(max(self.centre_x + x, half), 1 - half)
        self.centre_y = min(max(self.centre_y + y, half), 1 - half)

    def source(self) -> QRectF:
        """The part of the picture that is seen, in its pixels."""
        if self.picture is None:
            return QRectF()
        width, height = self.picture.width() / self.zoom, self.picture.height() / self.zoom
        left = self.centre_x * self.picture.width() - width / 2
        return QRectF(left, self.centre_y * self.picture.height() - height / 2, width, height)


def state_words(status: TileStatus) -> str:
    """The state in words, "" while all is well."""
    words = {
        "live": "",
        "connecting": QCoreApplication.translate("video", "Connecting"),
        "reconnecting": QCoreApplication.translate("video", "Reconnecting"),
        "lost": QCoreApplication.translate("video", "Lost"),
        "no_signal": QCoreApplication.translate("video", "No signal"),
    }
    return words[status.state]


def picture_area(face: TileFace, body: QRect) -> QRect:
    """The largest rectangle of the picture's shape in ``body``."""
    if face.picture is None or face.picture.isNull():
        return body
    size = QSize(face.picture.width(), face.picture.height()).scaled(body.size(), Qt.AspectRatioMode.KeepAspectRatio)
    area = QRect(0, 0, size.width(), size.height())
    area.moveCenter(body.center())
    return area


def header_height(theme: Theme) -> int:
    return round(QFontMetricsF(font(theme, "caption")).height()) + theme.space(1.5)


def draw_tile(painter: QPainter, face: TileFace, theme: Theme, *, is_chosen: bool, reason: str | None) -> None:
    """Head with number, name, rate and age; below it the picture, or the words for its absence.

    ``reason``: why the tile is in the spotlight, None where it is not.
    """
    head = QRect(face.wall.left(), face.wall.top(), face.wall.width(), header_height(theme))
    body = face.wall.adjusted(0, head.height(), 0, 0)
    painter.save()
    painter.setClipRect(face.wall)
    painter.fillRect(face.wall, QColor(theme.sunken))
    _draw_body(painter, face, body, theme)
    _draw_head(painter, face, head, theme, is_chosen=is_chosen)
    if reason is not None:
        _draw_reason(painter, body, reason, theme)
    frame = theme.accent if reason is not None or is_chosen else theme.border
    width = 3 if reason is not None or is_chosen else 1
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    painter.setPen(QPen(QColor(frame), width))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    inset = width // 2
    painter.drawRect(face.wall.adjusted(inset, inset, -inset - 1, -inset - 1))
    painter.restore()


def _draw_head(painter: QPainter, face: TileFace, head: QRect, theme: Theme, *, is_chosen: bool) -> None:
    painter.fillRect(head, QColor(theme.selection if is_chosen else theme.raised))
    painter.setFont(font(theme, "caption"))
    metrics = QFontMetricsF(font(theme, "caption"))
    pad = theme.space(2)
    flags = Qt.AlignmentFlag.AlignVCenter
    right = float(head.right() - pad)
    status = face.status
    if status.state == "live" and status.age_ms is not None:
        is_late = status.age_ms - status.behind_ms > LATE_MS
        rate = f"{status.rate_hz:.0f}/s · " if status.rate_hz >= 0.5 else ""  # none counted yet: it has just begun
        numbers = f"{rate}{_age(status.age_ms)}"
        width = metrics.horizontalAdvance(numbers)
        if width < head.width() * 0.6:
            painter.setPen(severity_color("warning", theme) if is_late else QColor(theme.muted))
            painter.drawText(QRectF(right - width, head.top(), width + 1, head.height()), flags, numbers)
            right -= width + pad
            if is_late:
                side = theme.px(12)
                draw_severity(painter, QRectF(right - side, head.center().y() - side / 2, side, side), "warning", theme)
                right -= side + pad
    left = float(head.left() + pad)
    painter.setPen(QColor(theme.muted))
    number = str(face.number)
    painter.drawText(QRectF(left, head.top(), metrics.horizontalAdvance(number) + 1, head.height()), flags, number)
    left += metrics.horizontalAdvance(number) + pad
    painter.setPen(QColor(theme.text))
    name = metrics.elidedText(face.tile.name, Qt.TextElideMode.ElideRight, right - left)
    painter.drawText(QRectF(left, head.top(), right - left, head.height()), flags, name)


def _age(age_ms: float) -> str:
    return f"{round(age_ms, -1):.0f} ms" if age_ms < 1_000 else age_text(age_ms / 1e3)


def _draw_body(painter: QPainter, face: TileFace, body: QRect, theme: Theme) -> None:
    area = picture_area(face, body)
    has_picture = face.picture is not None and not face.picture.isNull()
    if has_picture and face.picture is not None:
        is_enlarged = area.width() * face.zoom > 1.2 * face.picture.width()
        painter.setRenderHint(
            QPainter.RenderHint.SmoothPixmapTransform, is_enlarged
        )  # else it costs, and shows nothing
        painter.drawImage(QRectF(area), face.picture, face.source())
        draw_overlay(painter, face.overlay, face.sheet, _whole(face, area), area, theme)
    words = state_words(face.status)
    if not words:
        if not has_picture:
            painter.fillRect(body, hatch_brush(theme))
        _draw_zoom(painter, face, body, theme)
        _draw_notes(painter, face.status.notes, body, theme)
        return
    # The last picture stays, hatched: a lost camera must not look like a live one.
    painter.fillRect(area if has_picture else body, hatch_brush(theme, 170))
    _draw_state(painter, face.status, words, body, theme, has_picture=has_picture)


def _draw_state(
    painter: QPainter, status: TileStatus, words: str, body: QRect, theme: Theme, *, has_picture: bool
) -> None:
    severity: Severity = "info" if status.state == "connecting" else "warning"
    if has_picture and status.age_ms is not None:
        age = age_text(status.age_ms / 1e3)
        full = words + QCoreApplication.translate("video", ", picture of {0} ago").format(age)
        brief = f"{words}, {age}"
        fitting = (one for one in (full, brief) if chip_size(one, theme).width() <= body.width())
        words = next(fitting, words)
    size = chip_size(words, theme)
    side = theme.px(28)
    needed = size.height() + side + theme.space(2)
    top = body.center().y() - (needed if body.height() > needed * 2 else size.height()) / 2
    if body.height() > needed * 2:
        is_coming = status.state in ("connecting", "reconnecting")
        picture = icon("loading" if is_coming else "camera_lost", theme, "muted")
        place = QRect(round(body.center().x() - side / 2), round(top), side, side)
        plate = QRectF(place).adjusted(-6, -6, 6, 6)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme.surface))
        painter.drawEllipse(plate)
        picture.paint(painter, place)
        top += side + theme.space(3)
    draw_chip(painter, QPointF(body.center().x() - size.width() / 2, top), words, severity, theme)
    if status.detail and body.height() > needed * 3:
        painter.setFont(font(theme, "caption"))
        metrics = painter.fontMetrics()
        box = QRectF(body.left() + 8, top + size.height() + theme.space(1), body.width() - 16, metrics.height())
        detail = metrics.elidedText(status.detail, Qt.TextElideMode.ElideRight, int(box.width()))
        plate = QRectF(0, 0, metrics.horizontalAdvance(detail) + 12, metrics.height())
        plate.moveCenter(box.center())
        painter.fillRect(plate, QColor(theme.surface))
        painter.setPen(QColor(theme.muted))
        painter.drawText(plate, Qt.AlignmentFlag.AlignCenter, detail)


def _draw_zoom(painter: QPainter, face: TileFace, body: QRect, theme: Theme) -> None:
    if face.zoom > 1.0:
        corner = QPointF(body.left() + theme.space(2), body.top() + theme.space(2))
        draw_chip(painter, corner, zoom_text(face.zoom), "neutral", theme, has_shape=False)


def zoom_text(zoom: float) -> str:
    """How near a picture is seen, for the chip in its corner."""
    return f"× {QLocale().toString(zoom, 'f', 1)}"


def _whole(face: TileFace, area: QRect) -> QRectF:
    """Where the whole picture would lie on the wall, of which ``area`` shows what is zoomed into."""
    width, height = area.width() * face.zoom, area.height() * face.zoom
    left = area.left() - (face.centre_x - 0.5 / face.zoom) * width
    return QRectF(left, area.top() - (face.centre_y - 0.5 / face.zoom) * height, width, height)


def _draw_notes(painter: QPainter, notes: Sequence[str], body: QRect, theme: Theme) -> None:
    """Chips from the upper right corner downwards, as many as leave the picture to be seen."""
    top = float(body.top() + theme.space(2))
    most = body.width() - theme.space(4)
    metrics = QFontMetricsF(font(theme, "caption"))
    frame = chip_size("", theme).width()
    for note in notes:
        words = metrics.elidedText(note, Qt.TextElideMode.ElideRight, most - frame)
        size = chip_size(words, theme)
        if top + size.height() > body.center().y():
            return
        draw_chip(painter, QPointF(body.right() - theme.space(2) - size.width(), top), words, "warning", theme)
        top += size.height() + theme.space(1)


def _draw_reason(painter: QPainter, body: QRect, reason: str, theme: Theme) -> None:
    words = reason or QCoreApplication.translate("video", "Spotlight")
    size = chip_size(words, theme)
    corner = QPointF(body.left() + theme.space(2), body.bottom() - size.height() - theme.space(2))
    draw_chip(painter, corner, words, "info", theme)


def wall_words(faces: Sequence[TileFace]) -> str:
    """What a screen reader says of the tiles on screen."""
    return "; ".join(
        " ".join(filter(None, [str(face.number), face.tile.name, state_words(face.status), *face.status.notes]))
        for face in faces
    )
