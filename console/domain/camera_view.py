"""How the stream of one camera does at the desk."""

from dataclasses import dataclass
from typing import Literal

StreamState = Literal["off", "opening", "up", "lost"]


SMALL, TINY = 240, 120
"""Pixels of width below which a tile shows each second picture alone, and each third."""


@dataclass(frozen=True, slots=True)
class Stream:
    """``rate_hz``: pictures a second that are shown, over the last two. ``came_hz``: that come, shown or not; None while
    not known. ``drops``: pictures that came and were never shown though they should have been, since the start.
    ``detail``: why it is lost, one line.

    ``asked_every``: each so many-th was asked for; ``every``: each so many-th of those that come is decoded, since more would be too much for this machine;
    ``behind_ms``: how much later than they come pictures are shown, as asked for. What happened lately: ``garbled``
    were no pictures, ``resized``: width and height before and now, ``leapt_s``: how far the camera's clock leapt.
    ``clock_error_ms``: how far off the moment of its newest picture may be; ``is_clear``: faces are to be seen in it.
    """

    state: StreamState = "off"
    rate_hz: float = 0.0
    drops: int = 0
    detail: str = ""
    came_hz: float | None = None
    asked_every: int = 1
    every: int = 1
    behind_ms: int = 0
    garbled: int = 0
    resized: tuple[int, int, int, int] | None = None
    leapt_s: float = 0.0
    clock_error_ms: float = 0.0
    is_clear: bool = False


def every_for(width: int) -> int:
    """Each so many-th picture is asked for a tile ``width`` pixels wide."""
    return 1 if width >= SMALL else 2 if width >= TINY else 3
