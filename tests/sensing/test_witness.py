"""The witness: what is kept with an event, whatever happens to the store meanwhile."""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from itertools import count
from typing import Any

import cv2
import msgspec
import numpy as np
import pytest
from sqlalchemy import select

from store_client.contract.camera import Camera, Pose
from store_client.contract.evidence import PlateTrace, SourceClock
from store_client.contract.live import Device, Position, Positions, subject
from store_server.broker import Broker
from store_server.bus import Bus
from store_server.clock import Clock
from store_server.fusion.finding import Finding, Reading
from store_server.refusal import Refusal
from store_server.sensing import witness as module
from store_server.sensing.cameras import Shot
from store_server.sensing.fixes import Fixes, Gathering
from store_server.sensing.history import History
from store_server.sensing.sightings import Sightings
from store_server.sensing.witness import Witness
from store_server.storage.database import Database
from store_server.storage.sightings import PictureRow, Read, Seen, SightingRow, unpacked
from tests.desk.shop import OATS, Shop, finding
from tests.sensing.site import BATCH_US, PLANOGRAM, SHAPE, STORE, weights
from tests.sensing.test_history import streams

US = 1_000_000
DAYS = count(1_790_000_000 * US, 3_600 * US)
"""Each test has an hour of its own: the broker keeps what earlier ones sent."""
PLATE = "1.1.2"
GOOD = Camera("good", STORE, "Good", "simulated", 640, 360, [640], Pose(4.6, 1, 2.0, 2.6, 1, 1.5, 1.2))
FAIR = Camera("fair", STORE, "Fair", "simulated", 640, 360, [640], Pose(6, 3, 2.5, 2.6, 1, 1.5, 1.2))
BLIND = Camera("blind", STORE, "Blind", "simulated", 640, 360, [640], Pose(4.6, 1, 2.0, 9, 1, 1.5, 1.2))
ADDED = Camera("added", STORE, "Added", "added", 640, 360, [640], None)


class Ring:
    """A picture every half second of every camera but those ``without``."""

    step_us = US

    def __init__(self, *without: str) -> None:
        self._without = without

    def cameras(self) -> list[Camera]:
        return [ADDED, BLIND, FAIR, GOOD]

    def shots(self, camera: str, moments: Sequence[int], tolerance_us: int) -> list[Shot]:
        if camera in self._without:
            return []
        return [Shot(camera, camera.title(), picture(camera, at_us), at_us, 3_000) for at_us in moments]


def picture(camera: str, at_us: int) -> bytes:
    seed = int.from_bytes(hashlib.sha256(f"{camera} {at_us}".encode()).digest()[:4], "big")
    pixels = np.random.default_rng(seed).integers(0, 255, (36, 64, 3)).astype(np.uint8)
    return cv2.imencode(".jpg", pixels)[1].tobytes()


class Bench:
    """A witness over a real broker and a real database, its clock set by hand."""

    def __init__(self, shop: Shop, bus: Bus, ring: Ring, sightings: Sightings | None = None) -> None:
        self.shop = shop
        self.bus = bus
        self.sightings = sightings or Sightings(shop.database, STORE)
        devices = [
            Device(id=name, kind="gondola", name=name, state="ok", clock_offset_us=-700, clock_error_us=900)
            for name in ("gondola-1", "gondola-2")
        ] + [Device(id="good", kind="camera", name="good", state="ok", clock_error_us=3_000)]
        self.witness = Witness(
            PLANOGRAM,
            self.sightings,
            History(bus, PLANOGRAM),
            ring,  # type: ignore[arg-type]
            Clock(wall=shop.clock.now_us),
            lambda: devices,
            1.0,
        )

    async def sense(self, at_us: int, *, but: range = range(0)) -> None:
        """Weights and positions of 30 s round ``at_us``, without the batches ``but``."""
        begin = at_us - 15 * US
        for number in range(150):
            if number in but:
                continue
            message = weights(number, begin + number * BATCH_US, np.full(SHAPE, number, np.float32))
            await self.bus.publish(subject(STORE, "weights", 1), message, message.measured_at)
            standing = [Position("t1", None, 2.6, 0.6, 0.9), Position("far", None, 30.0, 30.0, 0.9)]
            for half in range(2):
                at = begin + number * BATCH_US + half * BATCH_US // 2
                here = Positions(epoch="", seq=0, measured_at=at, sent_at=0, people=standing)
                await self.bus.publish(subject(STORE, "positions"), here, at)
        await self.bus.flush()

    def find(self, trip: str, at_us: int, **changes: Any) -> Finding:
        place: dict[str, Any] = {"plates": (PLATE,), "x": 2.6, "y": 1.0, "z": 1.5}
        found = replace(finding("picked", trip, OATS, at_us), **(place | changes))
        self.witness.told(self.shop.checkout.apply([found]))
        return found

    async def row(self, event: str, *, is_read: bool = True) -> SightingRow:
        while True:
            with self.shop.database.read() as session:
                row = session.get(SightingRow, event)
            if row is not None and ((row.read is not None) if is_read else (row.seen is not None)):
                return row
            await asyncio.sleep(0.01)


