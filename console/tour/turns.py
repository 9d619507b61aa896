"""How long the turns of the event loop take: while one lasts, the window answers nobody."""

import time

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QAbstractEventDispatcher, QObject

MOST = 1_000_000


class TurnProbe(QObject):
    """Measures from the loop's waking to its next sleep. ``is_on`` False passes turns over."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.is_on = True
        self._turns_ms: NDArray[np.float32] = np.zeros(MOST, np.float32)
        self._count = 0
        self._woke_s: float | None = None
        dispatcher = QAbstractEventDispatcher.instance()
        dispatcher.awake.connect(self._wake)
        dispatcher.aboutToBlock.connect(self._sleep)

    def _wake(self) -> None:
        self._woke_s = time.perf_counter()

    def _sleep(self) -> None:
        if self._woke_s is None or not self.is_on:
            return
        self._turns_ms[self._count % MOST] = (time.perf_counter() - self._woke_s) * 1e3
        self._count += 1
        self._woke_s = None

    def clear(self) -> None:
        self._count = 0
        self._woke_s = None

    def report(self) -> dict[str, float | int]:
        """Milliseconds."""
        turns = self._turns_ms[: min(self._count, MOST)]
        if not len(turns):
            return {"turns": 0, "p50_ms": 0.0, "p99_ms": 0.0, "worst_ms": 0.0}
        p50, p99 = np.percentile(turns, [50, 99])
        worst = float(turns.max())
        return {
            "turns": self._count,
            "p50_ms": round(float(p50), 2),
            "p99_ms": round(float(p99), 2),
            "worst_ms": round(worst, 2),
        }
