"""The store's one door to NATS: publish, subscribe, and read back what the streams keep."""

import asyncio
import logging
import os
import shutil
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import msgspec
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.aio.subscription import Subscription
from nats.errors import Error as NatsError
from nats.errors import OutboundBufferLimitError
from nats.js.api import DiscardPolicy, RetentionPolicy, StorageType, StoreCompression, StreamConfig
from nats.js.errors import APIError

from store_client.contract.ids import new_id
from store_client.contract.live import Message, inbox
from store_client.kept import Batch, Kept, KeptReader, NotRead
from store_server.broker import Access

log = logging.getLogger(__name__)

M = TypeVar("M", bound=Message)
Handler = Callable[[str, bytes], Awaitable[None]]
HOUR_S = 3600
CONNECT_S = 5
RECONNECT_S = 0.25
ANSWER_S = 5.0
BATCH = 500
"""Messages asked for at once: enough to hide the way there and back, few enough to stop early."""
_PENDING = 8 << 20
_NAME_IN_USE = 10058


@dataclass(frozen=True, slots=True)
class Stream:
    """What is kept of ``subject``: for ``hours`` (of the machine's clock) and up to ``most_bytes``, the older goes."""

    name: str
    subject: str
    hours: float
    most_bytes: int


class NotKept(Exception):
    """The streams cannot be read or written now: the broker is away, or its disk is full."""


class Bus:
    """Counts: ``lost`` messages could not be handed to the broker because it is away and the buffer is full.

    Used on one event loop only.
    """

    def __init__(self) -> None:
        self.epoch = new_id()
        self.lost = 0
        self._client = Client()
        self._reader = KeptReader(self._client, ANSWER_S)
        self._numbers: dict[str, int] = {}
        self._encode = msgspec.msgpack.Encoder().encode
        self._subscriptions: list[Subscription] = []
        self._is_closing = False

    @property
    def is_connected(self) -> bool:
        return self._client.is_connected

    async def connect(self, access: Access) -> None:
        """Raises NotKept if it is refused or nobody answers; afterwards it reconnects by itself, for ever."""
        who: dict[str, Any] = {
            "user": access.user or None,
            "password": access.password or None,
            "connect_timeout": CONNECT_S,
        }
        trial = Client()  # one that is to reconnect would try for ever from the first moment on
        try:
            async with asyncio.timeout(2 * CONNECT_S):
                try:
                    await trial.connect(access.url, allow_reconnect=False, error_cb=_noted, **who)
                finally:
                    await trial.close()
                await self._client.connect(
                    access.url,
                    name="store",
                    allow_reconnect=True,
                    max_reconnect_attempts=-1,
                    reconnect_time_wait=RECONNECT_S,  # type: ignore[arg-type]  # called int, but slept
                    ping_interval=10,
                    pending_size=_PENDING,
                    inbox_prefix=inbox("store"),
                    error_cb=_told,
                    disconnected_cb=self._disconnected,
                    reconnected_cb=_reconnected,
                    **who,
                )
        except (NatsError, OSError) as error:
            raise NotKept(_said(error)) from error

    async def close(self) -> None:
        """Sends what is still to be sent, for a second at most."""
        self._is_closing = True
        if not self._client.is_connected and not self._client.is_reconnecting:
            return
        with suppress(NotKept, TimeoutError):
            await asyncio.wait_for(self.flush(), 1.0)
        with suppress(NatsError, OSError):
            await self._client.close()

    async def _disconnected(self) -> None:
        if not self._is_closing:
            log.warning("live data: the broker is away")

    async def subscribe(self, subject: str, handler: Handler) -> None:
        """Awaits ``handler(subject, data)`` for each message, one after the other; it must be quick."""

        async def received(message: Msg) -> None:
            await handler(message.subject, message.data)

        subscription = await self._client.subscribe(
            subject, cb=received, pending_msgs_limit=20_000, pending_bytes_limit=64 << 20
        )
        self._subscriptions.append(subscription)

    async def flush(self) -> None:
        """Returns when the broker has all that was sent, subscriptions too. Raises NotKept if it is away.

        nats-py's own flush lets its question overtake what it has buffered (2.16); by the second question all is sent.
        """
        try:
            await self._client.flush(CONNECT_S)
            await self._client.flush(CONNECT_S)
        except (NatsError, OSError) as error:
            raise NotKept(f"the broker does not answer: {_said(error)}") from error

    async def publish(self, subject: str, message: M, sent_at: int) -> M:
        """Stamps ``message`` with our epoch, the subject's next number and ``sent_at``, and sends it."""
        stamped = self._stamped(subject, message, sent_at)
        try:
            await self._client.publish(subject, self._encode(stamped))
        except OutboundBufferLimitError:
            self.lost += 1
        return stamped

    async def publish_kept(self, subject: str, message: M, sent_at: int) -> None:
        """As ``publish``, and returns when a stream has it. Raises NotKept."""
        data = self._encode(self._stamped(subject, message, sent_at))
        try:
            await self._client.jetstream(timeout=ANSWER_S).publish(subject, data)
        except (APIError, NatsError, OSError) as error:
            raise NotKept(f"a message on {subject} was not kept: {_said(error)}") from error

    def _stamped(self, subject: str, message: M, sent_at: int) -> M:
        number = self._numbers.get(subject, 0)
        self._numbers[subject] = number + 1
        return msgspec.structs.replace(message, epoch=self.epoch, seq=number, sent_at=sent_at)

    async def keep(self, streams: Sequence[Stream]) -> None:
        """Makes the streams, or changes their bounds. Raises NotKept."""
        try:
            await asyncio.gather(*(self._keep(stream) for stream in streams))
        except (APIError, NatsError, OSError) as error:
            raise NotKept(f"the broker keeps no streams: {_said(error)}") from error

    async def _keep(self, stream: Stream) -> None:
        settings = StreamConfig(
            name=stream.name,
            subjects=[stream.subject],
            retention=RetentionPolicy.LIMITS,
            discard=DiscardPolicy.OLD,
            storage=StorageType.FILE,
            compression=StoreCompression.S2,
            max_age=stream.hours * HOUR_S,
            max_bytes=stream.most_bytes,
            duplicate_window=1,
            allow_direct=True,
            num_replicas=1,
        )
        jetstream = self._client.jetstream(timeout=ANSWER_S)
        try:
            await jetstream.add_stream(settings)
        except APIError as error:
            if error.err_code != _NAME_IN_USE:
                raise
            await jetstream.update_stream(settings)

    async def read(self, stream: str, subject: str, number: int, most: int = BATCH) -> Batch:
        """Up to ``most`` messages that ``stream`` keeps of ``subject`` from ``number`` on, in order. Raises NotKept."""
        with _reading(stream):
            return await self._reader.read(_address(stream), subject, number, most)

    async def first(self, stream: str, subject: str, number: int = 1) -> Kept | None:
        """The first that ``stream`` keeps of ``subject`` from ``number`` on. Raises NotKept."""
        with _reading(stream):
            return await self._reader.next(_address(stream), subject, number)

    async def newest(self, stream: str, subject: str) -> Kept | None:
        """Raises NotKept."""
        with _reading(stream):
            return await self._reader.newest(_address(stream), subject)


