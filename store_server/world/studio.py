"""Live pictures: one drawing for all who look at a camera in a size, and none while nobody looks."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

RATE_HZ = 12.5
"""Pictures a second, of the machine's time."""


@dataclass(frozen=True, slots=True)
class Picture:
    """``captured_us``: store time that it shows. ``jpeg`` may be anything but a picture if the camera is broken."""

    captured_us: int
    jpeg: bytes


Shoot = Callable[[str, int], Callable[[], Picture | None]]
"""Looks at the store through a camera, for a width; what it returns draws the picture, in another thread; None:
the camera sends nothing now."""


@dataclass(slots=True)
class _Stage:
    watchers: int = 0
    latest: Picture | None = None
    fresh: asyncio.Condition = field(default_factory=asyncio.Condition)
    task: asyncio.Task[None] | None = None


class Studio:
    """Draws with two threads at most: drawing lets go of the interpreter, and the store needs the rest."""

    def __init__(self, shoot: Shoot) -> None:
        self._shoot = shoot
        self._stages: dict[tuple[str, int], _Stage] = {}
        self._is_closed = False
        self._pool = ThreadPoolExecutor(2, thread_name_prefix="painter")

    async def pictures(self, camera: str, width: int) -> AsyncGenerator[Picture, None]:
        """The newest picture each time one asks: a slow watcher misses some, and delays nobody."""
        stage = self._stages.setdefault((camera, width), _Stage())
        stage.watchers += 1
        if stage.task is None:
            stage.task = asyncio.create_task(self._draw(camera, width, stage))
        seen: Picture | None = None
        try:
            while True:
                async with stage.fresh:
                    while stage.latest is seen and not self._is_closed:
                        await stage.fresh.wait()
                    seen = stage.latest
                if seen is None or self._is_closed:
                    return
                yield seen
        finally:
            stage.watchers -= 1

    async def close(self) -> None:
        """Ends every stream of pictures."""
        self._is_closed = True
        tasks = [stage.task for stage in self._stages.values() if stage.task is not None]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for stage in self._stages.values():
            async with stage.fresh:
                stage.fresh.notify_all()
        self._pool.shutdown(cancel_futures=True)

    async def _draw(self, camera: str, width: int, stage: _Stage) -> None:
        """Until the last watcher has gone."""
        loop = asyncio.get_running_loop()
        due = loop.time()
        while stage.watchers:
            picture = await loop.run_in_executor(self._pool, self._shoot(camera, width))
            if picture is not None:
                async with stage.fresh:
                    stage.latest = picture
                    stage.fresh.notify_all()
            due = max(due + 1.0 / RATE_HZ, loop.time())
            await asyncio.sleep(due - loop.time())
        stage.task, stage.latest = None, None
