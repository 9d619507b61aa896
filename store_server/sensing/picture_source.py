"""Where a reader gets a camera's pictures from: a stream over HTTP, or a decoder in a child process."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass
from typing import Protocol

from store_server.clock import Clock
from store_server.sensing.camera_clock import CameraClock, Stamp
from store_server.sensing.decoder import Decoder
from store_server.sensing.frame import Frame
from store_server.sensing.multipart import pictures


class PictureSource(Protocol):
    def frames(self, stall_s: float) -> AsyncGenerator[Frame | None, None]:
        """Frames in the store's time, None for one that was no picture. Raises CameraLost when there are no more."""
        ...


@dataclass(frozen=True, slots=True)
class HttpSource:
    """A camera that sends multipart JPEG; passed on as it comes. ``taken``: its clock, whatever the width."""

    url: str
    clock: Clock
    taken: CameraClock

    async def frames(self, stall_s: float) -> AsyncGenerator[Frame | None, None]:
        asked_us: int | None = self.clock.now_us()
        async for part in pictures(self.url, stall_s):
            if part.jpeg is None:
                yield None
            else:
                moment = self.taken.taken(*_stamped(part.captured_at, asked_us), self.clock.now_us())
                asked_us = None
                yield Frame(part.jpeg, moment.at_us, moment.error_us)


def _stamped(captured_at: int | None, asked_us: int | None) -> tuple[Stamp, int]:
    if captured_at is not None:
        return "wall", captured_at
    return ("none", 0) if asked_us is None else ("asked", asked_us)


@dataclass(frozen=True, slots=True)
class DecodedSource:
    """An added camera at ``width``; the decoder is shared by all widths."""

    decoder: Decoder
    width: int

    async def frames(self, stall_s: float) -> AsyncGenerator[Frame | None, None]:
        async with aclosing(self.decoder.frames(self.width, stall_s)) as frames:
            async for frame in frames:
                yield frame
