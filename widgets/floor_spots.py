"""What can be chosen on a floor map, as spots that keys go to from one to the next. No Qt."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from widgets.floor_cells import Floor
from widgets.floor_plan import Corner, Shopper

_ASIDE = 2.0
"""What lies aside counts as so much farther than what lies ahead."""


@dataclass(frozen=True, slots=True)
class Spot:
    """``key``: of the shopper, the camera, the gate or the plate; (x, y) in metres on the floor."""

    kind: Literal["shopper", "camera", "gate", "plate"]
    key: object
    x: float = 0.0
    y: float = 0.0


def spots_of(floor: Floor, shoppers: Iterable[Shopper]) -> list[Spot]:
    return [
        *(Spot("shopper", one.key, one.x, one.y) for one in shoppers),
        *(Spot("camera", one.id, one.x, one.y) for one in floor.plan.cameras),
        *(Spot("gate", one.id, one.x, one.y) for one in floor.plan.gates),
        *(Spot("plate", cell.plate.id, *rack.centre(cell)) for rack, cell in floor.places.values()),
    ]


def next_spot(spots: Sequence[Spot], start: Corner, way: Corner) -> Spot | None:
    """The nearest from ``start`` in the direction ``way`` (of length 1), within 45° of it; None where there is none."""
    best: tuple[float, Spot | None] = (math.inf, None)
    for spot in spots:
        x, y = spot.x - start[0], spot.y - start[1]
        ahead, aside = x * way[0] + y * way[1], abs(x * way[1] - y * way[0])
        if ahead > 1e-6 and aside <= ahead and ahead + _ASIDE * aside < best[0]:
            best = (ahead + _ASIDE * aside, spot)
    return best[1]


def nearest_spot(spots: Sequence[Spot], to: Corner) -> Spot | None:
    return min(spots, key=lambda spot: math.hypot(spot.x - to[0], spot.y - to[1]), default=None)
