"""One drawing for all who watch, and none when nobody does."""

import asyncio
from collections.abc import Callable
from contextlib import aclosing

from store_server.world.studio import Picture, Studio

PATIENCE = 30.0


class Lens:
    """Counts what it is asked for; ``is_stopped``: it delivers nothing."""

    def __init__(self) -> None:
        self.shots = 0
        self.is_stopped = False

    def shoot(self, camera: str, width: int) -> Callable[[], Picture | None]:
        self.shots += 1
        picture = None if self.is_stopped else Picture(self.shots, f"{camera} {width}".encode())
        return lambda: picture


async def watch(studio: Studio, count: int) -> list[int]:
    seen: list[int] = []
    async with aclosing(studio.pictures("camera-1", 320)) as pictures:
        async for picture in pictures:
            assert picture.jpeg == b"camera-1 320"
            seen.append(picture.captured_us)
            if len(seen) == count:
                break
    return seen


def test_watchers_share_a_drawing_that_ends_with_the_last_of_them() -> None:
    async def run() -> None:
        lens = Lens()
        studio = Studio(lens.shoot)
        async with asyncio.timeout(PATIENCE):
            one, other = await asyncio.gather(watch(studio, 6), watch(studio, 6))
            assert one == sorted(set(one))
            assert set(one) & set(other)
            assert lens.shots < 12
            while studio.is_drawing:
                await asyncio.sleep(0.01)
            before = lens.shots
            assert min(await watch(studio, 1)) > before, "not the last picture of long ago"
            await studio.close()

    asyncio.run(run())


def test_a_stopped_camera_sends_nothing_until_it_is_back() -> None:
    async def run() -> None:
        lens = Lens()
        lens.is_stopped = True
        studio = Studio(lens.shoot)
        async with asyncio.timeout(PATIENCE):
            watching = asyncio.create_task(watch(studio, 1))
            while lens.shots < 3:
                await asyncio.sleep(0.01)
            assert not watching.done()
            lens.is_stopped = False
            assert (await watching)[0] > 3
            await studio.close()

    asyncio.run(run())
