"""Pictures as they are given: with how sure their moment is."""

import asyncio
from contextlib import aclosing

import cv2
import msgspec
import numpy as np
import pytest

from store_client.contract.camera import Camera
from store_client.contract.device import CameraSource
from store_server.clock import Clock
from store_server.sensing.camera_clock import LATENCY
from store_server.sensing.cameras import Cameras
from store_server.sensing.shown import ShownCameras
from tests.sensing.camera import HEAD, served
from tests.sensing.site import SITE, STORE
from tests.sensing.veiled import unknowing

CAMERA = Camera("cam1", STORE, "Aisle", "added", 640, 360, [640])
JPEG = cv2.imencode(".jpg", np.full((36, 64, 3), 90, np.uint8))[1].tobytes()
UNSTAMPED = b"--frame\r\nContent-Type: image/jpeg\r\nContent-Length: %d\r\n\r\n" % len(JPEG) + JPEG + b"\r\n"


async def film(writer: asyncio.StreamWriter) -> None:
    writer.write(HEAD)
    while True:
        writer.write(UNSTAMPED)
        await writer.drain()
        await asyncio.sleep(0.02)


@pytest.mark.parametrize("is_clear", [True, False])
def test_the_error_of_its_moment_goes_with_a_live_picture(is_clear: bool) -> None:
    async def may_see() -> bool:
        return is_clear

    async def test() -> None:
        async with served(film) as url:
            source = CameraSource("cam1", "Aisle", {640: url})
            clock = Clock()
            cameras = Cameras(msgspec.structs.replace(SITE, cameras=[CAMERA], sources=[source]), [], clock)
            shown = ShownCameras(cameras, unknowing(clock))
            async with aclosing(await shown.live("cam1", None, 1, may_see)) as pictures:
                live = await anext(pictures)
            now = await shown.picture("cam1", None, may_see)
            await cameras.stop()
        for one in (live, now):
            assert one.error_us is not None
            assert one.error_us >= LATENCY["none"].half_us

    asyncio.run(asyncio.wait_for(test(), 60))
