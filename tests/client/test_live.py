"""The live feed against a real broker: gaps, repeats, garbage, a slow reader, a broker that dies."""

import asyncio
import struct
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import msgspec
import pytest

from store_client.contract.live import Entered, Position, Positions, Weights
from store_client.contract.problem import Problem
from store_client.contract.session import LiveAccess
from store_client.errors import SignedOut, Unreachable
from store_client.live import LiveFeed, LiveItem, LiveState
from store_client.live.buffer import LIMITS, Buffer
from tests.client.samples import entered
from tests.client.source import STORE, Source
from tests.client.waiting import wait_until


@pytest.fixture
def source(tmp_path: Path) -> Iterator[Source]:
    made = Source(tmp_path / "broker")
    yield made
    made.end()


@pytest.fixture
def feed(source: Source) -> Iterator[LiveFeed]:
    made = LiveFeed(lambda: source.access, STORE)
    made.start()
    wait_until(lambda: made.state.name == "connected")
    yield made
    made.stop()


def positions(seq: int, epoch: str = "e1") -> Positions:
    people = [Position(f"t{seq}", None, 1.0, 2.0, 0.9)]
    return Positions(epoch=epoch, seq=seq, measured_at=seq * 100_000, sent_at=seq * 100_000, people=people)


def weights(seq: int, gondola: int = 1) -> Weights:
    grams = struct.pack("<6f", *range(6))
    return Weights(
        epoch="e1",
        seq=seq,
        measured_at=seq * 200_000,
        sent_at=seq * 200_000,
        gondola=gondola,
        first_at=seq * 200_000,
        rate_hz=60,
        shape=(1, 2, 3),
        grams=grams,
    )


def collect(feed: LiveFeed, enough: Callable[[list[LiveItem]], bool], seconds: float = 30) -> list[LiveItem]:
    items: list[LiveItem] = []

    def holds() -> bool:
        items.extend(feed.read(0.05))
        return enough(items)

    wait_until(holds, seconds)
    return items


def numbers(items: list[LiveItem]) -> list[int]:
    return [item.message.seq for item in items]


def until(seq: int) -> Callable[[list[LiveItem]], bool]:
    return lambda items: bool(items) and items[-1].message.seq == seq


def test_messages_of_every_kind_come_as_they_are(source: Source, feed: LiveFeed) -> None:
    source.send(positions(7), kind="positions")
    source.send(weights(3, 2), kind="weights", part=2)
    event = entered(0)
    source.send(event)
    items = collect(feed, lambda items: len(items) == 3)
    assert {item.kind: item.subject for item in items} == {
        "positions": "store.s1.positions",
        "weights": "store.s1.weights.2",
        "events": "store.s1.events",
    }
    [got] = [item.message for item in items if item.kind == "events"]
    assert got == event
    assert feed.statistics()["weights"].received == 1


def test_what_is_cut_out_repeated_or_of_another_version_is_counted(source: Source, feed: LiveFeed) -> None:
    newer = msgspec.msgpack.encode({**msgspec.to_builtins(entered(2)), "v": 2, "visit": {"of": "another form"}})
    short = msgspec.structs.replace(weights(1), grams=b"\0" * 23)
    source.send(entered(0), entered(0), entered(1), entered(0))
    source.send_bytes(newer, b"", b"\xc1garbage", msgspec.msgpack.encode(entered(9))[:-30])
    source.send(entered(3))
    source.send(weights(0), short, weights(2), kind="weights", part=1)
    items = collect(feed, lambda items: len(items) == 5)
    assert numbers([item for item in items if item.kind == "events"]) == [0, 1, 3]
    assert numbers([item for item in items if item.kind == "weights"]) == [0, 2]
    events, plates = feed.statistics()["events"], feed.statistics()["weights"]
    assert (events.received, events.repeated, events.other_version, events.bad) == (3, 2, 1, 3)
    assert (events.gaps, events.lost, plates.bad, plates.gaps) == (0, 0, 1, 0)


def test_overtaken_messages_are_put_in_order(source: Source, feed: LiveFeed) -> None:
    source.send(*(positions(seq) for seq in (0, 2, 1, 4, 5, 3, 6)), kind="positions")
    items = collect(feed, until(6))
    assert numbers(items) == list(range(7))
    assert feed.statistics()["positions"].gaps == 0


