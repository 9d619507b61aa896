"""Racks, shelf boards, price rails, gates and rails of a store, as faces in the order in which they may be drawn.

Every camera hangs above everything it sees, so along each line of sight what is higher is nearer: drawing level by
level from the floor up, and on a level from far to near, is exact for racks whose boards lie on the same heights.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from store_client.contract.camera import Pose
from store_server.world.floor_plan import GATE_WIDTH, RACK_DEPTH, RACK_WIDTH, RackPlace
from store_server.world.layout import PLATE_WIDTH, Layout
from store_server.world.painting.faces import Colour, Faces, box, face, join
from store_server.world.stock import Display

_STEEL: Colour = (202, 204, 206)
_BOARD: Colour = (226, 226, 222)
_BACK: Colour = (178, 182, 186)
_SIDE: Colour = (148, 156, 164)
_PLINTH: Colour = (70, 76, 84)
_RAIL: Colour = (246, 246, 244)
_TAG: Colour = (255, 255, 255)
_OFFER: Colour = (250, 206, 70)
_SHEET: Colour = (236, 234, 226)
_CANOPY: Colour = (38, 110, 104)
_GLASS: Colour = (176, 196, 200)
_POST: Colour = (84, 90, 98)
_GO: Colour = (70, 176, 120)
_OUT: Colour = (214, 140, 62)

THICK = 0.035
_PIECES = 4


@dataclass(frozen=True, slots=True)
class Level:
    """One level of one rack as a camera sees it: what is drawn before the goods on it, and what after."""

    rack: int
    shelf: int
    before: Faces
    after: Faces


def is_before(rack: RackPlace, pose: Pose) -> bool:
    """True when the camera is on the rack's open side, where its goods are seen."""
    ahead = (pose.x - rack.x) * math.cos(rack.angle) + (pose.y - rack.y) * math.sin(rack.angle)
    return ahead > -RACK_DEPTH / 2


class Fixtures:
    """The racks of a store. Each level is made when a camera first sees it from that side, once for all cameras."""

    def __init__(self, layout: Layout, displays: Sequence[Display]) -> None:
        self._layout = layout
        self._tags = _tags(layout, displays)
        self._made: dict[tuple[int, int, bool], Level] = {}

    def levels(self, pose: Pose) -> list[Level]:
        """All levels of all racks in drawing order. Shelf −1 is the plinth, the last the canopy on top."""
        racks = self._layout.plan.racks
        far_first = sorted(range(len(racks)), key=lambda i: -math.hypot(racks[i].x - pose.x, racks[i].y - pose.y))
        return [
            self._level(index, shelf, is_before(racks[index], pose))
            for shelf in range(-1, len(self._layout.plan.shelf_heights) + 1)
            for index in far_first
        ]

    def _level(self, index: int, shelf: int, is_open: bool) -> Level:
        key = (index, shelf, is_open)
        if key not in self._made:
            rack = self._layout.plan.racks[index]
            parts = _level(self._layout, shelf, is_open, self._tags.get((index, shelf), []))
            self._made[key] = Level(index, shelf, *(part.placed(rack.angle, rack.x, rack.y, 0.0) for part in parts))
        return self._made[key]


def _tags(layout: Layout, displays: Sequence[Display]) -> dict[tuple[int, int], list[tuple[float, bool]]]:
    """Where price tags hang: metres along the rack from its middle, and whether it is an offer."""
    tags: dict[tuple[int, int], list[tuple[float, bool]]] = {}
    for number, display in enumerate(displays):
        gondola, shelf, place = layout.indices(display.plates[0])
        along = (place + len(display.plates) / 2) * PLATE_WIDTH - RACK_WIDTH / 2
        tags.setdefault((gondola, shelf), []).append((along, number % 11 == 4))
    return tags


