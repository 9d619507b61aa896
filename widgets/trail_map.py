"""The floor at one moment: where everybody was, where they came from, and the plates that are looked at."""

import math
from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QAccessible,
    QColor,
    QFontMetricsF,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPen,
    QPixmap,
    QPolygonF,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QWidget

from resources.fonts import font
from resources.theme import Theme
from widgets.chip import draw_chip
from widgets.floor_cells import unfold
from widgets.floor_layer import FloorStates, draw_devices, draw_field_of_view, draw_ground, draw_racks, to_polygon
from widgets.floor_people import dot_radius
from widgets.floor_plan import Plan, PlanCamera
from widgets.floor_view import FloorView
from widgets.hatch import draw_words
from widgets.polygon import to_polygon as to_line
from widgets.rack_names import RackName, draw_rack_names, rack_names
from widgets.still_canvas import StillCanvas
from widgets.time_bar import FAR_US, STEP_US
from widgets.trail import Trail

_RECENT_US = 4_000_000
"""How much of a trail behind the cursor is drawn strong."""
_NEAR_METRES = 6.0
_MOST_PIXELS = 9_000_000
_ZOOM = 1.25
_WAYS = {Qt.Key.Key_Left: (-1, 0), Qt.Key.Key_Right: (1, 0), Qt.Key.Key_Up: (0, -1), Qt.Key.Key_Down: (0, 1)}
_MARGIN_METRES = 0.7
_NAMED_METRES = 2.6
"""Who is nearer than that to who is concerned has a name on the map."""
_INNER = 0.14
"""Share of the map at each edge in which who is concerned is brought back to the middle."""


