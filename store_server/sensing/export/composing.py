"""Has the films of several cameras put beside each other: one video, its pictures JPEG, so that no encoder is needed."""

import asyncio
import tempfile
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator, Sequence
from contextlib import aclosing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import msgspec

from store_client.contract.camera import Camera
from store_client.contract.live import Positions
from store_server.bus import NotKept
from store_server.piped import dismissed, started
from store_server.sensing.export.composition import LENGTH, Clip, Composition, Tile, size_of
from store_server.sensing.export.films import Films
from store_server.sensing.recording.mp4 import Track, head, mjpeg_entry

STEP_US = 100_000
"""Ten pictures a second."""
SIGN_OF_LIFE_S = 0.5
PATIENCE_S = 30.0
AROUND_US = 5_000_000
"""Where people were before and after says where they were meanwhile."""
STRETCH_US = 60_000_000
MOST_BYTES = 16 << 20
_TILE_BYTES, _ALONE_BYTES = 20_000, 70_000
"""Of a picture for each camera in it; of one with a single camera, which is shown larger."""
_PART = 1 << 20


def about_bytes(tiles: int, since_us: int, until_us: int) -> int:
    """How long a film of [since, until) will be, however little was recorded."""
    return (until_us - since_us) // STEP_US * max(_ALONE_BYTES, tiles * _TILE_BYTES)


@dataclass(frozen=True, slots=True)
class Film:
    """A video that is ready to be sent; see contract.export.ExportedFile."""

    head: bytes
    pictures: BinaryIO
    length: int
    begin_us: int
    end_us: int
    frames: int
    error_us: int
    step_us: int = STEP_US

    def content(self) -> Iterator[bytes]:
        yield self.head
        self.pictures.seek(0)
        while part := self.pictures.read(_PART):
            yield part


class Composing:
    """``film`` is there once ``made`` has ended, its pictures in ``pictures``."""

    film: Film

    def __init__(
        self,
        folder: Path,
        films: Films,
        zone: str,
        pictures: BinaryIO,
        tracked: Callable[[int, int], Awaitable[Sequence[Positions]]] | None,
    ) -> None:
        """``tracked``: where everybody was in [since, until), so that heads are covered; None for faces as they are."""
        self._tracked = tracked
        self._folder = folder
        self._films = films
        self._zone = zone
        self._pictures = pictures
        self._error_us = 0

    async def made(self, cameras: Sequence[Camera], since_us: int, until_us: int) -> AsyncGenerator[float, None]:
        """How much of it is done, now and then. Raises OSError: there is no room, or a decoder hangs."""
        sizes: list[int] = []
        with tempfile.TemporaryDirectory(dir=self._folder) as place:
            tiles = []
            for camera in cameras:
                clips = await asyncio.to_thread(self._copied, Path(place), camera.id, since_us, until_us)
                tiles.append(Tile(camera.name, clips, camera.pose))
                yield 0.0
            people = Path(place) / "people"
            async for _ in self._write_people(people, since_us - AROUND_US, until_us + AROUND_US):
                yield 0.0
            path = "" if self._tracked is None else str(people)
            composition = Composition(tiles, since_us, until_us, STEP_US, self._zone, path)
            told = time.monotonic()
            async with aclosing(self._composed(composition)) as composed:
                async for size in composed:
                    sizes.append(size)
                    if time.monotonic() - told >= SIGN_OF_LIFE_S:
                        told = time.monotonic()
                        yield min(1.0, len(sizes) * STEP_US / (until_us - since_us))
        self.film = self._film(sizes, len(cameras), since_us, until_us)

    def _copied(self, place: Path, camera: str, since_us: int, until_us: int) -> list[Clip]:
        """The camera's clips, as files. Raises OSError."""
        clips = []
        for number, cut in enumerate(self._films.clips(camera, since_us, until_us)):
            path = place / f"{len(list(place.iterdir()))}-{number}.mp4"
            with path.open("wb") as file:
                file.writelines(cut.content())
            clips.append(Clip(str(path), cut.first_us, cut.samples[0].form.hold_us))
            self._error_us = max(self._error_us, cut.error_us)
        return clips

    async def _write_people(self, path: Path, since_us: int, until_us: int) -> AsyncGenerator[None, None]:
        """A while at a time; where the streams cannot be read nothing is known, and whole pictures are made coarse."""
        if self._tracked is None:
            return
        with path.open("wb") as file:
            for begin_us in range(since_us, until_us, STRETCH_US):
                with suppress(NotKept):
                    for message in await self._tracked(begin_us, min(until_us, begin_us + STRETCH_US)):
                        data = msgspec.msgpack.encode(message)
                        file.write(LENGTH.pack(len(data)) + data)
                yield

    async def _composed(self, composition: Composition) -> AsyncGenerator[int, None]:
        """The length of each picture, once it is kept."""
        child = await started("store_server.sensing.export.compose", most_bytes=MOST_BYTES)
        assert child.stdin is not None
        assert child.stdout is not None
        try:
            child.stdin.write(msgspec.json.encode(composition) + b"\n")
            for _ in range(composition.since_us, composition.until_us, composition.step_us):
                async with asyncio.timeout(PATIENCE_S):
                    (length,) = LENGTH.unpack(await child.stdout.readexactly(LENGTH.size))
                    jpeg = await child.stdout.readexactly(length)
                await asyncio.to_thread(self._pictures.write, jpeg)
                yield length
        except (TimeoutError, asyncio.IncompleteReadError) as error:
            raise OSError("the films cannot be put beside each other") from error
        finally:
            await dismissed(child)

    def _film(self, sizes: list[int], cameras: int, since_us: int, until_us: int) -> Film:
        moments = [since_us + number * STEP_US for number in range(len(sizes))]
        width, height = size_of(cameras)
        track = Track(
            entry=mjpeg_entry(width, height),
            width=width,
            height=height,
            sizes=sizes,
            decode_us=moments,
            shown_us=moments,
            keys=[True] * len(sizes),
            from_us=since_us,
            until_us=until_us,
        )
        begins = head(track)
        length = len(begins) + sum(sizes)
        return Film(begins, self._pictures, length, moments[0], moments[-1], len(sizes), self._error_us)
