"""The picture of what stands still on a floor map: floor, gondolas, plates, gates, cameras. Painted once, then copied."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPainter, QPixmap
from PySide6.QtWidgets import QWidget

from resources.theme import Theme
from widgets.floor_cells import Floor
from widgets.floor_layer import FloorStates, draw_devices, draw_ground, draw_racks, draw_scale
from widgets.floor_view import FloorView


class StillFloor:
    """The racks are kept apart: gates open and another camera is chosen now and then, and hundreds of plates are not
    painted anew for that."""

    def __init__(self) -> None:
        self._racks: QPixmap | None = None
        self._whole: QPixmap | None = None

    def forget(self) -> None:
        """It is not as it was painted any more."""
        self._racks = self._whole = None

    def forget_devices(self) -> None:
        """Only gates or cameras are not."""
        self._whole = None

    def picture(
        self, canvas: QWidget, floor: Floor, states: FloorStates, view: FloorView, camera: str | None, theme: Theme
    ) -> QPixmap:
        """As large as ``canvas``. ``camera``: the chosen one."""
        if self._racks is None:
            self._racks = _empty(canvas, Qt.GlobalColor.transparent)
            with QPainter(self._racks) as painter:
                draw_racks(painter, floor.racks, states.plates, view, theme)
        if self._whole is None:
            self._whole = _empty(canvas, QColor(theme.window))
            with QPainter(self._whole) as painter:
                draw_ground(painter, floor.plan, view, theme, camera)
                painter.drawPixmap(0, 0, self._racks)
                draw_devices(painter, floor.plan, states, view, theme)
                draw_scale(painter, view, theme)
        return self._whole


def _empty(canvas: QWidget, ground: QColor | Qt.GlobalColor) -> QPixmap:
    ratio = canvas.devicePixelRatioF()
    picture = QPixmap(canvas.size() * ratio)
    picture.setDevicePixelRatio(ratio)
    picture.fill(ground)
    return picture