def test_what_was_never_sent_is_told(source: Source, feed: LiveFeed) -> None:
    source.send(positions(0), positions(1), positions(5), kind="positions")
    items = collect(feed, until(5))
    assert [item.missed for item in items] == [0, 0, 3]
    statistics = feed.statistics()["positions"]
    assert (statistics.gaps, statistics.lost, statistics.healed) == (1, 3, 1)
    source.send(positions(2, "e2"), kind="positions")
    [item] = collect(feed, until(2))
    assert item.missed == 2, "a new epoch begins with 0"


def test_a_reader_that_does_not_read_costs_no_event_and_no_memory(source: Source, feed: LiveFeed) -> None:
    most = LIMITS["events"]
    count = most + 3000
    for first in range(0, count, 500):
        source.send(*(entered(seq) for seq in range(first, min(count, first + 500))))
    wait_until(lambda: feed.statistics()["events"].received >= most - 400)
    for seq in range(LIMITS["positions"] + 10):
        source.send(positions(seq), kind="positions")
    wait_until(lambda: feed.statistics()["positions"].received == LIMITS["positions"] + 10)
    first_read = feed.read()
    assert len([item for item in first_read if item.kind == "events"]) <= most
    places = [item for item in first_read if item.kind == "positions"]
    assert len(places) == LIMITS["positions"]
    assert places[0].missed == feed.statistics()["positions"].dropped == 10
    rest = collect(feed, until(count - 1))
    events = [item for item in first_read + rest if item.kind == "events"]
    assert numbers(events) == list(range(count))
    assert sum(item.missed for item in events) == 0
    assert any(item.is_replayed for item in events)


def test_a_broker_that_dies_is_found_again_elsewhere_and_nothing_is_missed(tmp_path: Path) -> None:
    source = Source(tmp_path / "broker")
    states: list[LiveState] = []
    feed = LiveFeed(lambda: source.access, STORE, kinds=["events", "weights"], on_state=states.append)
    feed.start()
    try:
        wait_until(lambda: feed.state.name == "connected")
        source.send(entered(0), entered(1))
        source.send(weights(0), kind="weights", part=1)
        collect(feed, lambda items: len(items) == 3)
        before = source.access
        source.end()
        wait_until(lambda: feed.state.name == "lost", 5)
        source = Source(tmp_path / "broker")
        assert source.access.password != before.password
        source.send(*(entered(seq) for seq in range(2, 20)))
        source.send(*(weights(seq) for seq in range(1, 10)), kind="weights", part=1)
        items = collect(feed, lambda items: len(items) == 27)
        assert numbers([item for item in items if item.kind == "events"]) == list(range(2, 20))
        assert numbers([item for item in items if item.kind == "weights"]) == list(range(1, 10))
        assert feed.statistics()["events"].lost == 0
    finally:
        feed.stop()
        source.end()
    assert [state.name for state in states if state.name != "lost"] == ["connected", "connected", "stopped"]
    assert feed.read(30) == []


def test_connecting_in_the_middle_of_everything(source: Source) -> None:
    """Messages on ever more subjects come while the feed still makes its channels."""
    states: list[LiveState] = []
    feed = LiveFeed(lambda: source.access, STORE, on_state=states.append)
    feed.start()
    gondola = 0
    while feed.state.name != "connected":
        source.send(weights(0, gondola), kind="weights", part=gondola % 1000)
        gondola += 1
    feed.stop()
    assert [state.name for state in states] == ["connected", "stopped"]


def test_a_new_epoch_after_a_restart_is_followed_from_the_old_one(source: Source, feed: LiveFeed) -> None:
    source.send(*(positions(seq) for seq in range(5)), kind="positions")
    collect(feed, until(4))
    source.send(*(positions(seq, "e2") for seq in range(3)), kind="positions")
    items = collect(feed, until(2))
    assert [(item.message.epoch, item.message.seq) for item in items] == [("e2", 0), ("e2", 1), ("e2", 2)]
    source.send(positions(5, "e1"), positions(3, "e2"), kind="positions")
    assert numbers(collect(feed, until(3))) == [3], "what comes late of an epoch that is over is past"