@asynccontextmanager
async def connected(broker: Broker) -> AsyncIterator[Bus]:
    bus = Bus()
    await bus.connect(broker.server)
    try:
        await bus.keep(streams())
        yield bus
    finally:
        await bus.close()


@asynccontextmanager
async def bench(
    shop: Shop, broker: Broker, ring: Ring | None = None, sightings: Sightings | None = None
) -> AsyncIterator[Bench]:
    async with connected(broker) as bus:
        one = Bench(shop, bus, ring or Ring(), sightings)
        one.witness.start()
        try:
            yield one
        finally:
            await one.witness.stop()


def run(test: Callable[[], Awaitable[None]]) -> None:
    asyncio.run(asyncio.wait_for(test(), 90))


@pytest.fixture(scope="module")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Broker]:
    """One of its own: these hours are later than those of other tests, and streams are looked through in order."""
    broker = Broker(tmp_path_factory.mktemp("live"), STORE)
    yield broker
    broker.end()


@pytest.fixture(autouse=True)
def _hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "TURN_S", 0.02)
    monkeypatch.setattr(module, "READING_S", 0.02)


def seen_of(row: SightingRow) -> Seen:
    return msgspec.json.decode(row.seen or "", type=Seen)


def read_of(row: SightingRow) -> Read:
    return unpacked(row.read or b"", Read)


def test_an_event_is_kept_with_pictures_readings_positions_and_clocks(shop: Shop, broker: Broker) -> None:
    async def test() -> None:
        shop.clock.us = at_us = next(DAYS)
        async with bench(shop, broker) as one:
            await one.sense(at_us)
            found = one.find(shop.enter(), at_us)
            row = await one.row(found.id, is_read=False)
            assert row.read is None, "positions have not come yet"
            seen = seen_of(row)
            assert [(p.camera, p.at - at_us) for p in seen.pictures] == [
                (camera, offset) for camera in ("good", "fair") for offset in (-US, 0, US)
            ]
            best = seen.pictures[0]
            assert (best.width, best.height, best.clock_error_us, best.event) == (64, 36, 3_000, found.id)
            assert best.sha256 == hashlib.sha256(picture("good", at_us - US)).hexdigest()
            assert {clock.device for clock in seen.clocks} == {"gondola-1", "good"}
            assert SourceClock(device="gondola-1", kind="gondola", offset_us=-700, error_us=900) in seen.clocks
            with shop.database.read() as session:
                assert session.get_one(PictureRow, best.sha256).jpeg == picture("good", at_us - US)
            shop.clock.passes(14)
            read = read_of(await one.row(found.id))
            (trace,) = read.traces
            assert (trace.plate, len(trace.grams), abs(trace.first_at - (at_us - 4 * US)) < 17_000) == (
                PLATE,
                480,
                True,
            )
            assert trace.grams[240] == pytest.approx(75.0, abs=1)
            tracks = [fix.track for fix in read.fixes]
            assert (tracks.count("t1"), tracks.count("far")) == (200, 40)
            assert read.lacking == []

    run(test)


