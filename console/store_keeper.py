"""Keeps the embedded store alive: starts it again when it dies, a few times, then says so."""

import threading
from collections import deque
from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Signal

from console.embedded import UNUSABLE, EmbeddedStore, Ended, Ready

MOST_RESTARTS = 5
WITHIN_S = 60.0
RESTART_MS = 300


class StoreKeeper(QObject):
    """``ready`` carries a Ready each time that the store serves, at another address every time; ``lost`` its last words
    when it has ended; ``given_up`` the same when it ended too often; ``refused`` when it cannot start as asked, which
    trying again would not change."""

    ready = Signal(object)
    lost = Signal(object)
    given_up = Signal(object)
    refused = Signal(object)
    _heard = Signal(object)

    def __init__(
        self,
        first: EmbeddedStore,
        again: Callable[[], EmbeddedStore],
        steady: Callable[[], float],
        parent: QObject | None = None,
    ) -> None:
        """``first`` has been started already; ``again`` makes another like it."""
        super().__init__(parent)
        self._store = first
        self._again = again
        self._steady = steady
        self._restarts: deque[float] = deque(maxlen=MOST_RESTARTS)
        self._has_served = False
        self._is_stopping = False
        self._heard.connect(self._follow)

    @property
    def pid(self) -> int | None:
        return self._store.pid

    def listen(self) -> None:
        threading.Thread(target=self._listen, args=(self._store,), name="store keeper", daemon=True).start()

    def stop(self) -> None:
        self._is_stopping = True
        self._store.stop()

    def _listen(self, store: EmbeddedStore) -> None:
        while (word := store.hear()) is not None:
            self._heard.emit(word)
            if isinstance(word, Ended):
                return

    def _follow(self, word: Ready | Ended) -> None:
        if self._is_stopping:
            return
        if isinstance(word, Ready):
            self._has_served = True
            self.ready.emit(word)
            return
        if word.code == UNUSABLE and not self._has_served:
            self.refused.emit(word.last_words)
            return
        now_s = self._steady()
        is_too_often = len(self._restarts) == MOST_RESTARTS and now_s - self._restarts[0] < WITHIN_S
        if is_too_often:
            self.given_up.emit(word.last_words)
            return
        self._restarts.append(now_s)
        self.lost.emit(word.last_words)
        QTimer.singleShot(RESTART_MS, self, self._restart)

    def _restart(self) -> None:
        if self._is_stopping:
            return
        self._store = self._again()
        try:
            self._store.start()
        except OSError as error:  # such as for want of the memory that the one before was killed for
            self._follow(Ended(error.strerror or str(error), 1))
        else:
            self.listen()
