"""The floor, live: gates, gondolas with their plates, cameras, and the people on it."""

from collections.abc import Iterable, Mapping, Sequence

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QAccessible,
    QAccessibleAnnouncementEvent,
    QColor,
    QFocusEvent,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from resources.theme import Theme
from widgets.chip import draw_chip
from widgets.floor_cells import unfold
from widgets.floor_hits import Hits
from widgets.floor_keys import KeysPlace, draw_ring
from widgets.floor_layer import FloorStates
from widgets.floor_marks import FLASH_S, FlashKind, PlateMarks
from widgets.floor_people import LabelRoom, PlacedShopper, draw_people, draw_trails
from widgets.floor_plan import CameraState, Corner, GateState, Plan, PlateState, Shopper
from widgets.floor_spots import Spot, spots_of
from widgets.floor_still import StillFloor
from widgets.floor_view import FloorView
from widgets.floor_words import floor_words, spot_words
from widgets.hatch import draw_words, hatch_brush
from widgets.moment import age_text

_ZOOM = 1.2
_WAYS: dict[Qt.Key, Corner] = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, 1),
    Qt.Key.Key_Down: (0, -1),
}
"""On the floor, where y goes up."""


class FloorMap(QWidget):
    """Wheel or +/− zooms, drag or Shift and the arrows pan, 0 fits. The arrows go from one thing on it to the next, Enter
    chooses that; PgDn/PgUp go from shopper to shopper, those in need first, Esc drops the choice.

    The screen calls ``set_shoppers`` at the rate of its UI timer; nothing is painted when nothing is new.
    """

    accessible_role = QAccessible.Role.Graphic

    shopper_chosen = Signal(object)
    """The shopper's key, or None where the choice was dropped."""
    plate_chosen = Signal(object)
    """The plate's id."""
    camera_chosen = Signal(object)
    """The camera's id."""
    gate_chosen = Signal(object)
    """The gate's id."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._floor = unfold(Plan(()))
        self._states = FloorStates()
        self._view = FloorView()
        self._still = StillFloor()
        self._marks = PlateMarks()
        self._keys = KeysPlace()
        self._shoppers: tuple[Shopper, ...] = ()
        self._placed: list[PlacedShopper] = []
        self._room = LabelRoom()
        self._shopper: object = None
        self._camera: str | None = None
        self._hovered: object = None
        self._subject = ""
        self._stale_s: float | None = None
        self._pressed: QPointF | None = None
        self._is_dragging = False
        self._flash_end = QTimer(self, singleShot=True)
        self._flash_end.timeout.connect(self._drop_flashes)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._describe()

    # ------------------------------------------------------------ what is shown

    def set_subject(self, words: str) -> None:
        """What it is a map of, for a screen reader: "Map of Corner Market"."""
        self._subject = words
        self._describe()

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self._redraw()

    def set_plan(self, plan: Plan) -> None:
        self._floor = unfold(plan)
        self._keys.forget()
        self.fit()

    def set_shoppers(self, shoppers: Sequence[Shopper]) -> None:
        was = len(self._shoppers)
        self._shoppers = tuple(shoppers)
        if len(shoppers) != was:
            self._describe()
        self.update()

    def set_plate_states(self, states: Mapping[str, PlateState]) -> None:
        """States by plate id; plates left out are ok."""
        if dict(states) != self._states.plates:
            self._states = FloorStates(dict(states), self._states.gates, self._states.cameras)
            self._redraw_states()

    def set_gate_states(self, states: Mapping[str, GateState]) -> None:
        if dict(states) != self._states.gates:
            self._states = FloorStates(self._states.plates, dict(states), self._states.cameras)
            self._redraw_states()

    def set_camera_states(self, states: Mapping[str, CameraState]) -> None:
        if dict(states) != self._states.cameras:
            self._states = FloorStates(self._states.plates, self._states.gates, dict(states))
            self._redraw_states()

    def flash(self, plates: Iterable[str], kind: FlashKind) -> None:
        """Marks plates from which something was just taken, or to which it came back, for a few seconds."""
        self._marks.flash(plates, kind)
        self._flash_end.start(round(FLASH_S * 1e3) + 20)
        self.update()

    def highlight(self, plates: Iterable[str]) -> None:
        """Frames plates, such as those of the chosen cart line; replaces the last ones."""
        self._marks.framed = frozenset(plates)
        self.update()

    def choose_shopper(self, key: object | None) -> None:
        """Without a signal: the screen already knows. So too for plates and cameras."""
        self._shopper = key
        self._describe()
        self.update()

    def choose_plate(self, plate: str | None) -> None:
        self._marks.chosen = plate
        self._describe()
        self.update()

    def choose_camera(self, camera: str | None) -> None:
        if camera != self._camera:
            self._camera = camera
            self._describe()
            self._redraw()

    def set_stale(self, age_s: float | None) -> None:
        """Seconds since the last positions where that is too long, None when they are fresh."""
        if age_s != self._stale_s:
            self._stale_s = age_s
            self.update()

    def fit(self) -> None:
        """Shows the whole floor."""
        self._view.fit(self._floor.plan.outline, self.width(), self.height(), self._theme.px(36))
        self._redraw()

    # ------------------------------------------------------------ painting

    def sizeHint(self) -> QSize:
        return QSize(self._theme.px(720), self._theme.px(480))

    def minimumSizeHint(self) -> QSize:
        return QSize(self._theme.px(200), self._theme.px(150))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        with QPainter(self) as painter:  # ended whatever happens: one left open takes the program down
            self._paint(painter)

    def _paint(self, painter: QPainter) -> None:
        still = self._still.picture(self, self._floor, self._states, self._view, self._camera, self._theme)
        painter.drawPixmap(0, 0, still)
        if not self._floor.plan.outline:
            draw_words(painter, QRectF(self.rect()), self.tr("No floor plan yet"), self._theme)
        self._marks.draw(painter, self._floor, self._view, self._theme)
        draw_trails(painter, self._shoppers, self._view, self._shopper, self._theme)
        self._placed = self._room.place(self._shoppers, self._view, QRectF(self.rect()), self._theme, self._shopper)
        draw_people(painter, self._placed, self._shopper, self._hovered, self._view, self._theme)
        if self._stale_s is not None:
            painter.fillRect(self.rect(), hatch_brush(self._theme, 60))
            corner = QPointF(self._theme.space(3), self._theme.space(3))
            words = self.tr("Positions are stale, {0}").format(age_text(self._stale_s))
            draw_chip(painter, corner, words, "warning", self._theme)
        if self.hasFocus():
            spot = self._keys.spot(self._shoppers)
            if spot is not None:
                draw_ring(painter, spot, self._words_of(spot), self._view, QRectF(self.rect()), self._theme)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
            painter.setPen(QPen(QColor(self._theme.accent), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(QRectF(self.rect()).adjusted(1, 1, -1, -1))

    def _redraw(self) -> None:
        self._still.forget()
        self.update()

    def _redraw_states(self) -> None:
        self._still.forget_states()
        self.update()

    def _drop_flashes(self) -> None:
        self._marks.drop_ended()
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: ARG002
        if self._view.is_fitted:
            self.fit()
        self._redraw()

    # ------------------------------------------------------------ what the user does

    def wheelEvent(self, event: QWheelEvent) -> None:
        self._zoom(_ZOOM ** (event.angleDelta().y() / 120), event.position())
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._pressed, self._is_dragging = event.position(), False

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._pressed is not None:
            step = event.position() - self._pressed
            if self._is_dragging or step.manhattanLength() > 4:
                self._is_dragging = True
                self._pressed = event.position()
                self._pan(step.x(), step.y())
            return
        found = self._hits().shopper(event.position())
        hovered = found.key if found else None
        if hovered != self._hovered:
            self._hovered = hovered
            self.update()

    def leaveEvent(self, event: QEvent) -> None:
        if self._hovered is not None:
            self._hovered = None
            self.update()
        super().leaveEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self._pressed is not None:
            self._pressed = None
            if not self._is_dragging:
                self._choose_at(event.position())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if key in _WAYS and event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            step = self._theme.px(48)
            self._pan(-_WAYS[key][0] * step, _WAYS[key][1] * step)
        elif key in _WAYS:
            self._walk(_WAYS[key])
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._keys.spot(self._shoppers) is not None:
            self._choose(self._keys.spot(self._shoppers))
        elif key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal):
            self._zoom(_ZOOM, QRectF(self.rect()).center())
        elif key == Qt.Key.Key_Minus:
            self._zoom(1 / _ZOOM, QRectF(self.rect()).center())
        elif key == Qt.Key.Key_0:
            self.fit()
        elif key in (Qt.Key.Key_PageDown, Qt.Key.Key_PageUp):
            self._step_shopper(1 if key == Qt.Key.Key_PageDown else -1)
        elif key == Qt.Key.Key_Escape and self._shopper is not None:
            self._choose_person(None)
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        self._describe()  # with what it shows by now
        super().focusInEvent(event)

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            spot = self._hits().spot(QPointF(event.pos()))
            words = "" if spot is None else self._words_of(spot)
            QToolTip.showText(event.globalPos(), words, self, QRect(event.pos(), QSize(1, 1)))
            return True
        return super().event(event)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self._describe()
            self._redraw()
        super().changeEvent(event)

    def _zoom(self, factor: float, at: QPointF) -> None:
        self._view.zoom(factor, at.x(), at.y())
        self._redraw()

    def _pan(self, x: float, y: float) -> None:
        self._view.pan(x, y)
        self._redraw()

    def _step_shopper(self, step: int) -> None:
        order = sorted(self._shoppers, key=lambda one: ({"urgent": 0, "doubtful": 1, "none": 2}[one.need], one.name))
        if not order:
            return
        keys = [shopper.key for shopper in order]
        place = keys.index(self._shopper) + step if self._shopper in keys else (0 if step > 0 else -1)
        self._choose_person(keys[place % len(keys)])

    def _choose_person(self, key: object | None) -> None:
        self.choose_shopper(key)
        self.shopper_chosen.emit(key)

    def _walk(self, way: Corner) -> None:
        spots = spots_of(self._floor, self._shoppers)
        chosen = {("plate", self._marks.chosen), ("shopper", self._shopper)}
        middle = self._view.to_floor(self.width() / 2, self.height() / 2)
        there = self._keys.walk(way, spots, self._shoppers, chosen, middle)
        if there is not None:
            self._see(there)
            words = self._words_of(there)
            self._describe()
            QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, words))
            self.update()

    def _see(self, spot: Spot) -> None:
        """Brings it into the picture."""
        x, y = self._view.to_screen(spot.x, spot.y)
        rim = self._theme.px(32)
        right, low = min(max(x, rim), self.width() - rim), min(max(y, rim), self.height() - rim)
        if (right, low) != (x, y):
            self._pan(right - x, low - y)

    def _choose_at(self, at: QPointF) -> None:
        self._choose(self._hits().spot(at))

    def _choose(self, spot: Spot | None) -> None:
        match spot:
            case Spot("shopper", key):
                self._choose_person(key)
            case Spot("camera", str(key)):
                self.choose_camera(key)
                self.camera_chosen.emit(key)
            case Spot("gate", key):
                self.gate_chosen.emit(key)
            case Spot("plate", str(key)):
                self.choose_plate(key)
                self.plate_chosen.emit(key)
            case None if self._shopper is not None:
                self._choose_person(None)

    def _hits(self) -> Hits:
        return Hits(self._floor, self._placed, self._view, self._theme)

    def _words_of(self, spot: Spot) -> str:
        return spot_words(spot, self._floor.plan, self._shoppers, self._states)

    def _describe(self) -> None:
        self.setAccessibleName(self._subject or self.tr("Floor map"))
        chosen = [Spot("shopper", self._shopper), Spot("plate", self._marks.chosen), Spot("camera", self._camera)]
        told = floor_words(self._floor.plan, self._shoppers, self._states, chosen, self._keys.spot(self._shoppers))
        if told != self.accessibleDescription():
            self.setAccessibleDescription(told)
