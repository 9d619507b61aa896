"""The last half minute of every camera that may see anybody: about a picture a second.

Nobody need look for there to be a picture of what is found out seconds later. Cameras that send over HTTP are asked for
one picture at a time, and none of them while nobody is in their view; those that are decoded here go on as long as
somebody is inside.
"""

import asyncio
import logging
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from store_client.contract.camera import Camera
from store_client.contract.live import Positions
from store_server.clock import Clock
from store_server.ending import ended
from store_server.refusal import Refusal
from store_server.sensing.cameras import Cameras, Shot
from store_server.sensing.views import WIDTH, Watchers

log = logging.getLogger(__name__)

US = 1_000_000
PERIOD_S = 1.0
LEAST_PERIOD_S = 0.5
"""Of the machine's time, however fast the store's runs."""
KEPT_US = 30 * US
MOST_SHOTS = 64
SET_BACK_US = 5 * US
"""A shot that is so much older than the one before it: the clock was set back."""
MOST_AT_ONCE = 4
LOOK_S = 1.0
"""How often it is asked who is in view."""
STAY_S = 5.0
"""So long after somebody was in its view a camera is still looked through: positions come seconds late."""
AFTER_FAILURE_S = 4.0
PAUSE_S = 0.02
"""Between the beginnings of two shots: cameras take turns, and a large store asks each of them less often."""
TURN_S = 0.1
"""How soon it is found that somebody came into the view of a camera, though no other is due for long."""


@dataclass(slots=True)
class _Camera:
    """``wanted_at``, ``shot_at``: seconds of the machine's clock; ``is_busy``: a shot is under way."""

    shots: deque[Shot]
    wanted_at: float = -STAY_S
    shot_at: float = -PERIOD_S
    is_busy: bool = False


class CameraRing:
    """Used on one event loop only. ``step_us``: how far apart its pictures are, of the store's time, at best."""

    def __init__(self, cameras: Cameras, store: str, clock: Clock) -> None:
        self._cameras = cameras
        self._store = store
        self._clock = clock
        known = {camera.id: camera for camera in cameras.of(store)}
        self._watchers = Watchers(known)
        self._kept = {camera: _Camera(deque(maxlen=MOST_SHOTS)) for camera in known}
        self._period_s = max(LEAST_PERIOD_S, PERIOD_S / max(1.0, clock.speed))
        self.step_us = round(self._period_s * max(1.0, clock.speed) * US)
        self._looked_at = -LOOK_S
        self._shooting: set[asyncio.Task[None]] = set()
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._task = asyncio.create_task(self._run(), name="camera ring")

    async def stop(self) -> None:
        await ended([self._task])  # which begins the others
        await ended(self._shooting)

    def seen(self, positions: Positions) -> None:
        """Who is inside, and where. Cheap; to be told every time."""
        now = time.monotonic()
        if now - self._looked_at < LOOK_S:
            return
        self._looked_at = now
        people = np.array([(person.x, person.y) for person in positions.people], np.float64).reshape(-1, 2)
        for camera in self._watchers.of(people):
            self._kept[camera].wanted_at = now

    def cameras(self) -> list[Camera]:
        return self._cameras.of(self._store)

    def shots(self, camera: str, moments: Sequence[int], tolerance_us: int) -> list[Shot]:
        """The shot nearest to each of ``moments`` (µs), each once, in order of time; none that is further off."""
        chosen: dict[int, Shot] = {}
        for at_us in moments:
            nearest = min(self._kept[camera].shots, key=lambda shot: abs(shot.at_us - at_us), default=None)
            if nearest is not None and abs(nearest.at_us - at_us) <= tolerance_us:
                chosen[nearest.at_us] = nearest
        return [chosen[at_us] for at_us in sorted(chosen)]

    async def _run(self) -> None:
        while True:
            now = time.monotonic()
            due = [
                (camera.shot_at, name)
                for name, camera in self._kept.items()
                if not camera.is_busy and now - camera.wanted_at < STAY_S
            ]
            if due and len(self._shooting) < MOST_AT_ONCE:
                shot_at, name = min(due)
                if now - shot_at >= self._period_s:
                    self._shoot(name, now)
                    await asyncio.sleep(PAUSE_S)
                    continue
                await asyncio.sleep(min(TURN_S, max(PAUSE_S, self._period_s - (now - shot_at))))
            else:
                await asyncio.sleep(TURN_S)

    def _shoot(self, name: str, now: float) -> None:
        camera = self._kept[name]
        camera.shot_at, camera.is_busy = now, True
        task = asyncio.create_task(self._take(name), name=f"shot of {name}")
        self._shooting.add(task)
        task.add_done_callback(self._shooting.discard)

    async def _take(self, name: str) -> None:
        camera = self._kept[name]
        try:
            shot = await self._cameras.shot(name, WIDTH)
        except Refusal as refusal:
            log.debug("%s", refusal.detail)
            camera.shot_at = time.monotonic() + AFTER_FAILURE_S
        else:
            if camera.shots and shot.at_us < camera.shots[-1].at_us - SET_BACK_US:
                camera.shots.clear()
            if not camera.shots or shot.at_us > camera.shots[-1].at_us:
                camera.shots.append(shot)
            while camera.shots and camera.shots[0].at_us < shot.at_us - max(KEPT_US, 6 * self.step_us):
                camera.shots.popleft()
        finally:
            camera.is_busy = False
