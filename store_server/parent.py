"""Whoever started the store: it ends with them, in order, if they asked for it and however they end.

The system closes the pipe to our standard input with its other end, also after kill -9, on every system.
(PR_SET_PDEATHSIG exists on Linux only, job objects on Windows only.)
"""

import _thread
import logging
import os
import signal
import threading
import time

log = logging.getLogger(__name__)

PATIENCE_S = 20.0
"""For an end in order; children end when we do, however that is."""


def end_with_input() -> None:
    """Asks this process to end, as SIGTERM does, once its standard input closes."""
    threading.Thread(target=_listen, name="standard input", daemon=True).start()


def _listen() -> None:
    while os.read(0, 4096):  # the descriptor itself: nobody may close what a thread reads from
        pass
    _thread.interrupt_main(signal.SIGTERM)
    time.sleep(PATIENCE_S)
    log.error("the store does not end in order within %g s", PATIENCE_S)
    os._exit(1)
