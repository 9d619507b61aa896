"""Three floor plans of invented stores: the small, the reference and the stress store of the field.

Metres, x to the right, y up the plan; the shop front is the line y = 0. Between the front and the gates is a lobby.
"""

import math
from dataclasses import dataclass

RACK_WIDTH = 1.2
"""Metres of open side: twelve plates of 0.10 m."""
RACK_DEPTH = 0.45
WALL_GAP = 0.05

EAST, WEST, SOUTH = 0.0, math.pi, -math.pi / 2


@dataclass(frozen=True, slots=True)
class RackPlace:
    """Where a gondola stands: the centre of its outline and the direction its open side looks."""

    x: float
    y: float
    angle: float


@dataclass(frozen=True, slots=True)
class View:
    """A ceiling camera: where it hangs, what it looks at, its horizontal field of view in radians."""

    name: str
    at: tuple[float, float, float]
    target: tuple[float, float, float]
    field_of_view: float


@dataclass(frozen=True, slots=True)
class FloorPlan:
    """A room of ``width`` × ``depth`` metres with its racks, its gates on the line ``gate_y``, and eight cameras.

    ``entries`` and ``exits``: where along that line the gates are, from west to east.
    ``islands``: rectangles (x0, y0, x1, y1) that nobody can walk through, racks standing back to back as one.
    """

    name: str
    version: int
    width: float
    depth: float
    gate_y: float
    entries: tuple[float, ...]
    exits: tuple[float, ...]
    shelf_heights: tuple[float, ...]
    rack_height: float
    racks: tuple[RackPlace, ...]
    islands: tuple[tuple[float, float, float, float], ...]
    views: tuple[View, ...]


GATE_WIDTH = 0.9

FIVE_SHELVES = (0.22, 0.56, 0.90, 1.24, 1.58)
SIX_SHELVES = (0.18, 0.46, 0.74, 1.02, 1.30, 1.58)

Rectangle = tuple[float, float, float, float]


def _wall_run(x: float, y: float, count: int, angle: float) -> tuple[list[RackPlace], Rectangle]:
    """``count`` racks side by side about (x, y), all looking along ``angle``."""
    along_x = abs(math.sin(angle)) > 0.5
    offsets = [(place - (count - 1) / 2) * RACK_WIDTH for place in range(count)]
    racks = [RackPlace(x + (o if along_x else 0.0), y + (0.0 if along_x else o), angle) for o in offsets]
    half_x = count * RACK_WIDTH / 2 if along_x else RACK_DEPTH / 2
    half_y = RACK_DEPTH / 2 if along_x else count * RACK_WIDTH / 2
    return racks, (x - half_x, y - half_y, x + half_x, y + half_y)


def _island(x: float, y: float, length: int) -> tuple[list[RackPlace], Rectangle]:
    """Two runs of ``length`` racks back to back about (x, y), looking west and east."""
    west, (x0, y0, _, y1) = _wall_run(x - RACK_DEPTH / 2, y, length, WEST)
    east, (_, _, x1, _) = _wall_run(x + RACK_DEPTH / 2, y, length, EAST)
    return west + east, (x0, y0, x1, y1)


def _plan(
    name: str,
    version: int,
    size: tuple[float, float],
    runs: list[tuple[list[RackPlace], Rectangle]],
    heights: tuple[float, ...],
    gates: int,
    aisle: float,
) -> FloorPlan:
    width, depth = size
    gate_y = 1.4
    beside = [(place - (gates - 1) / 2) * 1.25 for place in range(gates)]
    entries = tuple(width * 0.28 + offset for offset in beside)
    exits = tuple(width * 0.72 + offset for offset in beside)
    return FloorPlan(
        name=name,
        version=version,
        width=width,
        depth=depth,
        gate_y=gate_y,
        entries=entries,
        exits=exits,
        shelf_heights=heights,
        rack_height=2.0,
        racks=tuple(rack for racks, _ in runs for rack in racks),
        islands=tuple(outline for _, outline in runs),
        views=_views(width, depth, gate_y, width * 0.28, width * 0.72, aisle),
    )


def _views(width: float, depth: float, gate_y: float, entry_x: float, exit_x: float, aisle: float) -> tuple[View, ...]:
    """Two cameras at the gates, four in the corners, one along an aisle, one at the north wall."""
    top, middle = 2.75, width / 2
    reach = min(depth, 8.5)
    return (
        View("Entrance", (entry_x + 1.9, gate_y + 2.5, top), (entry_x - 0.1, gate_y - 0.1, 0.7), 1.15),
        View("Exit", (exit_x - 1.9, gate_y + 2.5, top), (exit_x + 0.1, gate_y - 0.1, 0.7), 1.15),
        View("North-west", (0.25, depth - 0.9, top), (width * 0.42, depth * 0.55, 0.6), 1.35),
        View("North-east", (width - 0.25, depth - 0.9, top), (width * 0.58, depth * 0.55, 0.6), 1.35),
        View("South-west", (0.25, gate_y + 0.5, top), (width * 0.36, gate_y + reach * 0.45, 0.8), 1.30),
        View("South-east", (width - 0.25, gate_y + 0.5, top), (width * 0.64, gate_y + reach * 0.45, 0.8), 1.30),
        View("Aisle", (aisle, gate_y + 0.7, top), (aisle, gate_y + reach * 0.58, 1.0), 1.25),
        View("North wall", (middle, depth - 2.35, top), (middle, depth - 0.2, 0.85), 1.65),
    )


def _small() -> FloorPlan:
    width, depth = 6.8, 7.4
    north = _wall_run(width / 2, depth - WALL_GAP - RACK_DEPTH / 2, 3, SOUTH)
    return _plan("small", 1, (width, depth), [north, _island(width / 2, 4.4, 1)], SIX_SHELVES, 1, 1.5)


def _reference() -> FloorPlan:
    width, depth = 9.0, 8.2
    north = _wall_run(width / 2, depth - WALL_GAP - RACK_DEPTH / 2, 4, SOUTH)
    return _plan(
        "reference", 2, (width, depth), [north, _island(3.0, 4.6, 1), _island(6.0, 4.6, 1)], FIVE_SHELVES, 2, 4.5
    )


def _stress() -> FloorPlan:
    width, depth = 17.0, 13.0
    north = _wall_run(width / 2, depth - WALL_GAP - RACK_DEPTH / 2, 6, SOUTH)
    west = _wall_run(WALL_GAP + RACK_DEPTH / 2, 7.0, 2, EAST)
    islands = [_island(x, 7.0, 2) for x in (4.3, 8.5, 12.7)]
    return _plan("stress", 3, (width, depth), [north, west, *islands], SIX_SHELVES, 3, 6.4)


FLOOR_PLANS = {plan.name: plan for plan in (_small(), _reference(), _stress())}
