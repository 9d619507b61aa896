"""A camera over HTTP that says no time and is late, found out by who walks through its picture."""

import asyncio
import math

import cv2
import msgspec
import numpy as np
import pytest

from store_client.contract.camera import Camera
from store_client.contract.device import CameraSource
from store_client.contract.live import Position, Positions
from store_server.clock import Clock
from store_server.sensing import aligner as aligning
from store_server.sensing.aligner import Aligner
from store_server.sensing.cameras import Cameras
from store_server.sensing.motion_match import WIDTH
from store_server.sensing.source_clock import US, SourceClock
from tests.sensing.camera import HEAD, served
from tests.sensing.site import SITE, STORE
from tests.sensing.test_motion_match import HEIGHT, POSE, drawn, place

PEOPLE = 3
LATE_S = 0.3
TRACKS_LATE_S = 0.09
CAMERA = Camera("cam1", STORE, "Aisle", "added", WIDTH, HEIGHT, [WIDTH], POSE)


class Late:
    """Sends each picture ``LATE_S`` after it was taken, and no stamp."""

    def __init__(self, began_us: int, clock: Clock, films: list[bytes], period_s: float) -> None:
        self._began_us, self._clock, self._films, self._period_s = began_us, clock, films, period_s

    async def __call__(self, writer: asyncio.StreamWriter) -> None:
        writer.write(HEAD)
        while True:
            now_s = (self._clock.now_us() - self._began_us) / US - LATE_S
            number = math.ceil(now_s / self._period_s)
            await asyncio.sleep(number * self._period_s - now_s)
            jpeg = self._films[number % len(self._films)]
            head = b"--frame\r\nContent-Type: image/jpeg\r\nContent-Length: %d\r\n\r\n" % len(jpeg)
            writer.write(head + jpeg + b"\r\n")
            await writer.drain()


def films(period_s: float, seconds: float) -> list[bytes]:
    noise = np.random.default_rng(1)
    found = []
    for number in range(round(seconds / period_s)):
        is_done, jpeg = cv2.imencode(".jpg", drawn(PEOPLE, number * period_s, noise))
        assert is_done
        found.append(jpeg.tobytes())
    return found


async def tell(to: Aligner, clock: Clock, began_us: int) -> None:
    """Positions as they are tracked: what they say was true a little earlier."""
    while True:
        now_us = clock.now_us()
        second = (now_us - began_us) / US - TRACKS_LATE_S
        people = [Position(f"t{n}", None, *place(n, second), 1.0) for n in range(PEOPLE)]
        to.seen(Positions(epoch="", seq=0, measured_at=now_us, sent_at=now_us, people=people))
        await asyncio.sleep(0.1)


def test_a_camera_that_is_late_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, seconds in (("FIRST_S", 1.0), ("LOOK_S", 7.0), ("SETTLE_S", 2.5), ("FAILED_S", 0.5), ("PAUSE_S", 0.2)):
        monkeypatch.setattr(aligning, name, seconds)
    pictures = films(0.08, 30.0)

    async def test() -> tuple[int, int]:
        clock = Clock()
        began_us = clock.now_us()
        async with served(Late(began_us, clock, pictures, 0.08)) as url:
            source = CameraSource("cam1", "Aisle", {WIDTH: url})
            cameras = Cameras(msgspec.structs.replace(SITE, cameras=[CAMERA], sources=[source]), [], clock)
            aligner = Aligner(cameras, STORE, clock, SourceClock())
            telling = asyncio.create_task(tell(aligner, clock, began_us))
            aligner.start()
            before = cameras.clock("cam1").now.way
            while cameras.clock("cam1").now.way == before or cameras.clock("cam1").now.offset_us == 0:
                await asyncio.sleep(0.05)
            telling.cancel()
            await aligner.stop()
            await cameras.stop()
            clock_ = cameras.clock("cam1").now
            return clock_.way.middle_us, clock_.way.half_us

    middle_us, half_us = asyncio.run(asyncio.wait_for(test(), 60))
    assert abs(middle_us - LATE_S * US) <= half_us < 200_000
