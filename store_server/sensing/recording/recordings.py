"""What was recorded, for who asks over HTTP."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Collection
from dataclasses import dataclass

from store_client.contract.recording import RecordedSpan, Recording
from store_server.refusal import Refusal
from store_server.sensing.recording.archive import Archive
from store_server.sensing.recording.cutting import Cut, Cutting, Kept, data_of, still
from store_server.sensing.recording.darkroom import Darkroom
from store_server.sensing.recording.form import MJPEG

MOST_PREVIEWS = 500
PREVIEW_WIDTH = 160


@dataclass(frozen=True, slots=True)
class Recorded:
    """One picture. ``at_us``: when it was taken, ± ``error_us``."""

    jpeg: bytes
    at_us: int
    error_us: int


class Recordings:
    """Each raises Refusal: "not-found" for a camera that is not here, and where nothing was recorded."""

    def __init__(self, archive: Archive, darkroom: Darkroom, cameras: Callable[[], Collection[str]]) -> None:
        """``cameras``: ids of those that there are now; what was recorded of others can be seen as well."""
        self._archive = archive
        self._cutting = Cutting(archive)
        self._darkroom = darkroom
        self._cameras = cameras

    async def recording(self, camera: str, since_us: int, until_us: int) -> Recording:
        self._check(camera)
        reach, spans = await asyncio.to_thread(
            lambda: (self._cutting.reach(camera), self._cutting.spans(camera, since_us, until_us))
        )
        begin_us, end_us = reach or (None, None)
        return Recording(camera, begin_us, end_us, [RecordedSpan(camera, *span) for span in spans])

    async def clip(self, camera: str, since_us: int, until_us: int) -> Cut:
        self._check(camera)
        return await asyncio.to_thread(self._cutting.cut, camera, since_us, until_us)

    async def picture(self, camera: str, at_us: int, width: int | None) -> Recorded:
        """The one shown at a moment: as it was recorded, or smaller. Raises Refusal("unavailable") for what cannot be
        decoded."""
        self._check(camera)
        samples = await asyncio.to_thread(self._cutting.shown, camera, at_us)
        return await self._made(samples, width)

    async def previews(
        self, camera: str, since_us: int, until_us: int, every_us: int, width: int | None
    ) -> AsyncGenerator[Recorded, None]:
        """Small pictures for each ``every_us``, or further apart where these would be too many, the same one never twice.
        Those that cannot be decoded are left out."""
        self._check(camera)
        least_us = -(-(until_us - since_us) // MOST_PREVIEWS)
        moments = range(since_us, until_us, max(every_us, least_us))
        keys = await asyncio.to_thread(self._cutting.keys, camera, moments)
        return self._previews(keys, width or PREVIEW_WIDTH)

    async def _previews(self, keys: list[Kept], width: int) -> AsyncGenerator[Recorded, None]:
        for key in keys:
            try:
                picture = await self._made([key], width)
            except Refusal:
                continue
            yield picture

    async def _made(self, samples: list[Kept], width: int | None) -> Recorded:
        last = samples[-1]
        if last.form.codec == MJPEG:
            jpeg = await asyncio.to_thread(data_of, last)
            if width is not None and width < last.form.width:
                jpeg = await self._darkroom.jpeg(jpeg, width)
        else:
            jpeg = await self._darkroom.jpeg(await asyncio.to_thread(still, samples), width)
        return Recorded(jpeg, last.entry.at_us, last.entry.error_us)

    def _check(self, camera: str) -> None:
        if camera not in self._cameras() and not self._archive.segments(camera):
            raise Refusal("not-found", f"there is no camera {camera!r}")
