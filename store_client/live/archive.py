"""What the store keeps of its live subjects, read by JetStream's direct gets (NATS ADR-31): no consumer is made."""

import asyncio
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

import msgspec
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.errors import Error as NatsError

from store_client.contract.live import Kind, replay, subjects
from store_client.live.messages import Garbled, read_head
from store_client.live.order import Order, Place

BATCH = 256
_BYTES = 4 << 20
_PATIENCE = 3.0
"""Seconds without a further message of an answer."""
_REMEMBERED = 256
NEAR = 24
"""Messages that are read in order sooner than looked for."""
_GARBLED = 8
"""So many in a row are passed over."""


class NoArchive(Exception):
    """What is kept cannot be read: no stream, no permission, or no connection."""


@dataclass(frozen=True, slots=True)
class Kept:
    """One kept message. ``at``: its number in the stream, which counts all subjects of its kind."""

    at: int
    data: bytes


@dataclass(frozen=True, slots=True)
class Batch:
    """``kept``: in the order of the stream. ``last``: the number of the last of them; those of the others are not asked
    for: to read the broker's headers takes longer than all the rest. ``pending``: how many more there are after these."""

    kept: list[bytes]
    last: int
    pending: int


class Archive:
    """Of one store, on one connection. All methods raise NoArchive."""

    def __init__(self, connection: Client, store: str) -> None:
        self._connection = connection
        self._store = store
        self._known: dict[Kind, list[tuple[int, int]]] = {}  # number and moment of messages that were looked at

    @property
    def is_connected(self) -> bool:
        return self._connection.is_connected

    async def newest(self, kind: Kind, subject: str) -> Kept | None:
        return await self._one(kind, {"last_by_subj": subject})

    async def read(self, kind: Kind, subject: str, start: int, count: int = BATCH) -> Batch:
        """Up to ``count`` messages from the stream's number ``start`` on. ``subject`` may have a wildcard."""
        request = {"seq": max(1, start), "next_by_subj": subject, "batch": count, "max_bytes": _BYTES, "no_hdr": True}
        with _answering(kind):
            *messages, end = await self._many(kind, request)
            headers = end.headers or {}
            pending = _pending(headers)
            last = int(headers["Nats-Last-Sequence"]) if messages else 0
            return Batch([message.data for message in messages], last, pending)

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
            first = await self._next(kind, subject, start)
            place = None if first is None else _place(first)
            if place is not None and (order.is_past(place) or place == Place(order.last.epoch, order.last.seq + 1)):
                return start
            span = min(limit, span * 2)

    async def start_at(self, kind: Kind, since_us: int) -> int:
        """A number from which on nothing measured at ``since_us`` or later is left out, and no more than some messages
        before it are read. Messages come evenly, so it is looked for where it should be; where it is not, by halving."""
        subject = subjects(self._store, kind)
        known = self._known.setdefault(kind, [])
        low = max((one for one in known if one[1] < since_us), default=None)
        low = low or await self._measured(kind, subject, 1)
        if low is None or low[1] >= since_us:
            return 1 if low is None else low[0]
        high = min((one for one in known if one > low and one[1] >= since_us), default=None)
        high = high or await self._end(kind, subject, since_us)
        is_guessed = True
        while high[0] - low[0] > NEAR:
            share = (since_us - low[1]) / max(1, high[1] - low[1]) if is_guessed else 0.5
            width = high[0] - low[0]
            middle = min(max(low[0] + int(share * width), low[0] + 1), high[0] - 1)
            found = await self._measured(kind, subject, middle)
            if found is not None and found[1] < since_us:
                low = found
            else:
                high = (middle, since_us if found is None else max(since_us, found[1]))
            is_guessed = high[0] - low[0] < width // 2
        return low[0]

    async def _end(self, kind: Kind, subject: str, since_us: int) -> tuple[int, int]:
        """The number that comes next, and about when."""
        newest = await self.newest(kind, subject)
        if newest is None:
            return 1, since_us
        try:
            return newest.at + 1, max(since_us, read_head(newest.data).measured_at)
        except Garbled:
            return newest.at + 1, since_us

    async def _measured(self, kind: Kind, subject: str, start: int) -> tuple[int, int] | None:
        """Number and ``measured_at`` of the first message from ``start`` on that is not garbled."""
        for _ in range(_GARBLED):
            kept = await self._next(kind, subject, start)
            if kept is None:
                break
            try:
                found = kept.at, read_head(kept.data).measured_at
            except Garbled:
                start = kept.at + 1
                continue
            known = self._known.setdefault(kind, [])
            known.append(found)
            del known[:-_REMEMBERED]
            return found
        return None

    # ---- asking

    async def _next(self, kind: Kind, subject: str, start: int) -> Kept | None:
        """The first message from ``start`` on."""
        return await self._one(kind, {"seq": max(1, start), "next_by_subj": subject})

    async def _one(self, kind: Kind, request: dict[str, object]) -> Kept | None:
        with _answering(kind):
            answer = await self._connection.request(
                replay(self._store, kind), msgspec.json.encode(request), timeout=_PATIENCE
            )
            headers = answer.headers or {}
            if "Status" in headers:
                _pending(headers)
                return None
            return Kept(int(headers["Nats-Sequence"]), answer.data)

    async def _many(self, kind: Kind, request: dict[str, object]) -> list[Msg]:
        """All messages of the answer, and last the one that ends it."""
        messages: list[Msg] = []
        is_whole = asyncio.Event()

        async def take(message: Msg) -> None:
            messages.append(message)
            if "Status" in (message.headers or {}):
                is_whole.set()

        inbox = self._connection.new_inbox()
        answers = await self._connection.subscribe(inbox, cb=take)
        try:
            await self._connection.publish(replay(self._store, kind), msgspec.json.encode(request), inbox)
            came = -1
            while not is_whole.is_set():
                if came == len(messages):
                    raise TimeoutError
                came = len(messages)
                with suppress(TimeoutError):
                    await asyncio.wait_for(is_whole.wait(), _PATIENCE)
        finally:
            await answers.unsubscribe()
        return messages


@contextmanager
def _answering(kind: Kind) -> Iterator[None]:
    """Raises NoArchive for whatever goes wrong meanwhile."""
    try:
        yield
    except (TimeoutError, NatsError, OSError, KeyError, ValueError) as error:
        raise NoArchive(f"{kind}: {error or type(error).__name__}") from error


def _pending(headers: Mapping[str, str]) -> int:
    """From the message that ends an answer. Raises NoArchive unless it says that this was all, or that nothing is."""
    if headers["Status"] == "204":
        return int(headers.get("Nats-Num-Pending", "0"))
    if headers["Status"] == "404":
        return 0
    raise NoArchive(f"the broker answered {headers['Status']} {headers.get('Description', '')}")


def _place(kept: Kept) -> Place | None:
    try:
        head = read_head(kept.data)
    except Garbled:
        return None
    return Place(head.epoch, head.seq)
