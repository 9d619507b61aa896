"""``python -m store_server``: options in, exit code out.

The broker and the devices are started before the rest is even imported: reading a second's worth of libraries is what
a start takes longest for, and they need none of it.
"""

import gc
import importlib
import json
import logging
import re
import signal
import socket
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from types import FrameType
from typing import NoReturn

from store_client.arenas import keep_giving_back, share_arenas
from store_server import devices
from store_server.broker import Broker, desk_access, given
from store_server.clock import Clock
from store_server.folder import DataFolder, write_private
from store_server.launched import Launched
from store_server.options import Options, Unusable, parse
from store_server.parent import end_with_input

log = logging.getLogger(__name__)

COMMANDS = {
    "audit": "store_server.audit_command",
    "case": "store_server.case_command",
    "export": "store_server.export_command",
}
"""What is asked of a store that need not run, by its first word; everything else starts a store."""


def main(arguments: Sequence[str]) -> int:
    """0: stopped as asked; 1: failed while it ran; 2: could not start as asked, for the reason on standard error."""
    logging.basicConfig(stream=sys.stderr, level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    for talkative in ("alembic", "uvicorn"):
        logging.getLogger(talkative).setLevel(logging.WARNING)
    for each in (signal.SIGINT, signal.SIGTERM):
        signal.signal(each, end_at_once)
    try:
        if arguments and arguments[0] in COMMANDS:
            return int(importlib.import_module(COMMANDS[arguments[0]]).run(arguments[1:]))
        options = parse(arguments)
        if options.ends_with_input:
            end_with_input()
        share_arenas()
        keep_giving_back()
        with ExitStack() as stack:
            launched = _launch(options, stack)
            gc.disable()  # what is read stays: looking through it while it comes takes a tenth of the reading
            app = importlib.import_module("store_server.app")
            gc.enable()
            return int(app.run(launched))
    except Unusable as unusable:
        sys.stderr.write(f"store_server: {unusable}\n")
        return 2


def end_at_once(_signal: int, _frame: FrameType | None) -> NoReturn:
    """Until the store itself listens: what has been started is ended again. (Not KeyboardInterrupt: one that comes
    while a dataclass is made ends the process as if nobody had caught it, in spite of everything.)"""
    raise SystemExit(0)


def _launch(options: Options, stack: ExitStack) -> Launched:
    _check_free(options.host, options.port)
    folder = DataFolder(options.data)
    stack.callback(folder.close)
    try:
        clock = resumed_clock(folder.path / "clock.json", options.speed)
    except OSError as error:
        raise Unusable(f"--data: {error.strerror}: {str(folder.path)!r}") from error
    site = devices.hardware_site(folder.path) if options.is_hardware else None
    store = site.store.id if site is not None else _store_id(options)
    if options.nats is None:
        try:
            broker = Broker(folder.path / "live", store)
        except OSError as error:
            raise Unusable(f"the broker cannot be started: {error}") from error
        stack.callback(broker.end)
        server, device, desk, heal = broker.server, broker.devices, broker.desk, broker.heal
    else:
        server = device = given(options.nats)
        desk = desk_access(folder.path / "desk-live.json", server)
        heal = leave_alone
    process = None if site is not None else devices.start(options, store, device, clock)
    if process is not None:
        stack.callback(process.end)
    return Launched(options, folder, clock, store, server, desk, heal, process, site)


def _check_free(host: str, port: int) -> None:
    """Tells of a port that is taken before anything is started; it may still be lost until it is served."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        socket.create_server((host, port), family=family).close()
    except OSError as error:
        raise Unusable(f"--http: port {port} of {host} is taken by another program ({error.strerror})") from error


def leave_alone() -> None:
    """A broker that is not ours is looked after by somebody else."""


def resumed_clock(path: Path, speed: float) -> Clock:
    """The clock of this data folder, going on as if the store had never stopped. Raises OSError if it cannot be kept."""
    clock = Clock(speed=speed)
    try:
        kept = json.loads(path.read_text(encoding="utf-8"))
        clock = Clock(speed=float(kept["speed"]), started_us=int(kept["started_us"])).followed_by(speed)
    except FileNotFoundError:
        log.debug("the first start on this data folder")
    except (OSError, ValueError, KeyError, TypeError) as error:
        log.warning("the store's time begins anew, for %s cannot be read: %s", path, error)
    write_private(path, json.dumps({"speed": clock.speed, "started_us": clock.started_us}))
    return clock


def _store_id(options: Options) -> str:
    """``demo``, or the name of the recording's folder as far as a subject and a URL can hold it."""
    if options.recording is None:
        return "demo"
    return re.sub(r"[^a-z0-9-]+", "-", options.recording.resolve().name.lower()).strip("-")[:32] or "recorded"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
