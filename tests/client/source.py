"""A store's side of the live data: the real broker, and a source that says what the tests want it to say."""

import asyncio
import threading
from collections.abc import Coroutine
from pathlib import Path
from typing import Any, TypeVar

import msgspec
import nats
from nats.aio.client import Client

from store_client.contract.live import KINDS, Message, stream, subject, subjects
from store_client.contract.session import LiveAccess
from store_server.broker import Broker
from store_server.bus import Bus, Stream

T = TypeVar("T")
STORE = "s1"


class Source:
    """A broker with its streams, and a connection to it that may publish anything."""

    def __init__(self, folder: Path) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever)
        self._thread.start()
        self._broker = Broker(folder, STORE)
        self._bus = Bus()
        self._client = Client()
        self._do(self._connect())

    @property
    def access(self) -> LiveAccess:
        desk = self._broker.desk
        return LiveAccess(desk.url, desk.user, desk.password, [STORE])

    def send(self, *messages: Message, kind: str = "events", part: int | None = None) -> None:
        self.send_bytes(*(msgspec.msgpack.encode(message) for message in messages), kind=kind, part=part)

    def send_bytes(self, *bodies: bytes, kind: str = "events", part: int | None = None) -> None:
        """Sends, and returns when the broker has them."""
        self._do(self._publish(subject(STORE, kind, part), bodies))

    def end(self) -> None:
        """Ends the broker at once; its streams stay in the folder."""
        self._do(self._client.close())
        self._do(self._bus.close())
        self._broker.end()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    async def _connect(self) -> None:
        access = self._broker.server
        await self._bus.connect(access)
        await self._bus.keep([Stream(stream(STORE, kind), subjects(STORE, kind), 1, 64 << 20) for kind in KINDS])
        self._client = await nats.connect(access.url, user=access.user, password=access.password)

    async def _publish(self, where: str, bodies: tuple[bytes, ...]) -> None:
        for body in bodies:
            await self._client.publish(where, body)
        await self._client.flush()

    def _do(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(30)
