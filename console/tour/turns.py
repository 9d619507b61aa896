"""How long the event loop leaves whoever wants something of it waiting: meanwhile the window answers nobody.

The loop's own signals do not tell when it wakes: its timers run, and most painting is done, between ``aboutToBlock`` and
``awake``. So it is measured twice from outside. By the clock: a thread knocks every few milliseconds, and the loop
answers when it comes round to it. By the processor: what the loop's thread spends from one ``aboutToBlock`` to the
next is one turn, however long it slept meanwhile; a busy machine disturbs that less.
"""

import threading
import time
from array import array
from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QAbstractEventDispatcher, QObject, Qt, Signal

KNOCK_S = 0.01


class TurnProbe(QObject):
    """Measures between ``start`` and ``stop``; each start begins anew."""

    _knocked = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        # Numbers of four bytes: an hour's lists of floats would be the growth that is looked for.
        self._turns_ms = array("f")
        self._waits_ms = array("f")
        self._spent_s: float | None = None
        self._is_on = False
        self._is_over = threading.Event()
        self._knocker: threading.Thread | None = None
        self._knocked.connect(self._answer, Qt.ConnectionType.QueuedConnection)

    def start(self) -> None:
        self.stop()
        self._turns_ms, self._waits_ms, self._spent_s = array("f"), array("f"), None
        self._is_on, self._is_over = True, threading.Event()
        QAbstractEventDispatcher.instance().aboutToBlock.connect(self._turn)
        self._knocker = threading.Thread(target=self._knock, args=(self._is_over,), name="knocks", daemon=True)
        self._knocker.start()

    def stop(self) -> None:
        if self._is_on:
            QAbstractEventDispatcher.instance().aboutToBlock.disconnect(self._turn)
        self._is_on = False
        self._is_over.set()
        if self._knocker is not None:
            self._knocker.join()  # nobody knocks at a probe that is gone

    def report(self) -> dict[str, float | int]:
        """Milliseconds: ``…_ms`` by the clock, ``…_processor_ms`` of the loop's thread."""
        return {
            "knocks": len(self._waits_ms),
            **_spread("", self._waits_ms),
            "turns": len(self._turns_ms),
            **_spread("processor_", self._turns_ms),
        }

    def _turn(self) -> None:
        spent_s = time.thread_time()
        if self._spent_s is not None:
            self._turns_ms.append((spent_s - self._spent_s) * 1e3)
        self._spent_s = spent_s

    def _knock(self, is_over: threading.Event) -> None:
        """Each knock counts from when it was due, since this thread too waits while the loop's holds the interpreter."""
        due_s = time.perf_counter() + KNOCK_S
        while not is_over.wait(max(0.0, due_s - time.perf_counter())):
            self._knocked.emit(due_s)
            due_s += KNOCK_S

    def _answer(self, due_s: float) -> None:
        if self._is_on:
            self._waits_ms.append((time.perf_counter() - due_s) * 1e3)


def _spread(name: str, spans_ms: Sequence[float]) -> dict[str, float]:
    p50, p99, worst = np.percentile(spans_ms, [50, 99, 100]) if spans_ms else (0.0, 0.0, 0.0)
    return {
        f"p50_{name}ms": round(float(p50), 2),
        f"p99_{name}ms": round(float(p99), 2),
        f"worst_{name}ms": round(float(worst), 2),
    }
