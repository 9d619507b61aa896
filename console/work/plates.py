"""The plates that screens look at: their traces live, and what the store kept of them from before."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np
from PySide6.QtCore import QObject, QTimer

from console.domain.commands.watching import WatchPlates
from console.domain.problem import Problem
from console.domain.screen_name import ScreenName
from console.work.errand import Errands
from console.work.operation import Cancellation
from store_client.contract.moment import from_micros
from store_client.contract.sensor import PlateSeries
from widgets.thinned import Thinned
from widgets.until import Until

POINTS = 4_000
"""Buckets of history for each plate: twice the pixels of a wide screen."""
THEN_POINTS = 5_000
AGAIN_MS = 2_000
AHEAD_US = 10_000_000
"""Read at once while then is played, times the speed."""
SEEN_AHEAD_US = 1_000_000
REST_MS = 500
"""After what is seen of then comes what is seen once somebody scrolls or plays: pictures are waited for before it."""


@dataclass(frozen=True, slots=True)
class _Reach:
    """What was read, or is being read. ``again_us``: from this moment on more is read while it plays; half-way to the
    end, however little there was to be read before now."""

    since_us: int
    until_us: int
    again_us: int


class Plates(QObject):
    """What several screens look at is watched once, in the scene that is shown and in the one put aside. Then is read
    round the moment, and again where it goes past what was read."""

    def __init__(self, errands: Errands, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._errands = errands
        self._desk = errands.desk
        self._wanted: dict[ScreenName, WatchPlates] = {}
        self._then: dict[ScreenName, _Reach] = {}
        self._desk.moment.changed.connect(self._follow)
        self._desk.replay.changed.connect(self._follow)

    def watch(self, command: WatchPlates) -> None:
        before = self._longest()
        self._wanted[command.by] = command
        watched = dict.fromkeys(plate for asked in self._wanted.values() for plate in asked.plates)
        for scene in self._desk.scenes:
            scene.weights.watch(watched)
        new = tuple(plate for plate in command.plates if before.get(plate, 0.0) < command.seconds)
        if new and self._desk.replay.value.is_on:
            self._load_then(command)
        elif new:
            self._load(new, command.seconds)

    def again(self) -> None:
        """After a break: what was missed is asked of the store, of each plate for whoever looks back furthest."""
        longest = self._longest()
        for seconds in sorted(set(longest.values())):
            self._load(tuple(plate for plate, wanted in longest.items() if wanted == seconds), seconds)

    def _longest(self) -> dict[str, float]:
        """Of each plate that is looked at, how many seconds back."""
        longest: dict[str, float] = {}
        for command in self._wanted.values():
            longest |= {plate: max(longest.get(plate, 0.0), command.seconds) for plate in command.plates}
        return longest

    def _reaching(self, history: dict[str, Thinned], seconds: float) -> dict[str, Thinned]:
        """Without plates at which another looks further back: it would take the place of what reaches so far."""
        longest = self._longest()
        return {plate: thinned for plate, thinned in history.items() if longest.get(plate, 0.0) <= seconds}

    def _load(self, plates: tuple[str, ...], seconds: float) -> None:
        """Of what is live."""
        until_us = self._desk.clock.now_us()

        def put(history: dict[str, Thinned]) -> None:
            self._desk.live.weights.put_history(self._reaching(history, seconds))

        topic = f"history {','.join(plates)}"
        self._read(topic, plates, (until_us - int(seconds * 1e6), until_us), POINTS, put)

    # ---- then

    def _follow(self, _: object) -> None:
        """The moment is another."""
        replay, at_us = self._desk.replay.value, self._desk.moment.at_us
        if not replay.is_on:
            if self._then:  # of what was looked at meanwhile nothing older is known of now
                self._then.clear()
                self.again()
            return
        for command in self._wanted.values():
            reach = self._then.get(command.by, _Reach(0, 0, 0))
            end_us = reach.again_us if replay.is_playing else reach.until_us
            is_known = reach.since_us <= at_us - round(command.seconds * 1e6) and at_us <= end_us
            is_coming = self._errands.runner.is_running(_topic(command)) and reach.since_us <= at_us <= reach.until_us
            if command.plates and not is_known and not is_coming:
                self._load_then(command)

    def _load_then(self, command: WatchPlates) -> None:
        """So much back as is asked for, and a little on: what lies after the moment is not shown before it."""
        replay, at_us = self._desk.replay.value, self._desk.moment.at_us
        back_us = round(command.seconds * 1e6 * 1.1)
        ahead_us = round(AHEAD_US * (max(1.0, replay.speed) if replay.is_playing else 1.0))
        since_us, until_us = at_us - back_us, max(at_us, min(at_us + ahead_us, self._desk.clock.now_us()))
        reach = self._then[command.by] = _Reach(since_us, until_us, at_us + (until_us - at_us) // 2)
        whole, seen_us = (since_us, until_us), round(command.seen_s * 1e6 * 1.1)
        if replay.is_playing or not 0 < seen_us < back_us // 2:
            self._read_then(command, reach, whole)
            return

        def rest() -> None:
            if self._then.get(command.by) is reach:
                self._read_then(command, reach, whole)

        seen = at_us - seen_us, min(until_us, at_us + SEEN_AHEAD_US)
        self._read_then(command, reach, seen, lambda: QTimer.singleShot(REST_MS, self, rest))

    def _read_then(
        self,
        command: WatchPlates,
        reach: _Reach,
        span: tuple[int, int],
        is_there: Callable[[], None] = lambda: None,
    ) -> None:
        def put(history: dict[str, Thinned]) -> None:
            desk = self._desk
            if desk.replay.value.is_on:
                reaching = self._reaching(history, command.seconds)
                then = {plate: Until(thinned, desk.shown_us) for plate, thinned in reaching.items()}
                desk.weights.put_history(then)
                is_there()
                self._follow(None)

        def miss(problem: Problem | None) -> None:
            if problem is not None:  # not asked again with every move: the store is away
                QTimer.singleShot(AGAIN_MS, self, partial(self._forget, command.by, reach))

        share = (span[1] - span[0]) / (reach.until_us - reach.since_us)
        points = max(1, round(THEN_POINTS * share))  # buckets alike: shorter ones than the readings are apart are empty
        self._read(_topic(command), command.plates, span, points, put, miss)

    def _forget(self, by: ScreenName, reach: _Reach) -> None:
        """It could not be read."""
        if self._then.get(by) == reach:
            del self._then[by]
            self._follow(None)

    def _read(
        self,
        topic: str,
        plates: tuple[str, ...],
        span: tuple[int, int],
        points: int,
        put: Callable[[dict[str, Thinned]], None],
        miss: Callable[[Problem | None], None] = lambda _: None,
    ) -> None:
        if self._desk.store.value is None:
            return
        door, store = self._errands.door, self._desk.store.value.id
        since, until = (from_micros(at_us) for at_us in span)

        def work(_: Cancellation) -> dict[str, Thinned]:
            history = door.client.weights(store, plates, since, until, points=points)
            return {series.plate: _thinned(series, history.bucket_us) for series in history.series if series.at}

        self._errands.run(topic, self.tr("Reading the weights of before"), work, put, miss)


def _topic(command: WatchPlates) -> str:
    return f"then {command.by}"


def _thinned(series: PlateSeries, bucket_us: int) -> Thinned:
    least = np.array([np.nan if grams is None else grams for grams in series.least], np.float32)
    greatest = np.array([np.nan if grams is None else grams for grams in series.greatest], np.float32)
    return Thinned(np.array(series.at, np.int64), bucket_us, least, greatest)