def _level(layout: Layout, shelf: int, is_open: bool, tags: list[tuple[float, bool]]) -> tuple[Faces, Faces]:
    """Faces in the rack's own frame: x out of its open side, y along it. ``is_open``: as they are seen from that side."""
    heights, top = layout.plan.shelf_heights, layout.plan.rack_height
    deep, wide = RACK_DEPTH / 2, RACK_WIDTH / 2
    if shelf < 0:
        return box(-deep, -wide, 0.0, deep - 0.03, wide, heights[0] - THICK, _PLINTH, "xXyY"), join([])
    if shelf == len(heights):
        return box(-deep, -wide, top - 0.10, deep * 0.35, wide, top, _CANOPY), join([])
    low = heights[shelf] - THICK
    high = heights[shelf + 1] - THICK if shelf + 1 < len(heights) else top - 0.10
    poster = _poster(low, high, heights)
    if not is_open:
        return box(-deep, -wide, low, deep, wide, high, _SIDE, "x"), join([_outer_sides(low, high), poster])
    inner = [
        face([(-deep, wide, low), (-deep, -wide, low), (-deep, -wide, high), (-deep, wide, high)][::-1], _BACK),
        face([(-deep, -wide, low), (deep, -wide, low), (deep, -wide, high), (-deep, -wide, high)][::-1], _BACK),
        face([(-deep, wide, high), (deep, wide, high), (deep, wide, low), (-deep, wide, low)][::-1], _BACK),
    ]
    step = 2 * wide / _PIECES
    boards = [
        box(-deep, -wide + k * step, low, deep, -wide + (k + 1) * step, heights[shelf], _BOARD, "Z")
        for k in range(_PIECES)
    ]
    rail = box(deep, -wide, low - 0.005, deep + 0.012, wide, heights[shelf] + 0.008, _RAIL, "X")
    labels = [
        face(
            [(deep + 0.014, y - 0.028, low), (deep + 0.014, y + 0.028, low), (deep + 0.014, y + 0.028, low + THICK), (deep + 0.014, y - 0.028, low + THICK)],
            _OFFER if is_offer else _TAG,
        )
        for y, is_offer in tags
    ]  # fmt: skip
    return join([*inner, *boards, rail, *labels]), join([_outer_sides(low, high), poster])


def _outer_sides(low: float, high: float) -> Faces:
    """The two ends of a rack, a little set back at the front so that the boards show."""
    deep, wide = RACK_DEPTH / 2, RACK_WIDTH / 2
    return box(-deep, -wide - 0.004, low, deep - 0.02, wide + 0.004, high, _SIDE, "yY")


def _poster(low: float, high: float, heights: tuple[float, ...]) -> Faces:
    """What hangs at a rack's ends, as far as it lies between two heights: a sheet with a band and two lines."""
    foot, head = heights[1], heights[-1] + 0.18
    wide, deep = RACK_WIDTH / 2 + 0.006, RACK_DEPTH / 2 - 0.07
    tall = head - foot
    parts = []
    for share_low, share_high, share_wide, colour in (
        (0.0, 1.0, 1.0, _SHEET),
        (0.60, 0.92, 0.84, _CANOPY),
        (0.38, 0.46, 0.70, _OFFER),
        (0.24, 0.29, 0.55, _PLINTH),
    ):
        bottom, top = max(low, foot + tall * share_low), min(high, foot + tall * share_high)
        if top > bottom:
            across = deep * share_wide
            parts.append(box(-across, -wide, bottom, across, wide, top, colour, "yY"))
            wide += 0.002
    return join(parts)


def make_barrier(layout: Layout) -> Faces:
    """Rails and gates along the gate line."""
    y = layout.plan.gate_y
    parts = []
    for x0, _, x1, _ in layout.blocks()[len(layout.plan.islands) :]:
        if x1 - x0 > 0.1:
            parts.append(box(x0, y - 0.02, 0.08, x1, y + 0.02, 0.92, _GLASS))
            parts.append(box(x0, y - 0.03, 0.92, x1, y + 0.03, 0.96, _STEEL))
    for gate in layout.gates():
        sign = _GO if gate.id.startswith("entry") else _OUT
        for side in (-1, 1):
            x = gate.x + side * (GATE_WIDTH / 2 + 0.03)
            parts.append(box(x - 0.06, y - 0.35, 0.0, x + 0.06, y + 0.35, 0.95, _POST))
            parts.append(box(x - 0.062, y - 0.352, 0.95, x + 0.062, y + 0.352, 0.985, sign))
    return join(parts)
