"""Everything that really goes wrong in such stores, one after another, round and round.

The faults are those of the field: drift, a ghost weight after a slammed door, NaN rows, lost and repeated batches,
clocks that are off, drift and leap, a lost camera, a group, tailgating, an empty cart, a repeated cart, a cart hours late. (Wrong
planogram cells and wrong catalogue weights are there all day: see ``misprints``.)
"""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

import msgspec
import numpy as np
from numpy.typing import NDArray

from store_client.contract.device import Tracks
from store_client.contract.live import Scan, Weights
from store_server.world.arrivals import Arrivals
from store_server.world.clocks import Clocks, moved
from store_server.world.layout import Layout
from store_server.world.messages import DeviceMessage
from store_server.world.plates import Plates

_MICROS = 1_000_000
_FIRST_US = 20 * _MICROS
JUMPING_GONDOLA = 2
JUMP_US = 90 * _MICROS
LATE_CART_US = 3 * 3_600 * _MICROS

Sight = Literal["ok", "stopped", "garbage"]
Episode = Callable[[], Iterator[float]]
"""Brings a fault about, waits for the seconds it yields, and takes it back."""


@dataclass(slots=True)
class _Line:
    """How messages of a gondola fare on their way."""

    lost: float = 0.0
    repeated: float = 0.0


class Faults:
    """``name``: the fault under way. ``sight``: what each camera delivers, those not named being well."""

    def __init__(
        self, layout: Layout, plates: Plates, arrivals: Arrivals, dice: random.Random, started_us: int
    ) -> None:
        self._layout = layout
        self._plates = plates
        self._arrivals = arrivals
        self._dice = dice
        self.clocks = Clocks(started_us, has_faults=True)
        self._next_us = started_us + _FIRST_US
        self._lines: dict[int, _Line] = {}
        self._is_jumped = False
        self._repeats_scans = False
        self._is_cart_late = False
        self.sight: dict[str, Sight] = {}
        self.name = ""
        self._course = self._run()

    def tick(self, now_us: int) -> None:
        if now_us >= self._next_us:
            self._next_us = now_us + int(next(self._course) * _MICROS)

    def alter(self, message: DeviceMessage, arrives_us: int) -> Iterator[tuple[int, DeviceMessage]]:
        """What becomes of a message on its way: as it arrives, and when; perhaps twice, perhaps never."""
        if isinstance(message, Weights):
            line = self._lines.get(message.gondola, _Line())
            if self._dice.random() < line.lost:
                return
            message = self._stamped(message)
            if self._dice.random() < line.repeated:
                yield arrives_us + self._dice.randrange(50_000, 900_000), message
        elif isinstance(message, Tracks):
            message = self.clocks.tracked(message)
        elif isinstance(message, Scan) and self._repeats_scans:
            yield arrives_us + 400_000, message
        elif isinstance(message, Scan) and self._is_cart_late:
            self._is_cart_late = False
            message = msgspec.structs.replace(message, measured_at=message.measured_at - LATE_CART_US)
        yield arrives_us, message

    def _stamped(self, message: Weights) -> Weights:
        is_jumped = self._is_jumped and message.gondola == JUMPING_GONDOLA
        return moved(message, JUMP_US) if is_jumped else self.clocks.weighed(message)

    def _run(self) -> Iterator[float]:
        episodes: tuple[Episode, ...] = (
            self._group, self._drift, self._slammed_door, self._tailgater, self._nan_rows, self._lost_batches,
            self._lost_camera, self._empty_cart, self._repeated_batches, self._noisy_plates, self._repeated_cart,
            self._late_cart, self._jumping_clock,
        )  # fmt: skip
        while True:
            for episode in episodes:
                self.name = episode.__name__.lstrip("_").replace("_", " ")
                yield from episode()
                self.name = ""
                yield self._dice.uniform(3.0, 8.0)

    def _some_plates(self, count: int) -> NDArray[np.int64]:
        return np.array(self._dice.sample(range(self._layout.plates), count))

    def _some_gondola(self) -> int:
        """A number as on the wire."""
        return self._dice.randrange(self._layout.shape[0]) + 1

    def _drift(self) -> Iterator[float]:
        plates = self._some_plates(4)
        rates = np.array([self._dice.choice((-1, 1)) * self._dice.uniform(0.8, 2.5) for _ in plates])
        self._plates.runaway[plates] += rates
        yield 25.0
        self._plates.runaway[plates] -= rates

    def _slammed_door(self) -> Iterator[float]:
        """All plates of a gondola shake; on some of them a weight remains that nobody put there."""
        gondola = self._some_gondola() - 1
        every = np.arange(self._layout.plates // self._layout.shape[0]) + self._layout.number(gondola, 0, 0)
        before = self._plates.ghost[every].copy()
        for grams in (45.0, -30.0, 20.0, -12.0, 6.0):
            self._plates.ghost[every] = before + grams
            yield 0.2
        self._plates.ghost[every] = before
        haunted = np.array(self._dice.sample(every.tolist(), 4))
        left = np.array([self._dice.uniform(25.0, 120.0) for _ in haunted])
        self._plates.ghost[haunted] += left
        yield 20.0
        self._plates.ghost[haunted] -= left

    def _nan_rows(self) -> Iterator[float]:
        gondola, shelf = self._some_gondola() - 1, self._dice.randrange(self._layout.shape[1])
        first = self._layout.number(gondola, shelf, 0)
        self._plates.is_missing[first : first + 12] = True
        yield 12.0
        self._plates.is_missing[first : first + 12] = False

    def _lost_batches(self) -> Iterator[float]:
        gondola = self._some_gondola()
        for lost, seconds in ((0.3, 8.0), (1.0, 2.5), (0.1, 5.0)):
            self._lines[gondola] = _Line(lost=lost)
            yield seconds
        del self._lines[gondola]

    def _repeated_batches(self) -> Iterator[float]:
        gondola = self._some_gondola()
        self._lines[gondola] = _Line(repeated=0.5)
        yield 12.0
        del self._lines[gondola]

    def _lost_camera(self) -> Iterator[float]:
        camera = f"camera-{self._dice.randrange(len(self._layout.plan.views)) + 1}"
        for sight, seconds in (("stopped", 15.0), ("garbage", 8.0)):
            self.sight[camera] = "stopped" if sight == "stopped" else "garbage"
            yield seconds
        del self.sight[camera]

    def _noisy_plates(self) -> Iterator[float]:
        plates = self._some_plates(5)
        self._plates.noise[plates] *= 9.0
        yield 18.0
        self._plates.noise[plates] /= 9.0

    def _group(self) -> Iterator[float]:
        self._arrivals.admit(people=3)
        yield 6.0

    def _tailgater(self) -> Iterator[float]:
        self._arrivals.admit(people=1, tailgaters=1)
        yield 6.0

    def _empty_cart(self) -> Iterator[float]:
        self._arrivals.admit(people=1, wants_nothing=True)
        yield 6.0

    def _repeated_cart(self) -> Iterator[float]:
        self._repeats_scans = True
        yield 30.0
        self._repeats_scans = False

    def _late_cart(self) -> Iterator[float]:
        self._is_cart_late = True
        yield 20.0

    def _jumping_clock(self) -> Iterator[float]:
        self._is_jumped = True
        yield 10.0
        self._is_jumped = False
