"""Up to eight traces of weight on one time axis, with what happened marked on them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from resources.theme import Theme
from widgets.trace import Source


@dataclass(frozen=True, slots=True, eq=False)
class Series:
    key: object
    name: str
    source: Source
    detail: str = ""  # such as the product that stands there


@dataclass(frozen=True, slots=True)
class Mark:
    """Something that happened. ``series``: the key of the trace it is drawn on, None for all."""

    key: object
    at_us: int
    kind: Literal["pick", "put_back", "other"]
    text: str
    series: object | None = None


class WeightGraph(QWidget):
    """Wheel zooms at the pointer, drag pans, Shift+drag marks a span to zoom into; ←/→ pan, +/− zoom, Home the oldest,
    End or L follows live, click or , . move the cursor. The y axis fits what is seen unless Ctrl+wheel has set it."""

    time_chosen = Signal(object)
    """µs of the cursor."""
    mark_chosen = Signal(object)
    """The mark's key."""
    span_changed = Signal(object)
    """(start_us, end_us) after the user has zoomed or panned; a screen loads history when it reaches past the trace."""
    following_changed = Signal(object)
    """bool"""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        raise NotImplementedError

    def set_theme(self, theme: Theme) -> None:
        raise NotImplementedError

    def set_time_zone(self, zone: str) -> None:
        raise NotImplementedError

    def set_series(self, series: Sequence[Series]) -> None:
        """At most eight; more is a ValueError."""
        raise NotImplementedError

    def set_marks(self, marks: Sequence[Mark]) -> None:
        raise NotImplementedError

    def set_span(self, start_us: int, end_us: int) -> None:
        """Shows a span and stops following."""
        raise NotImplementedError

    def span(self) -> tuple[int, int]:
        raise NotImplementedError

    def follow(self, width_us: int) -> None:
        """Keeps the newest readings at the right edge, ``width_us`` of them."""
        raise NotImplementedError

    def is_following(self) -> bool:
        raise NotImplementedError

    def advance(self, now_us: int) -> None:
        """Store time now. Call it from the UI timer: moves the picture while following, repaints only if new."""
        raise NotImplementedError

    def set_cursor(self, at_us: int | None) -> None:
        raise NotImplementedError

    def set_stale(self, age_s: float | None) -> None:
        raise NotImplementedError
