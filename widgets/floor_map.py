"""The floor, live: gates, gondolas with their plates, cameras, and the people on it."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Literal

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from resources.theme import Theme
from widgets.floor_plan import CameraState, GateState, Plan, PlateState, Shopper


class FloorMap(QWidget):
    """Wheel or +/− zooms, drag or the arrows pan, 0 fits; Tab goes from shopper to shopper, Enter chooses.

    The screen calls ``set_shoppers`` at the rate of its UI timer; nothing is painted when nothing is new.
    """

    shopper_chosen = Signal(object)
    """The shopper's key, or None where the choice was dropped."""
    plate_chosen = Signal(object)
    """The plate's id."""
    camera_chosen = Signal(object)
    """The camera's id."""
    gate_chosen = Signal(object)
    """The gate's id."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        raise NotImplementedError

    def set_theme(self, theme: Theme) -> None:
        raise NotImplementedError

    def set_plan(self, plan: Plan) -> None:
        raise NotImplementedError

    def set_shoppers(self, shoppers: Sequence[Shopper]) -> None:
        raise NotImplementedError

    def set_plate_states(self, states: Mapping[str, PlateState]) -> None:
        """States by plate id; plates left out are ok."""
        raise NotImplementedError

    def set_gate_states(self, states: Mapping[str, GateState]) -> None:
        raise NotImplementedError

    def set_camera_states(self, states: Mapping[str, CameraState]) -> None:
        raise NotImplementedError

    def flash(self, plates: Iterable[str], kind: Literal["pick", "put_back"]) -> None:
        """Marks plates from which something was just taken, or to which it came back, for a few seconds."""
        raise NotImplementedError

    def highlight(self, plates: Iterable[str]) -> None:
        """Frames plates, such as those of the chosen cart line; replaces the last ones."""
        raise NotImplementedError

    def choose_shopper(self, key: object | None) -> None:
        raise NotImplementedError

    def choose_plate(self, plate: str | None) -> None:
        raise NotImplementedError

    def choose_camera(self, camera: str | None) -> None:
        raise NotImplementedError

    def set_stale(self, age_s: float | None) -> None:
        """Seconds since the last positions where that is too long, None when they are fresh."""
        raise NotImplementedError

    def fit(self) -> None:
        """Shows the whole floor."""
        raise NotImplementedError
