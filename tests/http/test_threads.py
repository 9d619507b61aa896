"""Calls of the desk in threads: never more at once than there are, and a full house says so."""

import asyncio
import threading

import pytest

from store_server.http.threads import Threads
from store_server.refusal import Refusal


def test_a_full_house_refuses_instead_of_growing() -> None:
    async def run() -> None:
        threads, gate = Threads(workers=2, waiting=3), threading.Event()
        running = [asyncio.create_task(threads(gate.wait, timeout=30)) for _ in range(5)]
        await asyncio.sleep(0)
        with pytest.raises(Refusal, match="unavailable"):
            await threads(gate.is_set)
        gate.set()
        assert await asyncio.gather(*running) == [True] * 5
        assert await threads(gate.is_set)
        threads.close()

    asyncio.run(run())
