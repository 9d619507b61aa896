"""The one function that tells when something was, by the store's clock: of plates, tracks, gates and cameras.

Messages go one way. What is seen of a clock is the delay of each message, arrival by the store's clock less stamp by
the source's: the least way of a message, less what the source's clock is ahead, and whatever held the message up. So
the truth lies on the lower envelope of the delays over time, a line whose slope is the drift (Moon, Skelly, Towsley,
"Estimation and removal of clock skew from network delay measurements", INFOCOM 1999). What the least way itself takes
cannot be seen: it is assumed to lie in a span (``Way``), or measured by other means, and half of the span is error.
"""

from bisect import bisect_left
from collections import deque
from dataclasses import dataclass, field, replace
from statistics import quantiles

US = 1_000_000
WINDOW_US = 240 * US
"""A drift of 500 ppm moves a clock by 120 ms in it, many times what delays of a wired network scatter."""
BUCKET_US = 2 * US
"""Of each, the message that was held up least says all."""
SPAN_US = 30 * US
"""A drift is not told from less; until then it may be anything a crystal does."""
MOST_DRIFT = 1_000e-6
USUAL_DRIFT = 500e-6
LEAST_DRIFT_ERROR = 5e-6
LEAST_DRIFT = 20e-6
FOLLOWING_DRIFT = 150e-6
"""A clock that follows a time server is slewed by less, most of the time."""
PIECES, MOST_BARE = 6, 1
"""A drift is told where messages come near to its line in each of so many pieces of time but one: else it may lead from
the end of a while in which none was held up through one in which all were."""
RESOLUTION_US = 1_000
RECENT_US = 5 * US
SETTLED_US = 20 * US
"""Delays that have all been longer for so long: not held up, but set back, or on another way for good."""
LEAP_US = 1 * US
STEADY_LEAP_US = 2_500_000
"""Of what may be a second late when its machine is busy."""
LEAP_SPREAD_US = US // 4
LEAP_MESSAGES = 3
AHEAD_US = 30_000
"""Below the envelope by more than this, three times in a row: no message is faster than its way, so the clock was set."""
FEW = 5
FEW_ERROR_US = 2 * US
"""So few messages may all have been held up."""
ENOUGH = 12
"""Points that a drift is told from, however long ago the first of them."""
FOLLOWING_US = 20_000
"""How far off a clock is at most that may be right and shows no drift: it follows a time server, most likely."""
WRONG_US = 10_000
"""A clock counts as wrong only so far beyond what can be told at all."""


@dataclass(frozen=True, slots=True)
class Moment:
    """``at_us``: µs of the store's clock, ± ``error_us``."""

    at_us: int
    error_us: int


@dataclass(frozen=True, slots=True)
class Way:
    """What a message needs at least from its stamp to its arrival: ``least_us`` to ``most_us``."""

    least_us: int
    most_us: int

    @property
    def middle_us(self) -> int:
        return (self.least_us + self.most_us) // 2

    @property
    def half_us(self) -> int:
        return (self.most_us - self.least_us + 1) // 2

    def times(self, pace: float) -> "Way":
        """For a store whose clock runs so many times as fast as the machine's."""
        return Way(round(self.least_us * pace), round(self.most_us * pace))


NETWORK = Way(0, 20_000)
"""Of a sensor's message through the store's own network."""


@dataclass(frozen=True, slots=True)
class _Line:
    """The envelope: ``delay_us`` at ``x_us``, rising by ``slope``. ``scatter_us``: how far the nearest
    quarter of its points lies above it, and more; ``excess_us``: how far all of the newest lie."""

    x_us: int
    delay_us: float
    slope: float = 0.0
    slope_error: float = USUAL_DRIFT
    scatter_us: float = 0.0
    excess_us: float = 0.0

    def at(self, x_us: int) -> float:
        return self.delay_us + self.slope * (x_us - self.x_us)

    @property
    def is_steep(self) -> bool:
        """Whether it rises or falls by more than it may be wrong."""
        return abs(self.slope) > self.slope_error + LEAST_DRIFT


