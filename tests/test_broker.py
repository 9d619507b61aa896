"""The broker's users: what each may, and that nothing of it is left behind."""

import asyncio
import json
import os
import signal
import stat
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from types import SimpleNamespace

import nats
import psutil
import pytest
from nats.aio.client import Client
from nats.aio.msg import Msg

from store_client.contract.live import GateMoved, inbox, replay, subject
from store_server.broker import Access, Broker, desk_access, given
from store_server.bus import Bus, NotKept, Stream, bounded
from store_server.options import Unusable
from tests.store_process import ROOT, wait_for

STORE = "corner"
FIRST = json.dumps({"seq": 1, "next_by_subj": subject(STORE, "events")}).encode()
"""The question for the first event that is kept."""


@pytest.fixture(scope="module")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Broker]:
    broker = Broker(tmp_path_factory.mktemp("live"), STORE)
    yield broker
    broker.end()


@asynccontextmanager
async def connected(access: Access, refused: list[str] | None = None) -> AsyncIterator[Client]:
    async def told(error: Exception) -> None:
        if refused is not None:
            refused.append(str(error))

    client = await nats.connect(
        access.url, user=access.user, password=access.password, inbox_prefix=inbox(access.user), error_cb=told
    )
    try:
        yield client
    finally:
        await client.close()


@asynccontextmanager
async def keeping(broker: Broker, name: str) -> AsyncIterator[Bus]:
    """The store's bus, with a stream that keeps ``name``."""
    bus = Bus()
    await bus.connect(broker.server)
    try:
        await bus.keep([Stream(f"store-{STORE}-events", name, 1.0, 1 << 20)])
        yield bus
    finally:
        await bus.close()


def test_a_desk_reads_its_store_and_nothing_else(broker: Broker) -> None:
    events = subject(STORE, "events")
    others = ["store.other.events", f"store.{STORE}.seconds.1", f"device.{STORE}.tracks"]

    async def look() -> None:
        refused, got = list[str](), list[tuple[str, bytes]]()

        async def hear(message: Msg) -> None:
            got.append((message.subject, message.data))

        async with (
            keeping(broker, events),
            connected(broker.server) as server,
            connected(broker.desk, refused) as desk,
        ):
            for name in (events, *others):
                await desk.subscribe(name, cb=hear)
            for _ in range(2):  # see Bus.flush
                await desk.flush()
            for name in (*others, events):
                await server.publish(name, name.encode())
            await server.flush()
            while not got:
                await asyncio.sleep(0.01)
            while (await desk.request(replay(STORE, "events"), FIRST, timeout=20)).data != events.encode():
                await asyncio.sleep(0.01)
            assert got == [(events, events.encode())]
            assert len([text for text in refused if "subscription" in text]) == 3

    asyncio.run(asyncio.wait_for(look(), 60))


def test_a_desk_cannot_speak_for_a_device_even_by_a_question(broker: Broker) -> None:
    events, device = subject(STORE, "events"), f"device.{STORE}.gates"

    async def try_it() -> None:
        refused, heard = list[str](), list[bytes]()

        async def hear(_subject: str, data: bytes) -> None:
            heard.append(data)

        async with (
            keeping(broker, events) as bus,
            connected(broker.server) as server,
            connected(broker.desk, refused) as desk,
        ):
            await bus.subscribe(device, hear)
            await bus.flush()
            await server.publish(events, b"kept")
            await server.flush()
            await desk.publish(device, b"directly")
            await desk.publish(events, b"directly")
            await desk.publish(replay(STORE, "events"), FIRST, reply=device)
            # An answer that goes where it should comes after one that does not.
            await desk.request(replay(STORE, "events"), FIRST, timeout=20)
            await server.publish(device, b"the end")
            await server.flush()
            while not heard:
                await asyncio.sleep(0.01)
            assert heard == [b"the end"]
            assert len([text for text in refused if "publish" in text]) == 2

    asyncio.run(asyncio.wait_for(try_it(), 60))


def test_a_device_only_speaks(broker: Broker) -> None:
    async def try_it() -> None:
        refused: list[str] = []
        async with connected(broker.devices, refused) as device:
            await device.subscribe(f"store.{STORE}.events")
            await device.publish(f"store.{STORE}.events", b"")
            await device.publish("$JS.API.STREAM.DELETE.x", b"")
            await device.publish(f"device.{STORE}.gates", b"")
            for _ in range(2):  # see Bus.flush
                await device.flush()
        assert len(refused) == 3

    asyncio.run(asyncio.wait_for(try_it(), 60))


@pytest.mark.skipif(os.name == "nt", reason="modes of files are POSIX")
def test_passwords_are_for_the_owner_only(broker: Broker, tmp_path: Path) -> None:
    files = [path for path in broker._folder.iterdir() if path.is_file()]
    secret = [path for path in files if broker.desk.password in path.read_text(encoding="utf-8")]
    assert [stat.S_IMODE(path.stat().st_mode) for path in secret] == [0o600]


def test_a_broker_of_ones_own_is_named_with_its_user(broker: Broker) -> None:
    address = broker.url.removeprefix("nats://")
    assert given(f"nats://me:p%40ss@{address}") == Access(broker.url, "me", "p@ss")
    assert given(broker.url) == Access(broker.url, "", "")


