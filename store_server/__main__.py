"""``python -m store_server``: options in, exit code out.

The broker and the devices are started before the rest is even imported: reading a second's worth of libraries is what
a start takes longest for, and they need none of it.
"""

import importlib
import logging
import re
import signal
import sys
from collections.abc import Sequence
from contextlib import ExitStack

from store_server import devices
from store_server.broker import Broker, given
from store_server.clock import Clock
from store_server.folder import DataFolder
from store_server.launched import Launched
from store_server.options import Options, Unusable, parse


def main(arguments: Sequence[str]) -> int:
    """0: stopped as asked; 1: failed while it ran; 2: could not start as asked, for the reason on standard error."""
    logging.basicConfig(stream=sys.stderr, level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    for talkative in ("alembic", "uvicorn"):
        logging.getLogger(talkative).setLevel(logging.WARNING)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        options = parse(arguments)
        with ExitStack() as stack:
            launched = _launch(options, stack)
            app = importlib.import_module("store_server.app")
            return int(app.run(launched))
    except Unusable as unusable:
        sys.stderr.write(f"store_server: {unusable}\n")
        return 2
    except KeyboardInterrupt:
        return 0


def _launch(options: Options, stack: ExitStack) -> Launched:
    folder = DataFolder(options.data)
    stack.callback(folder.close)
    clock = Clock(speed=options.speed)
    site = devices.hardware_site(folder.path) if options.is_hardware else None
    store = site.store.id if site is not None else _store_id(options)
    if options.nats is None:
        broker = Broker(folder.path / "live", store)
        stack.callback(broker.end)
        server, device, desk = broker.server, broker.devices, broker.desk
    else:
        server = device = desk = given(options.nats)
    process = None if site is not None else devices.start(options, store, device, clock)
    if process is not None:
        stack.callback(process.end)
    return Launched(options, folder, clock, store, server, desk, process, site)


def _store_id(options: Options) -> str:
    """``demo``, or the name of the recording's folder as far as a subject and a URL can hold it."""
    if options.recording is None:
        return "demo"
    return re.sub(r"[^a-z0-9-]+", "-", options.recording.resolve().name.lower()).strip("-")[:32] or "recorded"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
