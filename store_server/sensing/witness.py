"""The witness: keeps with every event what was seen and read of it, so that it can be looked at weeks later.

Pictures and clocks are kept as soon as an event is told, seconds after the fact, from the ring of the cameras; weights
and positions when all of them have come, from what the streams keep: also of events that the program was killed over.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from typing import Any, TypeVar

from store_client.contract.evidence import SourceClock
from store_client.contract.live import Device, Event, HandedOver, Picked, PutBack
from store_client.contract.planogram import Planogram, plate_indices
from store_server.bus import NotKept
from store_server.cause import cause
from store_server.clock import Clock
from store_server.ending import ended
from store_server.fusion.finding import Finding
from store_server.refusal import Refusal
from store_server.sensing.bystanders import POSITIONS_US
from store_server.sensing.camera_ring import CameraRing
from store_server.sensing.health import TRACKER
from store_server.sensing.history import History
from store_server.sensing.sightings import Scored, Sightings
from store_server.sensing.surroundings import Surroundings, lacking
from store_server.sensing.views import Place, Views
from store_server.storage.sightings import Reading

log = logging.getLogger(__name__)

T = TypeVar("T")
US = 1_000_000
MOMENTS_US = (-US, 0, US)
NEAR_ENOUGH_US = 1_500_000
SURE_CAMERAS, DOUBTFUL_CAMERAS = 2, 3
SETTLED_US = POSITIONS_US + 3 * US
"""So long after an event its positions have come, which are 2.3 s late."""
LATE_US = 900 * US
"""Findings are told and revised within so long; older ones are looked for once, after a start."""
TURN_S = 1.0
READING_S = 2.0
"""Events of so many seconds are read together: who was near one was near the next."""
END_S = 2.0
BATCH = 20
MOST_WAITING = 2_000


class Witness:
    """``told`` may be called from any thread; all else is for one event loop."""

    def __init__(
        self,
        planogram: Planogram,
        sightings: Sightings,
        history: History,
        ring: CameraRing,
        clock: Clock,
        devices: Callable[[], Sequence[Device]],
        kept_hours: float,
    ) -> None:
        """``devices``: as they are now. ``kept_hours``: how long streams keep weights."""
        self._sightings = sightings
        self._surroundings = Surroundings(history)
        self._ring = ring
        self._clock = clock
        self._devices = devices
        self._views = Views(planogram)
        self._oldest_us = clock.now_us() - round(kept_hours * 3_600 * US)
        self._told: asyncio.Queue[str] = asyncio.Queue(MOST_WAITING)
        self._tasks: list[asyncio.Task[None]] = []
        self._calls: set[asyncio.Future[Any]] = set()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._is_troubled = False

    def start(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._tasks = [
            asyncio.create_task(self._look(), name="witness looks"),
            asyncio.create_task(self._gather_all(), name="witness reads"),
        ]

    async def stop(self) -> None:
        """Returns when the last events have their pictures, or cannot get them; what else is to be read is read after
        the next start."""
        if self._tasks:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._told.join(), END_S)
        await ended(self._tasks)
        await asyncio.gather(*self._calls, return_exceptions=True)

    def told(self, events: Sequence[Event]) -> None:
        """Events that are durable by now."""
        handled = [event.id for event in events if isinstance(event, Picked | PutBack | HandedOver)]
        if handled and self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._line_up, handled)

    def _line_up(self, events: Sequence[str]) -> None:
        for event in events:
            if self._told.full():
                log.warning("an event gets no pictures: too many are waiting for theirs")
                return
            self._told.put_nowait(event)

    # ---- pictures and clocks, at once

    async def _look(self) -> None:
        while True:
            event = await self._told.get()
            try:
                await self._look_at(event)
            except Exception:
                log.exception("event %s gets no pictures", event)
            finally:
                self._told.task_done()

    async def _look_at(self, event: str) -> None:
        finding = await self._tried(partial(self._sightings.unseen, event))
        if finding is None:
            return
        shots = self._shots(finding)
        clocks = self._clocks(finding, {shot.camera for shot, _ in shots})
        await self._tried(partial(self._sightings.keep_seen, finding, shots, clocks))

    def _shots(self, finding: Finding) -> list[Scored]:
        """Of the cameras that see the place best; more of them where it is doubtful what happened."""
        gondola = plate_indices(finding.plates[0])[0] if finding.plates else None
        place = Place(finding.x, finding.y, finding.z, gondola)
        moments = [finding.at_us + round(offset * self._ring.step_us / US) for offset in MOMENTS_US]
        tolerance_us = max(NEAR_ENOUGH_US, self._ring.step_us)
        wanted = SURE_CAMERAS if finding.is_sure else DOUBTFUL_CAMERAS
        chosen: list[Scored] = []
        for camera, score in self._views.scores(self._ring.cameras(), place):
            shots = self._ring.shots(camera.id, moments, tolerance_us)
            chosen += ((shot, score) for shot in shots)
            wanted -= bool(shots)
            if not wanted:
                break
        return chosen

    def _clocks(self, finding: Finding, cameras: set[str]) -> list[SourceClock]:
        sources = {f"gondola-{plate_indices(plate)[0]}" for plate in finding.plates} | {TRACKER} | cameras
        return [
            SourceClock(
                device=device.id,
                kind=device.kind,
                offset_us=device.clock_offset_us,
                error_us=device.clock_error_us,
            )
            for device in self._devices()
            if device.id in sources
        ]

    # ---- weights and positions, when they have come

    async def _gather_all(self) -> None:
        while True:
            until_us = self._clock.now_us() - SETTLED_US
            findings = await self._tried(partial(self._sightings.unread, self._oldest_us, until_us, BATCH))
            await self._gather(findings)
            if len(findings) < BATCH:
                self._oldest_us = until_us - LATE_US  # not the later of both: a clock that leapt ahead may come back
                await asyncio.sleep(READING_S)

    async def _gather(self, findings: Sequence[Finding]) -> None:
        """Waits for the broker as long as it takes: nothing is lost but by age. A fault of ours costs the finding that it
        lies in; the others are not to wait for it."""
        left = deque(findings)
        while left:
            try:
                async for read in self._surroundings.of(list(left)):
                    self._is_troubled = False
                    await self._keep_read(left[0], read)
                    left.popleft()
            except NotKept as error:
                self._trouble(str(error))
                await asyncio.sleep(TURN_S)
            except Exception as fault:
                log.exception("what was read of event %s is not kept", left[0].id)
                lacks = lacking("weights", left[0], cause("store_fault", what=repr(fault)))
                await self._keep_read(left.popleft(), Reading([], [], [lacks]))

    async def _keep_read(self, finding: Finding, read: Reading) -> None:
        await self._tried(partial(self._sightings.keep_read, finding, read))

    async def _tried(self, call: Callable[[], T]) -> T:
        """In a thread; again each second while the database refuses, for it may be full for a while."""
        while True:
            try:
                result = await self._in_thread(call)
            except Refusal as refusal:
                self._trouble(refusal.detail)
                await asyncio.sleep(TURN_S)
            else:
                return result

    async def _in_thread(self, call: Callable[[], T]) -> T:
        """A transaction that has begun is waited for, also when nobody wants its answer any more."""
        future = asyncio.get_running_loop().run_in_executor(None, call)
        self._calls.add(future)
        future.add_done_callback(self._calls.discard)
        return await asyncio.shield(future)

    def _trouble(self, reason: str) -> None:
        if not self._is_troubled:
            log.error("nothing can be kept with events: %s", reason)
        self._is_troubled = True
