"""Where moments lie among the numbers of what a stream keeps: what was once found need not be looked for again."""

from bisect import bisect_left

MOST = 4_096


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

    def around(self, at_us: int) -> tuple[int | None, int | None]:
        """The nearest known numbers of what was measured before the moment, and of what was then or later."""
        place = bisect_left(self._moments, at_us)
        return (
            self._numbers[place - 1] if place else None,
            self._numbers[place] if place < len(self._numbers) else None,
        )