def test_what_the_program_was_killed_over_is_read_after_the_next_start(shop: Shop, broker: Broker) -> None:
    async def test() -> None:
        shop.clock.us = at_us = next(DAYS)
        async with connected(broker) as bus:
            killed = Bench(shop, bus, Ring())
            await killed.sense(at_us)
            found = killed.find(shop.enter(), at_us)
        shop.clock.passes(1_800)
        async with bench(shop, broker) as one:
            row = await one.row(found.id)
            assert row.seen is None
            assert len(read_of(row).traces[0].grams) == 480

    run(test)


def test_a_doubtful_event_is_looked_at_through_more_cameras(corner: Shop, broker: Broker) -> None:
    async def test() -> None:
        corner.clock.us = at_us = next(DAYS)
        async with bench(corner, broker) as one:
            trip = corner.enter()
            doubtful = one.find(trip, at_us, readings=(Reading(OATS, 1, trip, 0.6), Reading(None, 0, None, 0.3)))
            cameras = [p.camera for p in seen_of(await one.row(doubtful.id, is_read=False)).pictures]
            assert list(dict.fromkeys(cameras)) == ["good", "fair", "added"]
            assert len(cameras) == 9
        async with bench(corner, broker, Ring("good", "fair")) as one:
            sure = one.find(trip, at_us)
            cameras = [p.camera for p in seen_of(await one.row(sure.id, is_read=False)).pictures]
            assert cameras == ["added"] * 3, "a camera that may see it is better than none"

    run(test)


def test_what_is_not_there_is_said(corner: Shop, broker: Broker) -> None:
    async def test() -> None:
        corner.clock.us = at_us = next(DAYS)
        async with bench(corner, broker, Ring("good", "fair", "added")) as one:
            await one.sense(at_us, but=range(60, 75))
            found = one.find(corner.enter(), at_us)
            gone = one.find(corner.enter(), at_us + 900 * US)
            corner.clock.passes(1_000)
            row = await one.row(found.id)
            assert seen_of(row).pictures == []
            assert [(lacking.kind, lacking.detail) for lacking in read_of(row).lacking] == [
                ("weights", f"3.0 of 8 s of plate {PLATE} were not read"),
                ("positions", "3.1 of 20 s without anybody's position"),
            ]
            assert [lacking.kind for lacking in read_of(await one.row(gone.id)).lacking] == ["weights", "positions"]

    run(test)


def test_a_revision_is_read_again_and_never_with_less(corner: Shop, broker: Broker) -> None:
    async def test() -> None:
        corner.clock.us = at_us = next(DAYS)
        async with bench(corner, broker) as one:
            await one.sense(at_us)
            found = one.find(corner.enter(), at_us)
            corner.clock.passes(14)
            await one.row(found.id)
            corner.checkout.apply([replace(found, plates=("1.1.1", PLATE), revision=1)])
            while (row := await one.row(found.id)).revision != 1:
                await asyncio.sleep(0.01)
            assert [trace.plate for trace in read_of(row).traces] == ["1.1.1", PLATE]
            corner.checkout.apply([replace(found, plates=("2.1.1",), revision=2)])
            while (row := await one.row(found.id)).revision != 2:
                await asyncio.sleep(0.01)
            assert len(read_of(row).traces) == 2

    run(test)


class Full(Sightings):
    """A database whose disk is full at first."""

    def __init__(self, database: Database) -> None:
        super().__init__(database, STORE)
        self.refusals = 0

    def keep_seen(self, *args: Any) -> None:
        self.refusals += 1
        if self.refusals < 5:
            raise Refusal("unavailable", "the store's disk is full")
        super().keep_seen(*args)


def test_a_disk_that_is_full_for_a_while_loses_nothing(corner: Shop, broker: Broker) -> None:
    async def test() -> None:
        corner.clock.us = at_us = next(DAYS)
        async with bench(corner, broker, sightings=Full(corner.database)) as one:
            first, second = (one.find(corner.enter(), at_us + number) for number in range(2))
            for found in (first, second):
                assert len(seen_of(await one.row(found.id, is_read=False)).pictures) == 6

    run(test)


class Asked(Sightings):
    """``since_us``: since when it was last asked what was not read yet."""

    since_us = 0

    def unread(self, since_us: int, until_us: int, limit: int) -> list[Finding]:
        self.since_us = since_us
        return super().unread(since_us, until_us, limit)


