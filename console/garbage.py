"""What nobody holds any more but is held in a ring: where it is looked for, and what need not be looked at."""

import gc
import linecache

from PySide6.QtCore import QObject, QTimer

EVERY_MS = 100
FULL_AFTER = 100
"""Collections of what is younger before one of all, Python's own being 10: at most every minute or two."""


class Collector(QObject):
    """Collects in its own thread, that of the window, and nowhere else.

    Python collects in whichever thread happens to ask for memory, and what is found is destroyed there. Of Qt's objects
    PySide (6.11) brings home widgets alone: a timer that another thread destroyed while it ran is still called, and the
    process crashes.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        gc.disable()
        young, middle, _ = gc.get_threshold()
        self._most = young, middle, FULL_AFTER
        timer = QTimer(self)
        timer.timeout.connect(self._collect)
        timer.start(EVERY_MS)

    def _collect(self) -> None:
        """As Python would: what is old is looked at when what is younger often was."""
        due = [generation for generation, count in enumerate(gc.get_count()) if count > self._most[generation]]
        if due:
            gc.collect(due[-1])


def leave_out_of_collections() -> None:
    """What there is once the desk is at work stays for long. Each full collection would look at all of it, and the window
    stood still for 140 ms of a busy store: as it does for this, which gives back first what nobody holds any more. PySide6
    reads the source of each module that is imported, where there is one, and leaves its 340,000 lines in memory."""
    linecache.clearcache()
    gc.unfreeze()
    gc.collect()
    gc.freeze()
