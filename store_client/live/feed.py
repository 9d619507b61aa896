"""The live feed of one store: the only door to NATS.

A thread with an event loop of its own keeps the connection, makes it anew with fresh credentials when it breaks, and
puts messages in order; readers in other threads take them from a bounded buffer.
"""

import asyncio
import logging
import random
import threading
import time
from collections.abc import Awaitable, Callable, Coroutine, Iterator, Mapping, Sequence
from concurrent.futures import CancelledError
from dataclasses import dataclass
from math import ceil
from typing import Literal, TypeVar
from urllib.parse import urlsplit

from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.errors import Error as NatsError
from nats.errors import NoServersError

from store_client.address import is_loopback
from store_client.contract.live import KINDS, Kind, inbox, subjects
from store_client.contract.problem import Problem
from store_client.contract.session import LiveAccess
from store_client.errors import NoAnswer, StoreError, TimedOut, Unreachable
from store_client.kept import BATCH, NotRead
from store_client.live.archive import Archive
from store_client.live.buffer import LIMITS, Buffer
from store_client.live.channel import Channel
from store_client.live.item import KeptMessage, LiveItem
from store_client.live.messages import Garbled, LiveMessage, OtherVersion, read_head
from store_client.live.statistics import KindStatistics, Tally
from store_client.places import NEAR
from store_client.trust import PUBLIC, Trust

