"""One piece of work that leaves the UI thread, and the one answer that comes back."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")


class Cancelled(Exception):
    """The user took it back."""


class Superseded(Cancelled):
    """A newer wish of the same topic has taken its place."""


class Cancellation:
    """Handed to work that takes long; ``check`` raises Cancelled once it is wanted. ``share``: how much is done."""

    def __init__(self) -> None:
        self._wanted = threading.Event()
        self.share: float | None = None

    def want(self) -> None:
        self._wanted.set()

    def check(self) -> None:
        if self._wanted.is_set():
            raise Cancelled

    def tell(self, share: float) -> None:
        """``share`` of the work is done, 0 to 1; wakes with Cancelled when that is wanted."""
        self.share = share
        self.check()

    def wait(self, seconds: float) -> None:
        """Sleeps, but wakes with Cancelled when it is wanted."""
        self._wanted.wait(seconds)
        self.check()


@dataclass(frozen=True, slots=True)
class Operation(Generic[T]):
    """``work`` runs in a thread; then exactly one of ``success`` (with what it returned) and ``failure`` (with what it
    raised, Cancelled included) is called in the UI thread. ``title``: shown while it takes long, "" never. ``topic``: an
    operation cancels an earlier one of the same topic; "" leaves others alone."""

    title: str
    work: Callable[[Cancellation], T]
    success: Callable[[T], None]
    failure: Callable[[BaseException], None]
    topic: str = ""
    can_cancel: bool = True
