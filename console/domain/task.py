"""Work that is under way and long enough to be shown."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Task:
    """``id`` is given back to cancel it. ``title`` is for people. ``share``: how much is done, 0 to 1, if that is known."""

    id: int
    title: str
    can_cancel: bool
    share: float | None = None