T = TypeVar("T")
CHANNELS = 1024
_PING = 2
_RATES_HZ: Mapping[Kind, float] = {"positions": 10.0, "health": 1.0}
"""Of those that come evenly: so many are asked for at once as lie in the span, and not hundreds after it."""
_LATE_US = 60_000_000
"""How long after it was measured a message may be sent: a pick is decided late."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class LiveState:
    """``problem``: why it is not connected, None while it is or has not tried."""

    name: Literal["connecting", "connected", "lost", "stopped"]
    problem: Problem | None = None


class LiveFeed:
    """Live messages of one store. ``start()`` once, ``stop()`` once; everything else from any thread, meanwhile.

    ``access`` is asked for address and credentials before each connection, and may block and raise StoreError: the
    store may have started again elsewhere. ``on_state`` is called in the feed's thread with each change. ``now_us`` is
    the store's time, for delays.
    """

    def __init__(
        self,
        access: Callable[[], LiveAccess],
        store: str,
        *,
        kinds: Sequence[Kind] = KINDS,
        on_state: Callable[[LiveState], None] | None = None,
        now_us: Callable[[], int] = lambda: time.time_ns() // 1000,
        trust: Trust = PUBLIC,
    ) -> None:
        self._access = access
        self._store = store
        self._kinds = tuple(kinds)
        self._on_state = on_state
        self._now_us = now_us
        self._trust = trust
        self._buffer = Buffer(LIMITS, self._has_room)
        self._tallies = {kind: Tally() for kind in self._kinds}
        self._channels: dict[str, Channel] = {}
        self._state = LiveState("connecting")
        self._loop = asyncio.new_event_loop()
        self._room = asyncio.Event()
        self._stopping = asyncio.Event()
        self._archive: Archive | None = None
        self._asking = threading.Lock()
        self._is_over = False
        self._thread = threading.Thread(target=self._run, name=f"live {store}", daemon=True)

    # ------------------------------------------------------------ for other threads

    @property
    def state(self) -> LiveState:
        return self._state

    def start(self) -> None:
        self._thread.start()

    def stop(self, timeout: float = 5.0) -> None:
        """Ends the connection and the thread. A call of ``access`` that blocks is left behind, not waited for."""
        self._buffer.close()
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._stopping.set)
            self._thread.join(timeout)
        elif self._thread.ident is None:
            self._loop.close()  # it was never started

    def read(self, timeout: float = 0.0) -> list[LiveItem]:
        """What came since the last reading, in order; nothing after ``timeout`` seconds, or when stopped."""
        return self._buffer.read(timeout)

    def statistics(self) -> dict[Kind, KindStatistics]:
        return {kind: tally.snapshot(self._buffer.dropped(kind)) for kind, tally in self._tallies.items()}

    def history(self, kind: Kind, since_us: int, until_us: int, *, timeout: float = 30.0) -> Iterator[LiveMessage]:
        """What the store keeps of a kind, measured from ``since_us`` until before ``until_us``, as it was sent.

        ``timeout``: seconds for each batch. Raises Unreachable while not connected, TimedOut.
        """
        for kept in self.kept(kind, since_us, until_us, late_us=_LATE_US, timeout=timeout):
            try:
                yield kept.message()
            except (Garbled, OtherVersion) as error:
                log.warning("kept message of %s: %s", kind, error)

    def kept(
        self, kind: Kind, since_us: int, until_us: int, *, late_us: int, batch: int = BATCH, timeout: float = 30.0
    ) -> Iterator[KeptMessage]:
        """As ``history``, not decoded; in the order in which they were sent. ``late_us``: by how much that may be another
        order than the one in which they were measured: so much around the span is read too. ``batch``: how many are asked
        for at once."""
        if kind in _RATES_HZ:
            span_us = until_us - since_us + 2 * late_us
            batch = min(batch, ceil(span_us / 1e6 * _RATES_HZ[kind]) + NEAR)
        start: int | None = self._ask(self._history_start(kind, since_us - late_us), timeout)
        while start is not None:
            messages, start = self._ask(self._history_batch(kind, start, until_us + late_us, batch), timeout)
            yield from (kept for kept in messages if since_us <= kept.measured_at < until_us)

    def kept_from(self, kind: Kind, *, timeout: float = 30.0) -> int | None:
        """When the oldest that the store keeps of a kind was measured; None where it keeps none. Raises as ``history``."""
        batch, _ = self._ask(self._history_batch(kind, 1, 0, 8), timeout)
        return batch[0].measured_at if batch else None

    # ------------------------------------------------------------ in the feed's thread

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        try:
            self._loop.run_until_complete(self._live())
        finally:
            with self._asking:
                self._is_over = True  # whoever asks from now on would wait for nothing
            self._loop.run_until_complete(_end_all())
            self._say(LiveState("stopped"))
            self._buffer.close()
            self._loop.close()

    async def _live(self) -> None:
        """Connection after connection, until stopped."""
        stopped = self._loop.create_task(self._stopping.wait())
        failures = 0
        while not self._stopping.is_set():
            connected = self._loop.create_task(self._connection())
            await asyncio.wait({connected, stopped}, return_when=asyncio.FIRST_COMPLETED)
            connected.cancel()
            [outcome] = await asyncio.gather(connected, return_exceptions=True)
            if self._stopping.is_set():
                break
            was_connected = self._state.name == "connected"
            failures = 0 if was_connected else failures + 1
            if not isinstance(outcome, StoreError | NatsError | OSError):
                log.error("live data ended in a way that was not foreseen", exc_info=outcome)
            self._say(LiveState("lost", _problem(outcome)))
            pause = min(5.0, 0.1 * 2**failures)
            await asyncio.wait({stopped}, timeout=random.uniform(pause / 2, pause))

    async def _connection(self) -> None:
        """One connection, from asking for credentials to its end; raises what ended it."""
        access = await asyncio.to_thread(self._access)
        closed: asyncio.Future[None] = self._loop.create_future()

        async def on_closed() -> None:
            if not closed.done():
                closed.set_result(None)

        connection = await self._connect(access, on_closed)
        self._archive = archive = Archive(connection, self._store)
        try:
            for kind in self._kinds:
                await connection.subscribe(subjects(self._store, kind), cb=self._receiver(kind, archive))
            await connection.flush(timeout=3)
            await self._begin(archive)
            self._say(LiveState("connected"))
            await closed
            raise Unreachable("the connection for live data broke")
        finally:
            self._archive = None
            await asyncio.gather(*(channel.stop() for channel in self._channels.values()))
            if not connection.is_closed:
                await connection.close()

    async def _connect(self, access: LiveAccess, on_closed: Callable[[], Awaitable[None]]) -> Client:
        parts = urlsplit(access.url)
        is_secure = parts.scheme == "tls"
        if not is_secure and not is_loopback(parts.hostname or ""):
            raise Unreachable(f"{parts.hostname} must be reached by tls; plain nats is for this machine only")
        errors: list[Exception] = []

        async def on_error(error: Exception) -> None:
            log.info("live data: %s", error or type(error).__name__)
            errors[:] = [error]

        connection = Client()
        try:
            await asyncio.wait_for(
                connection.connect(
                    access.url,
                    name="floorwalker",
                    user=access.user,
                    password=access.password,
                    tls=self._trust.context() if is_secure else None,
                    inbox_prefix=inbox(access.user).encode(),
                    allow_reconnect=False,  # we do it ourselves: address and password may be others by then
                    max_reconnect_attempts=1,
                    reconnect_time_wait=0,
                    connect_timeout=3,
                    ping_interval=_PING,
                    max_outstanding_pings=2,
                    closed_cb=on_closed,
                    error_cb=on_error,
                ),
                timeout=6,
            )
        except BaseException as error:
            await connection.close()
            if isinstance(error, NoServersError):
                raise Unreachable(f"{parts.netloc}: {errors[-1] if errors else error}") from error
            raise
        return connection

    async def _begin(self, archive: Archive) -> None:
        """Makes the channels of the kinds that have one subject, and catches up with all that are known."""
        for kind in self._kinds:
            if kind != "weights":
                self._channel(kind, subjects(self._store, kind))
        for channel in list(self._channels.values()):  # weights make more of them meanwhile
            try:
                await channel.begin(archive)
            except NotRead as error:
                log.warning("nothing is kept to catch up with: %s", error)

    def _receiver(self, kind: Kind, archive: Archive) -> Callable[[Msg], Awaitable[None]]:
        async def receive(message: Msg) -> None:
            channel = self._channel(kind, message.subject)
            if channel is not None:
                channel.receive(message.data, archive)

        return receive

    def _channel(self, kind: Kind, subject: str) -> Channel | None:
        """The channel of a subject; None for one too many, which no store has."""
        channel = self._channels.get(subject)
        if channel is None and len(self._channels) < CHANNELS:
            channel = self._channels[subject] = Channel(
                kind,
                subject,
                buffer=self._buffer,
                tally=self._tallies[kind],
                now_us=self._now_us,
                parts=lambda: len(self._channels) if kind == "weights" else 1,
                room=self._room,
            )
        return channel

    def _say(self, state: LiveState) -> None:
        if state != self._state:
            self._state = state
            if self._on_state is not None:
                self._on_state(state)

    def _has_room(self) -> None:
        """Called in the reader's thread."""
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._room.set)

    def _ask(self, work: Coroutine[object, object, T], timeout: float) -> T:
        """Runs ``work`` in the feed's loop and waits for it, in another thread. Raises Unreachable, TimedOut."""
        with self._asking:
            if self._is_over or not self._thread.is_alive():
                work.close()
                raise Unreachable("the live feed is not running")
            asked = asyncio.run_coroutine_threadsafe(work, self._loop)
        try:
            return asked.result(timeout)
        except TimeoutError as error:
            asked.cancel()
            raise TimedOut("what is kept could not be read in time") from error
        except CancelledError as error:
            raise Unreachable("the live feed was stopped") from error
        except NotRead as error:
            raise Unreachable(str(error)) from error

    def _kept(self) -> Archive:
        if self._archive is None:
            raise Unreachable("live data is not connected")
        return self._archive

    async def _history_start(self, kind: Kind, since_us: int) -> int:
        return await self._kept().start_at(kind, since_us)

    async def _history_batch(
        self, kind: Kind, start: int, until_us: int, count: int = BATCH
    ) -> tuple[list[KeptMessage], int | None]:
        """A batch of what is kept from ``start`` on, and where the next one starts, None where it is of no concern."""
        batch = await self._kept().read(kind, subjects(self._store, kind), start, count)
        messages = []
        for data in batch.kept:
            try:
                head = read_head(data)
                messages.append(KeptMessage(kind, head.measured_at, data, head.kind))
            except Garbled as error:
                log.warning("kept message of %s, at %d or before: %s", kind, batch.last, error)
        is_over = batch.pending == 0 or not batch.kept or bool(messages and messages[-1].measured_at >= until_us)
        return messages, None if is_over else batch.last + 1


def _problem(outcome: object) -> Problem:
    if isinstance(outcome, StoreError):
        return outcome.problem
    return Problem(title=NoAnswer.title, status=0, detail=str(outcome) or type(outcome).__name__)


async def _end_all() -> None:
    """Ends what is still under way in this loop."""
    left = asyncio.all_tasks() - {asyncio.current_task()}
    for task in left:
        task.cancel()
    await asyncio.gather(*left, return_exceptions=True)
