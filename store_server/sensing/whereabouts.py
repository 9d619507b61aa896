"""Where everybody was at any moment: the last seconds from memory, what was before from what the streams keep."""

import asyncio
from collections import OrderedDict, deque
from collections.abc import Awaitable, Callable, Sequence

from store_client.contract.live import Positions
from store_server.bus import NotKept
from store_server.sensing.faces import BLIND_US, Fix, fix_of, lasting

US = 1_000_000
MEMORY = 200
"""Messages, ten a second."""
STRETCH_US = 10 * US
MOST_STRETCHES = 12
"""Less than 3 MB each on a full floor."""
SET_BACK_US = US
"""Positions that are so much older than those before them: the clock was set back."""
Read = Callable[[int, int], Awaitable[Sequence[Positions]]]
"""Everybody's positions in [since, until). Raises NotKept."""


class Whereabouts:
    """Used on one event loop."""

    def __init__(self, read: Read) -> None:
        self._read = read
        self._newest: deque[Fix] = deque(maxlen=MEMORY)
        self._stretches: OrderedDict[int, asyncio.Task[list[Fix]]] = OrderedDict()

    def seen(self, positions: Positions) -> None:
        """To be told every time. One that comes too late is in the streams all the same."""
        if self._newest and positions.measured_at < self._newest[-1].at_us - SET_BACK_US:
            self._newest.clear()
            self._stretches.clear()
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
        first, last = since_us // STRETCH_US, until_us // STRETCH_US
        stretches = await asyncio.gather(*(self._stretch(number) for number in range(first, last + 1)))
        return [fix for fixes in stretches for fix in fixes if since_us <= fix.at_us <= until_us]

    async def _stretch(self, number: int) -> list[Fix]:
        task = self._stretches.get(number)
        if task is None:
            task = asyncio.create_task(self._fetch(number), name="positions of a picture")
            if self.newest_us is not None and (number + 1) * STRETCH_US < self.newest_us:
                self._stretches[number] = task
                if len(self._stretches) > MOST_STRETCHES:
                    self._stretches.popitem(last=False)
        else:
            self._stretches.move_to_end(number)
        try:
            return await asyncio.shield(task)
        except NotKept:
            self._stretches.pop(number, None)
            return []

    async def _fetch(self, number: int) -> list[Fix]:
        found = await self._read(number * STRETCH_US, (number + 1) * STRETCH_US)
        return await asyncio.to_thread(lambda: lasting(sorted(map(fix_of, found), key=lambda fix: fix.at_us)))
