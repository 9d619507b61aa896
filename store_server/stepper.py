"""A thread that does one thing again and again."""

import logging
import threading
from collections.abc import Callable

from store_server.refusal import Refusal

log = logging.getLogger(__name__)


class Stepper:
    """Calls ``step`` every ``period_s``; at once again while it says that it did something."""

    def __init__(self, name: str, step: Callable[[], int], period_s: float) -> None:
        self._step = step
        self._period_s = period_s
        self._is_ending = threading.Event()
        self._is_told = False
        self._thread = threading.Thread(target=self._run, name=name)

    def start(self) -> None:
        self._thread.start()

    def end(self) -> None:
        """Returns when the step under way is done."""
        self._is_ending.set()
        if self._thread.ident is not None:
            self._thread.join()

    def _run(self) -> None:
        while not self._is_ending.is_set():
            if not self._try():
                self._is_ending.wait(self._period_s)

    def _try(self) -> bool:
        """Whether something was done. What fails is tried again after the pause; it is told once."""
        try:
            is_busy = self._step() > 0
        except Refusal as refusal:
            if not self._is_told:
                log.error("%s cannot work: %s", self._thread.name, refusal.detail)
            self._is_told = True
            return False
        except Exception:
            if not self._is_told:
                log.exception("a step of %s failed", self._thread.name)
            self._is_told = True
            return False
        self._is_told = False
        return is_busy
