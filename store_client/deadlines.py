"""Ends what takes too long, from one thread for all: a thread of its own for each call made each wait for its end."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

LINGER_S = 10.0
"""After the last call, before the thread ends; the next one starts another."""


class Deadlines:
    """Safe from any thread. The thread is there while there is something to bound, and a little longer."""

    def __init__(self) -> None:
        self._turn = threading.Condition()
        self._due: dict[object, tuple[float, Callable[[], None]]] = {}
        self._wakes_s = 0.0
        self._is_running = False
        self._is_over = False

    @contextmanager
    def bound(self, seconds: float, cut: Callable[[], None]) -> Iterator[None]:
        """Calls ``cut`` if what is done inside takes longer. Once that has begun its end is waited for: it must not reach
        what comes next. ``cut`` must not raise, nor take long."""
        key, due_s = object(), time.monotonic() + seconds
        with self._turn:
            if not self._is_running:  # as long as there is none, which the machine may refuse
                threading.Thread(target=self._run, name="deadlines", daemon=True).start()
                self._is_running = True
            elif due_s < self._wakes_s:
                self._turn.notify()
            self._due[key] = due_s, cut
        try:
            yield
        finally:
            with self._turn:
                self._due.pop(key, None)
                if self._is_over:
                    self._turn.notify()

    def close(self) -> None:
        """Lets the thread go as soon as nothing is bounded any more."""
        with self._turn:
            self._is_over = True
            self._turn.notify()

    def _run(self) -> None:
        with self._turn:
            while self._due or not self._is_over:
                now_s = time.monotonic()
                for key in [key for key, (due_s, _) in self._due.items() if due_s <= now_s]:
                    self._due.pop(key)[1]()
                first_s = min((due_s for due_s, _ in self._due.values()), default=None)
                self._wakes_s = now_s + LINGER_S if first_s is None else first_s
                is_woken = self._turn.wait(max(0.0, self._wakes_s - now_s))
                if not is_woken and not self._due and first_s is None:
                    break
            self._is_running = False
