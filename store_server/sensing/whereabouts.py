"""Where everybody was at any moment: the last seconds from memory, what was before from what the streams keep."""

import asyncio
from collections import OrderedDict, deque
from collections.abc import Awaitable, Callable, Sequence
from itertools import groupby

import msgspec

from store_client.contract.decoding import msgpack_decoder
from store_client.contract.live import Position, Positions
from store_server.bus import NotKept
from store_server.sensing.faces import BLIND_US, Fix, fix_of

US = 1_000_000
MEMORY = 200
"""Messages, ten a second."""
STRETCH_US = 3 * US
MOST_STRETCHES = 40
"""Packed, some 100 kB each on a full floor."""
MOST_OPEN = 12
"""Stretches that are kept unpacked, 1 MB each and tens of thousands of objects: two or three moments that are looked at."""
AHEAD = 2
"""Stretches that are read as well for who goes on from what is known."""
SET_BACK_US = US
"""Positions that are so much older than those before them: the clock was set back."""
Read = Callable[[int, int], Awaitable[Sequence[Positions]]]
"""Everybody's positions in [since, until). Raises NotKept."""
Reading = asyncio.Task[dict[int, bytes]]
"""Of stretches that follow each other, packed, by number."""
_STRETCH = msgpack_decoder(list[tuple[int, list[Position]]])
_NOTHING = msgspec.msgpack.encode([])


class Whereabouts:
    """Used on one event loop."""

    def __init__(self, read: Read) -> None:
        self._read = read
        self._newest: deque[Fix] = deque(maxlen=MEMORY)
        self._stretches: OrderedDict[int, Reading] = OrderedDict()
        self._open: OrderedDict[bytes, asyncio.Task[list[Fix]]] = OrderedDict()

    def seen(self, positions: Positions) -> None:
        """To be told every time. One that comes too late is in the streams all the same."""
        if self._newest and positions.measured_at < self._newest[-1].at_us - SET_BACK_US:
            self._newest.clear()
            self._stretches.clear()
            self._open.clear()
        if not self._newest or positions.measured_at > self._newest[-1].at_us:
            self._newest.append(fix_of(positions))

    @property
    def newest_us(self) -> int | None:
        """Up to when positions have come."""
        return self._newest[-1].at_us if self._newest else None

    def now(self) -> list[Fix]:
        """The last seconds."""
        return list(self._newest)

    async def around(self, at_us: int) -> list[Fix]:
        """The fixes of some seconds before and after a moment; none where nothing was kept."""
        since_us, until_us = at_us - BLIND_US, at_us + BLIND_US
        if self._newest and self._newest[0].at_us <= since_us:
            return [fix for fix in self._newest if since_us <= fix.at_us <= until_us]
        numbers = range(since_us // STRETCH_US, until_us // STRETCH_US + 1)
        readings = self._readings(numbers)
        packed = [(await self._read_by(readings[number])).get(number, _NOTHING) for number in numbers]
        stretches = [await self._unpacked(one) for one in packed]
        return [fix for fixes in stretches for fix in fixes if since_us <= fix.at_us <= until_us]

    def _readings(self, numbers: range) -> dict[int, Reading]:
        """Of each stretch; what is not known yet is read at one go."""
        found = {number: self._stretches[number] for number in numbers if number in self._stretches}
        missing = [number for number in numbers if number not in found]
        if missing:
            last = missing[-1]
            if len(found) and missing == [last] and self._is_over(last + AHEAD):
                last += AHEAD
            reading = asyncio.create_task(self._fetch(missing[0], last), name="positions of a picture")
            for number in range(missing[0], last + 1):
                found[number] = reading
                if self._is_over(number):
                    self._stretches[number] = reading
        for number in numbers:
            if number in self._stretches:
                self._stretches.move_to_end(number)
        while len(self._stretches) > MOST_STRETCHES:
            self._stretches.popitem(last=False)
        return found

    def _is_over(self, number: int) -> bool:
        """Nothing is added to the stretch any more."""
        return self.newest_us is not None and (number + 1) * STRETCH_US < self.newest_us

    async def _unpacked(self, packed: bytes) -> list[Fix]:
        opening = self._open.get(packed)
        if opening is None:
            opening = self._open[packed] = asyncio.create_task(
                asyncio.to_thread(_fixes, packed), name="unpack positions"
            )
        self._open.move_to_end(packed)
        while len(self._open) > MOST_OPEN:
            self._open.popitem(last=False)
        return await asyncio.shield(opening)

    async def _read_by(self, reading: Reading) -> dict[int, bytes]:
        try:
            return await asyncio.shield(reading)
        except NotKept:
            for number in [number for number, one in self._stretches.items() if one is reading]:
                del self._stretches[number]
            return {}

    async def _fetch(self, first: int, last: int) -> dict[int, bytes]:
        return await asyncio.to_thread(_packed, await self._read(first * STRETCH_US, (last + 1) * STRETCH_US))


def _packed(found: Sequence[Positions]) -> dict[int, bytes]:
    fixes = sorted(map(fix_of, found), key=lambda fix: fix.at_us)
    return {
        number: msgspec.msgpack.encode([(fix.at_us, list(fix.people.values())) for fix in own])
        for number, own in groupby(fixes, key=lambda fix: fix.at_us // STRETCH_US)
    }


def _fixes(packed: bytes) -> list[Fix]:
    return [Fix(at_us, {one.track: one for one in people}) for at_us, people in _STRETCH.decode(packed)]
