"""Cameras to test against: servers on the loopback that send what a test tells them to."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

JPEG = b"\xff\xd8 a picture \xff\xd9"
HEAD = b"HTTP/1.0 200 OK\r\nContent-Type: multipart/x-mixed-replace; boundary=frame\r\n\r\n"
Answer = Callable[[asyncio.StreamWriter], Awaitable[None]]


def part(number: int, body: bytes | None = None, head: bytes = b"") -> bytes:
    """A part whose picture was taken ``number`` seconds after the beginning of 2026."""
    jpeg = JPEG + b"" if body is None else body
    stamp = f"2026-01-01T00:{number // 60:02}:{number % 60:02}.000000Z".encode()
    length = head or b"Content-Length: %d\r\n" % len(jpeg)
    return (
        b"--frame\r\nContent-Type: image/jpeg\r\n" + length + b"X-Captured-At: " + stamp + b"\r\n\r\n" + jpeg + b"\r\n"
    )


@asynccontextmanager
async def served(answer: Answer) -> AsyncIterator[str]:
    """The address of a camera that answers each connection so. Its connections end with it."""
    tasks: set[asyncio.Task[None]] = set()

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        tasks.add(task)
        try:
            await reader.readuntil(b"\r\n\r\n")
            await answer(writer)
            await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass  # whoever looked went away, or the test is over
        finally:
            writer.close()

    server = await asyncio.start_server(connected, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/camera"
    finally:
        server.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
