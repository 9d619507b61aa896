"""The physics of the weighing plates, as measured in a real store (a recording of 278 plates at 60 Hz).

Idle noise is nearly white, its σ log-normal over the plates: median 0.94 g, 90 % under 4.5 g, worst 14 g. The
converter steps by 0.241 g. Levels are arbitrary and wander; differences are reliable. A hand presses before it lifts.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from store_server.world.layout import PLATES_A_SHELF, Layout
from store_server.world.stock import Display, Unit

RATE_HZ = 60.0
SAMPLES = 12
"""Samples of a batch: five batches a second."""
BATCH_US = 200_000

CONVERTER_STEP = 0.241
NOISE_MEDIAN, NOISE_P90, NOISE_WORST = 0.94, 4.5, 14.0
SETTLE_SECONDS = 0.05
DEAD_SHARE = 0.10

_MICROS = 1_000_000
_SAMPLE_US = np.round(np.arange(SAMPLES) * _MICROS / RATE_HZ).astype(np.int64)


@dataclass(frozen=True, slots=True)
class Touch:
    """A hand on plates: it presses ``press`` grams from ``from_us`` on, and at ``at_us`` ``grams`` come or go.

    ``plates`` with their ``shares`` of both. ``ramp`` seconds the change takes (0.05: a plain grip; more: lifted
    slowly); ``until_us``: when the pressing ends.
    """

    plates: tuple[int, ...]
    shares: tuple[float, ...]
    grams: float
    at_us: int
    press: float = 0.0
    from_us: int = 0
    until_us: int = 0
    ramp: float = SETTLE_SECONDS

    @property
    def moved_us(self) -> int:
        """When half of ``grams`` have come or gone."""
        half = math.log(2.0) / 3.5 if self.ramp <= SETTLE_SECONDS else 0.5
        return self.at_us + round(self.ramp * half * _MICROS)


class Plates:
    """All plates of a store. ``load`` [plates]: grams of goods at rest on each, the truth behind the readings."""

    def __init__(self, layout: Layout, displays: Sequence[Display], dice: np.random.Generator) -> None:
        count = layout.plates
        self._dice = dice
        self.load = np.zeros(count)
        self.noise = np.minimum(_noise(count, dice), NOISE_WORST)
        self.level = dice.uniform(150.0, 5200.0, count)
        self.drift = dice.normal(0.0, 0.004, count)
        """Grams a second by which each plate's zero creeps now; changes slowly, see ``read``."""
        self.runaway = np.zeros(count)
        """Grams a second of drift that a fault adds."""
        self.ghost = np.zeros(count)
        """Grams that no goods explain: what a fault has left on a plate."""
        self.is_dead = _dead(layout, displays, dice)
        self.is_missing = np.zeros(count, dtype=bool)
        """Plates that have no reading just now (NaN)."""
        self._crosstalk = dice.uniform(0.01, 0.02, (2, count))
        places = np.arange(count) % PLATES_A_SHELF
        self._crosstalk[0, places == 0] = 0.0
        self._crosstalk[1, places == PLATES_A_SHELF - 1] = 0.0
        self._frozen = dice.choice((6067.416, *dice.uniform(180.0, 3200.0, 12)), count)
        self._touches: list[Touch] = []

    def add(self, units: Iterable[Unit]) -> None:
        """Goods that stood there before the day began."""
        for unit in units:
            if unit.spot is not None:
                for plate, share in zip(unit.spot.plates, unit.spot.shares, strict=True):
                    self.load[plate] += unit.grams * share

    def touch(self, touch: Touch) -> None:
        self._touches.append(touch)

    def is_settled(self) -> bool:
        """True when no hand is on any plate and none is announced."""
        return not self._touches

    def read(self, first_us: int) -> NDArray[np.float32]:
        """Readings [SAMPLES, plates] of the batch whose first sample is at ``first_us``: to be asked in order."""
        at = first_us + _SAMPLE_US
        total = np.repeat(self.load[None, :], SAMPLES, axis=0)
        for touch in self._touches:
            _lay_on(total, touch, at)
        self._settle(first_us + BATCH_US)
        grams = total.copy()
        grams[:, 1:] += total[:, :-1] * self._crosstalk[0, 1:]
        grams[:, :-1] += total[:, 1:] * self._crosstalk[1, :-1]
        grams += self.level + self.ghost
        self.level += (self.drift + self.runaway) * (BATCH_US / _MICROS)
        self.drift = 0.9995 * self.drift + self._dice.normal(0.0, 0.00013, len(self.drift))
        readings = grams.astype(np.float32)
        readings += self._dice.standard_normal(readings.shape, dtype=np.float32) * self.noise.astype(np.float32)
        readings = np.round(readings / np.float32(CONVERTER_STEP)) * np.float32(CONVERTER_STEP)
        readings[:, self.is_dead] = self._frozen[self.is_dead]
        readings[:, self.is_missing] = np.nan
        return readings

    def _settle(self, until_us: int) -> None:
        """Touches that are over become part of the load."""
        under_way = []
        for touch in self._touches:
            if max(touch.at_us + int(touch.ramp * 3 * _MICROS), touch.until_us + 100_000) < until_us:
                for plate, share in zip(touch.plates, touch.shares, strict=True):
                    self.load[plate] += touch.grams * share
            else:
                under_way.append(touch)
        self._touches = under_way


