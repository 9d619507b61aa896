"""Where everybody was over some time, as columns: of a full store that is a thousand fixes a second, and as many as a dozen
objects each. Made and given back again with each event, those left holes all over the memory of the store."""

from array import array
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from store_client.contract.live import Hand, Positions
from store_client.contract.sensor import PositionFix

_NOBODY = -1


@dataclass(frozen=True, slots=True)
class Fixes:
    """In order of time. ``at_us``: int64 [n]; ``x``, ``y``: float64 [n], metres; ``track``, ``trip``: int32 [n], places in
    ``tracks`` and ``trips``, whose last is None. ``hands``: float64 [hands, 4]: x, y, z and score; ``own_hands``: int32
    [n, 2], whose rows those of a fix are."""

    at_us: NDArray[np.int64]
    track: NDArray[np.int32]
    trip: NDArray[np.int32]
    x: NDArray[np.float64]
    y: NDArray[np.float64]
    hands: NDArray[np.float64]
    own_hands: NDArray[np.int32]
    tracks: list[str]
    trips: list[str | None]

    def __len__(self) -> int:
        return len(self.at_us)

    def one(self, place: int, *, has_hands: bool = False, digits: int | None = None) -> PositionFix:
        """As it is told: without hands, or with those that were seen. ``digits``: of metres; all that there are for None."""

        def metres(value: float) -> float:
            return value if digits is None else round(value, digits)

        begin, end = self.own_hands[place] if has_hands else (0, 0)
        hands = [Hand(metres(x), metres(y), metres(z), score) for x, y, z, score in self.hands[begin:end].tolist()]
        x, y = metres(float(self.x[place])), metres(float(self.y[place]))
        track, trip = self.tracks[self.track[place]], self.trips[self.trip[place]]
        return PositionFix(int(self.at_us[place]), track, trip, x, y, tuple(hands))

    def first_of_steps(self, step_us: int) -> NDArray[np.int64]:
        """The places of the first fix of each track in each of equally long steps, in order."""
        if not len(self):
            return np.zeros(0, np.int64)
        steps = self.at_us // step_us
        _, first = np.unique((steps - steps[0]) * len(self.tracks) + self.track, return_index=True)
        found: NDArray[np.int64] = np.sort(first)
        return found


class Gathering:
    """Fixes while they are read, in whatever order they come."""

    def __init__(self) -> None:
        self._at_us, self._x, self._y = array("q"), array("d"), array("d")
        self._track, self._trip = array("i"), array("i")
        self._hands, self._own_hands = array("d"), array("i")
        self._tracks: dict[str, int] = {}
        self._trips: dict[str, int] = {}

    def add(self, message: Positions) -> None:
        for person in message.people:
            trip = person.trip
            self._at_us.append(message.measured_at)
            self._track.append(self._tracks.setdefault(person.track, len(self._tracks)))
            self._trip.append(_NOBODY if trip is None else self._trips.setdefault(trip, len(self._trips)))
            self._x.append(person.x)
            self._y.append(person.y)
            begin = len(self._hands) // 4
            for hand in person.hands:
                self._hands.extend((hand.x, hand.y, hand.z, hand.score))
            self._own_hands.extend((begin, begin + len(person.hands)))

    def fixes(self) -> Fixes:
        at_us = np.frombuffer(self._at_us, np.int64)
        order = np.argsort(at_us, kind="stable")
        return Fixes(
            at_us[order],
            np.frombuffer(self._track, np.int32)[order],
            np.frombuffer(self._trip, np.int32)[order],
            np.frombuffer(self._x, np.float64)[order],
            np.frombuffer(self._y, np.float64)[order],
            np.frombuffer(self._hands, np.float64).reshape(-1, 4),
            np.frombuffer(self._own_hands, np.int32).reshape(-1, 2)[order],
            list(self._tracks),
            [*self._trips, None],
        )
