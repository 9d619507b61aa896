"""Reads one camera's pictures once, for all who look, and only while somebody does."""

import asyncio
import logging
import time
from collections import deque
from collections.abc import AsyncGenerator, Callable, Iterator
from contextlib import aclosing, contextmanager, suppress
from dataclasses import dataclass

from store_client.contract.cause import Cause
from store_server.cause import cause, said
from store_server.ending import ended
from store_server.refusal import Refusal
from store_server.sensing.frame import Frame
from store_server.sensing.multipart import CameraLost, lost
from store_server.sensing.picture_source import PictureSource

log = logging.getLogger(__name__)

STALL_S = 4.0
FIRST_S = 10.0
"""How long the first picture may take: a decoder starts, an RTSP camera waits for its next whole picture."""
FIRST_BREAKS = 2
"""Attempts that may fail before a viewer is told that there is no picture."""
LINGER_S = 3.0
OLD_US = 1_000_000
LOST_S = 10.0
PAUSES_S = (0.2, 5.0)
RECENT_S = 30.0
MOST_GARBAGE = 25
"""Parts in a row that are no pictures, before the camera is left and tried anew."""


@dataclass(slots=True)
class ReaderCounts:
    pictures: int = 0
    breaks: int = 0


class CameraReader:
    """``trouble`` says why there are no pictures now, and ``lost_at`` (µs) since when it is tried in vain; None
    while there are.

    ``pace``: how many seconds of ``now_us`` pass in one of ``monotonic``. ``heard`` is told every picture, whoever
    looks.
    """

    def __init__(
        self,
        name: str,
        source: PictureSource,
        now_us: Callable[[], int],
        *,
        pace: float = 1.0,
        heard: Callable[[Frame], None] = lambda _frame: None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self.trouble: Cause | None = None
        self.counts = ReaderCounts()
        self.rate_hz = 0.0
        self.last_seen: int | None = None
        self.lost_at = 0
        self._garbage: deque[float] = deque(maxlen=1_000)
        self._name = name
        self._source = source
        self._pace = pace
        self._heard = heard
        self._now_us = now_us
        self._monotonic = monotonic
        self._viewers = 0
        self._left_at = 0.0
        self._frame: Frame | None = None
        self._frame_at = 0.0
        self._number = 0
        self._news = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    @property
    def is_reading(self) -> bool:
        return self._task is not None and not self._task.done()

    def recent_garbage(self) -> int:
        """How many parts of the last half minute were no pictures."""
        while self._garbage and self._garbage[0] < self._monotonic() - RECENT_S:
            self._garbage.popleft()
        return len(self._garbage)

    async def live(self) -> AsyncGenerator[Frame, None]:
        """The newest pictures: who is slow misses some and is never behind. Ends when the camera stays away.

        Raises Refusal("unavailable") if there is no first one.
        """
        with self._looking():
            try:
                number, frame = await self._next(self._number if self._is_old else 0, FIRST_S, FIRST_BREAKS)
            except CameraLost as error:
                raise Refusal("unavailable", f"camera {self._name} gives no picture: {error}") from error
        return self._pictures(number, frame)

    async def sample(self) -> Frame:
        """One picture as it is now: the newest if somebody looks, else one that is fetched and nothing after it.

        Raises Refusal("unavailable").
        """
        try:
            if self.is_reading:
                return (await self._next(self._number if self._is_old else 0, FIRST_S))[1]
            async with asyncio.timeout(FIRST_S):
                return await self._fetch()
        except (CameraLost, TimeoutError) as error:
            why = error.why if isinstance(error, CameraLost) else cause("silent", seconds=FIRST_S)
            if not self.is_reading:
                self._lose(why)
            told = f"camera {self._name} gives no picture: {said(why)}"
            raise Refusal("unavailable", told, cause=why) from error

    async def _fetch(self) -> Frame:
        garbage, may_be_old = 0, True
        async with aclosing(self._source.frames(STALL_S)) as frames:
            async for frame in frames:
                if frame is None:
                    self._garbage.append(self._monotonic())
                    garbage += 1
                    if garbage >= MOST_GARBAGE:
                        break
                elif may_be_old and self._now_us() - frame.captured_at > OLD_US * self._pace:
                    may_be_old = False
                else:
                    self._take(frame)
                    return frame
        raise lost("no_video", what="parts that are none")

    async def _pictures(self, number: int, frame: Frame) -> AsyncGenerator[Frame, None]:
        """A generator that is never begun leaves no viewer behind: until its first step the lingering holds."""
        with self._looking(), suppress(CameraLost):
            while True:
                yield frame
                number, frame = await self._next(number, LOST_S)

    async def stop(self) -> None:
        await ended([self._task])

    @property
    def _is_old(self) -> bool:
        return self._monotonic() - self._frame_at > STALL_S

    @contextmanager
    def _looking(self) -> Iterator[None]:
        self._viewers += 1
        try:
            yield
        finally:
            self._viewers -= 1
            self._left_at = self._monotonic()

    def _begin(self) -> None:
        if not self.is_reading:
            self._task = asyncio.create_task(self._read(), name=f"camera {self._name}")

    async def _next(self, number: int, patience_s: float, most_breaks: int | None = None) -> tuple[int, Frame]:
        """The newest picture after ``number``. Raises CameraLost if none comes in time, or after so many attempts."""
        breaks = self.counts.breaks
        try:
            async with asyncio.timeout(patience_s):
                while self._number <= number or self._frame is None:
                    if most_breaks is not None and self.trouble and self.counts.breaks - breaks >= most_breaks:
                        raise CameraLost(self.trouble)
                    self._begin()
                    await self._news.wait()
        except TimeoutError as error:
            raise CameraLost(self.trouble or cause("silent", seconds=patience_s)) from error
        return self._number, self._frame

    async def _read(self) -> None:
        """Reads until nobody has looked for a while; comes back by itself when the camera does."""
        pause_s = PAUSES_S[0]
        while not self._is_unwatched:
            before = self.counts.pictures
            try:
                await self._read_once()
            except CameraLost as error:
                self._lose(error.why)
            if self.counts.pictures > before:
                pause_s = PAUSES_S[0]
            if not self._is_unwatched:
                await asyncio.sleep(pause_s)
            pause_s = min(2 * pause_s, PAUSES_S[1])
        self.rate_hz = 0.0

    @property
    def _is_unwatched(self) -> bool:
        return self._viewers == 0 and self._monotonic() - self._left_at > LINGER_S

    async def _read_once(self) -> None:
        garbage, is_first = 0, True
        async with aclosing(self._source.frames(STALL_S)) as frames:
            async for frame in frames:
                if frame is None:
                    self._garbage.append(self._monotonic())
                    garbage += 1
                    if garbage >= MOST_GARBAGE:
                        raise lost("no_video", what="parts that are none")
                    continue
                garbage = 0
                if is_first and self._now_us() - frame.captured_at > OLD_US * self._pace:
                    is_first = False  # what the camera had left from when it was last looked at
                    continue
                is_first = False
                self._take(frame)
                if self._is_unwatched:
                    return

    def _take(self, frame: Frame) -> None:
        now = self._monotonic()
        self.last_seen = self._now_us()
        if self.trouble:
            log.info("camera %s is back", self._name)
            self.trouble = None
        passed = now - self._frame_at
        if self.is_reading and 0 < passed < STALL_S:
            self.rate_hz += 0.1 * (1 / passed - self.rate_hz) if self.rate_hz else 1 / passed
        self.counts.pictures += 1
        self._frame, self._frame_at = frame, now
        self._number += 1
        self._tell()
        self._heard(frame)

    def _lose(self, why: Cause) -> None:
        self.counts.breaks += 1
        if not self.trouble:
            log.warning("camera %s %s", self._name, said(why))
        self.trouble = why
        self.lost_at = self._now_us()
        if self.last_seen is not None:
            self.last_seen = min(self.last_seen, self.lost_at)  # the clock may have been set back
        self._tell()

    def _tell(self) -> None:
        """Wakes all who wait for a picture, or for the lack of one."""
        self._news.set()
        self._news = asyncio.Event()
