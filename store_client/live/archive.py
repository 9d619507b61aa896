"""What the store keeps of its live subjects, by kind."""

from typing import Any

from nats.aio.client import Client

from store_client.contract.live import Kind, replay, subjects
from store_client.kept import BATCH, Batch, Kept, KeptReader
from store_client.live.messages import Garbled, read_head
from store_client.live.order import Order, Place
from store_client.places import Found, Places

_PATIENCE_S = 3.0
_GARBLED = 8
"""So many in a row are passed over."""


class Archive:
    """Of one store, on one connection. All methods raise NotRead."""

    def __init__(self, connection: Client, store: str) -> None:
        self._connection = connection
        self._store = store
        self._reader = KeptReader(connection, _PATIENCE_S)
        self._places: dict[Kind, Places] = {}

    @property
    def is_connected(self) -> bool:
        return self._connection.is_connected

    async def newest(self, kind: Kind, subject: str) -> Kept | None:
        return await self._reader.newest(replay(self._store, kind), subject)

    async def read(self, kind: Kind, subject: str, start: int, count: int = BATCH) -> Batch:
        """Up to ``count`` messages from the stream's number ``start`` on. ``subject`` may have a wildcard."""
        return await self._reader.read(replay(self._store, kind), subject, start, count)

    async def start_after(self, kind: Kind, subject: str, order: Order[Any], *, parts: int, limit: int) -> int:
        """A number in the stream from where nothing after ``order.last`` is left out, but at most ``limit`` messages.

        How far back that is, is guessed from the numbers of the messages and doubled until it is far enough:
        ``parts`` subjects share the stream.
        """
        newest = await self.newest(kind, subject)
        if newest is None or order.last is None:
            return 1
        span = BATCH // 4
        place = _place(newest)
        if place is not None and place.epoch == order.last.epoch:
            span = max(1, place.seq - order.last.seq)
        while True:
            start = max(1, newest.at - (span + 2) * parts)
            if start == 1 or span >= limit:
                return start
            first = await self._reader.next(replay(self._store, kind), subject, start)
            place = None if first is None else _place(first)
            if place is not None and (order.is_past(place) or place == Place(order.last.epoch, order.last.seq + 1)):
                return start
            span = min(limit, span * 2)

    async def start_at(self, kind: Kind, since_us: int) -> int:
        """A number from which on nothing measured at ``since_us`` or later is left out, and no more than some messages
        before it are read."""
        subject = subjects(self._store, kind)

        async def measured(start: int) -> Found | None:
            """Of the first message that is not garbled."""
            for _ in range(_GARBLED):
                kept = await self._reader.next(replay(self._store, kind), subject, start)
                found = None if kept is None else _measured(kept)
                if kept is None or found is not None:
                    return found
                start = kept.at + 1
            return None

        async def newest() -> Found | None:
            kept = await self.newest(kind, subject)
            return None if kept is None else _measured(kept) or (kept.at, since_us)

        return await self._places.setdefault(kind, Places()).start_at(since_us, measured, newest)


def _measured(kept: Kept) -> Found | None:
    try:
        return kept.at, read_head(kept.data).measured_at
    except Garbled:
        return None


def _place(kept: Kept) -> Place | None:
    try:
        head = read_head(kept.data)
    except Garbled:
        return None
    return Place(head.epoch, head.seq)
