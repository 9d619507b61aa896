"""Where a reader gets a camera's pictures from: a stream over HTTP, or a decoder in a child process."""

import asyncio
import sys
from collections.abc import AsyncGenerator, Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Protocol

import msgspec

from store_server.child import environment
from store_server.clock import Clock
from store_server.sensing.frame import Frame
from store_server.sensing.multipart import CameraLost, pictures

HEAD_BYTES = 12
MOST_BYTES = 16 << 20
OPEN_S = 10.0
END_S = 2.0


class PictureSource(Protocol):
    def frames(self, stall_s: float) -> AsyncGenerator[Frame | None, None]:
        """Frames in the store's time, None for one that was no picture. Raises CameraLost when there are no more."""
        ...


@dataclass(frozen=True, slots=True)
class HttpSource:
    """A camera that sends multipart JPEG; passed on as it comes."""

    url: str
    clock: Clock

    async def frames(self, stall_s: float) -> AsyncGenerator[Frame | None, None]:
        async for part in pictures(self.url, stall_s):
            if part.jpeg is None:
                yield None
            else:
                yield Frame(part.jpeg, self.clock.now_us() if part.captured_at is None else part.captured_at)


class Opened(msgspec.Struct, frozen=True):
    """What the decoder says of the video: see store_server.sensing.capture."""

    width: int
    height: int
    rate_hz: float


@dataclass(frozen=True, slots=True)
class DecodedSource:
    """A file, or what OpenCV can open, at ``width``. ``opened`` is told the video's own size."""

    url: str
    width: int | None
    clock: Clock
    opened: Callable[[Opened], None]

    async def frames(self, stall_s: float) -> AsyncGenerator[Frame | None, None]:
        child = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "store_server.sensing.capture"),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            env=environment(),
            start_new_session=True,
            limit=MOST_BYTES,
        )
        assert child.stdin is not None
        assert child.stdout is not None
        try:
            # Its address goes by the pipe: one with a password in it must not be seen in a list of processes.
            child.stdin.write(msgspec.json.encode({"url": self.url, "width": self.width}) + b"\n")
            async with asyncio.timeout(OPEN_S):
                line = await child.stdout.readline()
            if not line:
                raise CameraLost(await _last_words(child))
            self.opened(msgspec.json.decode(line, type=Opened))
            while True:
                async with asyncio.timeout(stall_s):
                    head = await child.stdout.readexactly(HEAD_BYTES)
                    jpeg = await child.stdout.readexactly(int.from_bytes(head[8:], "big"))
                yield Frame(jpeg, self.clock.at(int.from_bytes(head[:8], "big")))
        except TimeoutError as error:
            raise CameraLost(f"sent nothing for {stall_s:g} s") from error
        except (asyncio.IncompleteReadError, ConnectionError) as error:
            raise CameraLost(await _last_words(child)) from error
        finally:
            await _end(child)


async def _last_words(child: asyncio.subprocess.Process) -> str:
    assert child.stderr is not None
    try:
        async with asyncio.timeout(END_S):
            text = (await child.stderr.read()).decode(errors="replace").strip()
    except TimeoutError:
        text = ""
    return text.splitlines()[-1] if text else "its decoder ended"


async def _end(child: asyncio.subprocess.Process) -> None:
    assert child.stdin is not None
    child.stdin.close()
    try:
        async with asyncio.timeout(END_S):
            await child.wait()
    except TimeoutError:
        with suppress(ProcessLookupError):
            child.kill()
        await child.wait()