def _address(stream: str) -> str:
    return f"$JS.API.DIRECT.GET.{stream}"


@contextmanager
def _reading(stream: str) -> Iterator[None]:
    try:
        yield
    except NotRead as error:
        raise NotKept(f"{stream} cannot be read: {error}") from error


def bounded(streams: Sequence[Stream], folder: Path) -> list[Stream]:
    """The same streams, smaller where the disk of ``folder``, in which the broker's lies, could not hold half of them if
    it held nothing of them yet."""
    room = (shutil.disk_usage(folder).free + _held(folder / "live" / "streams")) // 2
    wanted = sum(stream.most_bytes for stream in streams)
    share = min(1.0, room / wanted)
    return [Stream(s.name, s.subject, s.hours, max(1 << 20, int(s.most_bytes * share))) for s in streams]


def _held(folder: Path) -> int:
    """Bytes of all files in ``folder``, some of which come and go meanwhile; 0 where there is none."""
    held = 0
    for place, _, names in os.walk(folder):
        for name in names:
            with suppress(FileNotFoundError):
                held += Path(place, name).stat().st_size
    return held


def _said(error: BaseException) -> str:
    return str(getattr(error, "description", None) or error) or type(error).__name__


async def _told(error: Exception) -> None:
    log.warning("live data: %s", _said(error))


async def _noted(error: Exception) -> None:
    log.debug("live data: %s", _said(error))


async def _reconnected() -> None:
    log.info("live data: the broker is back")
