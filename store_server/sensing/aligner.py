"""Finds how late the pictures of cameras are, and the tracks of people: by a short look through a camera now and then
while people walk in its view, matched with where they were tracked."""

import asyncio
import logging
import time
from collections import defaultdict, deque
from contextlib import aclosing, suppress
from dataclasses import dataclass, replace
from sys import intern

import msgspec
import numpy as np
from numpy.typing import NDArray

from store_client.contract.camera import Camera
from store_client.contract.decoding import from_msgpack
from store_client.contract.live import Positions
from store_client.contract.unreadable import UNREADABLE
from store_server.clock import Clock
from store_server.ending import ended
from store_server.piped import started
from store_server.refusal import Refusal
from store_server.sensing.alignment import Alignment, is_worth
from store_server.sensing.cameras import Cameras
from store_server.sensing.frame import Frame
from store_server.sensing.motion_match import Answer, Asked, Fix
from store_server.sensing.source_clock import SourceClock
from store_server.sensing.views import Watchers

Floats = NDArray[np.float64]
log = logging.getLogger(__name__)

US = 1_000_000
FIRST_S = 25.0
"""So long after the start nothing is looked at: clocks are heard first, and shops are empty."""
LOOK_S = 12.0
WIDTH = 320
MOST_PICTURES = 400
SETTLE_S = 5.0
"""Positions come seconds late."""
PAUSE_S = 2.0
AGAIN_S, FAILED_S, SURE_S = 20.0, 20.0, 600.0
"""Until the next look at a camera: of few matches, after one that told nothing, and of enough."""
ENOUGH = 8
AT_ONCE = 3
"""Looks, so that not only one camera is known after each quarter of a minute."""
WITNESSES = 4
"""Trusted cameras that are asked for the tracker's way before it is used to find out others: one alone may be of a place where
all walk one way."""
KEPT_US = 40 * US
SAME_US = 10_000
LESS = 0.8
DOUBTED, FAR = 3, 2.0
"""So many matches, so many times their error off, before a clock that seems right is taken for wrong."""
PATIENCE_S = 30.0
MOST_SPEED = 2.0
"""Of the store's clock: beyond, the pictures of a second are too few."""


@dataclass(frozen=True, slots=True, eq=False)
class _Seen:
    """Where everybody was at ``at_us``: ``tracks`` [n] at ``xy`` [n, 2], metres. Of half a minute, without hands and
    trips: a tenth of the messages' memory."""

    at_us: int
    tracks: tuple[str, ...]
    xy: NDArray[np.float32]


