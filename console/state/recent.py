"""What happened lately at the store: events in the order of their happening, the oldest forgotten."""

from collections import deque
from collections.abc import Iterable

from PySide6.QtCore import QObject, Signal

from store_client.contract.live import Event

KEPT = 2_000


class RecentEvents(QObject):
    """``added`` carries a tuple of events that were not known before. The same event told again is passed over."""

    added = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._events: deque[Event] = deque()
        self._ids: set[str] = set()

    def __len__(self) -> int:
        return len(self._events)

    @property
    def all(self) -> tuple[Event, ...]:
        """Oldest first."""
        return tuple(self._events)

    def add(self, events: Iterable[Event]) -> None:
        new = []
        for event in events:
            if event.id not in self._ids:
                self._ids.add(event.id)
                self._events.append(event)
                new.append(event)
        while len(self._events) > KEPT:
            self._ids.discard(self._events.popleft().id)
        if new:
            self.added.emit(tuple(new))

    def clear(self) -> None:
        self._events.clear()
        self._ids.clear()
