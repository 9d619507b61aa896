"""Whether the store answers, asked twice a second by a thread that does nothing else."""

import threading
import time
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal

from console.work.door import Door
from store_client.errors import Closed, Refused, SignedOut, StoreError

PERIOD_S = 0.5
PATIENCE_S = 0.9


@dataclass(frozen=True, slots=True)
class Beat:
    """``delay_ms``: of a request there and back. ``error``: why there was no answer; a refusal is an answer.
    ``is_signed_out``: nobody is signed in, or the store no longer knows who asks."""

    delay_ms: float | None
    error: StoreError | None = None
    is_signed_out: bool = False


class Pulse(QObject):
    """``beat`` carries a Beat, in the UI thread."""

    beat = Signal(object)

    def __init__(self, door: Door, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._door = door
        self._wake = threading.Event()
        self._is_stopping = False
        self._thread = threading.Thread(target=self._run, name="pulse", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def hurry(self) -> None:
        """Asks at once: something else looks wrong."""
        self._wake.set()

    def stop(self) -> None:
        self._is_stopping = True
        self._wake.set()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        while not self._is_stopping:
            beat = self._ask()
            if beat is not None and not self._is_stopping:
                self.beat.emit(beat)
            self._wake.wait(PERIOD_S)
            self._wake.clear()

    def _ask(self) -> Beat | None:
        """None while there is nobody to ask."""
        if self._door.url is None:
            return None
        if not self._door.is_signed_in:  # any call may have learned that the session is over
            return Beat(None, is_signed_out=True)
        began = time.monotonic()
        try:
            self._door.client.stores(timeout=PATIENCE_S)
        except SignedOut:
            return Beat(_ms(began), is_signed_out=True)
        except Refused:
            return Beat(_ms(began))
        except Closed:
            return None
        except StoreError as error:
            return Beat(None, error)
        return Beat(_ms(began))


def _ms(began: float) -> float:
    return (time.monotonic() - began) * 1e3