@dataclass(slots=True)
class _Strange:
    """The last messages in a row that are off, as far back as they are off alike: since ``since_us``, by ``least`` to ``most``."""

    newest: list[tuple[int, int]] = field(default_factory=list)
    since_us: int = 0
    least: int = 0
    most: int = 0

    def add(self, arrived_us: int, delay: int) -> None:
        self.newest = [*self.newest[1 - LEAP_MESSAGES :], (arrived_us, delay)]
        least, most = min(self.least, delay), max(self.most, delay)
        if len(self.newest) > 1 and most - least <= LEAP_SPREAD_US:
            self.least, self.most = least, most
            return
        while max(one for _, one in self.newest) - min(one for _, one in self.newest) > LEAP_SPREAD_US:
            del self.newest[0]
        self.since_us = self.newest[0][0]
        self.least, self.most = min(one for _, one in self.newest), max(one for _, one in self.newest)

    def clear(self) -> None:
        self.newest = []


class SourceClock:
    """``leaps`` counts jumps: three messages in a row whose delay is off alike. A single one is a message that was held
    up, or a wrong stamp, and moves nothing.

    ``is_presumed``: the source means to stamp by the right time, so that it is corrected only where messages show that
    it cannot be right; else its stamps merely count. ``few_error_us``: how long the first few may have been held up.
    ``is_steady``: its messages may be held up for minutes (a camera that is busy), and only a leap is taken for one.
    """

    def __init__(
        self,
        way: Way = NETWORK,
        *,
        is_presumed: bool = True,
        few_error_us: int = FEW_ERROR_US,
        is_steady: bool = False,
    ) -> None:
        self.way = way
        self.leaps = 0
        self._is_presumed = is_presumed
        self._few_error_us = few_error_us
        self._is_steady = is_steady
        self._points: deque[tuple[int, int]] = deque()  # (arrival, delay) of each bucket's least delay
        self._count = 0
        self._bucket = 0
        self._newest_us = 0
        self._line = _Line(0, 0.0)
        self._strange = _Strange()
        self._stamp_us = 0
        self._is_wrong = False

    def heard(self, stamp_us: int, arrived_us: int) -> bool:
        """One message, by both clocks. False for one from the future: its clock leapt ahead, or its stamp is wrong.

        One that seems late may have been held up on its way, and then its stamps are right.
        """
        delay = arrived_us - stamp_us
        if self._count >= FEW:
            off = delay - self._line.at(arrived_us)
            is_late = off > (STEADY_LEAP_US if self._is_steady else LEAP_US)
            if is_late or off < -self._ahead_us(arrived_us):
                self._strange.add(arrived_us, delay)
                if not self._has_leapt(arrived_us, is_late=is_late):
                    return off > -LEAP_US
                self._leap(self._strange.newest)
                self._stamp_us = stamp_us
                return True
        self._strange.clear()
        self._stamp_us = stamp_us
        self._add(arrived_us, delay)
        return True

    def to_store(self, stamp_us: int) -> Moment:
        """When the source's clock showed ``stamp_us``."""
        ahead, half = self._ahead(stamp_us)
        if self._is_wrong or not self._is_presumed:
            return Moment(stamp_us - round(ahead), round(half))
        error = abs(ahead) + half
        if self._is_following and self.way.half_us > FOLLOWING_US:  # else messages by themselves tell it as well
            error = min(error, FOLLOWING_US + self._line.excess_us)
        return Moment(stamp_us, round(error))

    @property
    def offset_us(self) -> int:
        """What is taken off its newest stamps: the source's clock less the store's, 0 where it may be right."""
        stamp_us = self._newest_stamp_us
        return stamp_us - self.to_store(stamp_us).at_us

    @property
    def error_us(self) -> int:
        """How far the time of what it says now may be off."""
        return self.to_store(self._newest_stamp_us).error_us

    @property
    def drift_ppm(self) -> float:
        """How much faster than the store's clock it runs; 0 where that cannot be told."""
        line = self._line
        return round(-line.slope * 1e6, 1) if line.is_steep else 0.0

    @property
    def reach_us(self) -> int:
        """How long after the moment that ``to_store`` tells of a message it comes at least: its way, if that is right."""
        return self.offset_us + round(self._line.at(self._newest_us))

    @property
    def is_trusted(self) -> bool:
        """Whether its stamps are used as they are, and with reason."""
        return self._is_presumed and not self._is_wrong and self._is_following

    def begin_anew(self) -> None:
        """With the next message: the store's own clock was set."""
        self._leap([])

    def learn(self, way: Way) -> None:
        """What its way is, as found by other means."""
        self.way = way
        self._judge()

    @property
    def _is_following(self) -> bool:
        """Whether it was heard long enough to say that it drifts no more than a clock that is kept right."""
        return not self.drift_ppm and abs(self._line.slope) + self._line.slope_error <= FOLLOWING_DRIFT

    @property
    def _is_heard_out(self) -> bool:
        """Whether it was heard for so long that not all of it was held up."""
        if len(self._points) < ENOUGH:
            return False
        return not self._is_steady or self._points[-1][0] - self._points[0][0] > WINDOW_US // 2

    # ---- the envelope

    def _has_leapt(self, arrived_us: int, *, is_late: bool) -> bool:
        """Whether those that are strange now show it. Those that were held up and come in a heap are late alike as well, but
        their stamps go on from those before them."""
        strange = self._strange
        if len(strange.newest) < LEAP_MESSAGES:
            return False
        first_us, delay = strange.newest[0]
        is_back = first_us - delay < self._stamp_us - LEAP_SPREAD_US
        return not is_late or is_back or arrived_us - strange.since_us >= SETTLED_US

    @property
    def _newest_stamp_us(self) -> int:
        return self._newest_us - round(self._line.at(self._newest_us))

    def _ahead(self, stamp_us: int) -> tuple[float, float]:
        """By how much the source's clock is ahead at a stamp of its, and how sure that is."""
        line = self._line
        at_us = stamp_us + round(line.at(stamp_us + round(line.delay_us)))  # as if its way took no time
        since_us = max(0, at_us - self._newest_us, self._newest_us - WINDOW_US - at_us)
        half = self.way.half_us + line.scatter_us + line.excess_us + line.slope_error * since_us + RESOLUTION_US
        if self._count < FEW:
            half += self._few_error_us
        return self.way.middle_us - line.at(at_us), half

    def _ahead_us(self, arrived_us: int) -> float:
        """How far below the envelope a delay may lie and still go on from it."""
        line = self._line
        since_us = max(0, arrived_us - self._newest_us)
        return AHEAD_US + 3 * line.scatter_us + (line.slope_error + MOST_DRIFT) * since_us

    def _leap(self, points: list[tuple[int, int]]) -> None:
        self.leaps += 1
        self._points.clear()
        self._strange.clear()
        self._count = 0
        self._line = _Line(0, 0.0)
        for arrived_us, delay in points:
            self._add(arrived_us, delay)

    def _add(self, arrived_us: int, delay: int) -> None:
        self._count = min(self._count + 1, FEW)
        self._newest_us = arrived_us if not self._points else max(self._newest_us, arrived_us)
        bucket = arrived_us // BUCKET_US
        if not self._points or bucket > self._bucket:
            self._bucket = bucket
            self._points.append((arrived_us, delay))
        elif delay - self._line.slope * (arrived_us - self._points[-1][0]) < self._points[-1][1]:
            self._points[-1] = (max(arrived_us, self._points[-1][0]), delay)
        else:
            return
        while len(self._points) > ENOUGH and self._points[0][0] < arrived_us - WINDOW_US:
            self._points.popleft()
        self._line = _envelope(self._points, self._newest_us, self._line)
        if self._is_steady:
            self._line = replace(self._line, excess_us=0.0)
        elif self._is_set_back():
            self._leap([point for point in self._points if point[0] >= self._newest_us - SETTLED_US])
        self._judge()

    def _is_set_back(self) -> bool:
        """By less than a leap, which a single message does not show."""
        since_us = self._newest_us - SETTLED_US
        before = sum(at_us < since_us for at_us, _ in self._points)
        if not before or len(self._points) - before < FEW:
            return False
        above = (delay - self._line.at(at_us) for at_us, delay in list(self._points)[before:])
        return min(above) > AHEAD_US + 3 * self._line.scatter_us

    def _judge(self) -> None:
        """A clock that was found wrong stays so until it is clearly right again: what is shown must not jump to and fro.
        One that seems slow may have had all of its few messages held up."""
        ahead, half = self._ahead(self._newest_stamp_us)
        if ahead > 0:  # no message comes before it was sent: how long others were held up says nothing against that
            half = min(half, self.way.half_us + AHEAD_US)
        allowed = half / 2 if self._is_wrong else half + WRONG_US
        if -LEAP_US < ahead < 0 and not self._is_heard_out:
            allowed = LEAP_US
        self._is_wrong = abs(ahead) > allowed


