"""A widget with something in it."""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtWidgets import QWidget

from resources.theme import Theme


@dataclass(frozen=True, slots=True)
class Sample:
    """``make`` builds the widget in a theme; ``width`` and ``height`` in pixels at text of 100 %."""

    name: str
    width: int
    height: int
    make: Callable[[Theme], QWidget]
