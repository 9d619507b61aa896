"""The process that sends what devices send: a simulated world, a recording, or none beside real hardware."""

import logging
import threading
import time
from collections import deque
from collections.abc import Mapping, Sequence
from pathlib import Path
from urllib.parse import urlsplit

from store_client.contract.decoding import from_json
from store_client.contract.device import LIVE_PASSWORD, LIVE_USER, Site
from store_client.contract.unreadable import UNREADABLE
from store_server.broker import Access
from store_server.child import Child, module
from store_server.clock import Clock
from store_server.options import Options, Unusable

log = logging.getLogger(__name__)

SITE_S = 30.0
PATIENCE_S = 3.0
EXIT_UNUSABLE, EXIT_AGAIN = 2, 3
"""See store_server.device_process."""
RESTART_S, MOST_RESTARTS, WITHIN_S = 0.5, 5, 60.0
"""A process that died begins again after so long, but not more than so often within so many seconds."""
HARDWARE_SITE = "site.json"


class DeviceProcess:
    """Says its site, waits for ``go``, and then publishes until it is ended. If it dies it is started again, in its
    place, a few times; then its devices stay silent, which alerts tell (see store_server.sensing.conditions)."""

    def __init__(self, name: str, command: Sequence[str], variables: Mapping[str, str]) -> None:
        self._name = name
        self._command = list(command)
        self._variables = variables
        self._site: Site | None = None
        self._goes = threading.Event()
        self._is_ending = threading.Event()
        self._guard = threading.Lock()
        self._restarts: deque[float] = deque(maxlen=MOST_RESTARTS)
        self._child = self._begin()

    def site(self) -> Site:
        """What it says of itself, waited for. Raises Unusable with its own last words if it cannot begin."""
        if self._site is None:
            self._site = _site_of(self._child)
        return self._site

    def go(self) -> None:
        self._child.say("go")
        self._goes.set()

    def end(self) -> None:
        self._is_ending.set()
        self._goes.set()
        with self._guard:
            child = self._child
        child.end(PATIENCE_S)

    def _begin(self, *more: str) -> Child:
        return Child(self._name, [*self._command, *more], self._ended, self._variables)

    def _ended(self, code: int) -> None:
        """In a thread of the child that ended."""
        self._goes.wait()
        if self._is_ending.is_set():
            return
        if code == 0:
            log.info("the %s has ended: its devices fall silent", self._name)
        elif code == EXIT_UNUSABLE or (code != EXIT_AGAIN and self._is_too_often()):
            log.error("the %s ended with exit code %d: its devices fall silent", self._name, code)
        else:
            log.error("the %s ended with exit code %d; starting it again", self._name, code)
            self._start_again()

    def _is_too_often(self) -> bool:
        now = time.monotonic()
        if len(self._restarts) == MOST_RESTARTS and now - self._restarts[0] < WITHIN_S:
            return True
        self._restarts.append(now)
        return False

    def _start_again(self) -> None:
        """Its cameras are found where they were; what it says of its site is as it was."""
        self._is_ending.wait(RESTART_S)
        with self._guard:
            if self._is_ending.is_set():
                return
            child = self._child = self._begin(*_same_place(self.site()))
        try:
            _site_of(child)
        except Unusable as error:
            if not self._is_ending.is_set():
                log.error("%s", error)
            child.hang_up()  # its end is told as that of the one before was
        else:
            child.say("go")


def start(options: Options, store: str, live: Access, clock: Clock) -> DeviceProcess:
    """Starts the process of a simulated or a recorded store; ``site`` waits for it."""
    common = ["--live", live.url, "--store", store, "--speed", repr(options.speed)]
    common += ["--started-at", str(clock.started_us)]
    variables = {LIVE_USER: live.user, LIVE_PASSWORD: live.password} if live.user else {}
    if options.recording is not None:
        looping = ["--loop"] if options.is_looping else []
        command = module("store_server.recorded", *common, "--recording", str(options.recording), *looping)
        return DeviceProcess("recording", command, variables)
    day = ["--scenario", options.scenario or "steady", "--seed", str(options.seed)]
    return DeviceProcess("world", module("store_server.world", *common, *day), variables)


def _same_place(site: Site) -> list[str]:
    """The option that has the cameras' pictures served where they were served before; none where there were none."""
    for source in site.sources:
        for url in source.urls.values():
            return ["--pictures-port", str(urlsplit(url).port)]
    return []


def _site_of(child: Child) -> Site:
    """Raises Unusable with the child's last words if it says none."""
    try:
        line = child.first_line(SITE_S)
    except TimeoutError as error:
        raise Unusable(str(error)) from error
    if line is None:
        code = child.exit_code(PATIENCE_S)
        raise Unusable(child.last_words or f"{child.name} ended at once, exit code {code}")
    return _site(line.encode(), child.name)


def hardware_site(data: Path) -> Site:
    """The site of real hardware, as ``DIR/site.json`` describes it. Raises Unusable."""
    path = data / HARDWARE_SITE
    try:
        return _site(path.read_bytes(), str(path))
    except OSError as error:
        raise Unusable(f"--hardware: {error.strerror}: {str(path)!r}") from error


def _site(text: bytes, source: str) -> Site:
    try:
        return from_json(text, Site)
    except UNREADABLE as error:
        raise Unusable(f"not the description of a site, in {source}: {error}") from error
