"""That somebody came, and went: what the gate tells the carts."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class VisitOpened:
    """A code was shown at a gate. ``people``: how many came in on it."""

    trip: str
    gate: str
    code: str
    people: int
    payment_token: str
    card: str
    at_us: int


@dataclass(frozen=True, slots=True)
class VisitResumed:
    """A trip that was under way when the program ended. ``tracks``: those that were its people."""

    trip: str
    gate: str
    code: str
    people: int
    at_us: int
    tracks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class VisitClosed:
    """Everyone of the trip has gone. ``is_lost``: nobody saw them leave; ``at_us`` is when they were seen last."""

    trip: str
    gate: str
    at_us: int
    is_lost: bool = False
