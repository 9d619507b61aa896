"""The picture of what stands still on a floor map: floor, gondolas, plates, gates, cameras. Painted once, then copied."""

from PySide6.QtGui import QColor, QPainter, QPixmap
from PySide6.QtWidgets import QWidget

from resources.theme import Theme
from widgets.floor_cells import Floor
from widgets.floor_layer import FloorStates, draw_devices, draw_ground, draw_plate_states, draw_racks, draw_scale
from widgets.floor_view import FloorView
from widgets.rack_names import draw_rack_names, rack_names


class StillFloor:
    """What is as it is, and over it what now and then is otherwise: gates open all the time, plates run low, and neither
    fields of view nor hundreds of plates are painted anew for that."""

    def __init__(self) -> None:
        self._ground: QPixmap | None = None
        self._whole: QPixmap | None = None

    def forget(self) -> None:
        """It is not as it was painted any more."""
        self._ground = self._whole = None

    def forget_states(self) -> None:
        """Only the states of devices are not."""
        self._whole = None

    def picture(
        self, canvas: QWidget, floor: Floor, states: FloorStates, view: FloorView, camera: str | None, theme: Theme
    ) -> QPixmap:
        """As large as ``canvas``. ``camera``: the chosen one."""
        if self._ground is None:
            self._ground = _empty(canvas, QColor(theme.window))
            with QPainter(self._ground) as painter:
                draw_ground(painter, floor.plan, view, theme, camera)
                draw_racks(painter, floor.racks, view, theme)
                draw_rack_names(painter, rack_names(floor.racks, view.scale, theme), view, canvas.size(), theme)
        if self._whole is None:
            self._whole = self._ground.copy()
            with QPainter(self._whole) as painter:
                draw_plate_states(painter, floor.racks, states.plates, view, theme)
                draw_devices(painter, floor.plan, states, view, theme)
                draw_scale(painter, view, theme)
        return self._whole


def _empty(canvas: QWidget, ground: QColor) -> QPixmap:
    ratio = canvas.devicePixelRatioF()
    picture = QPixmap(canvas.size() * ratio)
    picture.setDevicePixelRatio(ratio)
    picture.fill(ground)
    return picture
