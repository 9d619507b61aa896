"""The live link as the desk tells of it."""

import asyncio
import socket
import time
from types import SimpleNamespace
from typing import cast

import pytest
from nats.aio.client import Client
from pytestqt.qtbot import QtBot

from console.work.live import LiveDesk
from store_client.contract.problem import PREFIX, Problem
from store_client.contract.session import LiveAccess
from store_client.live import LiveFeed
from store_client.live.feed import LiveState
from store_client.trust import PUBLIC
from tests.console.plain_desk import PlainDesk, plain_desk

AWAY = Problem("no answer", 0, detail="refused")
REFUSED = Problem("not permitted", 403, f"{PREFIX}not-permitted")


def live_of(desk: PlainDesk, url: str = "") -> LiveDesk:
    access = LiveAccess(url, "ada", "secret", ["s1"])
    return LiveDesk(desk, lambda: access, lambda: PUBLIC, time.monotonic, lambda: time.time_ns() // 1000)


def test_why_live_data_is_lost_is_what_was_heard_last(qtbot: QtBot) -> None:
    desk = plain_desk()
    live = live_of(desk)
    feed = live._feed = cast(LiveFeed, SimpleNamespace(statistics=dict))
    told = []
    for state in (LiveState("lost", AWAY), LiveState("connecting"), LiveState("lost", REFUSED), LiveState("connected")):
        live._follow_feed((feed, state))
        told.append(desk.connection.value.live.detail)
    assert told == ["the store does not answer.", "the store does not answer.", "your role may not do this.", ""]


def test_a_store_is_left_at_once_though_its_connection_does_not_end(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    close = Client.close

    async def linger(connection: Client) -> None:
        await asyncio.sleep(2.0)
        await close(connection)

    monkeypatch.setattr(Client, "close", linger)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        live = live_of(plain_desk(), f"nats://127.0.0.1:{silent.getsockname()[1]}")
        live.start("s1")
        with silent.accept()[0]:
            feed, began = live.feed, time.monotonic()
            live.stop()
            assert time.monotonic() - began < 1.0
            assert feed is not None
            feed._thread.join()
