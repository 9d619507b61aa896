"""The part of the floor map that stands still: floor, gondolas, plates, gates, cameras. Painted once, then copied."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from PySide6.QtCore import QCoreApplication, QLocale, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPainterPath, QPen, QPolygonF

from resources.fonts import font
from resources.theme import Theme
from widgets.floor_cells import Cell, Rack
from widgets.floor_plan import CameraState, GateState, Plan, PlanCamera, PlanGate, PlateState
from widgets.floor_view import FloorView
from widgets.hatch import hatch_brush

_REACH_METRES = 5.0


@dataclass(frozen=True, slots=True)
class FloorStates:
    """What is known of the devices; those left out are as they should be."""

    plates: Mapping[str, PlateState] = field(default_factory=dict)
    gates: Mapping[str, GateState] = field(default_factory=dict)
    cameras: Mapping[str, CameraState] = field(default_factory=dict)


def plate_word(state: PlateState) -> str:
    """The state of a plate in words, "" for ok."""
    return {
        "ok": "",
        "low": QCoreApplication.translate("floor", "low stock"),
        "empty": QCoreApplication.translate("floor", "empty"),
        "wrong": QCoreApplication.translate("floor", "wrong product"),
        "noisy": QCoreApplication.translate("floor", "noisy"),
        "drifting": QCoreApplication.translate("floor", "drifting"),
        "dead": QCoreApplication.translate("floor", "dead"),
        "late": QCoreApplication.translate("floor", "late"),
        "unknown": QCoreApplication.translate("floor", "no data"),
    }[state]


def gate_word(state: GateState) -> str:
    return {
        "closed": QCoreApplication.translate("floor", "closed"),
        "opened": QCoreApplication.translate("floor", "open"),
        "refused": QCoreApplication.translate("floor", "entry refused"),
        "lost": QCoreApplication.translate("floor", "not connected"),
    }[state]


def to_polygon(view: FloorView, corners: Sequence[tuple[float, float]]) -> QPolygonF:
    return QPolygonF([QPointF(*view.to_screen(x, y)) for x, y in corners])


def draw_ground(painter: QPainter, plan: Plan, view: FloorView, theme: Theme, chosen_camera: str | None) -> None:
    """The floor and what cameras see of it, over a ground already filled."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(QColor(theme.outline), 1.5))
    painter.setBrush(QColor(theme.surface))
    painter.drawPolygon(to_polygon(view, plan.outline))
    painter.save()
    walls = QPainterPath()
    walls.addPolygon(to_polygon(view, plan.outline))
    painter.setClipPath(walls)  # nobody sees through a wall
    for camera in plan.cameras:
        draw_field_of_view(painter, camera, view, theme, is_chosen=camera.id == chosen_camera)
    painter.restore()


def draw_racks(painter: QPainter, racks: Sequence[Rack], view: FloorView, theme: Theme) -> None:
    """Gondolas with their plates: hundreds of boxes."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for rack in racks:
        _draw_rack(painter, rack, view, theme)


def draw_plate_states(
    painter: QPainter, racks: Sequence[Rack], states: Mapping[str, PlateState], view: FloorView, theme: Theme
) -> None:
    """Over the racks, the plates that are not as they should be."""
    for rack in racks:
        loud = [(cell, state) for cell in rack.cells if (state := states.get(cell.plate.id, "ok")) != "ok"]
        if not loud:
            continue
        painter.save()
        _enter_frame(painter, rack, view)
        for cell, state in loud:
            _draw_plate_state(painter, _cell_box(cell, view.scale), state, theme)
        painter.restore()


def draw_devices(painter: QPainter, plan: Plan, states: FloorStates, view: FloorView, theme: Theme) -> None:
    """Gates and cameras."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    names: list[QRectF] = []
    for gate in plan.gates:
        names.append(_draw_gate(painter, gate, states.gates.get(gate.id, "closed"), view, theme, names))
    for camera in plan.cameras:
        _draw_camera(painter, camera, states.cameras.get(camera.id, "live"), view, theme)


