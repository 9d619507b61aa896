"""What devices send, good and bad, against what comes out on the live subjects of a real broker."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import msgspec
import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from store_client.contract.device import GateScan, Track, Tracks
from store_client.contract.ids import new_id
from store_client.contract.live import GateMoved, Positions, Scan, Weights, subject
from store_server.broker import Broker
from store_server.bus import Bus
from store_server.cart.visit import VisitClosed, VisitOpened
from store_server.cause import all_said
from store_server.clock import Clock
from store_server.sensing.bookkeeper import Item
from store_server.sensing.health import Health
from store_server.sensing.intake import Intake
from store_server.sensing.source import Source
from store_server.sensing.source_clock import NETWORK
from store_server.sensing.visits import Visits
from tests.sensing.site import BATCH_US, MILK, PLANOGRAM, SHAPE, STORE, weights

US = 1_000_000
BEGIN = 1_780_000_000 * US
encode = msgspec.msgpack.encode


class Books:
    """Stands where the bookkeeper does, and keeps what it is given."""

    def __init__(self) -> None:
        self.items: list[Item] = []

    def put(self, items: list[Item]) -> None:
        self.items += items


@dataclass
class Bench:
    """An intake whose clock is set by hand; ``heard``: what came on the live subjects."""

    intake: Intake
    health: Health
    bus: Bus
    books: Books
    now: list[int]
    heard: list[tuple[str, bytes]] = field(default_factory=list)
    seen: list[Positions] = field(default_factory=list)

    async def weigh(self, message: Weights | bytes, part: str = "1", arrived: int | None = None) -> None:
        data = message if isinstance(message, bytes) else encode(message)
        if isinstance(message, Weights):
            self.now[0] = message.measured_at + 1_000
        self.now[0] = self.now[0] if arrived is None else arrived
        await self.intake.on_weights(f"device.{STORE}.plates.{part}", data)

    async def until_heard(self, count: int) -> None:
        while len(self.heard) < count:
            await asyncio.sleep(0.005)


@asynccontextmanager
async def bench(broker: Broker) -> AsyncIterator[Bench]:
    now = [BEGIN]
    bus, listener, books = Bus(), Bus(), Books()
    await bus.connect(broker.server)
    await listener.connect(broker.server)
    try:
        health = Health(PLANOGRAM, 1.0)
        visits = Visits(PLANOGRAM, new_id=new_id)
        one_clock = Clock(wall=lambda: now[0])
        seen: list[Positions] = []
        intake = Intake(PLANOGRAM, bus, one_clock, health, visits, books, seen.append)  # type: ignore[arg-type]
        one = Bench(intake, health, bus, books, now, seen=seen)

        async def hear(name: str, data: bytes) -> None:
            one.heard.append((name, data))

        await listener.subscribe(f"store.{STORE}.weights.*", hear)
        await listener.subscribe(f"store.{STORE}.positions", hear)
        await listener.subscribe(f"store.{STORE}.scans", hear)
        await listener.flush()
        yield one
    finally:
        await bus.close()
        await listener.close()


def on_bench(broker: Broker, test: Callable[[Bench], Awaitable[None]]) -> None:
    async def run() -> None:
        async with bench(broker) as one:
            await test(one)

    asyncio.run(asyncio.wait_for(run(), 60))


def test_weights_are_passed_on_with_numbers_of_the_store(broker: Broker) -> None:
    async def test(one: Bench) -> None:
        for number in range(7, 10):
            await one.weigh(weights(number, BEGIN + number * BATCH_US))
        await one.until_heard(3)
        heard = [msgspec.msgpack.decode(data, type=Weights) for _, data in one.heard]
        assert [name for name, _ in one.heard] == [subject(STORE, "weights", 1)] * 3
        assert [message.seq for message in heard] == [0, 1, 2]
        assert {message.epoch for message in heard} == {one.bus.epoch}
        assert [message.first_at for message in heard] == [BEGIN + number * BATCH_US for number in range(7, 10)]
        assert one.books.items == heard

    on_bench(broker, test)


def test_what_is_broken_is_counted_and_goes_no_further(broker: Broker) -> None:
    good = weights(0, BEGIN)
    other_form = {"v": 2, "epoch": "x", "seq": 0, "measured_at": 0, "sent_at": 0, "grams": "elsewhere"}
    broken: dict[str, tuple[Weights | bytes, str]] = {
        "cut off": (encode(good)[:-40], "1 unreadable"),
        "empty": (b"", "1 unreadable"),
        "something else": (encode([1, 2, 3]), "1 unreadable"),
        "of another form and version": (encode(other_form), "1 of another version"),
        "of another version": (weights(0, BEGIN, v=2), "1 of another version"),
        "of another gondola": (weights(0, BEGIN, gondola=2), "1 unreadable"),
        "too short": (msgspec.structs.replace(good, grams=good.grams[:-4]), "1 unreadable"),
        "measured after it was sent": (weights(0, BEGIN, sent_at=BEGIN - 10 * US), "1 with an impossible time"),
    }

    async def test(one: Bench) -> None:
        for message, said in broken.values():
            source = one.health.gondolas[1] = Source(oldest_us=60 * US)
            await one.weigh(message)
            assert all_said(source.counts.told()) == said
        one.health.gondolas[1] = Source(oldest_us=60 * US)
        await one.weigh(good, part="99")
        await one.weigh(good, part="nonsense")
        await one.weigh(good)
        await one.until_heard(1)
        assert len(one.heard) == len(one.books.items) == 1

    on_bench(broker, test)


def test_impossible_readings_come_out_as_missing(broker: Broker) -> None:
    values = np.full(SHAPE, 100, np.float32)
    values[0, 0, 0], values[1, 0, 0], values[2] = np.inf, 1e30, np.nan

    async def test(one: Bench) -> None:
        await one.weigh(weights(0, BEGIN, values))
        await one.until_heard(1)
        message = msgspec.msgpack.decode(one.heard[0][1], type=Weights)
        readings = np.frombuffer(message.grams, "<f4").reshape(message.shape)
        assert np.isnan(readings[:3, 0, 0]).all()
        assert np.nanmax(readings) == 100

    on_bench(broker, test)


def test_a_device_whose_clock_is_an_hour_off_is_moved_to_the_stores_time(broker: Broker) -> None:
    hour = 3_600 * US

    async def test(one: Bench) -> None:
        for number in range(10):
            at = BEGIN + number * BATCH_US
            await one.weigh(weights(number, at + hour), arrived=at + BATCH_US + 1_000)
        await one.until_heard(10)
        heard = [msgspec.msgpack.decode(data, type=Weights) for _, data in one.heard]
        off = [message.first_at - BEGIN - n * BATCH_US for n, message in enumerate(heard)]
        assert max(abs(one) for one in off) <= NETWORK.half_us

    on_bench(broker, test)


def test_people_come_in_with_a_trip_and_go(broker: Broker) -> None:
    def tracks(number: int, at: int, *people: Track) -> bytes:
        return encode(Tracks(epoch="device", seq=number, measured_at=at, sent_at=at + 2_300_000, tracks=list(people)))

    async def test(one: Bench) -> None:
        scan = GateScan(
            epoch="device", seq=0, measured_at=BEGIN, sent_at=BEGIN, gate="g1", direction="entered", code="abc"
        )
        moved: list[GateMoved] = []

        async def hear(_name: str, data: bytes) -> None:
            moved.append(msgspec.msgpack.decode(data, type=GateMoved))

        await one.bus.subscribe(f"store.{STORE}.events", hear)
        one.now[0] = BEGIN + 1_000
        await one.intake.on_gate(f"device.{STORE}.gates", encode(scan))
        await one.intake.on_gate(f"device.{STORE}.gates", encode(msgspec.structs.replace(scan, gate="no such", seq=1)))
        for number in range(20):
            at = BEGIN + number * 100_000
            one.now[0] = at + 2_301_000
            name = f"device.{STORE}.tracks"
            await one.intake.on_tracks(name, tracks(number, at, Track("t1", 0.5, number * 0.1 - 0.8, 0.9)))
        await one.until_heard(20)
        last = msgspec.msgpack.decode(one.heard[-1][1], type=Positions)
        opened = [item for item in one.books.items if isinstance(item, VisitOpened)]
        assert [visit.code for visit in opened] == ["abc"]
        assert [person.trip for person in last.people] == [opened[0].trip]
        assert 0 < BEGIN + 1_900_000 - last.measured_at < 250_000, "what it shows was seen before it says"
        assert [message.people for message in one.seen[-1:]] == [last.people]
        assert not [item for item in one.books.items if isinstance(item, VisitClosed)]
        assert one.health.gate_messages.counts.garbled == 1
        one.now[0] = BEGIN + 4_000_000
        await one.intake.on_tracks(name, tracks(20, BEGIN + 1_700_000 + 100_000 * 20))
        while len(moved) < 2:
            await asyncio.sleep(0.005)
        assert [(move.gate, move.state, move.trip) for move in moved] == [
            ("g1", "opened", opened[0].trip),
            ("g1", "closed", None),
        ]

    on_bench(broker, test)


def test_scans_of_smart_carts_are_passed_on(broker: Broker) -> None:
    def scan(number: int) -> bytes:
        return encode(
            Scan(
                epoch="c",
                seq=number,
                measured_at=BEGIN,
                sent_at=BEGIN,
                store=STORE,
                device="cart-1",
                kind="smart_cart",
                gtin=MILK,
                quantity=1,
            )
        )

    async def test(one: Bench) -> None:
        for data in (scan(0), scan(0), b"\xc1", scan(2)):
            await one.intake.on_scan(f"device.{STORE}.scans", data)
        await one.until_heard(2)
        assert [msgspec.msgpack.decode(data, type=Scan).device for _, data in one.heard] == ["cart-1"] * 2
        assert all_said(one.intake.scans["cart-1"].counts.told()) == "1 lost, 1 repeated"

    on_bench(broker, test)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.one_of(st.binary(max_size=200), st.tuples(st.integers(0, 300), st.integers(0, 255))))
def test_no_bytes_whatever_make_it_fail(broker: Broker, data: bytes | tuple[int, int]) -> None:
    """Any bytes, and any one byte of a good message changed."""
    if isinstance(data, tuple):
        changed = bytearray(encode(weights(0, BEGIN)))
        changed[data[0] % len(changed)] = data[1]
        data = bytes(changed)
    message = data

    async def test(one: Bench) -> None:
        await one.weigh(message)
        await one.intake.on_tracks(f"device.{STORE}.tracks", message)
        await one.intake.on_gate(f"device.{STORE}.gates", message)
        await one.intake.on_scan(f"device.{STORE}.scans", message)

    on_bench(broker, test)
