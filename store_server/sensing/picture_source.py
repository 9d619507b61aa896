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
        async for part in pictures(self.url, stall_s):
            if part.jpeg is None:
                yield None
            else:
                stamp: Stamp = "none" if part.captured_at is None else "wall"
                moment = self.taken.taken(stamp, part.captured_at or 0, self.clock.now_us())
                yield Frame(part.jpeg, moment.at_us, moment.error_us)


@dataclass(frozen=True, slots=True)
class DecodedSource:
    """An added camera at ``width``; the decoder is shared by all widths."""

    decoder: Decoder
    width: int

    async def frames(self, stall_s: float) -> AsyncGenerator[Frame | None, None]:
        async with aclosing(self.decoder.frames(self.width, stall_s)) as frames:
            async for frame in frames:
                yield frame
