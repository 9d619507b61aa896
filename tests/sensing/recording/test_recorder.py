"""Cameras recorded as they come: a real one over HTTP, a file with H.264, a simulated one."""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import aclosing, asynccontextmanager
from pathlib import Path

import msgspec
import pytest

from store_client.contract.camera import Camera
from store_client.contract.device import CameraSource, Site
from store_server.clock import Clock
from store_server.options import AddedCamera
from store_server.sensing import camera_reader
from store_server.sensing.cameras import Cameras
from store_server.sensing.recording.archive import Archive
from store_server.sensing.recording.cutting import Cutting
from store_server.sensing.recording.darkroom import Darkroom
from store_server.sensing.recording.form import MJPEG
from store_server.sensing.recording.holds import Holds
from store_server.sensing.recording.recorder import Recorder
from store_server.sensing.recording.recordings import Recordings
from store_server.sensing.recording.retention import HOUR_US, Bounds, Retention
from store_server.sensing.recording.scribe import Scribe
from store_server.sensing.recording.segment import read_sample
from tests.sensing.camera import HEAD, served
from tests.sensing.recording.film import jpeg, number_in, seen, write_h264
from tests.sensing.site import SITE, STORE
from tests.sensing.veiled import always, unknowing


@asynccontextmanager
async def recorded(folder: Path, cameras: Cameras, clock: Clock, idle_s: float = 0.2) -> AsyncIterator[Archive]:
    archive = Archive(folder)
    retention = Retention(archive, Holds(folder / "holds.json"), Bounds(HOUR_US, 1 << 30, 0))
    scribe = Scribe(archive, retention, clock.now_us)
    recorder = Recorder(cameras, STORE, scribe, clock, idle_s=idle_s)
    scribe.start()
    recorder.start()
    try:
        yield archive
    finally:
        await recorder.stop()
        await asyncio.to_thread(scribe.end)
        await cameras.stop()


def site(url: str, kind: str) -> Site:
    camera = msgspec.structs.replace(
        Camera("cam", STORE, "Aisle", "added", 256, 64, [256]),
        kind=kind,
    )
    return msgspec.structs.replace(
        SITE, cameras=[camera], sources=[CameraSource("cam", "Aisle", {256: f"{url}?width=256"})]
    )


def run(test: Callable[[], Awaitable[None]]) -> None:
    asyncio.run(asyncio.wait_for(test(), 90))


async def until(condition: Callable[[], bool]) -> None:
    while not condition():
        await asyncio.sleep(0.02)


def samples(archive: Archive, camera: str = "cam") -> list[bytes]:
    return [
        read_sample(segment.frames, entry) for segment in archive.segments(camera) for entry in archive.read(segment)[1]
    ]


