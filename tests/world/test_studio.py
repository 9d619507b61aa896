"""One drawing for all who watch, and none when nobody does."""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import aclosing

from store_server.world.studio import Picture, Pictures, Studio

PATIENCE = 30.0


class Lens:
    """Counts what it is asked for; ``is_stopped``: it delivers nothing."""

    def __init__(self) -> None:
        self.shots = 0
        self.widths: list[Sequence[int]] = []
        self.is_stopped = False

    def shoot(self, camera: str, widths: Sequence[int]) -> Callable[[], Pictures]:
        self.shots += 1
        self.widths.append(widths)
        shown = () if self.is_stopped else widths
        pictures = {width: Picture(self.shots, f"{camera} {width}".encode()) for width in shown}
        return lambda: pictures


async def watch(studio: Studio, count: int, width: int = 320) -> list[int]:
    seen: list[int] = []
    async with aclosing(studio.pictures("camera-1", width)) as pictures:
        async for picture in pictures:
            assert picture.jpeg == f"camera-1 {width}".encode()
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


def test_sizes_of_a_camera_are_of_one_drawing() -> None:
    async def run() -> None:
        lens = Lens()
        studio = Studio(lens.shoot)
        async with asyncio.timeout(PATIENCE):
            large = asyncio.create_task(watch(studio, 1_000, 640))
            small = await watch(studio, 6)
            while not large.done() and lens.shots < max(small) + 3:
                await asyncio.sleep(0.01)
            assert len(set(small)) == 6, "and each of another moment"
            large.cancel()
            await asyncio.gather(large, return_exceptions=True)
            await studio.close()
        assert lens.widths[-1] == [640], "who has gone is no longer drawn for"
        assert [320, 640] in lens.widths

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