def _lay_on(total: NDArray[np.float64], touch: Touch, at: NDArray[np.int64]) -> None:
    """Adds what a touch does to ``total`` [samples, plates] at the times ``at`` (µs)."""
    if touch.from_us > at[-1] and touch.at_us > at[-1]:
        return
    after = (at - touch.at_us) / _MICROS
    change = touch.grams * _risen(after, touch.ramp)
    if touch.press:
        rising = np.clip((at - touch.from_us) / _MICROS / 0.12, 0.0, 1.0)
        falling = np.exp(-np.maximum(at - touch.until_us, 0) / _MICROS / 0.014)
        change = change + touch.press * np.sin(rising * math.pi / 2) * falling
    for plate, share in zip(touch.plates, touch.shares, strict=True):
        total[:, plate] += change * share


def _risen(after: NDArray[np.float64], ramp: float) -> NDArray[np.float64]:
    """From 0 to 1: within ``ramp`` seconds to all but 3 %, or, for slow lifts, evenly."""
    if ramp <= SETTLE_SECONDS:
        return 1.0 - np.exp(-np.maximum(after, 0.0) * 3.5 / ramp)
    way = np.clip(after / ramp, 0.0, 1.0)
    return way * way * (3.0 - 2.0 * way)


def _noise(count: int, dice: np.random.Generator) -> NDArray[np.float64]:
    spread = math.log(NOISE_P90 / NOISE_MEDIAN) / 1.2816
    return dice.lognormal(math.log(NOISE_MEDIAN), spread, count)


def _dead(layout: Layout, displays: Sequence[Display], dice: np.random.Generator) -> NDArray[np.bool_]:
    """One plate in ten never changes. All 31 such plates of the real recording carry no product: a store moves its
    goods off them. So here, except for a few at the edge of broad facings that nobody has noticed yet."""
    carrying = {plate for display in displays for plate in display.plates}
    empty = [plate for plate in range(layout.plates) if plate not in carrying]
    broad = [display.plates[-1] for display in displays if len(display.plates) >= 3]
    wanted = round(layout.plates * DEAD_SHARE)
    chosen = list(dice.permutation(empty)[: int(wanted * 0.94)])
    chosen += list(dice.permutation(broad)[: wanted - len(chosen)])
    dead = np.zeros(layout.plates, dtype=bool)
    dead[np.array(chosen, dtype=np.int64)] = True
    return dead