def test_a_clock_that_leapt_ahead_and_back_costs_no_readings(corner: Shop, broker: Broker) -> None:
    async def test() -> None:
        corner.clock.us = at_us = next(DAYS)
        asked = Asked(corner.database, STORE)
        async with bench(corner, broker, sightings=asked) as one:
            corner.clock.us = at_us + 86_400 * US
            while asked.since_us < at_us:
                await asyncio.sleep(0.01)
            corner.clock.us = at_us
            await one.sense(at_us)
            found = one.find(corner.enter(), at_us)
            corner.clock.passes(14)
            async with asyncio.timeout(20):
                assert read_of(await one.row(found.id)).lacking == []

    run(test)


class Faulty(Sightings):
    """Stumbles over one event."""

    def unseen(self, event: str) -> Finding | None:
        found = super().unseen(event)
        if found is not None and found.grams == 13:
            raise ZeroDivisionError("a fault of ours")
        return found


def test_a_fault_of_ours_costs_one_event(corner: Shop, broker: Broker) -> None:
    async def test() -> None:
        corner.clock.us = at_us = next(DAYS)
        async with bench(corner, broker, sightings=Faulty(corner.database, STORE)) as one:
            one.find(corner.enter(), at_us, grams=13.0)
            assert (await one.row(one.find(corner.enter(), at_us).id, is_read=False)).seen is not None

    run(test)


def test_a_reading_that_fails_costs_its_event_and_neighbours_are_read_together(
    corner: Shop, broker: Broker, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []
    fixes = History.fixes
    traces = History.traces

    async def counted(history: History, since_us: int, until_us: int) -> Fixes:
        asked.append(until_us - since_us)
        return await fixes(history, since_us, until_us)

    async def stumbling(history: History, plates: Sequence[str], since_us: int, until_us: int) -> list[PlateTrace]:
        if "1.0.1" in plates:
            raise ZeroDivisionError("a fault of ours")
        return await traces(history, plates, since_us, until_us)

    monkeypatch.setattr(History, "fixes", counted)
    monkeypatch.setattr(History, "traces", stumbling)

    async def test() -> None:
        corner.clock.us = at_us = next(DAYS)
        async with connected(broker) as bus:
            before = Bench(corner, bus, Ring())
            await before.sense(at_us)
            told = [before.find(corner.enter(), at_us + number * US).id for number in range(3)]
            far = before.find(corner.enter(), at_us + 600 * US).id
        corner.clock.passes(900)
        async with bench(corner, broker) as one:
            for event in (*told, far):
                await one.row(event)
            assert asked == [22 * US, 20 * US]
            faulty = one.find(corner.enter(), at_us + 700 * US, plates=("1.0.1",))
            assert "a fault of the store" in read_of(await one.row(faulty.id)).lacking[0].detail

    run(test)


def test_it_stops_though_a_cancellation_was_swallowed(
    corner: Shop, broker: Broker, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As asyncio.wait_for of Python 3.11 does when an answer of the broker comes at that very moment."""
    is_reading = asyncio.Event()

    async def swallowing(history: History, since_us: int, until_us: int) -> Fixes:
        is_reading.set()
        with suppress(asyncio.CancelledError):
            await asyncio.sleep(80)
        return Gathering().fixes()

    monkeypatch.setattr(History, "fixes", swallowing)

    async def test() -> None:
        corner.clock.us = at_us = next(DAYS)
        async with bench(corner, broker) as one:
            one.find(corner.enter(), at_us)
            corner.clock.passes(14)
            await is_reading.wait()

    run(test)


def test_who_stops_keeps_the_pictures_of_what_was_told_last(corner: Shop, broker: Broker) -> None:
    async def test() -> None:
        corner.clock.us = at_us = next(DAYS)
        async with bench(corner, broker) as one:
            told = {one.find(corner.enter(), at_us + number).id for number in range(8)}
            await asyncio.sleep(0)
        with corner.database.read() as session:
            seen = select(SightingRow.event).where(SightingRow.seen.is_not(None))
            assert set(session.scalars(seen)) == told

    run(test)