class Aligner:
    """Used on one event loop. ``tracker``: its clock."""

    def __init__(self, cameras: Cameras, store: str, clock: Clock, tracker: SourceClock) -> None:
        self._cameras = cameras
        self._clock = clock
        self._tracker = tracker
        known = {camera.id: camera for camera in cameras.of(store) if camera.pose is not None}
        self._known = known
        self._watchers = Watchers(known)
        self._due_at = dict.fromkeys(known, 0.0)  # seconds of the machine's clock
        self._alignment = Alignment()
        self._kept: deque[_Seen] = deque()
        self._looking: set[asyncio.Task[None]] = set()
        self._aligning: set[asyncio.Task[None]] = set()
        self._matching = asyncio.Lock()
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        if self._clock.speed <= MOST_SPEED and self._known:
            self._task = asyncio.create_task(self._run(), name="aligner")

    async def stop(self) -> None:
        await ended([self._task])  # which begins the others
        await ended(self._looking)
        await ended(self._aligning)

    def seen(self, positions: Positions) -> None:
        """Who is inside, and where; to be told every time."""
        at_us = positions.measured_at
        if self._kept and at_us < self._kept[-1].at_us - US:  # the clock was set back
            self._kept.clear()
        tracks = tuple(intern(person.track) for person in positions.people)
        xy = np.array([(person.x, person.y) for person in positions.people], np.float32).reshape(-1, 2)
        self._kept.append(_Seen(at_us, tracks, xy))
        while self._kept[0].at_us < at_us - KEPT_US:
            self._kept.popleft()

    async def _run(self) -> None:
        await asyncio.sleep(FIRST_S)
        while True:
            camera = self._next() if len(self._looking) < AT_ONCE else None
            if camera is not None:
                self._due_at[camera.id] = time.monotonic() + FAILED_S
                look = asyncio.create_task(self._look_through(camera), name=f"look through {camera.id}")
                self._looking.add(look)
                look.add_done_callback(self._looking.discard)
            await asyncio.sleep(PAUSE_S)

    def _next(self) -> Camera | None:
        """Of those in whose view somebody walks: who can tell the tracker's way until enough have, then who needs it."""
        now = time.monotonic()
        due = [name for name, due_at in self._due_at.items() if due_at <= now]
        seen = self._watchers.of(self._walking()) if due else frozenset()
        chosen = min((name for name in due if name in seen), key=self._rank, default=None)
        return None if chosen is None else self._known[chosen]

    def _rank(self, camera: str) -> tuple[bool, float]:
        trusted = [name for name in self._known if self._cameras.clock(name).now.is_trusted]
        is_told = self._alignment.witnesses >= min(WITNESSES, max(1, len(trusted)))
        return (camera in trusted) == is_told, self._due_at[camera]

    def _walking(self) -> Floats:
        """Where those are who have moved in the last second."""
        if len(self._kept) < 2:
            return np.empty((0, 2))
        newest = self._kept[-1]
        before = next(one for one in self._kept if one.at_us >= newest.at_us - US)
        were = dict(zip(before.tracks, before.xy, strict=True))
        moved = [
            xy
            for track, xy in zip(newest.tracks, newest.xy, strict=True)
            if track in were and np.hypot(*(xy - were[track])) > 0.4
        ]
        return np.array(moved, np.float64).reshape(-1, 2)

    async def _look_through(self, camera: Camera) -> None:
        before_us = self._cameras.clock(camera.id).now.reach_us
        try:
            frames = await self._look(camera.id)
        except Refusal as refusal:
            log.debug("%s", refusal.detail)
            return
        clock = self._cameras.clock(camera.id).now
        if frames and abs(clock.reach_us - before_us) < SAME_US:
            task = asyncio.create_task(self._align(camera, clock, frames), name=f"alignment of {camera.id}")
            self._aligning.add(task)
            task.add_done_callback(self._aligning.discard)

    async def _align(self, camera: Camera, clock: SourceClock, frames: list[Frame]) -> None:
        """Once positions have come of when they were taken; meanwhile another camera is looked through."""
        reach_us = clock.reach_us
        await asyncio.sleep(SETTLE_S)
        tracker_reach_us = self._tracker.reach_us
        async with self._matching:  # one process at a time
            answer = await self._matched(camera, frames)
        if answer.is_found:
            self._learn(camera, clock, answer, reach_us, tracker_reach_us)
        self._due_at[camera.id] = time.monotonic() + self._pause_s(camera.id, answer)

    def _pause_s(self, camera: str, answer: Answer) -> float:
        if not answer.is_found:
            return FAILED_S
        return SURE_S if self._alignment.count(camera) >= ENOUGH else AGAIN_S

    def _learn(self, camera: Camera, clock: SourceClock, answer: Answer, reach_us: int, tracker_reach_us: int) -> None:
        """``reach_us``, ``tracker_reach_us``: of the clocks, as pictures and positions were placed."""
        way = self._alignment.matched(
            camera.id,
            answer,
            reach_us=reach_us,
            tracker_reach_us=tracker_reach_us,
            is_trusted=clock.is_trusted,
        )
        log.info(
            "camera %s: pictures match the tracks at %+d ms ± %d ± %d (likeness %.2f); its way is %d to %d ms",
            *(camera.name, answer.late_us // 1_000, answer.error_us // 1_000, answer.bias_us // 1_000, answer.likeness),
            *(way.least_us // 1_000, way.most_us // 1_000),
        )
        self._learn_tracker()
        is_doubted = self._alignment.count(camera.id) >= DOUBTED and abs(way.middle_us - reach_us) > FAR * way.half_us
        if is_worth(way) and (is_doubted or not clock.is_trusted):
            self._cameras.clock(camera.id).learn(clock, way)

    def _learn_tracker(self) -> None:
        """What was kept is placed anew, so that a look under way has its tracks."""
        present, found = self._tracker.way, self._alignment.tracker
        is_other = abs(found.middle_us - present.middle_us) > SAME_US or found.half_us < LESS * present.half_us
        if self._alignment.is_tracker_known and is_other:
            before_us = self._tracker.reach_us
            self._tracker.learn(found)
            moved_us = before_us - self._tracker.reach_us
            self._kept = deque(replace(one, at_us=one.at_us + moved_us) for one in self._kept)

    async def _look(self, camera: str) -> list[Frame]:
        """All pictures of so many seconds. Raises Refusal."""
        frames: list[Frame] = []
        with suppress(TimeoutError):
            async with asyncio.timeout(LOOK_S), aclosing(await self._cameras.live(camera, WIDTH)) as live:
                async for frame in live:
                    frames.append(frame)
                    if len(frames) >= MOST_PICTURES:
                        break
        return frames

    async def _matched(self, camera: Camera, frames: list[Frame]) -> Answer:
        assert camera.pose is not None  # of all that are known here
        walks: defaultdict[str, list[Fix]] = defaultdict(list)
        for one in self._kept:
            for track, (x, y) in zip(one.tracks, one.xy.tolist(), strict=True):
                walks[track].append((one.at_us, x, y))
        asked = Asked(
            camera.pose,
            [frame.captured_at for frame in frames],
            [frame.jpeg for frame in frames],
            [sorted(walk) for walk in walks.values()],
        )
        child = await started("store_server.sensing.motion_look")
        try:
            async with asyncio.timeout(PATIENCE_S):
                told, _ = await child.communicate(msgspec.msgpack.encode(asked))
            return from_msgpack(told, Answer)
        except (TimeoutError, OSError, *UNREADABLE):
            return Answer(False)
        finally:
            if child.returncode is None:
                with suppress(ProcessLookupError):
                    child.kill()
                await child.wait()
