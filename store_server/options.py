"""What the store is started with: the options of ``python -m store_server``."""

import argparse
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, NoReturn, get_args
from urllib.parse import SplitResult, urlsplit

from store_client.contract.session import PERMISSIONS, Role
from store_server.address import masked

Scenario = Literal["quiet", "steady", "rush", "stress", "trouble"]
SCENARIOS: tuple[Scenario, ...] = get_args(Scenario)
_LOOPBACK = ("127.0.0.1", "localhost", "::1")
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,31}")
_STREAM_SCHEMES = ("http", "https", "rtsp", "rtsps")


class Unusable(Exception):
    """The store cannot start as asked. One line that says why; the program ends with exit code 2."""


@dataclass(frozen=True, slots=True)
class AddedCamera:
    """``url``: the path of a file, or an address of HTTP or RTSP."""

    name: str
    url: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class WantedUser:
    """Somebody who shall be able to sign in, made if nobody of that name is there."""

    name: str
    role: Role


@dataclass(frozen=True, slots=True)
class Options:
    """Exactly one of ``scenario``, ``recording`` and ``is_hardware`` says where sensor messages come from."""

    data: Path
    host: str
    port: int
    database: str | None
    nats: str | None
    scenario: Scenario | None
    recording: Path | None
    is_hardware: bool
    is_looping: bool
    cameras: tuple[AddedCamera, ...]
    users: tuple[WantedUser, ...]
    apps: tuple[str, ...]
    seed: int
    speed: float
    ends_with_input: bool

    @property
    def is_demo(self) -> bool:
        """Nobody's money and nobody's face: passwords may be made up and shown."""
        return not self.is_hardware


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise Unusable(message)


def parse(arguments: Sequence[str]) -> Options:
    """Raises Unusable for what makes no sense, SystemExit(0) after printing the help that was asked for."""
    given = _parser().parse_args(arguments)
    host, port = _address(given.http)
    if given.loop and given.recording is None:
        raise Unusable("--loop: only a recording can be looped")
    if given.hardware and given.speed != 1.0:
        raise Unusable("--speed: real hardware runs at its own pace")
    if given.user and not given.hardware:
        raise Unusable("--user: a simulated or recorded store has its demo users, one a role")
    if given.app and not given.hardware:
        raise Unusable("--app: a simulated or recorded store has its demo app")
    for option, named in (("--camera: two cameras", given.camera), ("--user: two users", given.user)):
        if len({one.name for one in named}) < len(named):
            raise Unusable(f"{option} of the same name")
    is_simulated = given.recording is None and not given.hardware
    return Options(
        data=given.data,
        host=host,
        port=port,
        database=given.database,
        nats=given.nats,
        scenario=(given.scenario or "steady") if is_simulated else None,
        recording=given.recording,
        is_hardware=given.hardware,
        is_looping=given.loop,
        cameras=tuple(given.camera),
        users=tuple(given.user),
        apps=tuple(dict.fromkeys(given.app)),
        seed=given.seed,
        speed=given.speed,
        ends_with_input=given.end_with_input,
    )


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="python -m store_server", description="The store behind Floorwalker.", allow_abbrev=False)
    parser.add_argument("--data", required=True, type=_data, metavar="DIR", help="folder of all that the store keeps")
    parser.add_argument("--http", default="127.0.0.1:0", metavar="HOST:PORT", help="where HTTP listens; 0: any port")
    parser.add_argument("--database", metavar="URL", help="of SQLAlchemy; a SQLite file in DIR if left out")
    parser.add_argument("--nats", type=_nats, metavar="URL", help="a broker of your own; a child if left out")
    source = parser.add_mutually_exclusive_group()
    source.add_argument("--scenario", choices=SCENARIOS, help="of the simulated store (default: steady)")
    source.add_argument("--recording", type=_recording, metavar="DIR", help="play the recording of a real store")
    source.add_argument("--hardware", action="store_true", help="real sensors, described in DIR/site.json")
    parser.add_argument("--loop", action="store_true", help="begin the recording again when it ends")
    parser.add_argument("--camera", action="append", default=[], type=_camera, metavar="NAME=URL", help="add a camera")
    parser.add_argument(
        "--user",
        action="append",
        default=[],
        type=_user,
        metavar="NAME=ROLE",
        help="with --hardware: a user who is made unless the name is taken; the first password is put into "
        "DIR/first-passwords.json. Without this, and without any user, an admin is made so",
    )
    parser.add_argument(
        "--app",
        action="append",
        default=[],
        type=_app,
        metavar="NAME",
        help="with --hardware: an app through which shoppers open cases, made unless the name is taken; its key is put "
        "into DIR/first-passwords.json",
    )
    parser.add_argument("--seed", default=1, type=int, help="the same seed gives the same day")
    parser.add_argument("--speed", default=1.0, type=_speed, metavar="X", help="store time runs X times as fast")
    parser.add_argument("--end-with-input", action="store_true", help="end when standard input closes")
    return parser


