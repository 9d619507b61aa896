"""Gondolas unfolded: the plates of all shelves side by side, so that each can be seen and chosen on a flat map.

Seen from above, the plates of one gondola lie over each other. On the map its depth is parted into one row a shelf:
the lowest shelf at the open side, the highest at the back.
"""

import math
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from widgets.floor_plan import Corner, Plan, PlanGondola, PlanPlate


@dataclass(frozen=True, slots=True)
class Cell:
    """A plate's place in its gondola's own frame, in metres: ``along`` the shelf and ``across`` it, centre and size."""

    plate: PlanPlate
    along: float
    across: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Rack:
    """A gondola with its cells. Its frame: ``across`` points where the open side looks, ``along`` to the left of that."""

    gondola: PlanGondola
    cells: tuple[Cell, ...]

    def to_frame(self, x: float, y: float) -> Corner:
        """(along, across) of a point on the floor."""
        cosine, sine = math.cos(self.gondola.angle), math.sin(self.gondola.angle)
        return y * cosine - x * sine, x * cosine + y * sine

    def to_floor(self, along: float, across: float) -> Corner:
        cosine, sine = math.cos(self.gondola.angle), math.sin(self.gondola.angle)
        return across * cosine - along * sine, along * cosine + across * sine

    def cell_at(self, x: float, y: float) -> Cell | None:
        along, across = self.to_frame(x, y)
        for cell in self.cells:
            if abs(along - cell.along) <= cell.width / 2 and abs(across - cell.across) <= cell.height / 2:
                return cell
        return None

    def corners(self, cell: Cell) -> tuple[Corner, Corner, Corner, Corner]:
        """The cell's corners on the floor, in order round it."""
        along, across = cell.width / 2, cell.height / 2
        return (
            self.to_floor(cell.along - along, cell.across - across),
            self.to_floor(cell.along + along, cell.across - across),
            self.to_floor(cell.along + along, cell.across + across),
            self.to_floor(cell.along - along, cell.across + across),
        )

    def centre(self, cell: Cell) -> Corner:
        return self.to_floor(cell.along, cell.across)


@dataclass(frozen=True, slots=True)
class Floor:
    """A plan with its gondolas unfolded. ``places``: where each plate stands, by its id."""

    plan: Plan
    racks: tuple[Rack, ...]
    places: Mapping[str, tuple[Rack, Cell]]


def unfold(plan: Plan) -> Floor:
    """Plates of a gondola that the plan does not have are left out."""
    plates: dict[int, list[PlanPlate]] = defaultdict(list)
    for plate in plan.plates:
        plates[plate.gondola].append(plate)
    racks = tuple(_rack(gondola, plates[gondola.id]) for gondola in plan.gondolas if gondola.outline)
    return Floor(plan, racks, {cell.plate.id: (rack, cell) for rack in racks for cell in rack.cells})


def _rack(gondola: PlanGondola, plates: list[PlanPlate]) -> Rack:
    empty = Rack(gondola, ())
    framed = [empty.to_frame(x, y) for x, y in gondola.outline]
    left, right = min(along for along, _ in framed), max(along for along, _ in framed)
    back, front = min(across for _, across in framed), max(across for _, across in framed)
    shelves = sorted({plate.shelf for plate in plates})
    if not shelves:
        return empty
    depth = (front - back) / len(shelves)
    cells = []
    for plate in plates:
        along, _ = empty.to_frame(plate.x, plate.y)
        low, high = max(along - plate.width / 2, left), min(along + plate.width / 2, right)
        if low < high:
            across = front - (shelves.index(plate.shelf) + 0.5) * depth
            cells.append(Cell(plate, (low + high) / 2, across, high - low, depth))
    return Rack(gondola, tuple(cells))
