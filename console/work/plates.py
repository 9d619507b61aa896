"""The plates that screens look at: their traces live, and what the store kept of them from before."""

import numpy as np
from PySide6.QtCore import QObject

from console.domain.commands import ScreenName, WatchPlates
from console.work.errand import Errands
from console.work.operation import Cancellation
from store_client.contract.moment import from_micros
from store_client.contract.sensor import PlateSeries, WeightHistory
from widgets.thinned import Thinned

POINTS = 4_000
"""Buckets of history for each plate: twice the pixels of a wide screen."""


class Plates(QObject):
    """What several screens look at is watched once."""

    def __init__(self, errands: Errands, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._errands = errands
        self._weights = errands.desk.weights
        self._wanted: dict[ScreenName, WatchPlates] = {}

    def watch(self, command: WatchPlates) -> None:
        before = {plate: asked.seconds for asked in self._wanted.values() for plate in asked.plates}
        self._wanted[command.by] = command
        self._weights.watch(dict.fromkeys(plate for asked in self._wanted.values() for plate in asked.plates))
        new = tuple(plate for plate in command.plates if before.get(plate, 0.0) < command.seconds)
        if new:
            self._load(new, command.seconds)

    def again(self) -> None:
        """After a break: what was missed is asked of the store."""
        for command in self._wanted.values():
            if command.plates:
                self._load(command.plates, command.seconds)

    def _load(self, plates: tuple[str, ...], seconds: float) -> None:
        desk = self._errands.desk
        if desk.store.value is None:
            return
        door, store = self._errands.door, desk.store.value.id
        until_us = desk.clock.now_us()
        since, until = from_micros(until_us - int(seconds * 1e6)), from_micros(until_us)

        def work(_: Cancellation) -> WeightHistory:
            return door.client.weights(store, plates, since, until, points=POINTS)

        topic = f"history {','.join(plates)}"
        self._errands.run(topic, self.tr("Reading the weights of before"), work, self._put)

    def _put(self, history: WeightHistory) -> None:
        self._weights.put_history(
            {series.plate: _thinned(series, history.bucket_us) for series in history.series if series.at}
        )


def _thinned(series: PlateSeries, bucket_us: int) -> Thinned:
    least = np.array([np.nan if grams is None else grams for grams in series.least], np.float32)
    greatest = np.array([np.nan if grams is None else grams for grams in series.greatest], np.float32)
    return Thinned(np.array(series.at, np.int64), bucket_us, least, greatest)
