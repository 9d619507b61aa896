"""The one moment that all evidence is looked at."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal

STEP_US = 100_000
"""Between moments at which there is nothing to stop."""


@dataclass(frozen=True, slots=True)
class CursorPlace:
    """``at_us``: µs UTC of the store's clock. ``by``: the part that moved it there, so that it need not follow itself."""

    at_us: int
    by: str = ""


class TimeCursor(QObject):
    """Any part joins it by listening to ``changed`` and calling ``move_to``; it knows of none of them."""

    changed = Signal(object)
    """Carries the CursorPlace."""
    span_changed = Signal(object)
    """Carries (begin_us, end_us), what the cursor can reach now."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._place = CursorPlace(0)
        self._span = (0, 0)
        self._stops: tuple[int, ...] = ()

    @property
    def at_us(self) -> int:
        return self._place.at_us

    @property
    def place(self) -> CursorPlace:
        return self._place

    @property
    def span(self) -> tuple[int, int]:
        """(begin_us, end_us); empty where there is nothing to look at."""
        return self._span

    @property
    def is_there(self) -> bool:
        return self._span[1] > self._span[0]

    def set_span(self, begin_us: int, end_us: int) -> None:
        """What can be reached; the cursor is brought into it."""
        if (begin_us, end_us) != self._span:
            self._span = begin_us, max(begin_us, end_us)
            self._stops = ()
            self.span_changed.emit(self._span)
            self.move_to(self.at_us, "span")

    def set_stops(self, moments_us: Iterable[int]) -> None:
        """Where ``step`` stops: pictures, events, frames. Those outside the span are left out."""
        begin, end = self._span
        self._stops = tuple(sorted({at for at in moments_us if begin <= at <= end}))

    def move_to(self, at_us: int, by: str) -> None:
        """As near as the span allows; tells only of another moment."""
        begin, end = self._span
        at_us = min(max(at_us, begin), end)
        if at_us != self._place.at_us:
            self._place = CursorPlace(at_us, by)
            self.changed.emit(self._place)

    def step(self, direction: int, by: str, *, is_fine: bool = False) -> None:
        """To the next (+1) or the last (−1) stop; by a tenth of a second where there is none, or when ``is_fine``."""
        place = bisect_right(self._stops, self.at_us) if direction > 0 else bisect_left(self._stops, self.at_us) - 1
        if is_fine or not 0 <= place < len(self._stops):
            self.move_to(self.at_us + direction * STEP_US, by)
        else:
            self.move_to(self._stops[place], by)
