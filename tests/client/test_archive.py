"""The archive's answers, from a broker that does not say all that it should."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, cast

import pytest
from nats.aio.client import Client
from nats.aio.msg import Msg

from store_client.kept import NotRead
from store_client.live.archive import Archive


class Broker:
    """Answers each question with one message, and its end with ``headers``."""

    def __init__(self, headers: dict[str, str]) -> None:
        self.headers = headers
        self._take: Callable[[Msg], Awaitable[None]] | None = None

    def new_inbox(self) -> str:
        return "inbox"

    async def subscribe(self, _: str, cb: Callable[[Msg], Awaitable[None]], **__: int) -> "Broker":
        self._take = cb
        return self

    async def unsubscribe(self) -> None:
        self._take = None

    async def publish(self, *_: Any) -> None:
        assert self._take is not None
        for data, headers in ((b"kept", None), (b"", self.headers)):
            await self._take(Msg(cast(Client, self), data=data, headers=headers))


def read(**headers: str) -> tuple[int, int]:
    archive = Archive(cast(Client, Broker({"Status": "204", "Nats-Num-Pending": "3"} | headers)), "s1")
    batch = asyncio.run(archive.read("events", "store.s1.events", 7))
    return batch.last, batch.pending


def test_where_to_read_on_is_what_the_broker_says_and_never_a_guess() -> None:
    assert read(**{"Nats-Last-Sequence": "8"}) == (8, 3)
    with pytest.raises(NotRead, match="Nats-Last-Sequence"):
        read()  # taken for 0, all would be read again from the first on, without end
