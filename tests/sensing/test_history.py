"""Least and greatest against a plain search through every reading that was sent."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from store_client.contract.live import Message, Position, Positions, stream, subject
from store_client.contract.sensor import PositionFix, WeightHistory
from store_server.broker import Broker
from store_server.bus import Bus, Stream
from store_server.refusal import Refusal
from store_server.sensing.fixes import Gathering
from store_server.sensing.history import History, span_of, thinned
from store_server.sensing.intake import RESOLUTIONS
from store_server.sensing.levels import LevelBuilder
from tests.sensing.site import BATCH_US, PLANOGRAM, RATE_HZ, SHAPE, STORE, weights

US = 1_000_000
BEGIN = 1_780_000_000 * US + 250_000
"""Neither at the beginning of a minute nor of a second."""
BATCHES = 5 * 60 * 5
"""Five minutes."""
PLATE = "1.1.2"
TRIP = "01890000-0000-7000-8000-000000000000"


def streams(store: str = STORE) -> list[Stream]:
    kinds = [("weights", subject(store, "weights", "*")), ("positions", subject(store, "positions"))]
    kept = [Stream(f"store-{store}-{kind}", name, 1.0, 64 << 20) for kind, name in kinds]
    return [*kept, *(Stream(r.stream(store), r.subject(store, "*"), 1.0, 64 << 20) for r in RESOLUTIONS)]


@asynccontextmanager
async def connected(broker: Broker, store: str = STORE) -> AsyncIterator[Bus]:
    bus = Bus()
    await bus.connect(broker.server)
    try:
        await bus.keep(streams(store))
        yield bus
    finally:
        await bus.close()


@pytest.fixture(scope="module")
def readings(broker: Broker) -> NDArray[np.float32]:
    """What was sent of ``PLATE``, sample by sample; raw and in levels, as the intake does it, with a restart."""
    dice = np.random.default_rng(3)
    values = dice.normal(500, 1, (BATCHES, *SHAPE)).astype(np.float32)
    values[700, 7, 1, 2], values[1203, 0, 1, 2], values[3, 0, 1, 2] = 9_000, -9_000, 8_000
    values[900:960, :, 1, 2] = np.nan

    async def send() -> None:
        async with connected(broker) as bus:
            builders = [LevelBuilder(resolution, 1, SHAPE[1:]) for resolution in RESOLUTIONS]
            for number, batch in enumerate(values):
                if number == 640:  # the store is killed and starts again: the levels that it had in work are lost
                    builders = [LevelBuilder(resolution, 1, SHAPE[1:]) for resolution in RESOLUTIONS]
                if 800 <= number < 830:  # and it was away for six seconds
                    continue
                message = weights(number, BEGIN + number * BATCH_US, batch)
                await bus.publish(subject(STORE, "weights", 1), message, message.measured_at)
                for builder in builders:
                    for levels in builder.add(batch, message.first_at, RATE_HZ):
                        await bus.publish(builder.resolution.subject(STORE, 1), levels, levels.measured_at)
                if number % 200 == 0:
                    await bus.flush()
            name, about = stream(STORE, "weights"), subject(STORE, "weights", 1)
            while (last := await bus.newest(name, about)) is None or last.at < BATCHES - 30:
                await asyncio.sleep(0.02)

    asyncio.run(asyncio.wait_for(send(), 60))
    values[800:830] = np.nan
    return values[:, :, 1, 2].reshape(-1)


def asked(broker: Broker, since_us: int, until_us: int, points: int) -> WeightHistory:
    async def ask() -> WeightHistory:
        async with connected(broker) as bus:
            return await History(bus, PLANOGRAM).weights(STORE, [PLATE, "2.0.0"], since_us, until_us, points)

    return asyncio.run(asyncio.wait_for(ask(), 60))


@pytest.mark.parametrize(
    ("since_s", "until_s", "points", "bucket_us"),
    [
        (-60, 360, 6, 120 * US),  # levels of minutes
        (-60, 360, 10, 60 * US),
        (0, 300, 300, 2 * US),  # levels of seconds
        (130, 170, 40, 2 * US),
        (155, 172, 500, 34_531),  # raw
        (0, 1, 1_000, 1_000),
    ],
)
def test_no_extreme_is_lost(
    broker: Broker, readings: NDArray[np.float32], since_s: int, until_s: int, points: int, bucket_us: int
) -> None:
    since, until = BEGIN + since_s * US, BEGIN + until_s * US
    history = asked(broker, since, until, points)
    series, other = history.series
    assert (history.bucket_us, series.plate, other.plate) == (bucket_us, PLATE, "2.0.0")
    assert len(series.at) <= points
    assert series.at[0] <= since
    assert series.at[-1] + bucket_us >= until
    assert history.kept_from == BEGIN
    times = BEGIN + np.repeat(np.arange(BATCHES), 12) * BATCH_US + np.tile(np.round(np.arange(12) * US / 60), BATCHES)
    for at, least, greatest in zip(series.at, series.least, series.greatest, strict=True):
        there = readings[(times >= at) & (times < at + bucket_us)]
        there = there[~np.isnan(there)]
        expected = (None, None) if there.size == 0 else (pytest.approx(there.min()), pytest.approx(there.max()))
        assert (least, greatest) == expected
    assert set(other.least) == {None}


def test_what_cannot_be_asked_is_refused(broker: Broker) -> None:
    async def ask(store: str, plate: str, since_us: int, until_us: int) -> str:
        async with connected(broker) as bus:
            try:
                await History(bus, PLANOGRAM).weights(store, [plate], since_us, until_us, 100)
            except Refusal as refusal:
                return refusal.name
        return ""

    questions = [
        ("other", PLATE, 0, US, "not-found"),
        (STORE, "9.9.9", 0, US, "not-found"),
        (STORE, PLATE, US, US, "bad-request"),
        (STORE, PLATE, 0, 400 * 86_400 * US, "bad-request"),
    ]
    for store, plate, since, until, name in questions:
        assert asyncio.run(ask(store, plate, since, until)) == name


def test_positions_are_read_back(broker: Broker) -> None:
    begin = BEGIN + 3_600 * US

    async def ask() -> list[PositionFix]:
        async with connected(broker) as bus:
            for number in range(400):
                at = begin + number * 100_000
                people = [Position("t1", TRIP, number / 10, 1.0, 0.9), Position("t2", None, 0.0, 0.0, 0.9)]
                message = Positions(epoch="", seq=0, measured_at=at, sent_at=at, people=people)
                await bus.publish_kept(subject(STORE, "positions"), message, at)
            found = await History(bus, PLANOGRAM).positions(STORE, begin + 2 * US, begin + 4 * US)
            assert found.kept_from == begin
            history = History(bus, PLANOGRAM)
            for since_s in (10, 30, 0, 31, 10, 37, 9):  # what was found once leads to what is near
                tracked = await history.tracked(begin + since_s * US, begin + (since_s + 4) * US)
                ticks = range(since_s * 10, min(400, (since_s + 4) * 10))
                assert [(one.measured_at - begin) // 100_000 for one in tracked] == list(ticks)
            return found.fixes

    fixes = [fix for fix in asyncio.run(asyncio.wait_for(ask(), 60)) if fix.track == "t1"]
    assert [(fix.at - begin, fix.x) for fix in fixes] == [(n * 100_000, n / 10) for n in range(20, 40)]


def test_what_an_earlier_program_kept_in_another_form_is_passed_over(broker: Broker) -> None:
    store = "older"

    async def ask() -> None:
        async with connected(broker, store) as bus:
            for number in range(100):
                at = BEGIN + number * BATCH_US
                earlier = Message(epoch="", seq=0, measured_at=at, sent_at=at)
                people = [Position("t1", None, 1.0, 1.0, 0.9)]
                here = Positions(epoch="", seq=0, measured_at=at, sent_at=at, people=people)
                await bus.publish_kept(subject(store, "weights", 2), earlier, at)
                await bus.publish_kept(subject(store, "weights", 1), earlier if number < 70 else weights(0, at), at)
                await bus.publish_kept(subject(store, "positions"), earlier if number < 70 else here, at)
            history = History(bus, msgspec.structs.replace(PLANOGRAM, store=store))
            until = BEGIN + 20 * US
            found = await history.weights(store, [PLATE, "2.0.0"], BEGIN, until, 100)
            assert (found.kept_from, found.series[0].least[80]) == (BEGIN + 70 * BATCH_US, 100.0)
            assert (await history.weights(store, ["2.0.0"], BEGIN, until, 100)).kept_from is None
            positions = await history.positions(store, BEGIN, until)
            assert (positions.kept_from, len(positions.fixes)) == (BEGIN + 70 * BATCH_US, 30)

    asyncio.run(asyncio.wait_for(ask(), 60))


@settings(deadline=None)
@given(st.integers(0, 2**52), st.integers(1, 7 * 86_400 * US), st.integers(2, 20_000))
def test_buckets_cover_the_span_and_stand_still(since: int, length: int, points: int) -> None:
    span = span_of(since, since + length, points)
    assert span.count <= points
    assert span.since <= since
    assert span.until >= since + length
    assert span.since % span.bucket == 0
    assert span_of(since - since % span.bucket, since - since % span.bucket + length, points).bucket <= 2 * span.bucket


def test_positions_are_thinned_evenly() -> None:
    gathering = Gathering()
    for n in range(1_000):
        people = [Position(track, None, 0.0, 0.0, 1.0) for track in ("a", "b")]
        gathering.add(Positions(epoch="", seq=0, measured_at=n * 100_000, sent_at=0, people=people))
    fixes = gathering.fixes()
    chosen = [fixes.one(place) for place in thinned(fixes, 200)]
    assert 150 < len(chosen) <= 210
    steps = {later.at - earlier.at for earlier, later in zip(chosen[::2], chosen[2::2], strict=False)}
    assert steps == {1_000_000}
