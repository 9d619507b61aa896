"""Cameras that work, stop, send garbage and come back; files decoded in a child."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing
from pathlib import Path

import cv2
import msgspec
import numpy as np
import psutil
import pytest

from store_client.contract.camera import Camera
from store_client.contract.cause import Cause
from store_client.contract.device import CameraSource, Site
from store_client.contract.live import Device
from store_server.clock import Clock, wall_us
from store_server.options import AddedCamera
from store_server.refusal import Refusal
from store_server.sensing import camera_reader
from store_server.sensing.cameras import Cameras
from store_server.sensing.conditions import Troubles, conditions
from store_server.sensing.frame import Frame
from tests.sensing.camera import HEAD, JPEG, part, served
from tests.sensing.site import SITE, STORE

CAMERA = Camera("cam1", STORE, "Aisle", "simulated", 640, 360, [320, 640])


def site(url: str) -> Site:
    source = CameraSource("cam1", "Aisle", {320: f"{url}?width=320", 640: f"{url}?width=640"})
    return msgspec.structs.replace(SITE, cameras=[CAMERA], sources=[source])


def run(test: Callable[[], Awaitable[None]]) -> None:
    asyncio.run(asyncio.wait_for(test(), 60))


async def until(condition: Callable[[], bool]) -> None:
    while not condition():
        await asyncio.sleep(0.01)


def device(cameras: Cameras) -> Device:
    return cameras.devices()[0]


@pytest.fixture(autouse=True)
def _hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """A camera is given up sooner than people would."""
    monkeypatch.setattr(camera_reader, "STALL_S", 0.4)
    monkeypatch.setattr(camera_reader, "FIRST_S", 2.0)
    monkeypatch.setattr(camera_reader, "LOST_S", 2.0)
    monkeypatch.setattr(camera_reader, "LINGER_S", 0.2)
    monkeypatch.setattr(camera_reader, "PAUSES_S", (0.02, 0.1))


class Film:
    """A camera that sends a picture every 20 ms, each other than the last, and counts who looks."""

    def __init__(self) -> None:
        self.lookers = 0
        self.sent = 0

    async def __call__(self, writer: asyncio.StreamWriter) -> None:
        self.lookers += 1
        try:
            writer.write(HEAD)
            while True:
                self.sent += 1
                writer.write(part(self.sent % 3000, JPEG[:-2] + str(self.sent).encode() + JPEG[-2:]))
                await writer.drain()
                await asyncio.sleep(0.02)
        finally:
            self.lookers -= 1


def test_all_who_look_share_one_reading_that_ends_when_nobody_looks() -> None:
    async def test() -> None:
        film = Film()
        async with served(film) as url:
            cameras = Cameras(site(url), [], Clock())
            first, second = [await cameras.live("cam1", 320) for _ in range(2)]
            for frames in (first, second, first, second):
                assert (await anext(frames)).jpeg.startswith(JPEG[:2])
            assert film.lookers == 1
            unread: AsyncGenerator[Frame, None] = await cameras.live("cam1", 320)
            for frames in (first, second, unread):
                await frames.aclose()
            await until(lambda: film.lookers == 0)
            assert (await cameras.picture("cam1", 320)).captured_at > 0
            await cameras.stop()
            await until(lambda: film.lookers == 0)

    run(test)


def test_who_is_slow_gets_the_newest_picture() -> None:
    async def test() -> None:
        film = Film()
        async with served(film) as url:
            cameras = Cameras(site(url), [], Clock())
            async with aclosing(await cameras.live("cam1", None)) as frames:
                await anext(frames)
                before = film.sent
                await until(lambda: film.sent > before + 20)
                newest = await anext(frames)
                assert int(newest.jpeg[len(JPEG) - 2 : -2]) > before + 15
            await cameras.stop()

    run(test)


@pytest.mark.parametrize(("width", "asked"), [(None, 640), (100, 320), (320, 320), (400, 640), (9_000, 640)])
def test_the_least_width_that_is_enough_is_read(width: int | None, asked: int) -> None:
    async def test() -> None:
        async with served(Film()) as url:
            cameras = Cameras(site(url), [], Clock())
            await cameras.picture("cam1", width)
            known = cameras._known["cam1"].readers
            assert list(known) == [asked]
            await cameras.stop()

    run(test)


def test_a_camera_that_stops_is_told_and_comes_back_by_itself() -> None:
    async def test() -> None:
        film, is_well = Film(), [True]

        async def sometimes(writer: asyncio.StreamWriter) -> None:
            if not is_well[0]:
                return
            showing = asyncio.ensure_future(film(writer))
            while is_well[0]:
                await asyncio.sleep(0.01)
            showing.cancel()
            await asyncio.sleep(60)  # the connection stays open, and nothing comes

        async with served(sometimes) as url:
            cameras = Cameras(site(url), [], Clock())
            async with aclosing(await cameras.live("cam1", 320)) as frames:
                await anext(frames)
                assert device(cameras).state == "ok"
                is_well[0] = False
                await until(lambda: device(cameras).state == "late")
                assert device(cameras).detail.startswith("sent nothing for 0.4 s")
                is_well[0] = True
                await until(lambda: device(cameras).state == "ok")
                await anext(frames)
                assert device(cameras).gaps >= 1
                is_well[0] = False
                async for _ in frames:
                    pass  # ends, since the camera stays away
            with pytest.raises(Refusal, match="Aisle gives no picture") as refused:
                await cameras.live("cam1", 320)
            assert refused.value.name == "unavailable"
            await cameras.stop()

    run(test)


def test_a_camera_that_breaks_off_after_the_clock_was_set_back_is_told() -> None:
    async def test() -> None:
        film, is_well, back_us = Film(), [True], [0]

        async def sometimes(writer: asyncio.StreamWriter) -> None:
            if is_well[0]:
                showing = asyncio.ensure_future(film(writer))
                while is_well[0]:
                    await asyncio.sleep(0.01)
                showing.cancel()

        async with served(sometimes) as url:
            cameras = Cameras(site(url), [], Clock(wall=lambda: wall_us() - back_us[0]))
            async with aclosing(await cameras.live("cam1", 320)) as frames:
                await anext(frames)
                is_well[0], back_us[0] = False, 3_600_000_000
                await until(lambda: device(cameras).state == "late")
            await cameras.stop()

    run(test)


def test_a_camera_that_refuses_its_password_is_told_so_and_nobody_is_sent_to_its_cable() -> None:
    async def test() -> None:
        async def refuse(writer: asyncio.StreamWriter) -> None:
            writer.write(b"HTTP/1.1 401 Unauthorized\r\n\r\n")

        async with served(refuse) as url:
            cameras = Cameras(site(url), [], Clock())
            with pytest.raises(Refusal, match="does not accept the name or the password"):
                await cameras.picture("cam1", 320)
            await cameras.stop()
        assert device(cameras).causes == [Cause("wrong_password")]
        lost = msgspec.structs.replace(device(cameras), state="lost")
        (told,) = conditions([lost], SITE.planogram, Troubles())
        assert told.cause == Cause("wrong_password")
        assert "password" in told.action
        assert "cable" not in told.action

    run(test)


def test_garbage_is_counted_and_not_shown() -> None:
    async def test() -> None:
        async def rubbish(writer: asyncio.StreamWriter) -> None:
            writer.write(HEAD)
            for number in range(1_000):
                writer.write(part(number % 60, b"GIF89a"))
                await writer.drain()
                await asyncio.sleep(0.001)

        async with served(rubbish) as url:
            cameras = Cameras(site(url), [], Clock())
            with pytest.raises(Refusal, match="sends no pictures: parts that are none"):
                await cameras.picture("cam1", 320)
            assert "parts that are no pictures" in device(cameras).detail
            await cameras.stop()

    run(test)


def test_a_camera_that_is_not_there_is_refused() -> None:
    async def test() -> None:
        cameras = Cameras(site("http://127.0.0.1:1"), [], Clock())
        for camera, name in (("cam9", "not-found"), ("cam1", "unavailable")):
            with pytest.raises(Refusal) as refused:
                await cameras.live(camera, None)
            assert refused.value.name == name
        with pytest.raises(Refusal):
            cameras.of("other")
        cameras.start()
        await until(lambda: device(cameras).state == "lost")
        await cameras.stop()

    run(test)


@pytest.fixture(scope="module")
def film_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two seconds of 400×300 at 10 Hz, each picture as bright as its number."""
    path = tmp_path_factory.mktemp("film") / "film.avi"
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"MJPG"), 10.0, (400, 300))
    for number in range(20):
        writer.write(np.full((300, 400, 3), number * 12, np.uint8))
    writer.release()
    return path


