"""How the stream of one camera does at the desk."""

from dataclasses import dataclass
from typing import Literal

StreamState = Literal["off", "opening", "up", "lost"]


@dataclass(frozen=True, slots=True)
class Stream:
    """``rate_hz``: pictures a second over the last two. ``drops``: pictures that came and were never shown, since
    the start. ``detail``: why it is lost, one line."""

    state: StreamState = "off"
    rate_hz: float = 0.0
    drops: int = 0
    detail: str = ""
