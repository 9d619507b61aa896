"""One picture of a camera: as it gave it, and as it is shown."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

Clear = Callable[[], Awaitable[bool]]
"""Whether faces may be shown: asked anew for each picture."""


@dataclass(frozen=True, slots=True)
class Frame:
    """One picture as a camera gave it. ``captured_at``: when it was taken, µs of the store's clock, ± ``error_us``."""

    jpeg: bytes
    captured_at: int
    error_us: int = 0


@dataclass(frozen=True, slots=True)
class Shown:
    """One picture as somebody may see it. ``at_us``: µs UTC, when it was taken, ± ``error_us`` (None: not said).

    ``is_clear``: faces are to be seen. ``before_us``, ``next_us``: of a recorded one, when those beside it were taken.
    """

    jpeg: bytes
    at_us: int
    error_us: int | None = None
    is_clear: bool = False
    before_us: int | None = None
    next_us: int | None = None
