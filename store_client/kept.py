"""What a NATS stream keeps, read by JetStream's direct gets (NATS ADR-31): no consumer is made, nothing is left on the
broker. For both ends: the desk that looks back, and the store that answers for its past."""

import asyncio
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass

import msgspec
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.errors import Error as NatsError

BATCH = 256
_BYTES = 4 << 20


class NotRead(Exception):
    """No stream, no permission, no connection, or an answer that is none."""


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


class KeptReader:
    """On one connection; ``patience_s``: without a further message of an answer. ``address``: where a stream is asked, see
    ``store_client.contract.live.replay``. All methods raise NotRead."""

    def __init__(self, connection: Client, patience_s: float) -> None:
        self._connection = connection
        self._patience_s = patience_s

    async def newest(self, address: str, subject: str) -> Kept | None:
        return await self._one(address, {"last_by_subj": subject})

    async def next(self, address: str, subject: str, start: int) -> Kept | None:
        """The first from the number ``start`` on."""
        return await self._one(address, {"seq": max(1, start), "next_by_subj": subject})

    async def read(self, address: str, subject: str, start: int, count: int = BATCH) -> Batch:
        """Up to ``count`` messages from the number ``start`` on. ``subject`` may have a wildcard."""
        request = {"seq": max(1, start), "next_by_subj": subject, "batch": count, "max_bytes": _BYTES, "no_hdr": True}
        with _answering():
            *messages, end = await self._many(address, request)
            headers = end.headers or {}
            pending = _pending(headers)
            last = int(headers["Nats-Last-Sequence"]) if messages else 0
            return Batch([message.data for message in messages], last, pending)

    async def _one(self, address: str, request: dict[str, object]) -> Kept | None:
        with _answering():
            answer = await self._connection.request(address, msgspec.json.encode(request), timeout=self._patience_s)
            headers = answer.headers or {}
            if "Status" in headers:
                _pending(headers)
                return None
            return Kept(int(headers["Nats-Sequence"]), answer.data)

    async def _many(self, address: str, request: dict[str, object]) -> list[Msg]:
        """All messages of the answer, and last the one that ends it."""
        messages: list[Msg] = []
        is_whole = asyncio.Event()

        async def take(message: Msg) -> None:
            messages.append(message)
            if "Status" in (message.headers or {}):
                is_whole.set()

        inbox = self._connection.new_inbox()
        answers = await self._connection.subscribe(inbox, cb=take, pending_msgs_limit=-1, pending_bytes_limit=-1)
        try:
            await self._connection.publish(address, msgspec.json.encode(request), inbox)
            came = -1
            while not is_whole.is_set():
                if came == len(messages):
                    raise TimeoutError
                came = len(messages)
                with suppress(TimeoutError):
                    await asyncio.wait_for(is_whole.wait(), self._patience_s)
        finally:
            with suppress(NatsError):
                await answers.unsubscribe()
        return messages


@contextmanager
def _answering() -> Iterator[None]:
    """Raises NotRead for whatever goes wrong meanwhile."""
    try:
        yield
    except (TimeoutError, NatsError, OSError, KeyError, ValueError) as error:
        raise NotRead(str(error) or type(error).__name__) from error


def _pending(headers: Mapping[str, str]) -> int:
    """From the message that ends an answer. Raises NotRead unless it says that this was all, or that nothing is."""
    if headers["Status"] == "204":
        return int(headers.get("Nats-Num-Pending", "0"))
    if headers["Status"] == "404":
        return 0
    raise NotRead(f"the broker answered {headers['Status']} {headers.get('Description', '')}")
