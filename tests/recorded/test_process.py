"""The process that plays a recording: its one line, its pace, its end."""

import asyncio
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import nats
import pytest

from store_client.contract.device import LIVE_PASSWORD, LIVE_USER, GateScan, Site, Tracks
from store_client.contract.live import Weights
from store_server import device_process
from store_server.broker import Access, Broker
from store_server.child import environment
from store_server.recorded.__main__ import main
from tests.recorded.conftest import lines

PATIENCE_S = 60.0
Write = Callable[[dict[str, Any]], Path]
Heard = list[tuple[str, bytes]]


@pytest.fixture
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Broker]:
    running = Broker(tmp_path_factory.mktemp("broker"), "test")
    yield running
    running.end()


def start(*options: str, who: Access | None = None) -> "subprocess.Popen[bytes]":
    command = [sys.executable, "-m", "store_server.recorded", *options]
    variables = environment() if who is None else environment(**{LIVE_USER: who.user, LIVE_PASSWORD: who.password})
    pipe = subprocess.PIPE
    return subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, env=variables)


async def play(broker: Broker, process: "subprocess.Popen[bytes]", enough: Callable[[Heard], bool]) -> Heard:
    """Says ``go`` and listens until ``enough`` was heard."""
    heard: Heard = []

    async def note(message: Any) -> None:
        heard.append((message.subject, message.data))

    client = await nats.connect(broker.server.url, user=broker.server.user, password=broker.server.password)
    await client.subscribe("device.test.>", cb=note)
    await client.flush()
    assert process.stdin is not None
    process.stdin.write(b"go\n")
    process.stdin.flush()
    deadline = time.monotonic() + PATIENCE_S
    while not enough(heard):
        assert time.monotonic() < deadline, f"only {len(heard)} messages"
        await asyncio.sleep(0.02)
    await client.close()
    return heard


def test_it_says_its_site_plays_and_ends_with_its_input(write: Write, broker: Broker) -> None:
    files = lines()
    files["plate_data.json"].append("{broken")
    began = time.time_ns() // 1_000
    options = ["--live", broker.devices.url, "--store", "test", "--speed", "20", "--loop"]
    recording = ["--recording", str(write(files)), "--started-at", str(began)]
    process = start(*options, *recording, who=broker.devices)
    assert process.stdout is not None
    assert process.stderr is not None
    site = msgspec.json.decode(process.stdout.readline(), type=Site)
    assert site.store.id == site.planogram.store == "test"
    assert site.cameras == []
    codes: set[str] = set()

    def is_second_round(heard: Heard) -> bool:
        codes.update(msgspec.msgpack.decode(d, type=GateScan).code for s, d in heard if s.endswith("gates"))
        return len(codes) > 1

    heard = asyncio.run(play(broker, process, is_second_round))
    weights = [msgspec.msgpack.decode(d, type=Weights) for s, d in heard if s == "device.test.plates.1"][:20]
    tracks = [msgspec.msgpack.decode(d, type=Tracks) for s, d in heard if s == "device.test.tracks"]
    assert [message.seq for message in weights] == list(range(20))
    assert weights[-1].first_at - weights[0].first_at == pytest.approx(3_800_000, abs=2_000)
    assert began < weights[0].measured_at < time.time_ns() // 1_000 * 20
    assert tracks[0].sent_at - tracks[0].measured_at > 2_000_000
    process.stdin.close() if process.stdin else None
    assert process.wait(PATIENCE_S) == 0
    said = process.stderr.read().decode()
    assert said.splitlines()[-1] == "1 broken lines were left out: 1 of plate_data.json"
    process.stdout.close()
    process.stderr.close()


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--recording", "/nowhere/at/all"], "no such folder"),
        (["--recording", "."], "cannot read"),
        (["--recording", ".", "--speed", "0"], "--speed"),
        (["--recording", ".", "--speed", "nan"], "--speed"),
        (["--recording", ".", "--rewind"], "--rewind"),
    ],
)
def test_what_cannot_be_played_is_one_line_and_exit_2(options: list[str], words: str) -> None:
    process = start("--live", "nats://127.0.0.1:1", "--store", "test", *options)
    out, said = process.communicate(timeout=PATIENCE_S)
    assert process.returncode == 2
    assert out == b""
    assert len(said.decode().splitlines()) == 1
    assert words in said.decode()


def test_where_nobody_listens_now_it_may_be_tried_again(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(device_process, "CONNECT_S", 0.2)
    options = ["--live", "nats://127.0.0.1:1", "--store", "test", "--recording", str(write(lines()))]
    assert main(options) == device_process.EXIT_AGAIN
