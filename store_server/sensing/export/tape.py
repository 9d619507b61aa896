"""A tar archive (POSIX.1-2001, pax) that is sent while it is made: its files are hashed as they go by."""

import asyncio
import hashlib
import tarfile
from collections.abc import AsyncGenerator, Callable, Iterator

_BLOCK = 512


class Tape:
    """``done``: SHA-256 and length of the file that was sent last. ``made_us``: the time of all of them."""

    def __init__(self, made_us: int) -> None:
        self.done = ("", 0)
        self._mtime = made_us // 1_000_000

    def head(self, name: str, size: int) -> bytes:
        info = tarfile.TarInfo(name)
        info.size, info.mtime, info.mode = size, self._mtime, 0o644
        return info.tobuf(tarfile.PAX_FORMAT)

    def sign_of_life(self, text: str) -> bytes:
        """What whoever unpacks the archive passes over."""
        return tarfile.TarInfo.create_pax_global_header({"comment": text})

    def end(self) -> bytes:
        return bytes(2 * _BLOCK)

    async def file(self, name: str, size: int, content: Iterator[bytes]) -> AsyncGenerator[bytes, None]:
        """A whole file. Raises OSError if ``content``, which is read in a thread, is not of ``size`` bytes."""
        yield self.head(name, size)
        digest, length = hashlib.sha256(), 0
        step = _hashed(content, digest.update)
        while part := await asyncio.to_thread(step):
            length += len(part)
            yield part
        if length != size:
            raise OSError(f"{name} is not as long as it was said to be")
        self.done = (digest.hexdigest(), length)
        yield bytes(-size % _BLOCK)


def _hashed(content: Iterator[bytes], update: Callable[[bytes], None]) -> Callable[[], bytes]:
    def step() -> bytes:
        part = next(content, b"")
        update(part)
        return part

    return step