class TrailMap(StillCanvas):
    """Drag the concerned person along the trail to move the cursor; drag elsewhere or Ctrl and the arrows pan, the wheel
    or +/− zooms, 0 shows the whole store; ←/→ move the cursor by 0.1 s (Shift: by 1 s). The map goes with who is
    concerned."""

    accessible_role = QAccessible.Role.Graphic

    moved = Signal(object)
    """µs to which the user moved the cursor."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self._floor = unfold(Plan(()))
        self._trails: tuple[Trail, ...] = ()
        self._plates: tuple[str, ...] = ()
        self._camera: PlanCamera | None = None
        self._drawn: QPixmap | None = None
        self._rack_names: list[RackName] = []
        self._view = FloorView()
        self._is_whole = False
        self._looked_at: tuple[float, float] | None = None
        self._cursor_us = 0
        self._grip: Trail | None = None
        self._pressed: QPointF | None = None
        self._describe()

    # ------------------------------------------------------------ what is shown

    def set_plan(self, plan: Plan) -> None:
        self._floor = unfold(plan)
        self._look_again()

    def set_trails(self, trails: Sequence[Trail]) -> None:
        """Those of who is concerned are drawn over all others."""
        self._trails = tuple(sorted(trails, key=lambda trail: trail.is_concerned))
        self._describe()
        self.redraw()

    def set_plates(self, plates: Iterable[str]) -> None:
        """Frames them."""
        self._plates = tuple(plates)
        self.update()

    def set_camera(self, camera: str | None) -> None:
        """Shows what the camera of the chosen picture sees."""
        found = next((one for one in self._floor.plan.cameras if one.id == camera), None)
        if found is not self._camera:
            self._camera = found
            self.update()

    def look_at(self, x: float, y: float) -> None:
        """Brings a place near, in the middle; again when the map gets another size, until the user moves it."""
        self._is_whole, self._looked_at = False, (x, y)
        if not self._floor.plan.outline:
            return
        scale = self._near_scale()
        if scale != self._view.scale:
            self._view.scale = scale
            self.redraw()
        self._centre_on(x, y)
        self.update()

    def show_all(self) -> None:
        self._is_whole, self._looked_at = True, None
        self._view.fit(self._floor.plan.outline, self.width(), self.height(), self._theme.px(20))
        self.redraw()

    def set_cursor(self, at_us: int) -> None:
        """Without a signal."""
        if at_us == self._cursor_us:
            return
        self._cursor_us = at_us
        self._follow()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(self._theme.px(320), self._theme.px(320))

    def minimumSizeHint(self) -> QSize:
        return QSize(self._theme.px(160), self._theme.px(150))

    # ------------------------------------------------------------ which part is seen

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._look_again()

    def _look_again(self) -> None:
        if self._is_whole:
            self.show_all()
        elif self._looked_at is not None:
            self.look_at(*self._looked_at)
        else:
            self.redraw()

    def _near_scale(self) -> float:
        return min(max(8.0, min(self.width(), self.height()) / _NEAR_METRES), self._most_scale())

    def _most_scale(self) -> float:
        """At which the picture of the whole floor is as large as may be."""
        _, _, width, height = self._corner()
        return math.sqrt(_MOST_PIXELS / (width * height)) / self.devicePixelRatioF()

    def _centre_on(self, x: float, y: float) -> None:
        """In the middle, but no farther than the floor reaches: what is beyond the wall shows nothing."""
        left, top, width, height = self._corner()
        across, down = self.width() / 2 / self._view.scale, self.height() / 2 / self._view.scale
        x = _held(x, left + across, left + width - across)
        y = _held(y, top - height + down, top - down)
        self._view.left = self.width() / 2 - x * self._view.scale
        self._view.top = self.height() / 2 + y * self._view.scale

    def _follow(self) -> None:
        """Panning copies another part of the floor: nothing is painted anew."""
        if self._is_whole or self._pressed is not None or not self._floor.plan.outline:
            return
        for trail in self._trails:
            there = trail.at(self._cursor_us) if trail.is_concerned else None
            if there is None:
                continue
            x, y = self._view.to_screen(*there)
            across, down = self.width() * _INNER, self.height() * _INNER
            inner = QRectF(self.rect()).adjusted(across, down, -across, -down)
            if not inner.contains(QPointF(x, y)):
                self._centre_on(*there)
            return

    # ------------------------------------------------------------ painting

    def redraw(self) -> None:
        self._drawn = None
        super().redraw()

    def _paint_still(self, painter: QPainter) -> None:
        """Only the ground: the floor is copied from a picture of the whole, as far as it is seen."""
        painter.fillRect(self.rect(), QColor(self._theme.window))

    def _corner(self) -> tuple[float, float, float, float]:
        """(left, top, width, height) in metres of the floor with its margin; top is the greatest y."""
        xs, ys = zip(*self._floor.plan.outline, strict=True)
        margin = _MARGIN_METRES
        return min(xs) - margin, max(ys) + margin, max(xs) - min(xs) + 2 * margin, max(ys) - min(ys) + 2 * margin

    def _whole(self) -> QPixmap:
        """The whole floor with all trails, at the present scale."""
        if self._drawn is None:
            left, top, width, height = self._corner()
            ratio = self.devicePixelRatioF()
            self._view.scale = min(self._view.scale, self._most_scale())
            scale = self._view.scale
            floor = QPixmap(math.ceil(width * scale * ratio), math.ceil(height * scale * ratio))
            floor.setDevicePixelRatio(ratio)
            floor.fill(QColor(self._theme.window))
            view = FloorView()
            view.scale, view.left, view.top = scale, -left * scale, top * scale
            with QPainter(floor) as painter:
                draw_ground(painter, self._floor.plan, view, self._theme, None)
                draw_racks(painter, self._floor.racks, view, self._theme)
                draw_devices(painter, self._floor.plan, FloorStates(), view, self._theme)
                painter.setRenderHint(QPainter.RenderHint.Antialiasing)
                for trail in self._trails:
                    ink = QColor(self._theme.accent if trail.is_concerned else self._theme.muted)
                    ink.setAlpha(130 if trail.is_concerned else 55)
                    painter.setPen(QPen(ink, 1.4 if trail.is_concerned else 1.0))
                    for piece in trail.pieces():
                        painter.drawPolyline(_line(piece, view))
            self._drawn = floor
            self._rack_names = rack_names(self._floor.racks, scale, self._theme)
        return self._drawn

    def _paint_moving(self, painter: QPainter) -> None:
        if not self._floor.plan.outline:
            draw_words(painter, QRectF(self.rect()), self.tr("No floor plan"), self._theme)
            return
        floor = self._whole()
        left, top, _, _ = self._corner()
        painter.drawPixmap(QPointF(*(round(part) for part in self._view.to_screen(left, top))), floor)
        draw_rack_names(painter, self._rack_names, self._view, self.size(), self._theme)
        if self._camera is not None:
            walls = QPainterPath()
            walls.addPolygon(to_polygon(self._view, self._floor.plan.outline))
            painter.save()
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setClipPath(walls)  # nobody sees through a wall
            draw_field_of_view(painter, self._camera, self._view, self._theme, is_chosen=True)
            painter.restore()
        self._paint_plates(painter)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        there = [(trail, at) for trail in self._trails if (at := trail.at(self._cursor_us)) is not None]
        for trail in self._trails:
            self._paint_recent(painter, trail)
        for trail, at in there:
            self._paint_dot(painter, trail, QPointF(*self._view.to_screen(*at)))
        self._paint_names(painter, there)
        if not there:
            corner = QPointF(self._theme.space(2), self._theme.space(2))
            draw_chip(painter, corner, self.tr("No positions at this moment"), "neutral", self._theme)

    def _paint_plates(self, painter: QPainter) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for plate in self._plates:
            if plate in self._floor.places:
                corners = self._plate_shape(plate)
                for ink, width in ((self._theme.surface, 5), (self._theme.accent, 2.5)):
                    painter.setPen(QPen(QColor(ink), width))
                    painter.drawPolygon(corners)

    def _plate_shape(self, plate: str) -> QPolygonF:
        rack, cell = self._floor.places[plate]
        return to_polygon(self._view, rack.corners(cell))

    def _ink(self, trail: Trail) -> QColor:
        return QColor(self._theme.accent if trail.is_concerned else self._theme.shopper)

    def _paint_recent(self, painter: QPainter, trail: Trail) -> None:
        """The last seconds before the cursor."""
        width = 3 if trail.is_concerned else 1
        painter.setPen(QPen(self._ink(trail), width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        for piece in trail.pieces(self._cursor_us - _RECENT_US, self._cursor_us):
            painter.drawPolyline(_line(piece, self._view))

    def _paint_dot(self, painter: QPainter, trail: Trail, at: QPointF) -> None:
        radius = dot_radius(self._theme)
        painter.setPen(QPen(QColor(self._theme.surface), 1.5))
        painter.setBrush(self._ink(trail))
        painter.drawEllipse(at, radius, radius)
        if trail.is_concerned:
            painter.setPen(QPen(self._ink(trail), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawEllipse(at, radius + 5, radius + 5)

    def _paint_names(self, painter: QPainter, there: Sequence[tuple[Trail, tuple[float, float]]]) -> None:
        """Of who is concerned and of who is near; where there is room beside the dot, over no other dot or name."""
        theme, reach = self._theme, dot_radius(self._theme) + 6
        places = [QPointF(*self._view.to_screen(*at)) for _, at in there]
        chief = next((at for trail, at in there if trail.is_concerned), None)
        taken = [QRectF(at.x() - reach, at.y() - reach, 2 * reach, 2 * reach) for at in places]
        taken += [self._plate_shape(plate).boundingRect() for plate in self._plates if plate in self._floor.places]
        for (trail, at), centre in sorted(
            zip(there, places, strict=True), key=lambda pair: not pair[0][0].is_concerned
        ):
            is_near = chief is None or math.dist(at, chief) <= _NAMED_METRES
            if not trail.name or not is_near or not self.rect().contains(centre.toPoint()):
                continue
            face = font(theme, "strong" if trail.is_concerned else "caption")
            metrics = QFontMetricsF(face)
            width, height = metrics.horizontalAdvance(trail.name) + theme.space(2), metrics.height()
            corners = (
                (centre.x() + reach + 2, centre.y() - height / 2),
                (centre.x() - reach - 2 - width, centre.y() - height / 2),
                (centre.x() - width / 2, centre.y() - reach - 2 - height),
                (centre.x() - width / 2, centre.y() + reach + 2),
            )
            boxes = (QRectF(x, y, width, height) for x, y in corners)
            box = next((box for box in boxes if self._is_free(box, taken)), None)
            if box is not None:
                taken.append(box)
                painter.fillRect(box, QColor(theme.selection if trail.is_concerned else theme.surface))
                painter.setFont(face)
                painter.setPen(QColor(theme.text if trail.is_concerned else theme.muted))
                painter.drawText(box, Qt.AlignmentFlag.AlignCenter, trail.name)

    def _is_free(self, box: QRectF, taken: Iterable[QRectF]) -> bool:
        return QRectF(self.rect()).contains(box) and not any(box.intersects(other) for other in taken)

    # ------------------------------------------------------------ what the user does

    def wheelEvent(self, event: QWheelEvent) -> None:
        self._zoom(_ZOOM ** (event.angleDelta().y() / 120), event.position())
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._pressed = event.position()
            self._grip = self._gripped(event.position())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._pressed is None:
            is_grip = self._gripped(event.position()) is not None
            self.setCursor(Qt.CursorShape.PointingHandCursor if is_grip else Qt.CursorShape.ArrowCursor)
        elif self._grip is not None:
            found = self._grip.nearest(*self._view.to_floor(event.position().x(), event.position().y()))
            if found is not None:
                self._move(found[0])
        else:
            step = event.position() - self._pressed
            self._pressed = event.position()
            self._pan(step.x(), step.y())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: ARG002
        self._pressed = self._grip = None

    def keyPressEvent(self, event: QKeyEvent) -> None:
        far = FAR_US if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else STEP_US
        key = Qt.Key(event.key())
        if key in _WAYS and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            step = self._theme.px(48)
            self._pan(-_WAYS[key][0] * step, -_WAYS[key][1] * step)
        elif key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            self._move(self._cursor_us + (far if key == Qt.Key.Key_Right else -far))
        elif key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal, Qt.Key.Key_Minus):
            self._zoom(1 / _ZOOM if key == Qt.Key.Key_Minus else _ZOOM, QRectF(self.rect()).center())
        elif key == Qt.Key.Key_0:
            self.show_all()
        else:
            super().keyPressEvent(event)

    def _pan(self, x: float, y: float) -> None:
        self._is_whole, self._looked_at = False, None
        self._view.pan(x, y)
        self.update()

    def _gripped(self, at: QPointF) -> Trail | None:
        """Who is concerned, where the pointer is on them."""
        for trail in self._trails:
            there = trail.at(self._cursor_us) if trail.is_concerned else None
            if there is not None and (QPointF(*self._view.to_screen(*there)) - at).manhattanLength() <= 18:
                return trail
        return None

    def _zoom(self, factor: float, at: QPointF) -> None:
        self._is_whole, self._looked_at = False, None
        if self._floor.plan.outline:
            factor = min(factor, self._most_scale() / self._view.scale)
        self._view.zoom(factor, at.x(), at.y())
        self.redraw()

    def _move(self, at_us: int) -> None:
        self.set_cursor(at_us)
        self.moved.emit(at_us)

    def _describe(self) -> None:
        names = ", ".join(trail.name for trail in reversed(self._trails) if trail.name)
        self._tell(self.tr("Trails on the floor"), names or self.tr("No positions"))


def _held(value: float, low: float, high: float) -> float:
    """Within the bounds; in their middle where there is no room between them."""
    return (low + high) / 2 if low > high else min(max(value, low), high)


def _line(piece: npt.NDArray[np.float64], view: FloorView) -> QPolygonF:
    return to_line(view.left + piece[:, 0] * view.scale, view.top - piece[:, 1] * view.scale)
