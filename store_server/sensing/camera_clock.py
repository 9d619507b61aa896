"""When a camera's pictures were taken, whatever it stamps them with."""

from collections import deque
from dataclasses import replace
from statistics import median
from typing import Literal

from store_server.sensing.source_clock import FEW_ERROR_US, US, Moment, SourceClock, Way

Stamp = Literal["wall", "counted", "asked", "none"]
"""What a picture comes with: a time of day; the time of its stream, which begins anywhere; when it was asked for, as the
first of a stream that says nothing; or nothing."""
LATENCY: dict[Stamp, Way] = dict.fromkeys(("wall", "counted", "asked", "none"), Way(0, 400_000))
"""Exposure, coding, the network: of the machine's time."""
EARLY_US, LATE_US = US // 4, 5 * US
"""A picture whose stamp says that it was taken so long after it came, or so long before: the stamp is not used."""
UNUSED_ERROR_US = US
GAPS, FEW_GAPS = 20, 5
"""From picture to picture, by which one is told that comes later than they do."""
CAUGHT_UP = 0.8
"""A gap that no heap comes after was a slower camera: so much of it is still counted with the next picture."""


class CameraClock:
    """``pace``: how many seconds of the store's clock pass in one of the machine's. One for a camera, whatever the
    width of its pictures."""

    def __init__(self, pace: float = 1.0) -> None:
        self._pace = pace
        self._ways = {stamp: way.times(pace) for stamp, way in LATENCY.items()}
        self._clocks: dict[Stamp, SourceClock] = {}
        self._came_us: int | None = None
        self._gaps: deque[int] = deque(maxlen=GAPS)
        self._held_us = 0.0
        self.now = self._of("wall")

    def taken(self, stamp: Stamp, stamp_us: int, arrived_us: int) -> Moment:
        """The moment of a picture that has come (``stamp_us`` is of no use where there is none)."""
        clock = self.now = self._of(stamp)
        if stamp == "none":
            stamp_us = arrived_us
        clock.heard(stamp_us, arrived_us)
        moment = clock.to_store(stamp_us)
        if stamp in ("asked", "none"):
            moment = self._unstamped(stamp, moment, arrived_us)
        if -EARLY_US * self._pace <= arrived_us - moment.at_us <= LATE_US * self._pace:
            return moment
        return Moment(arrived_us - clock.way.middle_us, round(UNUSED_ERROR_US * self._pace))

    def begins(self) -> None:
        """Its stream has begun anew: what was counted is counted from elsewhere."""
        self._clocks.pop("counted", None)

    def learn(self, clock: SourceClock, way: Way) -> None:
        """How long those of its pictures need that ``clock`` tells of, as found by other means."""
        same: set[Stamp] = {"asked", "none"}  # of both it is from the picture to its coming
        learnt = {stamp for stamp, known in self._clocks.items() if known is clock}
        for stamp in learnt | (same if learnt & same else set()):
            self._ways[stamp] = way
            self._of(stamp).learn(way)

    def _unstamped(self, stamp: Stamp, moment: Moment, arrived_us: int) -> Moment:
        """Less sure by how long it may have been held up, before it was taken (of one that was asked for) or after; those that
        come in a heap after a gap were held up with the first of them."""
        if stamp == "asked":
            late_us = max(0, arrived_us - moment.at_us - self.now.way.middle_us)
            error_us = max(moment.error_us, late_us + self.now.way.half_us)
            self._held_us = 0.0
        else:
            if self._came_us is not None:
                self._gaps.append(arrived_us - self._came_us)
                usual = median(self._gaps) if len(self._gaps) >= FEW_GAPS else min(self._gaps)
                kept = 1.0 if self._gaps[-1] < usual / 2 else CAUGHT_UP
                self._held_us = max(0.0, kept * self._held_us + self._gaps[-1] - usual)
            error_us = moment.error_us + round(self._held_us)
        self._came_us = arrived_us
        return replace(moment, error_us=error_us)

    def _of(self, stamp: Stamp) -> SourceClock:
        if stamp not in self._clocks:
            few_error_us = 0 if stamp == "none" else round(FEW_ERROR_US * self._pace)  # nothing tells of being held up
            way, is_presumed = self._ways[stamp], stamp == "wall"
            self._clocks[stamp] = SourceClock(way, is_presumed=is_presumed, few_error_us=few_error_us, is_steady=True)
        return self._clocks[stamp]
