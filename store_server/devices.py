"""The process that sends what devices send: a simulated world, a recording, or none beside real hardware."""

import logging
from pathlib import Path

import msgspec

from store_client.contract.device import Site
from store_server.broker import Access
from store_server.child import Child, module
from store_server.clock import Clock
from store_server.options import Options, Unusable

log = logging.getLogger(__name__)

SITE_S = 30.0
PATIENCE_S = 3.0
HARDWARE_SITE = "site.json"


class DeviceProcess:
    """Says its site, waits for ``go``, and then publishes until it is ended."""

    def __init__(self, child: Child) -> None:
        self._child = child
        self._site: Site | None = None

    def site(self) -> Site:
        """What it says of itself, waited for. Raises Unusable with its own last words if it cannot begin."""
        if self._site is None:
            try:
                line = self._child.first_line(SITE_S)
            except TimeoutError as error:
                raise Unusable(str(error)) from error
            if line is None:
                code = self._child.exit_code(PATIENCE_S)
                raise Unusable(self._child.last_words or f"{self._child.name} ended at once, exit code {code}")
            self._site = _site(line.encode(), self._child.name)
        return self._site

    def go(self) -> None:
        self._child.say("go")

    def end(self) -> None:
        self._child.end(PATIENCE_S)


def start(options: Options, store: str, live: Access, clock: Clock) -> DeviceProcess:
    """Starts the process of a simulated or a recorded store; ``site`` waits for it."""
    common = ["--live", live.with_password, "--store", store, "--speed", repr(options.speed)]
    common += ["--started-at", str(clock.started_us)]
    common += ["--started-at", str(clock.started_us)]
    if options.recording is not None:
        looping = ["--loop"] if options.is_looping else []
        command = module("store_server.recorded", *common, "--recording", str(options.recording), *looping)
    else:
        command = module(
            "store_server.world",
            *common,
            "--scenario",
            options.scenario or "steady",
            "--seed",
            str(options.seed),
        )
    name = "recording" if options.recording is not None else "world"
    return DeviceProcess(Child(name, command, lambda code: _ended(name, code)))


def _ended(name: str, code: int) -> None:
    if code == 0:
        log.info("the %s has ended: its devices fall silent", name)
    else:
        log.error("the %s ended with exit code %d: its devices fall silent", name, code)


def hardware_site(data: Path) -> Site:
    """The site of real hardware, as ``DIR/site.json`` describes it. Raises Unusable."""
    path = data / HARDWARE_SITE
    try:
        return _site(path.read_bytes(), str(path))
    except OSError as error:
        raise Unusable(f"--hardware: {error.strerror}: {str(path)!r}") from error


def _site(text: bytes, source: str) -> Site:
    try:
        return msgspec.json.decode(text, type=Site)
    except msgspec.DecodeError as error:
        raise Unusable(f"not the description of a site, in {source}: {error}") from error
