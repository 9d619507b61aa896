"""Cameras by RTSP: GStreamer's server, a decoder in a child, and everything that goes wrong with such cameras."""

import asyncio
import logging
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing

import pytest

from store_client.contract.live import Device
from store_client.jpeg import size_of
from store_server.clock import Clock
from store_server.options import AddedCamera
from store_server.refusal import Refusal
from store_server.sensing import camera_reader, stream_state
from store_server.sensing.cameras import Cameras
from store_server.sensing.frame import Frame
from tests.sensing.rtsp import RtspCamera, need_server, rtsp_camera
from tests.sensing.site import SITE

ID = "added-till"
SECRET = "s3cret-Passw0rd"


@pytest.fixture(scope="module", autouse=True)
def _server() -> None:
    need_server()


@pytest.fixture(autouse=True)
def _hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is wrong is told sooner than people would ask."""
    monkeypatch.setattr(camera_reader, "STALL_S", 2.0)
    monkeypatch.setattr(stream_state, "WINDOW_S", 2.0)


def run(test: Callable[[Cameras], Awaitable[None]], url: str) -> None:
    async def whole() -> None:
        cameras = Cameras(SITE, [AddedCamera("till", url)], Clock())
        recording = asyncio.create_task(_record(cameras))  # as the store does
        try:
            async with asyncio.timeout(300):
                await test(cameras)
        finally:
            recording.cancel()
            await asyncio.gather(recording, return_exceptions=True)
            await cameras.stop()

    asyncio.run(whole())


async def _record(cameras: Cameras) -> None:
    while True:
        try:
            async with aclosing(cameras.coded(ID, 2.0)) as coded:
                async for _ in coded:
                    pass
        except Exception:  # noqa: BLE001  the camera's, as it comes; the tests look at it from where people do
            await asyncio.sleep(0.2)


def device(cameras: Cameras) -> Device:
    return cameras.devices()[0]


async def shown(frames: AsyncGenerator[Frame, None], width: int = 0, count: int = 3) -> list[Frame]:
    """The next pictures, ``width`` pixels wide."""
    found: list[Frame] = []
    while len(found) < count:
        frame = await anext(frames)
        if not width or size_of(frame.jpeg)[0] == width:
            found.append(frame)
    return found


async def until(condition: Callable[[], bool]) -> None:
    while not condition():
        await asyncio.sleep(0.02)


@pytest.mark.parametrize("transport", ["tcp", "udp"])
def test_it_is_shown_whatever_it_is_carried_by(transport: str) -> None:
    async def test(cameras: Cameras) -> None:
        async with aclosing(await cameras.live(ID, None)) as frames:
            pictures = await shown(frames, 320)
            await until(lambda: device(cameras).rate_hz > 1)
            await until(lambda: (device(cameras).state, device(cameras).detail) == ("ok", ""))
        assert abs(Clock().now_us() - pictures[-1].captured_at) < 30_000_000

    with rtsp_camera("--transport", transport) as camera:
        run(test, camera.url)


def test_a_wrong_password_is_said_and_none_is_ever_told(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)

    async def refused(cameras: Cameras) -> None:
        with pytest.raises(Refusal, match="does not accept the name or the password") as refusal:
            await cameras.picture(ID, None)
        assert SECRET not in f"{refusal.value} {refusal.value.__cause__} {device(cameras)} {caplog.text}"
        assert device(cameras).detail == "does not accept the name or the password"

    async def accepted(cameras: Cameras) -> None:
        assert size_of((await cameras.picture(ID, None)).jpeg) == (320, 180)

    with rtsp_camera("--password", SECRET) as camera:
        for password, test in ((f"not-{SECRET}", refused), (SECRET, accepted)):
            run(test, camera.url.replace("//", f"//camera:{password}@"))
    assert SECRET not in caplog.text


def test_a_camera_that_dies_is_told_and_comes_back() -> None:
    async def test(cameras: Cameras) -> None:
        async with aclosing(await cameras.live(ID, None)) as frames:
            await shown(frames)
            cameras_[0].kill()
            await until(lambda: device(cameras).state != "ok")
            await until(lambda: "nobody listens" in device(cameras).detail)
            cameras_[0] = RtspCamera("--port", str(cameras_[0].port))
            await shown(frames)
            # A machine too slow to read may really have lost some: told for a while, and then no more.
            await until(lambda: (device(cameras).state, device(cameras).detail) == ("ok", ""))

    cameras_ = [RtspCamera()]
    try:
        run(test, cameras_[0].url)
    finally:
        cameras_[0].end()


def test_what_goes_wrong_in_the_middle_passes() -> None:
    """A stall, another size, garbage, a leap of its clock: one after the other, on one stream."""

    async def test(cameras: Cameras) -> None:
        async with aclosing(await cameras.live(ID, None)) as frames:
            await shown(frames, 320)
            camera.say("stall")
            await until(lambda: device(cameras).detail == "sent nothing for 2 s")
            assert device(cameras).state in ("late", "lost")
            camera.say("go")
            await shown(frames, 320)
            assert device(cameras).state == "ok"

            camera.say("size 640 360")
            await shown(frames, 640)
            await until(lambda: (cameras.of(SITE.store.id)[0].width, device(cameras).detail) == (640, ""))

            camera.say("garble 0.002")
            await until(lambda: "came broken" in device(cameras).detail or device(cameras).state != "ok")
            camera.say("garble 0")
            await until(lambda: (device(cameras).state, device(cameras).detail) == ("ok", ""))
            await shown(frames, 640)

            camera.say("jump 3600")
            for frame in await shown(frames, 640, 30):
                assert abs(Clock().now_us() - frame.captured_at) < 30_000_000

    with rtsp_camera() as camera:
        run(test, camera.url)


def test_a_camera_that_lies_about_its_rate_is_found_out() -> None:
    async def test(cameras: Cameras) -> None:
        async with aclosing(await cameras.live(ID, None)) as frames:
            await until(lambda: device(cameras).detail.startswith("says 60 pictures a second and sends "))
            await shown(frames)
            assert device(cameras).state == "ok"

    with rtsp_camera("--said-hz", "60") as camera:
        run(test, camera.url)
