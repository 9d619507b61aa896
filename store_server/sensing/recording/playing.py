"""Plays what was recorded of a camera: which picture is due, and its JPEG.

Where each picture is a JPEG of its own it is read when it is due. Of coded video a stretch is decoded at once, so that
no picture is decoded again for each that follows it.
"""

import asyncio
from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass

from store_server.clock import Clock
from store_server.refusal import Refusal
from store_server.sensing.recording.cutting import Cutting, Kept, data_of, film, still
from store_server.sensing.recording.darkroom import Darkroom
from store_server.sensing.recording.form import MJPEG

US = 1_000_000
MOST_HZ = 15.0
MOST_AT_ONCE = 24
"""Pictures of coded video that are decoded, and kept, ahead."""
MOST_SAMPLES = 900
"""Samples that are decoded for them; a camera with rarer key pictures shows those alone."""
AGAIN_S = 0.25
"""How often it is asked whether more has been recorded."""


@dataclass(frozen=True, slots=True)
class Due:
    """A picture as it was recorded, or as it was decoded."""

    kept: Kept
    jpeg: bytes


class Playing:
    """One stream of one camera. ``speed``: seconds of the recording in one of the store's."""

    def __init__(
        self,
        cutting: Cutting,
        darkroom: Darkroom,
        clock: Clock,
        camera: str,
        speed: float,
        width: int | None,
        loop_s: Callable[[], float],
    ) -> None:
        self._cutting = cutting
        self._darkroom = darkroom
        self._clock = clock
        self._camera = camera
        self._speed = speed
        self._width = width
        self._loop_s = loop_s
        self._run: list[Kept] = []
        self._ahead: dict[int, Due] = {}

    async def pictures(self, since_us: int, first: list[Kept]) -> AsyncGenerator[Due, None]:
        """``first``: what is needed to show what there was at ``since_us``, empty if there was nothing before."""
        first_s, sent_us = self._loop_s(), since_us
        if first:
            sent_us = first[-1].entry.at_us
            yield Due(first[-1], await self._still(first))
        while True:
            began_s = self._loop_s()
            head_us = since_us + round((began_s - first_s) * US * self._clock.speed * self._speed)
            due = self._decoded(sent_us, head_us) or await self._read(sent_us, head_us)
            if due is not None:
                sent_us = due.kept.entry.at_us
                if due.jpeg:
                    yield due
                await asyncio.sleep(max(0.0, began_s + 1 / MOST_HZ - self._loop_s()))
            elif (next_us := self._next_us(sent_us)) is not None:
                await asyncio.sleep(min(1.0, (next_us - head_us) / US / self._speed / self._clock.speed))
            elif await asyncio.to_thread(self._is_over, head_us):
                return
            else:
                await asyncio.sleep(AGAIN_S)

    def _decoded(self, after_us: int, until_us: int) -> Due | None:
        """The newest of those that were decoded ahead."""
        at_us = max((at_us for at_us in self._ahead if after_us < at_us <= until_us), default=None)
        return None if at_us is None else self._ahead[at_us]

    async def _read(self, after_us: int, until_us: int) -> Due | None:
        """The newest picture in (after, until]; without a JPEG if it is damaged or gone: the next will do."""
        newest = await self._newest(after_us, until_us)
        if newest is None:
            return None
        try:
            if newest.form.codec == MJPEG:
                return Due(newest, await asyncio.to_thread(data_of, newest))
            self._ahead = await self._decode(newest)
        except Refusal:
            return Due(newest, b"")
        return self._ahead[newest.entry.at_us]

    async def _newest(self, after_us: int, until_us: int) -> Kept | None:
        """Afterwards the run holds what follows, if there is anything."""
        found = self._in_run(after_us, until_us)
        while (
            self._next_us(until_us) is None
        ):  # the run is at its end: what is due may be in the next, or have come since
            at_us = max((one.entry.at_us for one in self._run), default=after_us)
            more = await asyncio.to_thread(self._cutting.run_after, self._camera, max(at_us, after_us))
            if not more:
                break
            self._run = more
            found = self._in_run(after_us, until_us) or found
        return found

    def _in_run(self, after_us: int, until_us: int) -> Kept | None:
        taken = [one for one in self._run if after_us < one.entry.at_us <= until_us]
        return max(taken, key=lambda one: one.entry.at_us, default=None)

    def _next_us(self, after_us: int) -> int | None:
        return min((one.entry.at_us for one in self._run if one.entry.at_us > after_us), default=None)

    def _is_over(self, head_us: int) -> bool:
        reach = self._cutting.reach(self._camera)
        hold_us = self._run[-1].form.hold_us if self._run else 0
        return reach is None or head_us >= min(self._clock.now_us(), reach[1] + hold_us)

    async def _still(self, samples: list[Kept]) -> bytes:
        last = samples[-1]
        if last.form.codec == MJPEG:
            return await asyncio.to_thread(data_of, last)
        return await self._darkroom.jpeg(await asyncio.to_thread(still, samples), self._width)

    async def _decode(self, due: Kept) -> dict[int, Due]:
        """``due`` and those that will be due after it, as far as one key picture goes, by their moments."""
        begin = end = _place(self._run, due)
        while begin > 0 and not self._run[begin].entry.is_key:
            begin -= 1
        end += 1
        while end < len(self._run) and not self._run[end].entry.is_key and end - begin < MOST_SAMPLES:
            end += 1
        samples = self._run[begin:end]
        shown = sorted((one for one in samples if one.entry.at_us >= due.entry.at_us), key=lambda one: one.entry.at_us)
        places: list[int] = []
        least_us = due.entry.at_us
        for place, one in enumerate(shown):
            if one.entry.at_us >= least_us and len(places) < MOST_AT_ONCE:
                places.append(place)
                least_us = one.entry.at_us + round(0.9 * US / MOST_HZ * self._speed * self._clock.speed)
        mp4 = await asyncio.to_thread(film, samples, due.entry.at_us, shown[places[-1]].entry.at_us + 1)
        jpegs = await self._darkroom.jpegs(mp4, self._width, places)
        return {shown[place].entry.at_us: Due(shown[place], jpeg) for place, jpeg in zip(places, jpegs, strict=True)}


def _place(run: list[Kept], one: Kept) -> int:
    return next(place for place, other in enumerate(run) if other.entry == one.entry)
