"""What a screen watches: cameras, the faces in them, and plates."""

from dataclasses import dataclass, field

from console.domain.commands.command import Command
from console.domain.screen_name import ScreenName


@dataclass(frozen=True, slots=True)
class Picturing:
    """One camera at one width (pixels of the tile; the nearest that the camera delivers is fetched)."""

    camera: str
    width: int


@dataclass(frozen=True, slots=True)
class WatchCameras(Command):
    """The cameras that screen ``by`` shows now; replaces what it asked for before. Empty: none. ``behind_ms``: pictures
    are shown no sooner than so long after they were taken (0: at once), so that what is known of people is as new."""

    by: ScreenName
    wanted: tuple[Picturing, ...]
    behind_ms: int = 0


@dataclass(frozen=True, slots=True)
class ShowFaces(Command):
    """Asks for leave to see heads in all pictures (state: ``Desk.faces``). ``reason`` is kept in the audit log, for the
    sake of ``case`` if it is one; ``password``: the user's own, asked for each time; never kept on disk."""

    reason: str
    password: str = field(repr=False)
    case: str | None = None


@dataclass(frozen=True, slots=True)
class HideFaces(Command):
    """Heads are made unrecognisable again, at once."""


@dataclass(frozen=True, slots=True)
class SaveSnapshot(Command):
    """Keeps the picture that is shown of ``camera`` in ``path``, whose suffix (.png, .jpg) says how."""

    camera: str
    path: str


@dataclass(frozen=True, slots=True)
class WatchPlates(Command):
    """The plates whose traces screen ``by`` shows now (up to eight), and how far back they must reach. ``seen_s``: so much
    of it is seen before somebody scrolls; 0: all."""

    by: ScreenName
    plates: tuple[str, ...]
    seconds: float = 90.0
    seen_s: float = 0.0
