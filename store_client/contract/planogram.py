"""The planogram: where gates, gondolas, plates and facings are.

One frame for everything: metres on the floor, x to the right and y up the plan, z above the floor; angles in
radians, anticlockwise. A plate's ``id`` is ``"<gondola>.<shelf>.<plate>"``, the three indices by which its
readings are found in a weights message (array indices as they are: a store may leave row 0 and column 0 empty).
"""

from typing import Annotated

import msgspec

from store_client.contract.gtin import Gtin
from store_client.contract.moment import Moment
from store_client.contract.pattern import END

PlateId = Annotated[str, msgspec.Meta(pattern=r"^[0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3}" + END)]


def plate_id(gondola: int, shelf: int, plate: int) -> str:
    return f"{gondola}.{shelf}.{plate}"


def plate_indices(plate: str) -> tuple[int, int, int]:
    """Gondola, shelf and plate of a plate's id. Raises ValueError if it is not one."""
    gondola, shelf, index = plate.split(".")
    return int(gondola), int(shelf), int(index)


class Point(msgspec.Struct, frozen=True):
    x: float
    y: float


class Gate(msgspec.Struct, frozen=True):
    """An opening of ``width`` metres about (x, y); ``angle`` is the direction in which one enters."""

    id: str
    name: str
    x: float
    y: float
    width: float
    angle: float


class Gondola(msgspec.Struct, frozen=True):
    """A rack of shelves. ``outline``: its corners on the floor; ``angle``: the direction its open side looks."""

    id: int
    name: str
    outline: list[Point]
    angle: float
    height: float


class Plate(msgspec.Struct, frozen=True):
    """One weighing plate: centre (x, y, z), ``width`` along the shelf and ``depth`` into it, in metres."""

    id: PlateId
    gondola: int
    shelf: int
    index: int
    x: float
    y: float
    z: float
    width: float
    depth: float


class Facing(msgspec.Struct, frozen=True):
    """One product's place: the plates it stands on. ``gtin`` is None where the planogram names no product."""

    id: str
    gtin: Gtin | None
    plates: list[PlateId]
    capacity: int = 0


class Planogram(msgspec.Struct, frozen=True):
    """``outline``: the floor. ``version`` counts up; ``valid_from`` is when this one began to hold."""

    store: str
    version: int
    valid_from: Moment
    outline: list[Point]
    gates: list[Gate]
    gondolas: list[Gondola]
    plates: list[Plate]
    facings: list[Facing]
