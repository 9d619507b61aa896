"""The ring: a picture a second of whom somebody might ask about later, and none of an empty store."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import cv2
import msgspec
import numpy as np
import psutil
import pytest

from store_client.contract.camera import Camera, Pose
from store_client.contract.device import CameraSource
from store_client.contract.live import Position, Positions
from store_client.contract.moment import from_micros
from store_server.clock import Clock, wall_us
from store_server.options import AddedCamera
from store_server.refusal import Refusal
from store_server.sensing import camera_reader, camera_ring
from store_server.sensing.camera_ring import CameraRing
from store_server.sensing.cameras import Cameras, Shot
from tests.sensing.camera import HEAD, served
from tests.sensing.site import SITE, STORE

NORTH = Camera("north", STORE, "North", "simulated", 640, 360, [640], Pose(3, 1, 2.5, 3, 5, 1, 1.2))
SOUTH = Camera("south", STORE, "South", "simulated", 640, 360, [640], Pose(3, 1, 2.5, 3, -3, 1, 1.2))
US = 1_000_000


def run(test: Callable[[], Awaitable[None]]) -> None:
    asyncio.run(asyncio.wait_for(test(), 60))


@pytest.fixture(autouse=True)
def _hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(camera_ring, "PERIOD_S", 0.1)
    monkeypatch.setattr(camera_ring, "LEAST_PERIOD_S", 0.1)
    monkeypatch.setattr(camera_ring, "LOOK_S", 0.0)
    monkeypatch.setattr(camera_ring, "STAY_S", 0.5)
    monkeypatch.setattr(camera_ring, "AFTER_FAILURE_S", 0.1)
    monkeypatch.setattr(camera_reader, "FIRST_S", 1.0)


class Now:
    """A camera that sends what it sees now, ten a second; ``looks`` counts those who asked, ``sent`` the pictures."""

    def __init__(self) -> None:
        self.looks = 0
        self.sent = 0
        self.is_broken = False

    async def answer(self, writer: asyncio.StreamWriter) -> None:
        self.looks += 1
        if self.is_broken:
            return
        writer.write(HEAD)
        while True:
            self.sent += 1
            jpeg = b"\xff\xd8 %d \xff\xd9" % self.sent
            stamp = from_micros(wall_us()).isoformat(timespec="microseconds").encode()
            writer.write(b"--frame\r\nContent-Length: %d\r\nX-Captured-At: %s\r\n\r\n%s\r\n" % (len(jpeg), stamp, jpeg))
            await writer.drain()
            await asyncio.sleep(0.1)


@asynccontextmanager
async def ring(*urls: tuple[Camera, str], added: Path | None = None) -> AsyncIterator[CameraRing]:
    sources = [CameraSource(camera.id, camera.name, {640: url}) for camera, url in urls]
    site = msgspec.structs.replace(SITE, cameras=[camera for camera, _ in urls], sources=sources)
    clock = Clock()
    cameras = Cameras(site, [] if added is None else [AddedCamera("yard", str(added))], clock)
    one = CameraRing(cameras, STORE, clock)
    one.start()
    try:
        yield one
    finally:
        await one.stop()
        await cameras.stop()


def people(*at: tuple[float, float]) -> Positions:
    standing = [Position(f"t{number}", None, x, y, 0.9) for number, (x, y) in enumerate(at)]
    return Positions(epoch="", seq=0, measured_at=0, sent_at=0, people=standing)


def kept(one: CameraRing, camera: str) -> int:
    return len({shot.at_us for shot in one.shots(camera, range(wall_us() - 30 * US, wall_us(), 20_000), 30 * US)})


def test_only_who_is_in_view_is_looked_at_one_picture_at_a_time() -> None:
    async def test() -> None:
        north, south = Now(), Now()
        async with (
            served(north.answer) as north_url,
            served(south.answer) as south_url,
            ring((NORTH, north_url), (SOUTH, south_url)) as one,
        ):
            await asyncio.sleep(0.3)
            assert (north.looks, south.looks) == (0, 0)
            while kept(one, "north") < 5:
                one.seen(people((3.0, 4.0)))
                await asyncio.sleep(0.02)
            assert south.looks == 0
            assert north.sent <= 4 * north.looks, "pictures that nobody keeps"
            shots = one.shots("north", [wall_us() - 200_000, wall_us()], US)
            assert [shot.camera for shot in shots] == ["north", "north"]
            assert abs(shots[-1].at_us - wall_us()) < 2 * US
            assert one.shots("north", [wall_us() - 20 * US], US) == []
            assert one.shots("south", [wall_us()], 99 * US) == []
            looks = -1
            while north.looks > looks:  # for ever, if somebody looks into an empty store
                looks = north.looks
                one.seen(people())
                await asyncio.sleep(0.4)

    run(test)


def test_a_camera_that_breaks_is_asked_again_and_holds_up_no_other() -> None:
    async def test() -> None:
        north, south = Now(), Now()
        north.is_broken = True
        async with (
            served(north.answer) as north_url,
            served(south.answer) as south_url,
            ring((NORTH, north_url), (SOUTH, south_url)) as one,
        ):
            while kept(one, "south") < 5 or north.looks < 2:
                one.seen(people((3.0, 4.0), (3.0, -2.0)))
                await asyncio.sleep(0.02)
            assert kept(one, "north") == 0
            (device, _) = one._cameras.devices()
            assert device.detail
            north.is_broken = False
            while kept(one, "north") < 1:
                one.seen(people((3.0, 4.0)))
                await asyncio.sleep(0.02)

    run(test)


def test_who_comes_into_view_of_another_is_seen_while_a_broken_camera_is_left_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(camera_ring, "AFTER_FAILURE_S", 1_000.0)
    monkeypatch.setattr(camera_ring, "STAY_S", 1_000.0)

    async def test() -> None:
        north, south = Now(), Now()
        north.is_broken = True
        async with (
            served(north.answer) as north_url,
            served(south.answer) as south_url,
            ring((NORTH, north_url), (SOUTH, south_url)) as one,
        ):
            one.seen(people((3.0, 4.0)))
            while not north.looks or one._shooting:
                await asyncio.sleep(0.02)
            await asyncio.sleep(0.2)  # until nothing is due for long
            one.seen(people((3.0, -2.0)))
            async with asyncio.timeout(10):
                while not south.looks:
                    await asyncio.sleep(0.02)

    run(test)


def test_a_camera_decoded_here_is_looked_through_without_a_break(tmp_path: Path) -> None:
    path = tmp_path / "yard.avi"
    video = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"MJPG"), 10.0, (64, 48))
    for number in range(30):
        video.write(np.full((48, 64, 3), 8 * number, np.uint8))
    video.release()

    async def test() -> None:
        others = {child.pid for child in psutil.Process().children()}  # such as a database of other tests
        async with ring(added=path) as one:
            children = set()
            while kept(one, "added-yard") < 6:
                one.seen(people((3.0, 4.0)))
                children |= {child.pid for child in psutil.Process().children()} - others
                await asyncio.sleep(0.05)
            assert len(children) == 1

    run(test)


def test_one_picture_is_the_newest_of_who_is_looked_at_anyway() -> None:
    async def test() -> None:
        north = Now()
        async with served(north.answer) as url, ring((NORTH, url)) as one:
            cameras = one._cameras
            frames = await cameras.live("north", 640)
            await anext(frames)
            await asyncio.gather(*(cameras.shot("north", 640) for _ in range(5)))
            assert north.looks == 1
            await frames.aclose()
            with pytest.raises(Refusal, match="there is no camera"):
                await cameras.shot("west", 640)

    run(test)


def test_the_newest_is_kept_also_where_the_clock_was_set_back() -> None:
    class Told(Cameras):
        def __init__(self, moments: list[int]) -> None:
            self._moments = iter(moments)

        def of(self, _store: str) -> list[Camera]:
            return [NORTH]

        async def shot(self, camera: str, _width: int) -> Shot:
            return Shot(camera, camera, b"", next(self._moments), 0)

    async def test() -> None:
        begin = 1_780_000_000 * US
        one = CameraRing(Told([begin + 3_600 * US, begin, begin + US]), STORE, Clock())
        for _ in range(3):
            await one._take("north")
        assert [shot.at_us for shot in one.shots("north", [begin, begin + US], 0)] == [begin, begin + US]

    run(test)