class Camera25:
    """Sends 25 numbered pictures a second with its own time, ``ahead_us`` of the store's; sometimes garbage."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.ahead_us = 0
        self.sent: list[bytes] = []
        self.lookers = 0

    async def __call__(self, writer: asyncio.StreamWriter) -> None:
        self.lookers += 1
        try:
            writer.write(HEAD)
            while True:
                picture = jpeg(len(self.sent) % 256)
                at = Clock(wall=lambda: self.clock.now_us() + self.ahead_us).now().isoformat(timespec="microseconds")
                if len(self.sent) % 5 == 4:
                    writer.write(b"--frame\r\nContent-Type: image/jpeg\r\nContent-Length: 7\r\n\r\ngarbage\r\n")
                writer.write(
                    b"--frame\r\nContent-Type: image/jpeg\r\nContent-Length: %d\r\nX-Captured-At: %s\r\n\r\n"
                    % (len(picture), at.encode())
                )
                self.sent.append(picture)
                writer.write(picture + b"\r\n")
                await writer.drain()
                await asyncio.sleep(0.04)
        finally:
            self.lookers -= 1


def test_every_picture_of_a_camera_is_kept_as_it_came_and_read_once(tmp_path: Path) -> None:
    async def test() -> None:
        clock = Clock()
        camera = Camera25(clock)
        async with served(camera) as url:
            cameras = Cameras(site(url, "added"), [], clock)
            async with recorded(tmp_path, cameras, clock) as archive:
                await until(lambda: len(samples(archive)) >= 15)
                async with aclosing(await cameras.live("cam", None)) as frames:
                    await anext(frames)
                    assert camera.lookers == 1, "who looks and who records share one reading"
                await until(lambda: len(samples(archive)) >= 30)
        kept = [hashlib.sha256(data).hexdigest() for data in samples(archive)]
        sent = [hashlib.sha256(data).hexdigest() for data in camera.sent]
        start = sent.index(kept[0])
        assert kept == sent[start : start + len(kept)], "none lost, none changed, garbage left out"
        (segment,) = archive.segments("cam")
        form, entries = archive.read(segment)
        assert (form.codec, form.width, form.height) == (MJPEG, 256, 64)
        assert all(entry.is_key for entry in entries)

    run(test)


@pytest.mark.parametrize("ahead_s", [3, -3, 86_400])
def test_a_clock_that_leaps_does_not_tear_the_recording(tmp_path: Path, ahead_s: int) -> None:
    async def test() -> None:
        clock = Clock()
        camera = Camera25(clock)
        async with served(camera) as url:
            cameras = Cameras(site(url, "added"), [], clock)
            async with recorded(tmp_path, cameras, clock) as archive:
                await until(lambda: len(samples(archive)) >= 10)
                camera.ahead_us = ahead_s * 1_000_000
                leapt = clock.now_us()
                await until(lambda: len(samples(archive)) >= 40)
        now_us = clock.now_us()
        entries = [entry for segment in archive.segments("cam") for entry in archive.read(segment)[1]]
        assert len(entries) >= 40
        after = entries[-20:]
        assert all(leapt - 100_000 <= entry.at_us <= now_us for entry in after), "the store's time, not the camera's"
        cut = Cutting(archive).cut("cam", leapt, now_us)
        assert cut.frames >= 20
        assert len(seen(b"".join(cut.content()), cut.first_us)) == cut.frames

    run(test)


def test_coded_video_is_kept_as_it_was_coded_and_seen_while_it_is_recorded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(camera_reader, "FIRST_S", 30.0)
    monkeypatch.setattr(camera_reader, "STALL_S", 10.0)
    write_h264(tmp_path / "film.mp4", 50)

    async def test() -> None:
        clock = Clock()
        cameras = Cameras(SITE, [AddedCamera("film", str(tmp_path / "film.mp4"))], clock)
        darkroom = Darkroom()
        async with recorded(tmp_path / "recordings", cameras, clock) as archive:
            await until(lambda: len(samples(archive, "added-film")) >= 40)
            picture = await cameras.picture("added-film", None)
            number = number_in(picture.jpeg)
            await until(lambda: len(samples(archive, "added-film")) >= 80)
            recordings = Recordings(archive, darkroom, unknowing(clock), clock, lambda: ["added-film"])
            again = await recordings.picture("added-film", picture.captured_at, None, always)
            assert (number_in(again.jpeg), again.at_us) == (number, picture.captured_at)
            small = [
                p async for p in await recordings.previews("added-film", again.at_us, again.at_us + 1, 1, 64, always)
            ]
            assert len(small) == 1
            assert again.before_us is not None
            assert again.before_us < again.at_us < (again.next_us or 0)
            await darkroom.close()
        cut = Cutting(archive).cut("added-film", picture.captured_at - 400_000, picture.captured_at + 1_000_000)
        shown = seen(b"".join(cut.content()), cut.first_us)
        assert len(shown) == cut.frames >= 34
        first = shown[0][1]
        assert [n for _, n in shown] == [(first + i) % 50 for i in range(len(shown))]
        assert dict(shown)[picture.captured_at] == number

    run(test)


def test_a_simulated_camera_is_drawn_now_and_then_and_recorded_when_somebody_looks(tmp_path: Path) -> None:
    async def test() -> None:
        clock = Clock()
        camera = Camera25(clock)
        async with served(camera) as url:
            cameras = Cameras(site(url, "simulated"), [], clock)
            async with recorded(tmp_path, cameras, clock, idle_s=0.5) as archive:
                await until(lambda: len(samples(archive)) >= 3)
                assert len(camera.sent) < 4 * len(samples(archive)), "one at a time"
                async with aclosing(await cameras.live("cam", None)) as frames:
                    for _ in range(10):
                        await anext(frames)
                before = len(samples(archive))
                await until(lambda: len(samples(archive)) > before)
        assert len(samples(archive)) >= 12

    run(test)


def test_what_cannot_be_decoded_is_refused_and_the_next_is_not_harmed() -> None:
    async def test() -> None:
        darkroom = Darkroom()
        for garbage in (b"", b"\xff\xd8garbage", b"\0\0\0\x08ftyp" * 20):
            with pytest.raises(Exception, match="cannot be decoded"):
                await darkroom.jpeg(garbage, None)
        assert number_in(await darkroom.jpeg(jpeg(77), None)) == 77
        assert darkroom._child is not None
        darkroom._child.kill()
        await darkroom._child.wait()
        assert number_in(await darkroom.jpeg(jpeg(78), 128)) == 78
        await darkroom.close()

    run(test)


def test_a_stream_with_start_codes_is_kept_by_its_own_times(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(camera_reader, "FIRST_S", 30.0)
    monkeypatch.setattr(camera_reader, "STALL_S", 10.0)
    write_h264(tmp_path / "film.ts", 250)
    film = (tmp_path / "film.ts").read_bytes()

    async def stream(writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.0 200 OK\r\nContent-Type: video/mp2t\r\n\r\n")
        piece = len(film) // 250
        for place in range(0, len(film), piece):
            writer.write(film[place : place + piece])
            await writer.drain()
            await asyncio.sleep(0.04)

    async def test() -> None:
        clock = Clock()
        async with served(stream) as url:
            cameras = Cameras(SITE, [AddedCamera("film", url)], clock)
            async with recorded(tmp_path / "recordings", cameras, clock) as archive:
                began = clock.now_us()
                await until(lambda: len(samples(archive, "added-film")) >= 100)
                picture = await cameras.picture("added-film", None)
                assert began < picture.captured_at <= clock.now_us()
            reach = Cutting(archive).reach("added-film")
            assert reach is not None
            cut = Cutting(archive).cut("added-film", reach[0], reach[1] + 1)
        shown = seen(b"".join(cut.content()), cut.first_us)
        assert len(shown) == cut.frames >= 95
        whole = shown[:-4]  # the recording ended between pictures that are decoded out of order
        assert [n for _, n in whole] == list(range(whole[0][1], whole[0][1] + len(whole)))
        moments = [at_us for at_us, _ in whole[50:]]  # what came before was read all at once, to see what it is
        rate = (moments[-1] - moments[0]) / (len(moments) - 1)
        assert rate == pytest.approx(40_000, abs=4_000), "its own rate, however it came"

    run(test)


def test_pictures_of_an_address_that_is_added_are_kept_as_they_came(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(camera_reader, "FIRST_S", 30.0)
    monkeypatch.setattr(camera_reader, "STALL_S", 10.0)

    async def test() -> None:
        clock = Clock()
        camera = Camera25(clock)
        async with served(camera) as url:
            cameras = Cameras(SITE, [AddedCamera("film", url)], clock)
            async with recorded(tmp_path / "recordings", cameras, clock) as archive:
                await until(lambda: len(samples(archive, "added-film")) >= 20)
        sent = {hashlib.sha256(data).hexdigest() for data in camera.sent}
        assert {hashlib.sha256(data).hexdigest() for data in samples(archive, "added-film")} <= sent

    run(test)
