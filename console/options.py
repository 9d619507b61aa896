"""The options of the console: words in, one frozen value out, or one line that says what makes no sense."""

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from store_client.address import Address

SCENARIOS = ("quiet", "steady", "rush", "stress", "trouble")


class BadOptions(Exception):
    """``str()`` is one line for people; exit code 2 follows."""


@dataclass(frozen=True, slots=True)
class Embedded:
    """How the embedded store is to be started. ``speed``: None leaves it at the pace of the day."""

    scenario: str | None = None
    recording: Path | None = None
    cameras: tuple[str, ...] = ()
    seed: int | None = None
    speed: float | None = None

    def words(self) -> list[str]:
        """As options of ``python -m store_server``."""
        words: list[str] = []
        if self.recording is not None:
            words += ["--recording", str(self.recording), "--loop"]
        if self.scenario is not None:
            words += ["--scenario", self.scenario]
        for camera in self.cameras:
            words += ["--camera", camera]
        if self.seed is not None:
            words += ["--seed", str(self.seed)]
        if self.speed is not None:
            words += ["--speed", f"{self.speed:g}"]
        return words


@dataclass(frozen=True, slots=True)
class Options:
    """``store``: address of a real store; ``embedded``: the store to start here; one of them is None. Both are None
    where neither was asked for: then the desk goes to where it was last (``is_embedded_again``: to the embedded one), and
    at its first start asks where to go."""

    store: str | None = None
    embedded: Embedded | None = None
    data: Path | None = None
    tour: Path | None = None
    is_self_check: bool = False
    picture: Path | None = None
    is_embedded_again: bool = False

    @property
    def is_brief(self) -> bool:
        """True where the desk ends by itself."""
        return self.is_self_check or self.tour is not None


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise BadOptions(message)


def _parser() -> argparse.ArgumentParser:
    about = "The operator console of checkout-free stores."
    parser = _Parser(prog="python -m console", description=about, allow_abbrev=False)
    where = parser.add_mutually_exclusive_group()
    where.add_argument("--store", metavar="URL", help="the store to work at")
    where.add_argument("--demo", action="store_true", help="start a simulated store here and sign in")
    day = parser.add_mutually_exclusive_group()
    day.add_argument("--scenario", choices=SCENARIOS, help="which day the simulated store has")
    day.add_argument("--recording", type=_path, metavar="DIR", help="play a recording of a real store instead")
    parser.add_argument("--camera", action="append", default=[], metavar="NAME=URL", help="add a camera to the demo")
    parser.add_argument("--seed", type=int, metavar="N", help="the same seed gives the same day")
    parser.add_argument("--speed", type=float, metavar="X", help="how fast the simulated day goes")
    parser.add_argument("--data", type=_path, metavar="DIR", help="where the desk keeps its files")
    parser.add_argument(
        "--picture", type=_path, metavar="FILE", help="keep a fresh picture (PNG) of the window in FILE"
    )
    brief = parser.add_mutually_exclusive_group()
    brief.add_argument(
        "--tour", type=_path, metavar="DIR", help="show every screen in every theme, write pictures, end"
    )
    brief.add_argument("--self-check", action="store_true", help="a short round; prints one line of JSON")
    return parser


def _path(text: str) -> Path:
    """Whole, also where a shell leaves the ~ to us, as that of ``--data=~/desk``. An empty word is most often a variable of
    a script that was never set: it does not mean the present folder."""
    if not text:
        raise argparse.ArgumentTypeError("it is empty")
    try:
        return Path(text).expanduser().absolute()
    except RuntimeError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is in the home of nobody") from error


def parse(words: Sequence[str]) -> Options:
    """Raises BadOptions. ``--help`` prints and raises SystemExit(0)."""
    found = _parser().parse_args(words)
    embedded = None
    asked_for_embedded = [name for name in ("scenario", "recording", "camera", "seed", "speed") if _given(found, name)]
    if found.store is not None:
        if asked_for_embedded:
            raise BadOptions(f"--{asked_for_embedded[0]} is for the store that --demo starts, not for --store")
        _check_store(found.store)
    elif found.demo or asked_for_embedded or found.tour is not None or found.self_check:
        embedded = _embedded(found)
    _check_places(found)
    return Options(
        store=found.store,
        embedded=embedded,
        data=found.data,
        tour=found.tour,
        is_self_check=found.self_check,
        picture=found.picture,
    )


def _given(found: argparse.Namespace, name: str) -> bool:
    return getattr(found, name) not in (None, [])


def _check_store(url: str) -> None:
    try:
        Address.parse(url)
    except ValueError as error:
        raise BadOptions(f"--store: {error}") from error


def _embedded(found: argparse.Namespace) -> Embedded:
    if found.recording is not None and not found.recording.is_dir():
        raise BadOptions(f"--recording: there is no folder {found.recording}")
    if found.speed is not None and not 0.1 <= found.speed <= 100:
        raise BadOptions(f"--speed: {found.speed:g} is not between 0.1 and 100")
    names = []
    for camera in found.camera:
        name, equals, url = camera.partition("=")
        if not (name and equals and url):
            raise BadOptions(f"--camera: {camera!r} is not NAME=URL")
        if name in names:
            raise BadOptions(f"--camera: the name {name!r} is given twice")
        names.append(name)
    return Embedded(found.scenario, found.recording, tuple(found.camera), found.seed, found.speed)


def _check_places(found: argparse.Namespace) -> None:
    for name, folder in (("data", found.data), ("tour", found.tour)):
        if folder is not None and folder.exists() and not folder.is_dir():
            raise BadOptions(f"--{name}: {folder} is not a folder")
    if found.picture is not None:
        if found.picture.is_dir():
            raise BadOptions(f"--picture: {found.picture} is a folder")
        if not found.picture.parent.is_dir():
            raise BadOptions(f"--picture: there is no folder {found.picture.parent}")
