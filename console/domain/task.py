"""Work that is under way and long enough to be shown."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Task:
    """``id`` is given back to cancel it. ``title`` is for people."""

    id: int
    title: str
    can_cancel: bool
