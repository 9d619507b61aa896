"""Has every camera recorded as it comes, each read once for all who look, who bear witness and who record.

A camera of its own is read without a break. A simulated one is drawn only for who looks, which costs the machine that
draws it: what the witness and people look at is recorded with them, and besides one picture now and then.
"""

import asyncio
import logging
import time
from contextlib import aclosing

from store_client.contract.camera import Camera
from store_client.jpeg import size_of
from store_server.clock import Clock
from store_server.refusal import Refusal
from store_server.sensing.cameras import Cameras, Shot
from store_server.sensing.decoder import NotAsItComes
from store_server.sensing.multipart import CameraLost
from store_server.sensing.recording.form import MJPEG, Form, Sample
from store_server.sensing.recording.mp4 import mjpeg_entry
from store_server.sensing.recording.scribe import Scribe
from store_server.sensing.views import WIDTH

log = logging.getLogger(__name__)

US = 1_000_000
STALL_S = 4.0
HOLD_US = 5 * US
"""A picture of a camera that is read without a break is shown so long if no other follows."""
IDLE_S = 10.0
"""A simulated camera at which nobody looks is recorded so often."""
PAUSES_S = (1.0, 5.0)


class Recorder:
    """Used on one event loop."""

    def __init__(self, cameras: Cameras, store: str, scribe: Scribe, clock: Clock, *, idle_s: float = IDLE_S) -> None:
        self._cameras = cameras
        self._store = store
        self._scribe = scribe
        self._clock = clock
        self._idle_s = idle_s
        self._pace = max(1.0, clock.speed)
        self._widths = {camera.id: self._width(camera) for camera in cameras.of(store)}
        self._simulated = [camera.id for camera in cameras.of(store) if camera.kind == "simulated"]
        self._taken: dict[str, float] = {}
        self._tasks: list[asyncio.Task[None]] = []

    def start(self) -> None:
        self._cameras.listen(self._heard)
        for camera in self._cameras.of(self._store):
            if camera.kind != "simulated":
                self._begin(camera)
        if self._simulated:
            self._tasks.append(asyncio.create_task(self._look_now_and_then(self._simulated), name="recorder"))

    async def stop(self) -> None:
        self._cameras.unlisten(self._heard)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _begin(self, camera: Camera) -> None:
        record = self._record_coded if self._cameras.is_decoded(camera.id) else self._record_pictures
        self._tasks.append(asyncio.create_task(record(camera.id), name=f"recorder of {camera.id}"))

    @staticmethod
    def _width(camera: Camera) -> int:
        """Of the pictures that are recorded: of a simulated camera the witness's, of any other its own."""
        if camera.kind == "simulated":
            return min((own for own in camera.widths if own >= WIDTH), default=max(camera.widths, default=0))
        return max(camera.widths, default=0)

    # ---- pictures

    def _heard(self, width: int, shot: Shot) -> None:
        """A picture that a camera gave to anybody."""
        if width != self._widths.get(shot.camera) or self._cameras.is_decoded(shot.camera):
            return
        self._taken[shot.camera] = time.monotonic()
        self._keep_picture(shot)

    def _keep_picture(self, shot: Shot) -> None:
        width, height = size_of(shot.jpeg)
        form = Form(MJPEG, width, height, mjpeg_entry(width, height), self._hold_us(shot.camera))
        self._scribe.put(shot.camera, form, Sample(shot.jpeg, shot.at_us, shot.at_us, shot.error_us))

    def _hold_us(self, camera: str) -> int:
        return round((2.5 * self._idle_s * US if camera in self._simulated else HOLD_US) * self._pace)

    async def _record_pictures(self, camera: str) -> None:
        """Looks without a break; what comes is heard."""
        pause_s = PAUSES_S[0]
        while True:
            try:
                async with aclosing(await self._cameras.live(camera, None)) as frames:
                    async for _ in frames:
                        pause_s = PAUSES_S[0]
            except Refusal as refusal:
                log.debug("%s", refusal.detail)
            self._scribe.broke_off(camera)
            await asyncio.sleep(pause_s)
            pause_s = min(2 * pause_s, PAUSES_S[1])

    async def _look_now_and_then(self, cameras: list[str]) -> None:
        """One after the other, each when nobody has looked for a while; not yet while the store starts."""
        pause_s = self._idle_s / len(cameras)
        await asyncio.sleep(self._idle_s)
        while True:
            for camera in cameras:
                if time.monotonic() - self._taken.get(camera, -self._idle_s) >= 0.9 * self._idle_s:
                    try:
                        await self._cameras.shot(camera, self._widths[camera])
                    except Refusal as refusal:
                        log.debug("%s", refusal.detail)
                await asyncio.sleep(pause_s)

    # ---- coded pictures

    async def _record_coded(self, camera: str) -> None:
        pause_s = PAUSES_S[0]
        while True:
            try:
                async with aclosing(self._cameras.coded(camera, STALL_S)) as coded:
                    async for about, sample in coded:
                        pause_s = PAUSES_S[0]
                        hold_us = round(HOLD_US * self._pace)
                        form = Form(about.codec, about.width, about.height, about.entry, hold_us)
                        self._scribe.put(camera, form, sample)
            except NotAsItComes as lost:
                log.warning("camera %s: %s; its pictures are", camera, lost)
                await self._record_decoded(camera)
            except CameraLost as lost:
                log.debug("camera %s %s", camera, lost)
            self._scribe.broke_off(camera)
            await asyncio.sleep(pause_s)
            pause_s = min(2 * pause_s, PAUSES_S[1])

    async def _record_decoded(self, camera: str) -> None:
        """The way of last resort: as it is shown."""
        try:
            async with aclosing(await self._cameras.live(camera, None)) as frames:
                async for frame in frames:
                    self._keep_picture(Shot(camera, camera, frame.jpeg, frame.captured_at, frame.error_us))
        except Refusal as refusal:
            log.debug("%s", refusal.detail)
