"""One picture of a camera."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Frame:
    """One picture as a camera gave it. ``captured_at``: µs UTC, when it was taken."""

    jpeg: bytes
    captured_at: int
