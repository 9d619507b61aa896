"""What was recorded, for who asks over HTTP."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Collection, Sequence
from contextlib import aclosing, suppress
from dataclasses import replace

from store_client.contract.recording import RecordedSpan, Recording
from store_server.clock import Clock
from store_server.refusal import Refusal
from store_server.sensing.frame import Clear, Shown
from store_server.sensing.recording.archive import Archive
from store_server.sensing.recording.cutting import Cut, Cutting, Kept, data_of, still
from store_server.sensing.recording.darkroom import Darkroom
from store_server.sensing.recording.form import MJPEG
from store_server.sensing.recording.playing import Due, Playing
from store_server.sensing.recording.segment import Entry
from store_server.sensing.veil import Veil

MOST_PREVIEWS = 500
PREVIEW_WIDTH = 160


class Recordings:
    """Each raises Refusal: "not-found" for a camera that is not here, and where nothing was recorded."""

    def __init__(
        self, archive: Archive, darkroom: Darkroom, veil: Veil, clock: Clock, cameras: Callable[[], Collection[str]]
    ) -> None:
        """``cameras``: ids of those that there are now; what was recorded of others can be seen as well."""
        self._archive = archive
        self._cutting = Cutting(archive)
        self._darkroom = darkroom
        self._veil = veil
        self._clock = clock
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

    async def picture(self, camera: str, at_us: int, width: int | None, is_clear: Clear) -> Shown:
        """The one shown at a moment. Raises Refusal("unavailable") for what cannot be decoded."""
        self._check(camera)

        def find() -> tuple[Kept, bytes, tuple[int | None, int | None]]:
            # At one go: from thread to thread one waits for the interpreter each time.
            samples = self._cutting.shown(camera, at_us)
            return samples[-1], _coded(samples), self._cutting.beside(camera, samples[-1].entry.at_us)

        kept, coded, (before_us, next_us) = await asyncio.to_thread(find)
        shown = await self._made(camera, kept, coded, width, is_clear)
        return replace(shown, before_us=before_us, next_us=next_us)

    async def previews(
        self, camera: str, since_us: int, until_us: int, every_us: int, width: int | None, is_clear: Clear
    ) -> AsyncGenerator[Shown, None]:
        """Small pictures for each ``every_us``, or further apart where these would be too many, the same one never twice.
        Those that cannot be decoded are left out."""
        self._check(camera)
        least_us = -(-(until_us - since_us) // MOST_PREVIEWS)
        moments = range(since_us, until_us, max(every_us, least_us))
        keys = await asyncio.to_thread(self._cutting.keys, camera, moments)
        return self._previews(camera, keys, width or PREVIEW_WIDTH, is_clear)

    async def replay(
        self, camera: str, since_us: int, speed: float, width: int | None, is_clear: Clear
    ) -> AsyncGenerator[Shown, None]:
        """At once what was shown at ``since_us``, or last before it, then each picture when it is due. See Playing."""
        self._check(camera)
        first = await asyncio.to_thread(self._cutting.run_to, camera, since_us)
        if not first and not await asyncio.to_thread(self._cutting.run_after, camera, since_us):
            raise Refusal("not-found", "nothing of this camera is recorded")
        loop_s = asyncio.get_running_loop().time
        playing = Playing(self._cutting, self._darkroom, self._clock, camera, speed, width, loop_s)
        return self._replay(camera, playing.pictures(since_us, first), width, is_clear)

    async def _replay(
        self, camera: str, pictures: AsyncGenerator[Due, None], width: int | None, is_clear: Clear
    ) -> AsyncGenerator[Shown, None]:
        async with aclosing(pictures):
            async for due in pictures:
                with suppress(Refusal):  # the next will do
                    yield await self._shown(camera, due.kept.entry, due.jpeg, width, is_clear)

    async def _previews(
        self, camera: str, keys: list[Kept], width: int, is_clear: Clear
    ) -> AsyncGenerator[Shown, None]:
        for key in keys:
            try:
                coded = await asyncio.to_thread(_coded, [key])
                picture = await self._made(camera, key, coded, width, is_clear)
            except Refusal:
                continue
            yield picture

    async def _made(self, camera: str, kept: Kept, coded: bytes, width: int | None, is_clear: Clear) -> Shown:
        jpeg = coded if kept.form.codec == MJPEG else await self._darkroom.jpeg(coded, width)
        return await self._shown(camera, kept.entry, jpeg, width, is_clear)

    async def _shown(self, camera: str, entry: Entry, jpeg: bytes, width: int | None, is_clear: Clear) -> Shown:
        may_see = await is_clear()
        jpeg = await self._veil.recorded(camera, jpeg, entry.at_us, width, is_clear=may_see)
        return Shown(jpeg, entry.at_us, entry.error_us, may_see)

    def _check(self, camera: str) -> None:
        if camera not in self._cameras() and not self._archive.segments(camera):
            raise Refusal("not-found", f"there is no camera {camera!r}")


def _coded(samples: Sequence[Kept]) -> bytes:
    """The last of them as its camera coded it; an MP4 where it needs those before it. Raises Refusal("not-found")."""
    return data_of(samples[-1]) if samples[-1].form.codec == MJPEG else still(samples)
