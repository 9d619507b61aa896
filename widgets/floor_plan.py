"""What a floor map shows: the plan, which seldom changes, and the people, who always do.

Metres, x to the right and y up the plan; angles in radians, anticlockwise.
"""

from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import numpy.typing as npt

Corner = tuple[float, float]
PlateState = Literal["ok", "low", "empty", "wrong", "noisy", "drifting", "dead", "late", "unknown"]
GateState = Literal["closed", "opened", "refused", "lost"]
CameraState = Literal["live", "lost"]
Need = Literal["none", "doubtful", "urgent"]


@dataclass(frozen=True, slots=True)
class PlanGate:
    """An opening of ``width`` metres about (x, y); ``angle``: the direction in which one enters."""

    id: str
    name: str
    x: float
    y: float
    width: float
    angle: float


@dataclass(frozen=True, slots=True)
class PlanGondola:
    """``outline``: corners on the floor; ``angle``: the direction its open side looks."""

    id: int
    name: str
    outline: tuple[Corner, ...]
    angle: float


@dataclass(frozen=True, slots=True)
class PlanPlate:
    """Centre (x, y) and ``width`` along the shelf, in metres; ``shelf`` counts from the floor up.

    Plates of one place on several shelves lie over each other in the plan: the map unfolds them into rows.
    ``name``: what stands on it.
    """

    id: str
    gondola: int
    shelf: int
    x: float
    y: float
    width: float
    depth: float
    name: str = ""


@dataclass(frozen=True, slots=True)
class PlanCamera:
    """Looks from (x, y) to (target_x, target_y); ``field_of_view``: horizontal angle."""

    id: str
    name: str
    x: float
    y: float
    target_x: float
    target_y: float
    field_of_view: float


@dataclass(frozen=True, slots=True)
class Plan:
    outline: tuple[Corner, ...]
    gates: tuple[PlanGate, ...] = ()
    gondolas: tuple[PlanGondola, ...] = ()
    plates: tuple[PlanPlate, ...] = ()
    cameras: tuple[PlanCamera, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Shopper:
    """One person on the floor. ``key`` comes back in signals; ``name``: "Visit 412"; ``worth``: the cart's worth as it
    is written, "" for none. ``trail``: float array [points, 2] in metres, oldest first. ``hands``: (x, y) each.
    ``word``: why the person needs somebody, shown with the mark ("doubtful cart")."""

    key: object
    x: float
    y: float
    name: str = ""
    worth: str = ""
    need: Need = "none"
    word: str = ""
    trail: npt.NDArray[np.float32] = field(default_factory=lambda: np.empty((0, 2), np.float32))
    hands: tuple[Corner, ...] = ()
