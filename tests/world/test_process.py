"""The process of the simulated world, over a real broker."""

import asyncio
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import cv2
import msgspec
import nats
import numpy as np
import pytest
import requests
from nats.aio.msg import Msg

from store_client.contract.device import LIVE_PASSWORD, LIVE_USER, GateScan, Site, Tracks
from store_client.contract.live import Weights
from store_server.broker import Access, Broker
from store_server.child import environment
from store_server.world.layout import VALID_FROM

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 60.0


@pytest.fixture(scope="module")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Broker]:
    broker = Broker(tmp_path_factory.mktemp("broker"), "demo")
    yield broker
    broker.end()


@contextmanager
def world(*options: str, who: Access | None = None) -> Iterator["subprocess.Popen[bytes]"]:
    command = [sys.executable, "-m", "store_server.world", *options]
    variables = environment() if who is None else environment(**{LIVE_USER: who.user, LIVE_PASSWORD: who.password})
    pipe = subprocess.PIPE
    with subprocess.Popen(command, cwd=ROOT, stdin=pipe, stdout=pipe, stderr=pipe, env=variables) as process:
        try:
            yield process
        finally:
            process.kill()


def running(broker: Broker, *more: str) -> tuple[str, ...]:
    return ("--live", broker.devices.url, "--store", "demo", "--scenario", "quiet", *more)


def site_of(process: "subprocess.Popen[bytes]") -> Site:
    assert process.stdout is not None
    return msgspec.json.decode(process.stdout.readline(), type=Site)


async def hear(broker: Broker, process: "subprocess.Popen[bytes]") -> dict[str, list[bytes]]:
    """Says go, and listens until every gondola, the tracker and a gate have spoken."""
    heard: dict[str, list[bytes]] = {}

    async def on_message(message: Msg) -> None:
        heard.setdefault(message.subject.removeprefix("device.demo."), []).append(message.data)

    client = await nats.connect(broker.server.url, user=broker.server.user, password=broker.server.password)
    await client.subscribe("device.demo.>", cb=on_message)
    await client.flush()
    assert process.stdin is not None
    process.stdin.write(b"go\n")
    process.stdin.flush()
    wanted = {"tracks", "gates", *(f"plates.{gondola}" for gondola in range(1, 6))}
    async with asyncio.timeout(PATIENCE):
        while not wanted <= heard.keys():
            await asyncio.sleep(0.05)
    await client.close()
    return heard


def test_it_says_its_site_speaks_as_devices_do_and_ends_with_its_input(broker: Broker) -> None:
    with world(*running(broker, "--speed", "4", "--seed", "3"), who=broker.devices) as process:
        site = site_of(process)
        assert site.store.id == "demo"
        assert site.planogram.valid_from == VALID_FROM
        assert len(site.products) == 300
        assert len(site.cameras) == len(site.sources) == 8
        heard = asyncio.run(hear(broker, process))
        weights = msgspec.msgpack.decode(heard["plates.1"][0], type=Weights)
        assert weights.shape == (12, 6, 12)
        assert weights.rate_hz == 60.0
        msgspec.msgpack.decode(heard["tracks"][0], type=Tracks)
        assert msgspec.msgpack.decode(heard["gates"][0], type=GateScan).direction == "entered"
        assert process.stdin is not None
        process.stdin.close()
        assert process.wait(PATIENCE) == 0
        assert process.stderr is not None
        assert process.stderr.read() == b""


def test_cameras_stream_pictures_that_say_when_they_were_taken(broker: Broker) -> None:
    with world(*running(broker), who=broker.devices) as process:
        site = site_of(process)
        stamps = []
        with requests.get(site.sources[6].urls[320], stream=True, timeout=PATIENCE) as answer:
            content = answer.headers["Content-Type"]
            assert content.startswith("multipart/x-mixed-replace; boundary=")
            for head, body in parts(answer, content.partition("boundary=")[2].encode()):
                picture = cv2.imdecode(np.frombuffer(body, np.uint8), cv2.IMREAD_COLOR)
                assert picture is not None
                assert picture.shape == (180, 320, 3)
                stamp = re.search(rb"X-Captured-At: (\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z)", head)
                assert stamp is not None
                stamps.append(stamp[1])
                if len(stamps) == 5:
                    break
        assert stamps == sorted(set(stamps))
        base = site.sources[6].urls[320].rpartition("/")[0]
        for path in ("/99", "/320x", "/../etc"):
            assert requests.get(base + path, timeout=PATIENCE).status_code == 404
        assert process.stdin is not None
        process.stdin.close()
        assert process.wait(PATIENCE) == 0


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGTERM to catch")
def test_it_ends_on_sigterm(broker: Broker) -> None:
    with world(*running(broker), who=broker.devices) as process:
        site_of(process)
        process.terminate()
        assert process.wait(PATIENCE) == 0


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ((), "--live"),
        (("--live", "nats://127.0.0.1:1", "--store", "demo", "--scenario", "calm"), "calm"),
        (("--live", "nats://127.0.0.1:1", "--store", "demo", "--speed", "0"), "--speed"),
        (("--live", "nats://127.0.0.1:1", "--store", "demo", "--speed", "nan"), "--speed"),
        (("--live", "nats://127.0.0.1:1", "--store", "demo", "--seed", "one"), "--seed"),
        (("--live", "nats://127.0.0.1:1", "--store", "demo", "--seed", "-1"), "--seed"),
        (("--live", "nats://127.0.0.1:1", "--store", "demo", "--pictures-port", "70000"), "--pictures-port"),
    ],
)
def test_options_that_make_no_sense_are_refused_in_one_line(options: tuple[str, ...], said: str) -> None:
    with world(*options) as process:
        _, errors = process.communicate(timeout=PATIENCE)
    assert process.returncode == 2
    lines = errors.decode().splitlines()
    assert len(lines) == 1
    assert said in lines[0]


def parts(answer: requests.Response, boundary: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Head and body of each part of a multipart stream."""
    rest = b""
    for chunk in answer.iter_content(8192):
        rest += chunk
        while True:
            head, found, after = rest.partition(b"\r\n\r\n")
            length = re.search(rb"Content-Length: (\d+)", head)
            if not found or length is None or len(after) < int(length[1]):
                break
            assert boundary in head
            yield head, after[: int(length[1])]
            rest = after[int(length[1]) :]
