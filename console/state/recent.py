"""What happened lately at the store: events in the order of their happening, the oldest forgotten."""

from collections import deque
from collections.abc import Iterable

from PySide6.QtCore import QObject, Signal

from store_client.contract.live import Event

KEPT = 2_000


class RecentEvents(QObject):
    """``added`` carries a tuple of events that were not known before. The same event told again is passed over."""

    added = Signal(object)
    replaced = Signal()
    """All of them are others: what was drawn of them is drawn anew."""

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
        self.show(())

    def show(self, events: Iterable[Event]) -> None:
        """These, oldest first, and no others."""
        self._events = deque(list({event.id: event for event in events}.values())[-KEPT:])
        self._ids = {event.id for event in self._events}
        self.replaced.emit()

    def exchange(self, other: "RecentEvents") -> None:
        """Each has what the other had."""
        self._events, other._events = other._events, self._events
        self._ids, other._ids = other._ids, self._ids
        self.replaced.emit()
        other.replaced.emit()
