"""Live pictures: one drawing for all who look at a camera in a size, and none while nobody looks."""

import asyncio
import os
import time
from collections.abc import AsyncGenerator, Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from store_server.giving_way import give_way

RATE_HZ = 12.5
"""Pictures a second of each camera, of the machine's time, where that is not more than ``SHARE`` allows."""
SHARE = min(0.6, 0.2 * (os.cpu_count() or 1))
"""Of one processor, that drawing may take: a store that is full is drawn less often, and slows nothing else down."""


@dataclass(frozen=True, slots=True)
class Picture:
    """``captured_us``: store time that it shows. ``jpeg`` may be anything but a picture if the camera is broken."""

    captured_us: int
    jpeg: bytes


_MOST_COST = 0.05
"""Seconds of processor: what costs more is a camera's first picture, and says nothing of the next."""


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
    """Draws in one thread of its own: drawing lets go of the interpreter most of the time."""

    def __init__(self, shoot: Shoot) -> None:
        self._shoot = shoot
        self._stages: dict[tuple[str, int], _Stage] = {}
        self._cost = 0.0
        self._is_closed = False
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="painter", initializer=give_way)

    @property
    def is_drawing(self) -> bool:
        return any(stage.task is not None for stage in self._stages.values())

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

    async def prepare(self, camera: str, width: int) -> None:
        """Draws once for nobody, so that who looks later need not wait for a camera's first picture."""
        if (camera, width) not in self._stages:
            await asyncio.get_running_loop().run_in_executor(self._pool, self._shoot(camera, width))

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
            picture, cost = await loop.run_in_executor(self._pool, _timed, self._shoot(camera, width))
            self._cost += 0.05 * (min(cost, _MOST_COST) - self._cost)
            if picture is not None:
                async with stage.fresh:
                    stage.latest = picture
                    stage.fresh.notify_all()
            shown = sum(stage.task is not None for stage in self._stages.values())
            due = max(due + max(1.0 / RATE_HZ, shown * self._cost / SHARE), loop.time())
            await asyncio.sleep(due - loop.time())
        stage.task, stage.latest = None, None


def _timed(draw: Callable[[], Picture | None]) -> tuple[Picture | None, float]:
    """What was drawn, and the seconds of processor that it took."""
    began = time.thread_time()
    return draw(), time.thread_time() - began
