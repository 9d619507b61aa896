"""Cameras as they are shown: heads covered, but for whom they may be clear."""

import logging
from collections.abc import AsyncGenerator
from contextlib import aclosing

from store_client.contract.camera import Camera
from store_server.refusal import Refusal
from store_server.sensing.cameras import Cameras
from store_server.sensing.frame import Clear, Frame, Shown
from store_server.sensing.veil import Veil

log = logging.getLogger(__name__)


class ShownCameras:
    """What HTTP asks of cameras. Raises Refusal as Cameras does."""

    def __init__(self, cameras: Cameras, veil: Veil) -> None:
        self._cameras = cameras
        self._veil = veil

    def of(self, store: str) -> list[Camera]:
        return self._cameras.of(store)

    async def live(self, camera: str, width: int | None, every: int, is_clear: Clear) -> AsyncGenerator[Shown, None]:
        """Each ``every``-th picture from now on; who is slow misses some."""
        return self._pictures(camera, await self._cameras.live(camera, width), width, every, is_clear)

    async def picture(self, camera: str, width: int | None, is_clear: Clear) -> Shown:
        return await self._shown(camera, await self._cameras.picture(camera, width), width, is_clear)

    async def _pictures(
        self, camera: str, frames: AsyncGenerator[Frame, None], width: int | None, every: int, is_clear: Clear
    ) -> AsyncGenerator[Shown, None]:
        left = 0
        async with aclosing(frames):
            async for frame in frames:
                if left:
                    left -= 1
                    continue
                try:
                    shown = await self._shown(camera, frame, width, is_clear)
                except Refusal as refusal:
                    log.debug("%s", refusal.detail)
                    continue
                yield shown
                left = every - 1

    async def _shown(self, camera: str, frame: Frame, width: int | None, is_clear: Clear) -> Shown:
        if await is_clear():
            return Shown(frame.jpeg, frame.captured_at, frame.error_us, is_clear=True)
        return Shown(await self._veil.live(camera, frame, width), frame.captured_at, frame.error_us)