def _draw_rack(painter: QPainter, rack: Rack, view: FloorView, theme: Theme) -> None:
    painter.setPen(QPen(QColor(theme.outline), 1))
    painter.setBrush(QColor(theme.raised))
    painter.drawPolygon(to_polygon(view, rack.gondola.outline))
    painter.save()
    _enter_frame(painter, rack, view)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(theme.plate))
    painter.drawRects([_cell_box(cell, view.scale) for cell in rack.cells])
    painter.restore()


def _enter_frame(painter: QPainter, rack: Rack, view: FloorView) -> None:
    """The rack's own, in which its cells are plain rectangles: they paint many times faster than polygons."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    painter.translate(view.left, view.top)
    painter.rotate(-90 - math.degrees(rack.gondola.angle))


def _cell_box(cell: Cell, scale: float) -> QRectF:
    """The cell in its rack's frame, in pixels: along to the right, across down, a gap round it where there is room."""
    width, height = cell.width * scale, cell.height * scale
    gap_x, gap_y = (1.0 if width > 4 else 0.0), (1.0 if height > 4 else 0.0)
    left, top = cell.along * scale - width / 2, cell.across * scale - height / 2
    return QRectF(left + gap_x / 2, top + gap_y / 2, max(width - gap_x, 1.0), max(height - gap_y, 1.0))


