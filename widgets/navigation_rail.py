"""The screens, down the left edge."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QWidget

from resources.icons import IconName
from resources.theme import Theme


@dataclass(frozen=True, slots=True)
class Destination:
    key: object
    title: str
    icon: IconName
    keys: str = ""
    is_last: bool = False  # stands at the bottom, as settings do


class NavigationRail(QFrame):
    chosen = Signal(object)
    """The destination's key."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        raise NotImplementedError

    def set_theme(self, theme: Theme) -> None:
        raise NotImplementedError

    def set_destinations(self, destinations: Sequence[Destination]) -> None:
        raise NotImplementedError

    def choose(self, key: object) -> None:
        raise NotImplementedError

    def set_badge(self, key: object, count: int) -> None:
        """How many things on that screen need a person; 0 takes the badge away."""
        raise NotImplementedError
