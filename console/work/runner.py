"""Runs operations off the UI thread and brings their answers back to it."""

from collections.abc import Callable
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from itertools import count
from typing import Any

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot

from console.domain.task import Task
from console.state.value import Value
from console.work.operation import Cancellation, Cancelled, Operation, Superseded

SHOWN_AFTER_MS = 100
LOOK_MS = 250
THREADS = 8


@dataclass(slots=True)
class _Running:
    operation: Operation[Any]
    cancellation: Cancellation
    future: "Future[Any]"


class Runner(QObject):
    """Lives in the UI thread. What takes longer than a tenth of a second is in ``tasks``, with a way to cancel it."""

    _ended = Signal(object)

    def __init__(self, tasks: Value[tuple[Task, ...]], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._tasks = tasks
        self._pool = ThreadPoolExecutor(THREADS, thread_name_prefix="work")
        self._ids = count(1)
        self._running: dict[int, _Running] = {}
        self._is_stopped = False
        # Queued: work that is over before ``run`` returns is answered after it too.
        self._ended.connect(self._answer, Qt.ConnectionType.QueuedConnection)
        self._looking = QTimer(self)
        self._looking.setInterval(LOOK_MS)
        self._looking.timeout.connect(self._look)

    def run(self, operation: Operation[Any]) -> int:
        """Returns the id under which it can be cancelled. After ``stop`` nothing is run and nobody is answered."""
        if operation.topic:
            self.cancel_topic(operation.topic)
        number = next(self._ids)
        if self._is_stopped:
            return number  # a timer that was set before the end
        cancellation = Cancellation()
        future = self._pool.submit(_work, operation.work, cancellation)
        self._running[number] = _Running(operation, cancellation, future)
        future.add_done_callback(partial(self._tell, number))
        if operation.title:
            QTimer.singleShot(SHOWN_AFTER_MS, self, partial(self._show, number))
        return number

    def cancel(self, number: int, why: type[Cancelled] = Cancelled) -> None:
        """Its answer is ``why``, at once; what the thread still returns is let go."""
        running = self._running.pop(number, None)
        if running is None:
            return
        running.cancellation.want()
        running.future.cancel()
        self._hide(number)
        running.operation.failure(why())

    def cancel_topic(self, topic: str) -> None:
        for number, running in list(self._running.items()):
            if running.operation.topic == topic:
                self.cancel(number, Superseded)

    def is_running(self, topic: str) -> bool:
        return any(running.operation.topic == topic for running in self._running.values())

    def stop(self) -> None:
        """Cancels what runs and waits for the threads; what blocks must be ended first by whom it waits for."""
        self._is_stopped = True
        self._looking.stop()
        for running in self._running.values():
            running.cancellation.want()
        self._running.clear()
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _tell(self, number: int, _future: "Future[Any]") -> None:
        if not self._is_stopped:
            self._ended.emit(number)

    @Slot(object)
    def _answer(self, number: int) -> None:
        running = self._running.pop(number, None)
        if running is None:
            return  # cancelled: it has its answer
        self._hide(number)
        try:
            error = running.future.exception()
        except CancelledError as cancelled:
            error = cancelled
        if error is not None:
            running.operation.failure(error)
        else:
            running.operation.success(running.future.result())

    def _show(self, number: int) -> None:
        running = self._running.get(number)
        if running is not None:
            task = Task(number, running.operation.title, running.operation.can_cancel)
            self._tasks.set((*self._tasks.value, task))
            self._looking.start()

    def _hide(self, number: int) -> None:
        self._tasks.set(tuple(task for task in self._tasks.value if task.id != number))
        if not self._tasks.value:
            self._looking.stop()

    def _look(self) -> None:
        """How far those have come that say so."""
        self._tasks.set(
            tuple(
                replace(task, share=self._running[task.id].cancellation.share) if task.id in self._running else task
                for task in self._tasks.value
            )
        )


def _work(work: Callable[[Cancellation], Any], cancellation: Cancellation) -> Any:
    cancellation.check()
    return work(cancellation)