def test_desks_of_a_broker_of_ones_own_get_a_user_of_their_own(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    server = Access("nats://broker:4222", "store", "secret")
    file = tmp_path / "desk-live.json"
    assert desk_access(file, server) == server
    assert [record.levelname for record in caplog.records] == ["WARNING"]
    caplog.clear()
    file.write_text('{"url": "nats://broker:4222", "user": "desk", "password": "less"}', encoding="utf-8")
    assert desk_access(file, server) == Access("nats://broker:4222", "desk", "less")
    file.write_text('{"url": "nats://broker:4222"}', encoding="utf-8")
    with pytest.raises(Unusable, match="not the access of desks"):
        desk_access(file, server)


def test_a_wrong_password_is_told(broker: Broker) -> None:
    async def connect() -> None:
        bus = Bus()
        try:
            await bus.connect(Access(broker.url, "store", "wrong"))
        finally:
            await bus.close()

    with pytest.raises(NotKept, match=r"(?i)authorization"):
        asyncio.run(connect())


STARTS_ONE = """
import sys, time
from pathlib import Path
from types import SimpleNamespace
from store_server.broker import Broker
broker = Broker(Path(sys.argv[1]), "corner")
print((Path(sys.argv[1]) / "pid").read_text(), broker._child.pid, flush=True)
time.sleep(600)
"""


@pytest.mark.skipif(os.name == "nt", reason="SIGKILL is POSIX")
@pytest.mark.parametrize("who", ["the store", "the store and the guard"])
def test_a_broker_does_not_outlive_its_store(tmp_path: Path, who: str) -> None:
    starter = subprocess.Popen(
        [sys.executable, "-c", STARTS_ONE, str(tmp_path)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    assert starter.stdout is not None
    broker, guard = (psutil.Process(int(pid)) for pid in starter.stdout.readline().split())
    starter.stdout.close()
    if who == "the store and the guard":
        guard.send_signal(signal.SIGKILL)
    starter.kill()
    starter.wait()
    if who == "the store":
        wait_for(lambda: not broker.is_running(), "the broker ends by itself")
    again = Broker(tmp_path, STORE)
    assert not broker.is_running()
    again.end()


@pytest.mark.parametrize("killed", ["the broker", "its guard"])
def test_a_broker_that_dies_comes_back_where_it_was(tmp_path: Path, killed: str) -> None:
    broker = Broker(tmp_path, STORE)
    try:
        guard = broker._child.pid
        number = guard if killed == "its guard" else int((tmp_path / "pid").read_text(encoding="utf-8"))
        psutil.Process(number).kill()
        wait_for(lambda: broker._child.pid != guard, "it is started again")
        ours = [child.pid for child in psutil.Process().children() if str(tmp_path) in " ".join(child.cmdline())]
        assert ours == [broker._child.pid], "and only once"

        async def ask() -> None:
            async with connected(broker.desk) as desk:
                assert desk.connected_url is not None
                assert desk.connected_url.geturl() == broker.url

        asyncio.run(asyncio.wait_for(ask(), 60))
    finally:
        broker.end()


@pytest.mark.skipif(not hasattr(psutil.Process, "rlimit"), reason="only Linux bounds the files of another process")
def test_a_broker_whose_disk_was_full_keeps_again_when_there_is_room(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("store_server.bus.ANSWER_S", 0.5)  # it says nothing at all while its disk is full
    broker = Broker(tmp_path, STORE)

    async def keeps(bus: Bus) -> bool:
        event = GateMoved(epoch="", seq=0, measured_at=1, sent_at=1, id="e1", store=STORE, gate="g1", state="opened")
        try:
            await bus.publish_kept(subject(STORE, "events"), event, 1)
        except NotKept:
            return False
        return True

    async def until(bus: Bus, is_kept: bool) -> None:
        while await keeps(bus) is not is_kept:
            await asyncio.sleep(0.05)

    async def fill_up_and_make_room() -> None:
        async with keeping(broker, subject(STORE, "events")) as bus:
            await until(bus, is_kept=True)
            process = psutil.Process(int((tmp_path / "pid").read_text(encoding="utf-8")))
            bounds = process.rlimit(psutil.RLIMIT_FSIZE)
            process.rlimit(psutil.RLIMIT_FSIZE, (0, bounds[1]))  # to the broker no other than a full disk
            await until(bus, is_kept=False)
            process.rlimit(psutil.RLIMIT_FSIZE, bounds)
            assert not await keeps(bus)  # if this fails, nats-server has learnt to recover: Broker.heal may go
            await asyncio.to_thread(broker.heal)
            await until(bus, is_kept=True)

    try:
        asyncio.run(asyncio.wait_for(fill_up_and_make_room(), 90))
    finally:
        broker.end()


def test_a_broker_is_not_healed_while_its_disk_is_full(broker: Broker, monkeypatch: pytest.MonkeyPatch) -> None:
    guard = broker._child.pid
    monkeypatch.setattr("store_server.broker.shutil.disk_usage", lambda _: SimpleNamespace(free=0))
    broker.heal()
    assert broker._child.pid == guard
    assert broker._child.exit_code(0.2) is None


def test_streams_do_not_shrink_with_each_start_on_a_disk_that_they_fill(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What they hold is room that they have: else every start would let half of the history go."""
    mib = 1 << 20
    streams = [Stream("a", "a.>", 1.0, 3_000 * mib), Stream("b", "b.>", 1.0, 1_000 * mib)]
    disk = SimpleNamespace(free=4_000 * mib)
    monkeypatch.setattr("store_server.bus.shutil.disk_usage", lambda _folder: disk)
    first = bounded(streams, tmp_path)
    assert [stream.most_bytes // mib for stream in first] == [1_500, 500]
    blocks = tmp_path / "live" / "streams" / "jetstream"
    blocks.mkdir(parents=True)
    with (blocks / "1.blk").open("wb") as file:
        file.truncate(2_000 * mib)
    disk.free -= 2_000 * mib
    assert bounded(streams, tmp_path) == first