def _draw_plate_state(painter: QPainter, box: QRectF, state: PlateState, theme: Theme) -> None:
    """Low: half full. Empty: an empty frame. Wrong: a frame crossed out. Noisy, drifting: barred. No reading: hatched."""
    warning = QColor(theme.warning)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(theme.raised))
    painter.drawRect(box)
    if state == "low":
        painter.setBrush(warning)
        painter.drawRect(QRectF(box.left(), box.center().y(), box.width(), box.height() / 2))
    elif state in ("empty", "wrong"):
        painter.setPen(QPen(warning, 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(box.adjusted(0.5, 0.5, -0.5, -0.5))
        if state == "wrong":
            painter.drawLine(box.topLeft(), box.bottomRight())
            painter.drawLine(box.topRight(), box.bottomLeft())
    elif state in ("noisy", "drifting"):
        painter.setBrush(QColor(theme.plate))
        painter.drawRect(box)
        painter.setBrush(warning)
        painter.drawRect(QRectF(box.left(), box.center().y() - 1, box.width(), 2))
    else:
        painter.fillRect(box, hatch_brush(theme, 255))
        painter.setPen(QPen(QColor(theme.hatch), 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(box.adjusted(0.5, 0.5, -0.5, -0.5))


def _draw_gate(
    painter: QPainter, gate: PlanGate, state: GateState, view: FloorView, theme: Theme, names: Sequence[QRectF]
) -> QRectF:
    """Two leaves: together when closed, apart when open; an arrow the way one enters; name and state in words, below
    the ``names`` of gates near it. Returns where its own name is."""
    x, y = view.to_screen(gate.x, gate.y)
    half = max(gate.width * view.scale / 2, 8)
    ink = {"closed": theme.text, "opened": theme.accent, "refused": theme.danger, "lost": theme.warning}[state]
    painter.save()
    painter.translate(x, y)
    painter.rotate(-math.degrees(gate.angle))
    painter.setPen(QPen(QColor(theme.surface), 5))
    painter.drawLine(QPointF(0, -half), QPointF(0, half))
    painter.setPen(QPen(QColor(ink), 3, Qt.PenStyle.DotLine if state == "lost" else Qt.PenStyle.SolidLine))
    gap = half * 0.55 if state == "opened" else 1.5
    painter.drawLine(QPointF(0, -half), QPointF(0, -gap))
    painter.drawLine(QPointF(0, gap), QPointF(0, half))
    painter.setPen(QPen(QColor(ink), 1.5))
    painter.drawPolyline(QPolygonF([QPointF(6, -5), QPointF(12, 0), QPointF(6, 5)]))
    painter.restore()
    metrics = QFontMetricsF(font(theme, "caption"))
    words = gate.name if state == "closed" else f"{gate.name}: {gate_word(state)}"
    box = QRectF(0, 0, metrics.horizontalAdvance(words) + 4, metrics.height())
    cosine, sine = math.cos(gate.angle), math.sin(gate.angle)
    away = box.width() / 2 + 6 if abs(cosine) > abs(sine) else box.height() / 2 + 6
    box.moveCenter(QPointF(x - cosine * away, y + sine * away))
    if not QRectF(painter.viewport()).contains(box):  # no room outside the door: inside, past the arrow
        box.moveCenter(QPointF(x + cosine * (away + 12), y - sine * (away + 12)))
    while any(box.intersects(name) for name in names):
        box.translate(0, metrics.height())
    painter.setFont(font(theme, "caption"))
    painter.setPen(QColor(theme.muted if state == "closed" else ink))
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, words)
    return box


def draw_field_of_view(
    painter: QPainter, camera: PlanCamera, view: FloorView, theme: Theme, *, is_chosen: bool
) -> None:
    """A wedge from the camera, a few metres long: hardly seen, unless the camera is chosen."""
    angle = math.degrees(math.atan2(camera.target_y - camera.y, camera.target_x - camera.x))
    spread = math.degrees(camera.field_of_view)
    x, y = view.to_screen(camera.x, camera.y)
    reach = _REACH_METRES * view.scale
    tint = QColor(theme.field_of_view)
    tint.setAlpha(56 if is_chosen else 11)
    wedge = QPainterPath(QPointF(x, y))
    wedge.arcTo(QRectF(x - reach, y - reach, 2 * reach, 2 * reach), angle - spread / 2, spread)
    wedge.closeSubpath()
    painter.setPen(QPen(QColor(theme.accent), 1, Qt.PenStyle.DashLine) if is_chosen else QPen(Qt.PenStyle.NoPen))
    painter.setBrush(tint)
    painter.drawPath(wedge)


def camera_size(theme: Theme) -> float:
    """Side of a camera's mark in pixels."""
    return float(theme.px(16))


def _draw_camera(painter: QPainter, camera: PlanCamera, state: CameraState, view: FloorView, theme: Theme) -> None:
    """A body with its lens towards what it sees; crossed out when lost."""
    unit = camera_size(theme) / 15
    is_lost = state == "lost"
    painter.save()
    painter.translate(*view.to_screen(camera.x, camera.y))
    painter.rotate(-math.degrees(math.atan2(camera.target_y - camera.y, camera.target_x - camera.x)))
    painter.scale(unit, unit)
    painter.setPen(QPen(QColor(theme.surface), 1))
    painter.setBrush(QColor(theme.warning if is_lost else theme.muted))
    painter.drawRoundedRect(QRectF(-6, -4, 9, 8), 1.5, 1.5)
    painter.drawPolygon(QPolygonF([QPointF(3, -1.5), QPointF(7, -4), QPointF(7, 4), QPointF(3, 1.5)]))
    if is_lost:
        painter.setPen(QPen(QColor(theme.warning), 2))
        painter.drawLine(QPointF(-8, -7), QPointF(8, 7))
    painter.restore()


def draw_scale(painter: QPainter, view: FloorView, theme: Theme) -> None:
    """A bar of a round number of metres in the lower left corner."""
    metres = next((step for step in (0.1, 0.2, 0.5, 1, 2, 5, 10, 20) if step * view.scale >= 60), 50)
    length = metres * view.scale
    left, bottom = theme.space(3), painter.viewport().height() / painter.device().devicePixelRatio() - theme.space(3)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    painter.setPen(QPen(QColor(theme.muted), 1))
    painter.drawPolyline(
        QPolygonF(
            [
                QPointF(left, bottom - 4),
                QPointF(left, bottom),
                QPointF(left + length, bottom),
                QPointF(left + length, bottom - 4),
            ]
        )
    )
    painter.setFont(font(theme, "caption"))
    metrics = painter.fontMetrics()
    box = QRectF(left + theme.space(1), bottom - metrics.height() - 2, length, metrics.height())
    painter.drawText(box, Qt.AlignmentFlag.AlignLeft, f"{QLocale().toString(float(metres), 'g')} m")
