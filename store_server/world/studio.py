"""Live pictures: one drawing for all who look at a camera, in whatever sizes, and none while nobody looks."""

import asyncio
import os
import time
from collections import Counter
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
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


Pictures = Mapping[int, Picture]
"""Of one moment, by their width."""
Shoot = Callable[[str, Sequence[int]], Callable[[], Pictures]]
"""Looks at the store through a camera, for some widths; what it returns draws the pictures, in another thread; none:
the camera sends nothing now."""


@dataclass(slots=True)
class _Stage:
    """``watchers``: how many there are of each width."""

    watchers: Counter[int] = field(default_factory=Counter)
    latest: Pictures = field(default_factory=dict)
    fresh: asyncio.Condition = field(default_factory=asyncio.Condition)
    task: asyncio.Task[None] | None = None


class Studio:
    """Draws in one thread of its own: drawing lets go of the interpreter most of the time."""

    def __init__(self, shoot: Shoot) -> None:
        self._shoot = shoot
        self._stages: dict[str, _Stage] = {}
        self._cost = 0.0
        self._is_closed = False
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="painter", initializer=give_way)

    @property
    def is_drawing(self) -> bool:
        return any(stage.task is not None for stage in self._stages.values())

    async def pictures(self, camera: str, width: int) -> AsyncGenerator[Picture, None]:
        """The newest picture each time one asks: a slow watcher misses some, and delays nobody."""
        stage = self._stages.setdefault(camera, _Stage())
        stage.watchers[width] += 1
        if stage.task is None:
            stage.task = asyncio.create_task(self._draw(camera, stage))
        seen: Picture | None = None
        try:
            while True:
                async with stage.fresh:
                    newest = stage.latest.get(width)
                    while (newest is None or newest is seen) and not self._is_closed:
                        await stage.fresh.wait()
                        newest = stage.latest.get(width)
                    seen = newest
                if seen is None or self._is_closed:
                    return
                yield seen
        finally:
            stage.watchers[width] -= 1

    async def prepare(self, camera: str, width: int) -> None:
        """Draws once for nobody, so that who looks later need not wait for a camera's first picture."""
        if camera not in self._stages:
            await asyncio.get_running_loop().run_in_executor(self._pool, self._shoot(camera, [width]))

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

    async def _draw(self, camera: str, stage: _Stage) -> None:
        """Until the last watcher has gone."""
        loop = asyncio.get_running_loop()
        due = loop.time()
        while widths := sorted(+stage.watchers):
            pictures, cost = await loop.run_in_executor(self._pool, _timed, self._shoot(camera, widths))
            self._cost += 0.05 * (min(cost, _MOST_COST) - self._cost)
            if pictures:
                async with stage.fresh:
                    stage.latest = pictures
                    stage.fresh.notify_all()
            shown = sum(stage.task is not None for stage in self._stages.values())
            due = max(due + max(1.0 / RATE_HZ, shown * self._cost / SHARE), loop.time())
            await asyncio.sleep(due - loop.time())
        stage.task, stage.latest = None, {}


def _timed(draw: Callable[[], Pictures]) -> tuple[Pictures, float]:
    """What was drawn, and the seconds of processor that it took."""
    began = time.thread_time()
    return draw(), time.thread_time() - began
