"""What is done once a second, turn by turn, on a real broker."""

import asyncio
from pathlib import Path
from typing import TypeVar

from store_client.contract.live import Message, subject
from store_server.broker import Broker
from store_server.bus import Bus, Stream
from store_server.clock import Clock
from store_server.sensing.bookkeeper import Bookkeeper
from store_server.sensing.health import Health
from store_server.sensing.watch import HEALING_TURNS, KEEPING_TURNS, Watch
from tests.sensing.site import PLANOGRAM, STORE

M = TypeVar("M", bound=Message)


class Idle(Bookkeeper):
    """Has nothing to do, and no trouble."""

    def __init__(self) -> None:
        self.dropped = self.faults = 0
        self.trouble = ""
        self._put_s = self._worked_s = None


class Mute(Bus):
    """Says nothing to anybody."""

    async def publish(self, subject: str, message: M, sent_at: int) -> M:
        return message

    async def publish_kept(self, subject: str, message: Message, sent_at: int) -> None: ...


def test_a_broker_that_keeps_nothing_is_asked_to_heal_now_and_then(tmp_path: Path) -> None:
    broker = Broker(tmp_path, STORE)  # its own: other tests want streams of theirs on these subjects
    healed: list[int] = []
    now = [1_780_000_000_000_000]

    async def run() -> None:
        bus = Bus()
        await bus.connect(broker.server)
        clock = Clock(wall=lambda: now[0])
        watch = Watch(PLANOGRAM, bus, clock, Health(PLANOGRAM, 1.0), Idle(), list, lambda: healed.append(turns[0]))
        turns = [0]
        try:
            for turns[0] in range(2 * HEALING_TURNS * KEEPING_TURNS):
                now[0] += 1_000_000
                await watch.turn()
            assert healed == [number * KEEPING_TURNS for number in (HEALING_TURNS - 1, 2 * HEALING_TURNS - 1)]
            assert "Live data are not kept" in [alert.title for alert in watch.alerts.now(STORE)]

            name = subject(STORE, "health")
            await bus.keep([Stream("health", name, 1.0, 1 << 20)])
            for _ in range(HEALING_TURNS * KEEPING_TURNS):
                now[0] += 1_000_000
                await watch.turn()
            assert len(healed) == 2
            assert watch.alerts.now(STORE) == []
        finally:
            await bus.close()

    try:
        asyncio.run(asyncio.wait_for(run(), 60))
    finally:
        broker.end()


def test_what_a_slow_disk_leaves_out_needs_somebody_for_a_minute() -> None:
    left_out, now = [7], [1_780_000_000_000_000]

    async def run() -> list[list[str]]:
        clock = Clock(wall=lambda: now[0])
        watch = Watch(
            PLANOGRAM, Mute(), clock, Health(PLANOGRAM, 1.0), Idle(), list, lambda: None, left_out=lambda: left_out[0]
        )
        told = []
        for turn in range(80):
            now[0] += 1_000_000
            left_out[0] += turn == 5
            await watch.turn()
            told.append([alert.kind for alert in watch.alerts.now(STORE) if alert.kind == "recording_behind"])
        return told

    told = asyncio.run(asyncio.wait_for(run(), 60))
    assert (told[4], told[10], told[60], told[79]) == ([], ["recording_behind"], ["recording_behind"], [])