def test_why_it_is_not_connected_is_told_and_it_goes_on_trying(source: Source) -> None:
    refused = SignedOut(Problem(title="nobody is signed in", status=401))
    answers: list[LiveAccess | Exception] = [
        refused,
        LiveAccess("nats://store.example:4222", "desk", "x", [STORE]),
        LiveAccess(source.access.url, "desk", "wrong", [STORE]),
        LiveAccess("nats://127.0.0.1:1", "desk", "x", [STORE]),
    ]

    def access() -> LiveAccess:
        answer = answers.pop(0) if answers else source.access
        if isinstance(answer, Exception):
            raise answer
        return answer

    states: list[LiveState] = []
    feed = LiveFeed(access, STORE, on_state=states.append)
    feed.start()
    try:
        wait_until(lambda: feed.state.name == "connected")
    finally:
        feed.stop()
    problems = [state.problem for state in states if state.problem is not None]
    assert problems[0] is refused.problem
    assert "must be reached by tls" in problems[1].detail
    assert "authorization" in problems[2].detail.lower()
    assert len(problems) == 4


def test_history_reads_a_span_and_nothing_else(source: Source, feed: LiveFeed) -> None:
    second = 1_000_000
    source.send(*(entered(seq, measured_at=seq * second) for seq in range(1000)))
    source.send_bytes(b"\xc1garbage")
    got = list(feed.history("events", 500 * second, 900 * second))
    assert [message.seq for message in got] == list(range(500, 900))
    assert all(isinstance(message, Entered) for message in got)
    assert list(feed.history("scans", 0, 900 * second)) == []
    feed.stop()
    with pytest.raises(Unreachable):
        list(feed.history("events", 0, second))


def test_a_feed_that_was_never_started_stops_too(source: Source) -> None:
    feed = LiveFeed(lambda: source.access, STORE)
    feed.stop()
    assert feed.read(30) == []


def test_stopping_does_not_wait_for_an_answer_that_never_comes() -> None:
    asked, leave = threading.Event(), threading.Event()

    def access() -> LiveAccess:
        asked.set()
        leave.wait(30)
        raise Unreachable("too late")

    feed = LiveFeed(access, STORE)
    feed.start()
    assert asked.wait(30)
    feed.stop()
    assert feed.state.name == "stopped"
    leave.set()


def test_what_was_dropped_is_told_although_nothing_of_it_was_left() -> None:
    buffer = Buffer({**LIMITS, "weights": 1}, lambda: None)

    def came(seq: int, gondola: int) -> None:
        buffer.put(LiveItem("weights", f"store.s1.weights.{gondola}", weights(seq, gondola), 0))

    came(0, 1)
    came(0, 2)
    assert [(item.subject[-1], item.missed) for item in buffer.read(0)] == [("2", 0)]
    came(1, 1)
    assert [(item.subject[-1], item.missed) for item in buffer.read(0)] == [("1", 1)]
    came(2, 1)
    assert [item.missed for item in buffer.read(0)] == [0]


def test_who_waits_for_what_is_kept_is_told_that_the_feed_was_stopped(feed: LiveFeed) -> None:
    asked = threading.Event()

    async def wait() -> None:
        asked.set()
        await asyncio.sleep(600)

    with ThreadPoolExecutor(1) as pool:
        answer = pool.submit(feed._ask, wait(), 60.0)
        assert asked.wait(30)
        feed.stop()
        with pytest.raises(Unreachable, match="stopped"):
            answer.result(30)


def test_who_asks_while_the_feed_ends_does_not_wait_for_nothing() -> None:
    told = list[str]()

    async def never() -> None:
        await asyncio.sleep(600)

    def on_state(state: LiveState) -> None:
        if state.name == "stopped":
            with pytest.raises(Unreachable, match="not running") as refused:
                ending[0]._ask(never(), 30.0)
            told.append(str(refused.value))

    ending = [LiveFeed(_nowhere, STORE, on_state=on_state)]
    ending[0].start()
    ending[0].stop(30.0)
    assert len(told) == 1


def _nowhere() -> LiveAccess:
    raise Unreachable("nobody is there")
