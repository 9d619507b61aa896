"""Plates, gondolas, gates and cameras of a floor plan, as arrays for the physics and as a planogram for the wire."""

import math
from collections.abc import Sequence
from datetime import UTC, datetime

import numpy as np
from numpy.typing import NDArray

from store_client.contract.camera import Camera, Pose
from store_client.contract.planogram import Facing, Gate, Gondola, Planogram, Plate, Point, plate_id
from store_server.world.floor_plan import GATE_WIDTH, RACK_DEPTH, RACK_WIDTH, FloorPlan, RackPlace

PLATES_A_SHELF = 12
PLATE_WIDTH = 0.10
PLATE_DEPTH = 0.40
VALID_FROM = datetime(2026, 1, 5, 5, 0, tzinfo=UTC)
"""When the planograms of the simulated stores began to hold: long before any simulated day."""

CAMERA_SIZES = ((320, 180), (640, 360), (1280, 720))

Floats = NDArray[np.float64]


class Layout:
    """The plates of a floor plan, numbered through: gondola by gondola, shelf by shelf, from the shopper's left.

    ``xyz`` [plates, 3]: centres of the plates' upper sides. ``shape``: gondolas, shelves, plates of a shelf.
    Gondola ``g`` (0, 1, …) is number ``g + 1`` on the wire; shelf 0 is the lowest.
    """

    def __init__(self, plan: FloorPlan) -> None:
        self.plan = plan
        self.shape = (len(plan.racks), len(plan.shelf_heights), PLATES_A_SHELF)
        self.plates = math.prod(self.shape)
        self.xyz = np.array([self._centre(index) for index in range(self.plates)])

    def indices(self, plate: int) -> tuple[int, int, int]:
        """Gondola (from 0), shelf and place of a plate's number."""
        gondola, rest = divmod(plate, self.shape[1] * PLATES_A_SHELF)
        return gondola, *divmod(rest, PLATES_A_SHELF)

    def number(self, gondola: int, shelf: int, place: int) -> int:
        return (gondola * self.shape[1] + shelf) * PLATES_A_SHELF + place

    def id_of(self, plate: int) -> str:
        gondola, shelf, place = self.indices(plate)
        return plate_id(gondola + 1, shelf, place)

    def rack_of(self, plate: int) -> RackPlace:
        return self.plan.racks[self.indices(plate)[0]]

    def towards_front(self, plate: int, x: float, y: float, metres: float) -> tuple[float, float]:
        """(x, y) moved out of the shelf, the way the plate's gondola looks."""
        angle = self.rack_of(plate).angle
        return x + math.cos(angle) * metres, y + math.sin(angle) * metres

    def _centre(self, plate: int) -> tuple[float, float, float]:
        gondola, shelf, place = self.indices(plate)
        rack = self.plan.racks[gondola]
        along = (place + 0.5) * PLATE_WIDTH - RACK_WIDTH / 2
        right_x, right_y = -math.sin(rack.angle), math.cos(rack.angle)
        return rack.x + right_x * along, rack.y + right_y * along, self.plan.shelf_heights[shelf]

    def staff_door(self) -> tuple[float, float]:
        """Where staff come in: a corner at the back."""
        return 0.35, self.plan.depth - 0.45

    def blocks(self) -> list[tuple[float, float, float, float]]:
        """What cannot be walked through: the gondolas, and the rail beside the gates."""
        plan = self.plan
        low, high = plan.gate_y - 0.05, plan.gate_y + 0.05
        openings = sorted((*plan.entries, *plan.exits))
        starts = [0.0, *(x + GATE_WIDTH / 2 for x in openings)]
        ends = [*(x - GATE_WIDTH / 2 for x in openings), plan.width]
        rails = [(start, low, end, high) for start, end in zip(starts, ends, strict=True)]
        return [*plan.islands, *rails]

    def gates(self) -> list[Gate]:
        doors = [("entry", "Entrance", self.plan.entries), ("exit", "Exit", self.plan.exits)]
        return [
            Gate(f"{kind}-{place}", f"{name} {place}", x, self.plan.gate_y, GATE_WIDTH, math.pi / 2)
            for kind, name, places in doors
            for place, x in enumerate(places, start=1)
        ]

    def planogram(self, store: str, facings: Sequence[Facing]) -> Planogram:
        plan = self.plan
        corners = ((0.0, 0.0), (plan.width, 0.0), (plan.width, plan.depth), (0.0, plan.depth))
        return Planogram(
            store=store,
            version=plan.version,
            valid_from=VALID_FROM,
            outline=[Point(x, y) for x, y in corners],
            gates=self.gates(),
            gondolas=[self._gondola(index, rack) for index, rack in enumerate(plan.racks)],
            plates=[self._plate(index) for index in range(self.plates)],
            facings=list(facings),
        )

    def _gondola(self, index: int, rack: RackPlace) -> Gondola:
        forward = (math.cos(rack.angle) * RACK_DEPTH / 2, math.sin(rack.angle) * RACK_DEPTH / 2)
        right = (-math.sin(rack.angle) * RACK_WIDTH / 2, math.cos(rack.angle) * RACK_WIDTH / 2)
        outline = [
            Point(round(rack.x + a * forward[0] + b * right[0], 4), round(rack.y + a * forward[1] + b * right[1], 4))
            for a, b in ((-1, -1), (1, -1), (1, 1), (-1, 1))
        ]
        return Gondola(index + 1, f"Gondola {index + 1}", outline, rack.angle, self.plan.rack_height)

    def _plate(self, plate: int) -> Plate:
        gondola, shelf, place = self.indices(plate)
        x, y, z = (round(float(v), 4) for v in self.xyz[plate])
        return Plate(self.id_of(plate), gondola + 1, shelf, place, x, y, z, PLATE_WIDTH, PLATE_DEPTH)

    def cameras(self, store: str) -> list[Camera]:
        width, height = CAMERA_SIZES[-1]
        widths = [w for w, _ in CAMERA_SIZES]
        return [
            Camera(
                id=f"camera-{place}",
                store=store,
                name=view.name,
                kind="simulated",
                width=width,
                height=height,
                widths=widths,
                pose=Pose(*view.at, *view.target, view.field_of_view),
            )
            for place, view in enumerate(self.plan.views, start=1)
        ]
