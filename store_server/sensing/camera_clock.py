"""When a camera's pictures were taken, whatever it stamps them with."""

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


class CameraClock:
    """``pace``: how many seconds of the store's clock pass in one of the machine's. One for a camera, whatever the
    width of its pictures."""

    def __init__(self, pace: float = 1.0) -> None:
        self._pace = pace
        self._ways = {stamp: way.times(pace) for stamp, way in LATENCY.items()}
        self._clocks: dict[Stamp, SourceClock] = {}
        self.now = self._of("wall")

    def taken(self, stamp: Stamp, stamp_us: int, arrived_us: int) -> Moment:
        """The moment of a picture that has come (``stamp_us`` is of no use where there is none)."""
        clock = self.now = self._of(stamp)
        if stamp == "none":
            stamp_us = arrived_us
        clock.heard(stamp_us, arrived_us)
        moment = clock.to_store(stamp_us)
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

    def _of(self, stamp: Stamp) -> SourceClock:
        if stamp not in self._clocks:
            few_error_us = 0 if stamp == "none" else round(FEW_ERROR_US * self._pace)  # nothing tells of being held up
            way, is_presumed = self._ways[stamp], stamp == "wall"
            self._clocks[stamp] = SourceClock(way, is_presumed=is_presumed, few_error_us=few_error_us, is_steady=True)
        return self._clocks[stamp]
