"""Who is on the floor and where, with the trail each left."""

from collections.abc import Iterable

import numpy as np
from PySide6.QtCore import QObject, Signal

from console.domain.shopper import TRAIL_POINTS, Shoppers, nobody
from console.domain.track_history import TrackHistory
from store_client.contract.live import Position, Positions

FORGOTTEN_AFTER_US = 3_000_000
"""A track not seen for so long is no longer drawn, nor its trail kept."""


class Floor(QObject):
    """``changed`` carries the newest Shoppers; ``tracks`` knows the last seconds between them."""

    changed = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._shoppers = nobody()
        self._trails: dict[str, np.ndarray[tuple[int, ...], np.dtype[np.float32]]] = {}
        self._seen_us: dict[str, int] = {}
        self.tracks = TrackHistory()

    @property
    def shoppers(self) -> Shoppers:
        return self._shoppers

    def take(self, messages: Iterable[Positions]) -> None:
        """Follows every message, oldest first; tells once, of the last."""
        last: Positions | None = None
        for message in messages:
            for person in message.people:
                self._step(person, message.measured_at)
            self.tracks.heard(message)
            last = message
        if last is None:
            return
        for track in [track for track, seen in self._seen_us.items() if last.measured_at - seen > FORGOTTEN_AFTER_US]:
            del self._seen_us[track], self._trails[track]
        self._shoppers = self._snapshot(last)
        self.changed.emit(self._shoppers)

    def clear(self) -> None:
        self._trails.clear()
        self._seen_us.clear()
        self.tracks = TrackHistory()
        self._shoppers = nobody()
        self.changed.emit(self._shoppers)

    def exchange(self, other: "Floor") -> None:
        """Each has what the other had."""
        for name in ("_shoppers", "_trails", "_seen_us", "tracks"):
            mine, theirs = getattr(self, name), getattr(other, name)
            setattr(self, name, theirs)
            setattr(other, name, mine)
        self.changed.emit(self._shoppers)
        other.changed.emit(other._shoppers)

    def stand_as(self, other: "Floor") -> None:
        """Shows whom ``other`` shows; nobody moves."""
        self._trails.clear()
        self._seen_us.clear()
        self.tracks = TrackHistory()
        self._shoppers = other.shoppers
        self.changed.emit(self._shoppers)

    def show(self, messages: Iterable[Positions]) -> None:
        """These, oldest first, and nothing that was before them."""
        self._trails.clear()
        self._seen_us.clear()
        self.tracks = TrackHistory()
        self._shoppers = nobody()
        self.take(messages)
        if not self._shoppers.at_us:
            self.changed.emit(self._shoppers)

    def _step(self, person: Position, at_us: int) -> None:
        trail = self._trails.get(person.track)
        if trail is None:
            trail = self._trails[person.track] = np.full((TRAIL_POINTS, 2), np.nan, np.float32)
        trail[:-1] = trail[1:]
        trail[-1] = person.x, person.y
        self._seen_us[person.track] = at_us

    def _snapshot(self, message: Positions) -> Shoppers:
        people = message.people
        xy = np.array([(person.x, person.y) for person in people], np.float32).reshape(-1, 2)
        trails = np.array([self._trails[person.track] for person in people], np.float32)
        return Shoppers(
            at_us=message.measured_at,
            sent_us=message.sent_at,
            tracks=tuple(person.track for person in people),
            trips=tuple(person.trip for person in people),
            xy=xy,
            trails=trails.reshape(-1, TRAIL_POINTS, 2),
            quality=np.array([person.quality for person in people], np.float32),
            hands=tuple(person.hands for person in people),
        )
