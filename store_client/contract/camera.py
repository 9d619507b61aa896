"""Cameras and how they see the floor."""

from typing import Literal

import msgspec


class Pose(msgspec.Struct, frozen=True):
    """A pinhole camera: position in metres, the point it looks at, horizontal field of view in radians."""

    x: float
    y: float
    z: float
    target_x: float
    target_y: float
    target_z: float
    field_of_view: float


class Camera(msgspec.Struct, frozen=True):
    """``pose`` is None for a camera that was never calibrated. ``widths``: picture widths it delivers, ascending."""

    id: str
    store: str
    name: str
    kind: Literal["simulated", "recorded", "added"]
    width: int
    height: int
    widths: list[int]
    pose: Pose | None = None
