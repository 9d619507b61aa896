"""One live subject: its messages in order, and its gaps healed from what the store keeps."""

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from typing import TypeAlias

from store_client.contract.live import Kind
from store_client.kept import NotRead
from store_client.live.archive import Archive
from store_client.live.buffer import Buffer
from store_client.live.item import LiveItem
from store_client.live.messages import Garbled, OtherVersion, read_head, read_message
from store_client.live.order import Order, Place
from store_client.live.statistics import Tally

GRACE = 0.1
"""Seconds for a message that was overtaken to arrive by itself."""
_ATTEMPTS = 5
MOST_REPLAYED: Mapping[Kind, int] = {
    "weights": 300,  # a minute; older ones are read as history
    "positions": 600,
    "health": 10,
    "events": 20_000,
    "scans": 20_000,
    "alerts": 20_000,
}
_Entry: TypeAlias = LiveItem | None
"""None: a message that was seen but cannot be used; it takes its place in the order all the same."""


class Channel:
    """Of one subject. Used in the feed's event loop only.

    ``parts``: how many subjects share the stream. ``room``: set when the buffer has room again.
    """

    def __init__(
        self,
        kind: Kind,
        subject: str,
        *,
        buffer: Buffer,
        tally: Tally,
        now_us: Callable[[], int],
        parts: Callable[[], int],
        room: asyncio.Event,
    ) -> None:
        self._kind = kind
        self._subject = subject
        self._buffer = buffer
        self._tally = tally
        self._now_us = now_us
        self._parts = parts
        self._room = room
        self._order: Order[_Entry] = Order()
        self._catching_up: asyncio.Task[None] | None = None
        self._is_behind = False
        self._has_begun = False

    def receive(self, data: bytes, archive: Archive) -> None:
        """A message as it came."""
        entry = self._entry(data, is_replayed=False)
        if entry is None:
            return
        if self._is_behind or not self._buffer.has_room(self._kind):
            if not self._order.is_past(entry[0]):
                self._order.forget(entry[0])
                self.catch_up(archive)
            return
        due = self._order.arrived(*entry)
        if due is None:
            self._tally.repeated += 1
            return
        self._give(due)
        if self._order.is_waiting and self._catching_up is None:
            self._start(self._heal(archive))

    def catch_up(self, archive: Archive) -> None:
        """Reads what is kept after the last message given out, as fast as the reader takes it; then goes on live."""
        if not self._is_behind:
            self._is_behind = True
            self._tally.gaps += 1
        if self._catching_up is None:
            self._start(self._follow(archive))

    async def begin(self, archive: Archive) -> None:
        """For the start of a connection: from here on nothing is missed. Raises NotRead.

        The first time, what was kept before is of no concern; after that, whatever was kept meanwhile is.
        """
        if self._has_begun or self._order.last is not None:
            self.catch_up(archive)
            return
        newest = await archive.newest(self._kind, self._subject)
        self._has_begun = True
        if newest is not None and self._order.last is None and (entry := self._entry(newest.data, is_replayed=True)):
            self._order.replayed([(entry[0], None)])

    async def stop(self) -> None:
        task, self._catching_up = self._catching_up, None
        if task is not None:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    def _start(self, work: Coroutine[object, object, None]) -> None:
        self._catching_up = asyncio.get_running_loop().create_task(work)

    async def _heal(self, archive: Archive) -> None:
        await asyncio.sleep(GRACE)
        if self._order.is_waiting or self._is_behind:
            self._tally.gaps += not self._is_behind
            await self._follow(archive)
        else:
            self._catching_up = None

    async def _follow(self, archive: Archive) -> None:
        attempts = 0
        try:
            while attempts < _ATTEMPTS:
                before = self._order.last
                await self._replay(archive)
                if not self._order.is_waiting:
                    return
                attempts = attempts + 1 if self._order.last == before else 0
                await asyncio.sleep(GRACE / 2 * 2**attempts)  # the store sends first and keeps then
        except NotRead:
            if not archive.is_connected:
                return  # the next connection catches up
        finally:
            self._is_behind = False
            self._catching_up = None
        self._give(self._order.settle())

    async def _replay(self, archive: Archive) -> None:
        limit = MOST_REPLAYED[self._kind]
        start = await archive.start_after(self._kind, self._subject, self._order, parts=self._parts(), limit=limit)
        while True:
            while not self._buffer.has_room(self._kind):
                self._room.clear()
                await self._room.wait()
            batch = await archive.read(self._kind, self._subject, start)
            if batch.pending == 0:
                self._is_behind = False
            given = self._order.replayed(self._entries(batch.kept))
            self._tally.healed += sum(item is not None for item, _ in given)
            self._give(given)
            if batch.pending == 0 or not batch.kept:
                return
            start = batch.last + 1

    def _entries(self, kept: list[bytes]) -> list[tuple[Place, _Entry]]:
        entries = (self._entry(data, is_replayed=True) for data in kept)
        return [entry for entry in entries if entry is not None]

    def _entry(self, data: bytes, *, is_replayed: bool) -> tuple[Place, _Entry] | None:
        """Where ``data`` belongs and what it says; None if not even the former can be read."""
        now = self._now_us()
        try:
            head = read_head(data)
        except Garbled:
            self._tally.bad += not is_replayed
            return None
        place = Place(head.epoch, head.seq)
        if not is_replayed:
            self._tally.delay_us = now - head.sent_at
            self._tally.age_us = now - head.measured_at
        try:
            message = read_message(self._kind, data, head)
        except OtherVersion:
            self._tally.other_version += not is_replayed
            return place, None
        except Garbled:
            self._tally.bad += not is_replayed
            return place, None
        return place, LiveItem(self._kind, self._subject, message, now, is_replayed)

    def _give(self, due: list[tuple[_Entry, int]]) -> None:
        for item, missed in due:
            self._tally.lost += missed
            if item is not None:
                self._tally.received += 1
                self._buffer.put(item if not missed else _with_missed(item, missed))


def _with_missed(item: LiveItem, missed: int) -> LiveItem:
    return LiveItem(item.kind, item.subject, item.message, item.received_at, item.is_replayed, missed)
