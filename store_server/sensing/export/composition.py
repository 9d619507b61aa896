"""What the process that puts films beside each other is told, and how its video is laid out."""

import struct
from math import ceil, sqrt

import msgspec

from store_client.contract.camera import Pose

LENGTH = struct.Struct(">I")
STRIP = 28
"""Height in pixels of the line above all, and of the one in each tile."""
_SIZES = ((1, (1280, 720)), (4, (640, 360)), (16, (480, 270)))


class Clip(msgspec.Struct, frozen=True):
    """An MP4 whose first picture was taken at ``first_us``; each is shown for ``hold_us`` at most."""

    path: str
    first_us: int
    hold_us: int


class Tile(msgspec.Struct, frozen=True):
    """One camera; ``pose`` is None for one that was never calibrated."""

    name: str
    clips: list[Clip]
    pose: Pose | None = None


class Composition(msgspec.Struct, frozen=True):
    """A picture each ``step_us`` of [``since_us``, ``until_us``), with the time in ``zone``. ``people``: the file of the
    messages (Positions, msgpack, each after its ``LENGTH``) that say where heads are to be covered; "" for faces as
    they are."""

    tiles: list[Tile]
    since_us: int
    until_us: int
    step_us: int
    zone: str
    people: str = ""


def size_of(tiles: int) -> tuple[int, int]:
    """Width and height of the whole."""
    columns, rows, (width, height) = grid(tiles)
    return columns * width, STRIP + rows * (height + STRIP)


def grid(tiles: int) -> tuple[int, int, tuple[int, int]]:
    columns = ceil(sqrt(tiles))
    return columns, ceil(tiles / columns), next(size for most, size in _SIZES if tiles <= most)