def _address(text: str) -> tuple[str, int]:
    host, colon, port = text.rpartition(":")
    host = host.removeprefix("[").removesuffix("]")
    if not colon or not port.isascii() or not port.isdigit() or int(port) > 65_535:
        raise Unusable(f"--http: not HOST:PORT: {text!r}")
    if host not in _LOOPBACK:
        raise Unusable(f"--http: plain HTTP is served on the loopback only, not on {host!r}: put a TLS proxy before it")
    return host, int(port)


def _nats(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in ("nats", "tls") or not parts.hostname or not _has_port(parts):
        raise argparse.ArgumentTypeError(f"not the address of a NATS server: {text!r}")
    return text


def _data(text: str) -> Path:
    """An empty word is most often a variable of a script that was never set: it does not mean the present folder."""
    if not text:
        raise argparse.ArgumentTypeError("it is empty")
    return Path(text)


def _recording(text: str) -> Path:
    folder = Path(text)
    if not folder.is_dir():
        raise argparse.ArgumentTypeError(f"no such folder: {text!r}")
    return folder


def _camera(text: str) -> AddedCamera:
    name, equals, url = text.partition("=")
    if not equals or not _NAME.fullmatch(name):
        raise argparse.ArgumentTypeError(f"not NAME=URL, with a name of letters, digits, - and _: {masked(text)!r}")
    if "://" in url:
        parts = urlsplit(url)
        if parts.scheme not in _STREAM_SCHEMES or not parts.hostname or not _has_port(parts):
            raise argparse.ArgumentTypeError(f"neither a file nor an address of HTTP or RTSP: {masked(url)!r}")
    elif not Path(url).is_file():
        raise argparse.ArgumentTypeError(f"no such file: {url!r}")
    return AddedCamera(name, url)


def _user(text: str) -> WantedUser:
    name, equals, wanted = text.partition("=")
    if not equals or not _NAME.fullmatch(name):
        raise argparse.ArgumentTypeError(f"not NAME=ROLE, with a name of letters, digits, - and _: {text!r}")
    for role in PERMISSIONS:
        if role == wanted:
            return WantedUser(name, role)
    raise argparse.ArgumentTypeError(f"no such role: {wanted!r} (there are {', '.join(PERMISSIONS)})")


def _app(text: str) -> str:
    if not _NAME.fullmatch(text):
        raise argparse.ArgumentTypeError(f"not a name of letters, digits, - and _: {text!r}")
    return text


def _has_port(parts: SplitResult) -> bool:
    """True unless a port is named that cannot be."""
    try:
        return parts.port != 0
    except ValueError:
        return False


def _speed(text: str) -> float:
    try:
        speed = float(text)
    except ValueError:
        speed = math.nan
    if not 0 < speed <= 1_000:
        raise argparse.ArgumentTypeError(f"not a number above 0 and up to 1000: {text!r}")
    return speed