def test_a_file_is_played_at_its_own_rate_and_again(film_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(camera_reader, "FIRST_S", 30.0)
    monkeypatch.setattr(camera_reader, "STALL_S", 10.0)

    async def test() -> None:
        cameras = Cameras(SITE, [AddedCamera("aisle", str(film_file))], Clock())
        stamps, bright = [], []
        async with aclosing(await cameras.live("added-aisle", 320)) as frames:
            async for frame in frames:
                picture = cv2.imdecode(np.frombuffer(frame.jpeg, np.uint8), cv2.IMREAD_COLOR)
                assert picture is not None
                assert picture.shape == (240, 320, 3)
                stamps.append(frame.captured_at)
                bright.append(round(float(picture.mean()) / 12))
                if len(stamps) == 25:
                    break
        children = decoders()
        assert len(children) == 1
        await cameras.stop()
        assert not children[0].is_running()
        for earlier, later in zip(
            zip(stamps, bright, strict=True), zip(stamps[1:], bright[1:], strict=True), strict=False
        ):
            periods = round((later[0] - earlier[0]) / 100_000)
            assert periods >= 1
            assert (later[1] - earlier[1] - periods) % 20 in (0, 1, 19)
        (camera,) = cameras.of(STORE)
        assert (camera.width, camera.height, camera.widths) == (400, 300, [320, 400])

    run(test)


def decoders() -> list[psutil.Process]:
    return [child for child in psutil.Process().children() if "capture" in " ".join(child.cmdline())]


def test_a_camera_looked_at_in_two_widths_is_decoded_once(film_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for patience in ("FIRST_S", "STALL_S", "LOST_S"):
        monkeypatch.setattr(camera_reader, patience, 30.0)

    async def seen(frames: AsyncGenerator[Frame, None], wanted: int, of: int) -> set[int]:
        stamps: set[int] = set()
        async for frame in frames:
            picture = cv2.imdecode(np.frombuffer(frame.jpeg, np.uint8), cv2.IMREAD_COLOR)
            assert picture is not None
            assert picture.shape[1] == wanted
            stamps.add(frame.captured_at)
            if len(stamps) == of:
                return stamps
        raise AssertionError("it ended too soon")

    async def test() -> None:
        cameras = Cameras(SITE, [AddedCamera("aisle", str(film_file))], Clock())
        async with aclosing(await cameras.live("added-aisle", 320)) as small:
            async with aclosing(await cameras.live("added-aisle", None)) as large:
                first, second = await asyncio.gather(seen(small, 320, 15), seen(large, 400, 15))
                assert first & second, "the very same pictures"
                (only,) = decoders()
                only.kill()
                await asyncio.gather(seen(small, 320, 5), seen(large, 400, 5))
                (another,) = decoders()
            await until(lambda: sum(reader.is_reading for reader in cameras._known["added-aisle"].readers.values()) < 2)
            await seen(small, 320, 5)
            assert decoders() == [another]
        await cameras.stop()
        assert decoders() == []

    run(test)


def test_a_file_that_is_no_video_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(camera_reader, "FIRST_S", 30.0)
    (tmp_path / "film.mp4").write_bytes(b"not a film" * 100)

    async def test() -> None:
        cameras = Cameras(SITE, [AddedCamera("aisle", str(tmp_path / "film.mp4"))], Clock())
        with pytest.raises(Refusal, match="sends no pictures: no video"):
            await cameras.picture("added-aisle", None)
        await cameras.stop()

    run(test)


def test_what_one_width_lacked_while_the_camera_was_away_is_forgotten_when_another_has_pictures() -> None:
    async def test() -> None:
        film, is_well = Film(), [False]

        async def sometimes(writer: asyncio.StreamWriter) -> None:
            if is_well[0]:
                await film(writer)

        async with served(sometimes) as url:
            cameras = Cameras(site(url), [], Clock())
            with pytest.raises(Refusal, match="gives no picture"):
                await cameras.shot("cam1", 640)
            assert device(cameras).state in ("late", "lost")
            is_well[0] = True
            await cameras.shot("cam1", 320)
            assert (device(cameras).state, device(cameras).detail) == ("ok", "")
            await cameras.stop()

    run(test)
