"""A simulated day on a machine that sleeps, or whose clock is set: it begins anew, and catches up with nothing."""

import asyncio
from typing import cast

import pytest
from nats.aio.client import Client

from store_server.clock import Clock
from store_server.world.__main__ import World
from store_server.world.chronicle import Chronicle
from store_server.world.simulation import Simulation

NOON_US = 1_780_000_000_000_000


class Broker:
    async def publish(self, _subject: str, _data: bytes) -> None: ...


@pytest.mark.parametrize("leap_s", [-8 * 3_600, -120, 120, 8 * 3_600])
@pytest.mark.parametrize("speed", [1.0, 4.0])
def test_a_day_ends_where_the_clock_leaps(speed: float, leap_s: int) -> None:
    wall_us = NOON_US
    clock = Clock(speed=speed, wall=lambda: wall_us)
    simulation = Simulation("quiet", 1, started_us=clock.now_us())
    world = World(simulation, clock, Chronicle(None))

    async def live() -> None:
        nonlocal wall_us
        publishing = asyncio.create_task(world.publish(cast(Client, Broker())))
        for _ in range(30):
            wall_us += 50_000
            await asyncio.sleep(0.011)
        assert not publishing.done()
        wall_us += leap_s * 1_000_000
        await asyncio.wait_for(publishing, 10)

    asyncio.run(live())
    assert simulation.now_us < clock.started_us + 10_000_000
