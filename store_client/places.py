"""Where moments lie among the numbers of what a stream keeps: what was once found need not be looked for again."""

from bisect import bisect_left
from collections.abc import Awaitable, Callable

MOST = 512
NEAR = 24
"""Messages that are read in order sooner than looked for."""

Found = tuple[int, int]
"""A message's number in the stream, and when it was measured (µs UTC)."""


class Places:
    """Of one subject. Messages lie about in the order in which they were measured."""

    def __init__(self) -> None:
        self._numbers: list[int] = []
        self._moments: list[int] = []

    def note(self, number: int, at_us: int) -> None:
        """The message of this number was measured then."""
        place = bisect_left(self._numbers, number)
        before, after = self._moments[max(0, place - 1) : place], self._moments[place : place + 1]
        if (
            number in self._numbers[place : place + 1]
            or any(one > at_us for one in before)
            or any(one < at_us for one in after)
        ):
            return  # known, or out of order: what lies otherwise must not mislead
        self._numbers.insert(place, number)
        self._moments.insert(place, at_us)
        if len(self._numbers) > MOST:
            del self._numbers[::2], self._moments[::2]

    def around(self, at_us: int) -> tuple[Found | None, Found | None]:
        """The nearest that are known of what was measured before the moment, and of what was then or later."""
        place = bisect_left(self._moments, at_us)
        return self._known(place - 1), self._known(place)

    def _known(self, place: int) -> Found | None:
        return (self._numbers[place], self._moments[place]) if 0 <= place < len(self._numbers) else None

    async def start_at(
        self,
        at_us: int,
        measured: Callable[[int], Awaitable[Found | None]],
        newest: Callable[[], Awaitable[Found | None]],
    ) -> int:
        """A number from which on nothing measured at ``at_us`` or later is left out, and no more than some messages before
        it are read. ``measured``: of the first message from a number on; ``newest``: of the last; None where there is
        none. Messages come evenly, so it is looked for where it should be; where it is not, by halving."""
        low, high = self.around(at_us)
        low = low or await self._note(measured(1)) or (1, 0)  # an earlier program's may not be readable
        if low[1] >= at_us:
            return low[0]
        high = high or _end(await newest(), at_us)
        is_guessed = True
        while high[0] - low[0] > NEAR:
            share = (at_us - low[1]) / max(1, high[1] - low[1]) if is_guessed else 0.5
            width = high[0] - low[0]
            middle = min(max(low[0] + int(share * width), low[0] + 1), high[0] - 1)
            found = await self._note(measured(middle))
            if found is not None and found[1] < at_us:
                low = found
            else:
                high = (middle, at_us if found is None else max(at_us, found[1]))
            is_guessed = high[0] - low[0] < width // 2
        return low[0]

    async def _note(self, asked: Awaitable[Found | None]) -> Found | None:
        found = await asked
        if found is not None:
            self.note(*found)
        return found


def _end(newest: Found | None, at_us: int) -> Found:
    """The number that comes next, and about when."""
    return (1, at_us) if newest is None else (newest[0] + 1, max(at_us, newest[1]))