def _envelope(points: deque[tuple[int, int]], now_us: int, before: _Line) -> _Line:
    """The line below all points that is nearest to them; it goes on as steep as the one ``before`` while they show no other."""
    begin_us, end_us = points[0][0], points[-1][0]
    if end_us - begin_us >= SPAN_US and len(points) >= ENOUGH:
        slope = _slope(points, (begin_us + end_us) // 2)
        line = _along(points, now_us, slope)
        if abs(slope) < MOST_DRIFT and (not line.is_steep or _is_borne(points, line)):
            return line
        # No crystal: what it says is held up more and more, or less and less, or for a while.
        if before.slope_error < USUAL_DRIFT:
            return _along(points, now_us, before.slope, error=before.slope_error)
    return _along(points, now_us, 0.0, error=USUAL_DRIFT, more_us=USUAL_DRIFT * (end_us - begin_us))


def _along(
    points: deque[tuple[int, int]], now_us: int, slope: float, *, error: float | None = None, more_us: float = 0.0
) -> _Line:
    """The line of this slope. ``error``: of the slope, else told by how the points scatter; ``more_us``: so much more do
    they scatter than is seen."""
    end_us = points[-1][0]
    rests = [delay - slope * (at_us - end_us) for at_us, delay in points]
    least = min(rests)
    quarter = quantiles(rests, n=4)[0] - least if len(rests) > ENOUGH else max(rests) - least
    scatter = 1.5 * quarter * (1 + ENOUGH / len(points)) + more_us
    if error is None:
        sure = min(1.0, 2 * ENOUGH / len(points))  # the more points, the nearer do some of them come to the line
        error = min(USUAL_DRIFT, 2 * sure * scatter / (end_us - points[0][0]) + LEAST_DRIFT_ERROR)
    newest = bisect_left(points, (now_us - RECENT_US, 0))
    excess = min(rests[min(newest, len(rests) - 1) :]) - least
    return _Line(end_us, least, slope, error, scatter, max(0.0, excess - scatter))


def _is_borne(points: deque[tuple[int, int]], line: _Line) -> bool:
    """Whether the line is come near to all along, by less than half of what it rises or falls meanwhile."""
    begin_us, span_us = points[0][0], points[-1][0] - points[0][0]
    least: dict[int, float] = {}
    for at_us, delay in points:
        piece = min(PIECES * (at_us - begin_us) // span_us, PIECES - 1)
        least[piece] = min(least.get(piece, delay - line.at(at_us)), delay - line.at(at_us))
    near_us = (abs(line.slope) + line.slope_error) * span_us / PIECES / 2
    bare = sum(above > near_us for above in least.values())
    return bare * PIECES <= MOST_BARE * len(least)


def _slope(points: deque[tuple[int, int]], middle_us: int) -> float:
    """Of the lower hull's side below ``middle_us``."""
    hull: list[tuple[int, int]] = []
    for point in points:
        while len(hull) >= 2 and _turns_right(hull[-2], hull[-1], point):
            hull.pop()
        hull.append(point)
    place = min(max(1, bisect_left(hull, (middle_us, 0))), len(hull) - 1)
    (from_us, low), (to_us, high) = hull[place - 1], hull[place]
    return (high - low) / (to_us - from_us)


def _turns_right(one: tuple[int, int], middle: tuple[int, int], other: tuple[int, int]) -> bool:
    """Whether ``middle`` lies on or above the line between its neighbours."""
    return (middle[1] - one[1]) * (other[0] - one[0]) >= (other[1] - one[1]) * (middle[0] - one[0])
