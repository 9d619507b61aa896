"""Leads through a tour: does a step, waits until what it should bring is there, goes on."""

import logging
import time
from collections.abc import Callable, Generator
from dataclasses import dataclass

from PySide6.QtCore import QObject, QTimer, Signal

POLL_MS = 30
PATIENCE_S = 60.0
"""Longer than anybody would wait: a tour is for slow machines too, and only one that fails takes so long."""
AGAIN_S = 5.0

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Until:
    """``what`` should be the case, seen by ``is_so``, within ``patience_s``; what ``is_optional`` may not come.
    ``ask``: asks for it, now and every so often until it is so, as people do whom the store has refused or not heard."""

    what: str
    is_so: Callable[[], bool]
    patience_s: float = PATIENCE_S
    is_optional: bool = False
    ask: Callable[[], None] | None = None


class Missing(Exception):
    """Raised in the walk where what was waited for did not come."""


Walk = Generator[Until, None, None]


class Guide(QObject):
    """``done`` carries the reason why the walk ended early, "" when it went to its end."""

    done = Signal(object)

    def __init__(self, walk: Walk, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._walk = walk
        self._until: Until | None = None
        self._deadline_s = 0.0
        self._again_s = 0.0
        self._timer = QTimer(self)
        self._timer.setInterval(POLL_MS)
        self._timer.timeout.connect(self._poll)

    def start(self) -> None:
        self._timer.start()

    def stop(self, reason: str = "") -> None:
        if self._timer.isActive():
            self._timer.stop()
            self._walk.close()
            self.done.emit(reason)

    def _poll(self) -> None:
        until = self._until
        if until is not None and not until.is_so():
            if time.monotonic() < self._deadline_s:
                self._ask(until)
                return
            if not until.is_optional:
                _log.error("tour: waited %g s in vain for: %s", until.patience_s, until.what)
                self._step(Missing(until.what))
                return
        self._step(None)

    def _step(self, error: Missing | None) -> None:
        try:
            self._until = self._walk.throw(error) if error is not None else next(self._walk)
        except StopIteration:
            self.stop()
            return
        except Missing as missing:
            self.stop(f"it waited in vain for this: {missing}")
            return
        _log.info("tour: %s", self._until.what)
        self._deadline_s = time.monotonic() + self._until.patience_s
        self._again_s = 0.0
        self._ask(self._until)

    def _ask(self, until: Until) -> None:
        if until.ask is not None and time.monotonic() >= self._again_s:
            self._again_s = time.monotonic() + AGAIN_S
            until.ask()
