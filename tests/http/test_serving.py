"""The server itself: its port, and how it ends."""

import asyncio
import socket
import time

import pytest
import requests

from store_server.http.app import build_http
from store_server.http.serving import CannotServe, serve
from tests.http.conftest import Shop


def test_a_taken_port_is_told_in_one_line(shop: Shop) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(CannotServe, match=f"port {port} of 127.0.0.1 is taken"):
            asyncio.run(serve(build_http(shop.services), "127.0.0.1", port))


@pytest.mark.parametrize(("host", "port"), [("203.0.113.1", 0), ("no host at all", 0), ("127.0.0.1", 70_000)])
def test_an_address_that_is_not_ours_is_told_in_one_line(shop: Shop, host: str, port: int) -> None:
    with pytest.raises(CannotServe, match="cannot serve HTTP at") as refused:
        asyncio.run(serve(build_http(shop.services), host, port))
    assert "\n" not in str(refused.value)


def test_it_stops_while_somebody_watches_and_leaves_the_port(shop: Shop, caplog: pytest.LogCaptureFixture) -> None:
    token = shop.sign_in("staff").session["token"]

    async def run() -> float:
        async with await serve(build_http(shop.services)) as served:
            headers = {"Authorization": f"Bearer {token}"}
            address = f"{served.url}/v1/cameras/cam1/live"
            answer = await asyncio.to_thread(requests.get, address, headers=headers, stream=True, timeout=30)
            began = time.monotonic()
        answer.close()
        async with await serve(build_http(shop.services), port=served.port) as again:
            assert again.port == served.port
        return time.monotonic() - began

    assert asyncio.run(run()) < 20
    assert shop.sensed.watching == 0
    assert not [record for record in caplog.records if record.levelname in ("WARNING", "ERROR")]
