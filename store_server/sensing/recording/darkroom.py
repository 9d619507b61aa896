"""Has pictures made of what was recorded, by a child process that is started when there is something to do."""

import asyncio
from collections.abc import Sequence

from store_server.piped import dismissed, started
from store_server.refusal import Refusal
from store_server.sensing.recording.develop import ANSWERED, ASKED, PLACE

PATIENCE_S = 10.0
MOST_BYTES = 64 << 20


class Darkroom:
    """One film at a time. Used on one event loop."""

    def __init__(self) -> None:
        self._turn = asyncio.Lock()
        self._child: asyncio.subprocess.Process | None = None

    async def jpeg(self, data: bytes, width: int | None) -> bytes:
        """``data``: an MP4 of one picture, or a JPEG. Raises Refusal("unavailable") if it cannot be decoded."""
        (jpeg,) = await self.jpegs(data, width, [0])
        if not jpeg:
            raise Refusal("unavailable", "the recorded picture cannot be decoded")
        return jpeg

    async def jpegs(self, data: bytes, width: int | None, places: Sequence[int]) -> list[bytes]:
        """Those at ``places``, growing, of what an MP4 shows; empty for what cannot be decoded.

        Raises Refusal("unavailable") if nothing can be."""
        async with self._turn:
            try:
                async with asyncio.timeout(PATIENCE_S):
                    return await self._develop(data, width or 0, places)
            except (TimeoutError, OSError, asyncio.IncompleteReadError) as error:
                await self._end()
                raise Refusal("unavailable", "the recorded picture cannot be decoded") from error
            except asyncio.CancelledError:
                await asyncio.shield(self._end())  # half an answer would be taken for the next one's
                raise

    async def close(self) -> None:
        async with self._turn:
            await self._end()

    async def _develop(self, data: bytes, width: int, places: Sequence[int]) -> list[bytes]:
        child = await self._running()
        assert child.stdin is not None
        assert child.stdout is not None
        wanted = b"".join(PLACE.pack(place) for place in places)
        child.stdin.write(ASKED.pack(width, len(data), len(places)) + wanted + data)
        await child.stdin.drain()
        jpegs = []
        for _ in places:
            (length,) = ANSWERED.unpack(await child.stdout.readexactly(ANSWERED.size))
            jpegs.append(await child.stdout.readexactly(length))
        return jpegs

    async def _running(self) -> asyncio.subprocess.Process:
        if self._child is None or self._child.returncode is not None:
            self._child = await started("store_server.sensing.recording.develop", most_bytes=MOST_BYTES)
        return self._child

    async def _end(self) -> None:
        child, self._child = self._child, None
        if child is not None and child.returncode is None:
            await dismissed(child)
