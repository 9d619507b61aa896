"""What one tile of the wall shows."""

from dataclasses import dataclass
from typing import Literal

TileState = Literal["live", "connecting", "reconnecting", "lost", "no_signal"]


@dataclass(frozen=True, slots=True)
class Tile:
    """A camera's place on the wall."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class TileStatus:
    """``age_ms``: age of the picture when measured, None before the first; ``detail``: why it is lost."""

    state: TileState
    age_ms: float | None = None
    rate_hz: float = 0.0
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Outline:
    """Drawn over a picture: points as shares (0 to 1) of its width and height, with a word."""

    points: tuple[tuple[float, float], ...]
    text: str = ""
    is_chosen: bool = False
