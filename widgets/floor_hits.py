"""What of a floor map lies at a pixel."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF

from resources.theme import Theme
from widgets.floor_cells import Floor
from widgets.floor_layer import camera_size
from widgets.floor_people import PlacedShopper, dot_radius
from widgets.floor_plan import Shopper
from widgets.floor_spots import Spot
from widgets.floor_view import FloorView

_REACH_PX = 14


@dataclass(frozen=True, slots=True)
class Hits:
    """On a map as it was painted last."""

    floor: Floor
    placed: Sequence[PlacedShopper]
    view: FloorView
    theme: Theme

    def spot(self, at: QPointF) -> Spot | None:
        """A person before a camera, a camera before a gate, a gate before a plate."""
        shopper = self.shopper(at)
        if shopper is not None:
            return Spot("shopper", shopper.key, shopper.x, shopper.y)
        return self._camera(at) or self._gate(at) or self._plate(at)

    def shopper(self, at: QPointF) -> Shopper | None:
        reach = max(_REACH_PX, dot_radius(self.theme) + 6)
        near = [(item.at - at, item.shopper) for item in self.placed]
        near = [(offset, shopper) for offset, shopper in near if offset.manhattanLength() <= reach * 1.4]
        if near:
            return min(near, key=lambda pair: pair[0].manhattanLength())[1]
        return next((item.shopper for item in self.placed if item.label and item.label.contains(at)), None)

    def _camera(self, at: QPointF) -> Spot | None:
        reach = max(_REACH_PX, camera_size(self.theme))
        near = (camera for camera in self.floor.plan.cameras if self._distance(at, camera.x, camera.y) <= reach)
        return next((Spot("camera", camera.id, camera.x, camera.y) for camera in near), None)

    def _gate(self, at: QPointF) -> Spot | None:
        for gate in self.floor.plan.gates:
            if self._distance(at, gate.x, gate.y) <= max(_REACH_PX, gate.width * self.view.scale / 2):
                return Spot("gate", gate.id, gate.x, gate.y)
        return None

    def _plate(self, at: QPointF) -> Spot | None:
        x, y = self.view.to_floor(at.x(), at.y())
        cell = next((cell for rack in self.floor.racks if (cell := rack.cell_at(x, y))), None)
        return None if cell is None else Spot("plate", cell.plate.id, x, y)

    def _distance(self, at: QPointF, x: float, y: float) -> float:
        return (QPointF(*self.view.to_screen(x, y)) - at).manhattanLength()
