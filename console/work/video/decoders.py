"""The decoder processes: as many as are needed and one to spare, watched, and replaced a few times."""

from collections import deque
from collections.abc import Callable, Mapping

from PySide6.QtCore import QObject, Signal

from console.work.video.decoder_process import DecoderProcess
from console.work.video.memory import is_over
from console.work.video.words import Order

STREAMS_EACH = 8
"""Cameras that one decoder serves: a process takes 60 MiB before its first picture."""
MOST_RESTARTS, WITHIN_S = 5, 60.0


class Decoders(QObject):
    """``told`` carries a Told. ``ended`` carries the process that ended by itself while it was in service, its streams
    still with it."""

    told = Signal(object)
    ended = Signal(object)

    def __init__(self, steady: Callable[[], float], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._steady = steady
        self._serving: list[DecoderProcess] = []
        self._spare: DecoderProcess | None = None
        self._restarts: deque[float] = deque(maxlen=MOST_RESTARTS)

    @property
    def pids(self) -> list[int]:
        """Of those that serve."""
        return [decoder.pid for decoder in self._serving]

    @property
    def all_pids(self) -> list[int]:
        return self.pids + ([] if self._spare is None else [self._spare.pid])

    def one_for(self, loads: Mapping[DecoderProcess, int]) -> DecoderProcess:
        """The one with the fewest streams; another one where all have enough. Raises OSError where none can start."""
        free = [decoder for decoder in self._serving if loads.get(decoder, 0) < STREAMS_EACH]
        if free:
            return min(free, key=lambda decoder: loads.get(decoder, 0))
        decoder, self._spare = self._spare or self._start(), None
        self._serving.append(decoder)
        return decoder

    def keep_spare(self) -> None:
        """Starting takes a second: one that is ready takes over at once. Raises OSError where none can start."""
        if self._spare is None and self._serving and not self.has_failed:
            self._spare = self._start()

    @property
    def has_failed(self) -> bool:
        """So many have ended within so short a time that another would do no better."""
        return len(self._restarts) == MOST_RESTARTS and self._steady() - self._restarts[0] < WITHIN_S

    def forgive(self) -> None:
        """Whoever asked for pictures was told, and asks again."""
        self._restarts.clear()

    def count_restart(self) -> None:
        self._restarts.append(self._steady())

    def end_those_too_large(self) -> None:
        for decoder in (*self._serving, self._spare):
            if decoder is not None and is_over(decoder.pid):
                decoder.kill()

    def send_all(self, order: Order) -> None:
        for decoder in self._serving:
            decoder.send(order)

    def stop(self) -> None:
        if self._spare is not None:
            self._spare.kill()
        for decoder in (*self._serving, self._spare):
            if decoder is not None:
                decoder.stop()
        self._serving, self._spare = [], None

    def _start(self) -> DecoderProcess:
        decoder = DecoderProcess(self)
        decoder.told.connect(self.told)
        decoder.ended.connect(self._miss)
        return decoder

    def _miss(self, decoder: DecoderProcess) -> None:
        is_spare = decoder is self._spare
        if is_spare:
            self._spare = None
            self.count_restart()
        elif decoder in self._serving:
            self._serving.remove(decoder)
        else:
            return
        decoder.stop()
        decoder.deleteLater()
        if not is_spare:
            self.ended.emit(decoder)
