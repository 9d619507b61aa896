"""Going to another moment, marking a span, and taking it away."""

from dataclasses import dataclass, field

from console.domain.commands.command import Command


@dataclass(frozen=True, slots=True)
class GoTo(Command):
    """Shows the live screens as they were at a moment (µs UTC of the store; state: ``Desk.replay``, ``Desk.moment``)."""

    at_us: int


@dataclass(frozen=True, slots=True)
class Play(Command):
    """Lets the moment go on; ``speed``: one of domain.replay.SPEEDS, None for that of before."""

    speed: float | None = None


@dataclass(frozen=True, slots=True)
class SetSpeed(Command):
    speed: float


@dataclass(frozen=True, slots=True)
class Pause(Command):
    """Holds the moment; now stands still too, and is then."""


@dataclass(frozen=True, slots=True)
class Step(Command):
    """By a picture of the camera in front, later (+1) or earlier (−1)."""

    by: int


@dataclass(frozen=True, slots=True)
class BackToNow(Command):
    pass


@dataclass(frozen=True, slots=True)
class MarkSpan(Command):
    """Marks from in to out (µs UTC; state: ``Desk.marked``). None: marks nothing."""

    from_us: int | None
    to_us: int | None


@dataclass(frozen=True, slots=True)
class LookAtTimeline(Command):
    """Asks of which moments of a span there are pictures (µs UTC; state: ``Desk.timeline``), and ``has_events``: what
    happened in it."""

    since_us: int
    until_us: int
    has_events: bool = False


@dataclass(frozen=True, slots=True)
class ExportSpan(Command):
    """Writes what was recorded in [``from_us``, ``to_us``) to the folder ``path``, which must not be there yet.
    ``reason``, ``password``: for leave to see faces, which films of single cameras need where it is not given already;
    side by side heads are covered."""

    cameras: tuple[str, ...]
    from_us: int
    to_us: int
    path: str
    is_side_by_side: bool = False
    reason: str = ""
    password: str = field(default="", repr=False)
