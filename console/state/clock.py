"""The store's time at the desk."""

from collections.abc import Callable

from PySide6.QtCore import QObject

from console.domain.clock_estimate import ClockEstimate


class StoreClock(QObject):
    """``zone``: IANA name of the store's. ``steady``: seconds of a clock that is never set, such as time.monotonic;
    ``wall_us``: µs UTC of this machine, which stands in until the store's time is known."""

    def __init__(self, steady: Callable[[], float], wall_us: Callable[[], int], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._steady = steady
        self._wall_us = wall_us
        self._estimate = ClockEstimate()
        self.zone = "UTC"

    @property
    def is_known(self) -> bool:
        return self._estimate.is_known

    @property
    def rate(self) -> float:
        """Seconds of the store in one of ours: 1 but for a simulated day that runs fast."""
        return self._estimate.rate

    def heard(self, sent_us: int, at_s: float) -> float:
        """See ClockEstimate.heard; ``at_s`` of the clock ``steady``."""
        return self._estimate.heard(sent_us, at_s)

    def now_us(self) -> int:
        """µs UTC at the store."""
        return self._estimate.now_us(self._steady()) if self._estimate.is_known else self._wall_us()

    def age_us(self, at_us: int) -> int:
        """How long ago, as the store counts; never negative."""
        return max(0, self.now_us() - at_us)

    def forget(self) -> None:
        self._estimate = ClockEstimate()
