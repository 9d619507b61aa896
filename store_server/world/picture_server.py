"""The cameras' own web server, on the loopback: ``/<camera>/<width>`` is a stream of JPEG pictures."""

import asyncio
import re
from collections.abc import AsyncGenerator, Collection, Coroutine
from contextlib import aclosing, suppress

from store_client.contract.moment import from_micros
from store_server.world.clocks import Clocks
from store_server.world.studio import Picture, Studio

_BOUNDARY = "picture"
_REQUEST = re.compile(rb"GET /([\w-]{1,40})/(\d{1,5}) HTTP/1\.[01]\r\n")
_REQUEST_SECONDS = 10.0


class PictureServer:
    """Serves ``cameras`` in each of ``widths``, stamped by ``clocks``. ``start`` returns the address, without a path.

    ``pace``: how many seconds of the store's clock pass in one of the machine's.
    """

    def __init__(
        self, studio: Studio, cameras: Collection[str], widths: Collection[int], clocks: Clocks, pace: float = 1.0
    ) -> None:
        self._studio = studio
        self._clocks = clocks
        self._pace = pace
        self._cameras = cameras
        self._widths = widths
        self._server: asyncio.Server | None = None
        self._watchers: dict[asyncio.Task[None], asyncio.StreamWriter] = {}

    async def start(self, port: int) -> str:
        """``port`` 0: any. Raises OSError for one that is taken."""
        self._server = await asyncio.start_server(self._answer, "127.0.0.1", port, limit=1 << 14)
        host, port = self._server.sockets[0].getsockname()[:2]
        return f"http://{host}:{port}"

    async def close(self) -> None:
        """To be called once the studio's streams have ended."""
        if self._server is not None:
            self._server.close()
        for writer in self._watchers.values():
            writer.transport.abort()
        await asyncio.gather(*self._watchers)

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._watchers[task] = writer
        try:
            with suppress(ConnectionError, TimeoutError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
                async with asyncio.timeout(_REQUEST_SECONDS):
                    head = await reader.readuntil(b"\r\n\r\n")
                asked = _REQUEST.match(head)
                if asked is None or asked[1].decode() not in self._cameras or int(asked[2]) not in self._widths:
                    writer.write(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
                    await writer.drain()
                else:
                    await _until_hung_up(reader, self._stream(writer, asked[1].decode(), int(asked[2])))
        finally:
            del self._watchers[task]
            writer.close()

    async def _stream(self, writer: asyncio.StreamWriter, camera: str, width: int) -> None:
        writer.write(
            b"HTTP/1.1 200 OK\r\nCache-Control: no-store\r\nConnection: close\r\n"
            + f"Content-Type: multipart/x-mixed-replace; boundary={_BOUNDARY}\r\n\r\n--{_BOUNDARY}\r\n".encode()
        )
        late_s = self._clocks.late_us(camera) / 1e6 / self._pace
        async with aclosing(_late(self._studio.pictures(camera, width), late_s)) as pictures:
            async for picture in pictures:
                writer.write(_part(picture, self._clocks.stamp(camera, picture.captured_us)))
                await writer.drain()


async def _late(pictures: AsyncGenerator[Picture, None], late_s: float) -> AsyncGenerator[Picture, None]:
    """The same, each so long after it was there."""
    if not late_s:
        async with aclosing(pictures):
            async for picture in pictures:
                yield picture
        return
    loop = asyncio.get_running_loop()
    waiting: asyncio.Queue[tuple[float, Picture] | None] = asyncio.Queue()

    async def line_up() -> None:
        async with aclosing(pictures):
            async for picture in pictures:
                waiting.put_nowait((loop.time() + late_s, picture))
        waiting.put_nowait(None)

    task = asyncio.create_task(line_up())
    try:
        while (due := await waiting.get()) is not None:
            await asyncio.sleep(max(0.0, due[0] - loop.time()))
            yield due[1]
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def _until_hung_up(reader: asyncio.StreamReader, stream: Coroutine[None, None, None]) -> None:
    """Whoever wants one picture hangs up after it: no second one is drawn only to find that out."""
    tasks = (asyncio.create_task(stream), asyncio.create_task(reader.read()))
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def _part(picture: Picture, stamp_us: int | None) -> bytes:
    """One part with the boundary that ends it, so that a reader need not wait for the next to have this one."""
    head = f"Content-Type: image/jpeg\r\nContent-Length: {len(picture.jpeg)}\r\n"
    if stamp_us is not None:
        head += f"X-Captured-At: {from_micros(stamp_us).strftime('%Y-%m-%dT%H:%M:%S.%fZ')}\r\n"
    return head.encode() + b"\r\n" + picture.jpeg + f"\r\n--{_BOUNDARY}\r\n".encode()
