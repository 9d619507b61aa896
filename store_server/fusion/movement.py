"""Movements: steps of neighbouring plates at one time, which one hand is likely to have made."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from math import isfinite

import numpy as np

from store_client.contract.planogram import plate_id
from store_server.fusion.finding import PlateStep
from store_server.fusion.layout import Layout, Spot
from store_server.fusion.steps import Floats, Step, StepDetector

JOIN_US = 250_000
"""Steps of neighbouring plates that lie no further apart in time are one movement."""
MEASURE_US = 1_000_000
"""How long before and after a movement its plates are averaged, if nothing else happens on them."""
CROSSTALK = 0.035
"""1 to 2 % of a step crosses to neighbours; what is less than this share of a neighbour's step is taken for that."""
MEAN_CROSSTALK = 0.015
REMEMBER_US = 8_000_000
GHOST_SHARE = 0.25
"""A share of a gondola's plates that no hand moves at once: a door was slammed, a trolley hit it."""


@dataclass(frozen=True, slots=True)
class Part:
    """What moved on one facing (or on plates without one). ``plates``: (index, grams), the strongest first;
    ``moved_us`` and ``parts_us``: as of the strongest plate's step. ``steps``: each change that ``grams`` is made of."""

    gondola: int
    shelf: int
    plates: tuple[tuple[int, float], ...]
    grams: float
    error: float
    start_us: int
    end_us: int
    moved_us: int
    parts_us: tuple[int, int]
    press: float
    spot: Spot | None
    steps: tuple[PlateStep, ...] = ()


@dataclass(frozen=True, slots=True)
class Movement:
    """``parts`` along the shelf, first to last plate."""

    gondola: int
    shelf: int
    start_us: int
    end_us: int
    parts: tuple[Part, ...]

    @property
    def at_us(self) -> int:
        """When it was done."""
        return max(part.moved_us for part in self.parts)


def joined(parts: Sequence[Part], layout: Layout) -> Part:
    """Several parts as if one thing had stood on all of them."""
    plates = tuple(sorted((p for part in parts for p in part.plates), key=lambda p: -abs(p[1])))
    first = parts[0]
    strongest = max(parts, key=lambda part: abs(part.grams))
    return Part(
        first.gondola,
        first.shelf,
        plates,
        sum(part.grams for part in parts),
        sum(part.error**2 for part in parts) ** 0.5,
        min(part.start_us for part in parts),
        max(part.end_us for part in parts),
        strongest.moved_us,
        strongest.parts_us,
        max(part.press for part in parts),
        layout.spot(first.gondola, first.shelf, plates),
        tuple(chain.from_iterable(part.steps for part in parts)),
    )


class MovementFinder:
    """Gathers the steps of one gondola into movements once nothing can join them any more."""

    def __init__(self, detector: StepDetector, layout: Layout) -> None:
        self._detector = detector
        self._layout = layout
        self._open: list[Step] = []
        self._recent: list[Step] = []

    @property
    def open_since_us(self) -> int | None:
        """Start of the oldest step or busy spell that is not yet in a movement."""
        starts = [step.start_us for step in self._open]
        busy = self._detector.busy_since_us
        return min(starts + ([] if busy is None else [busy]), default=None)

    def add(self, steps: Sequence[Step]) -> None:
        self._open.extend(steps)
        self._recent.extend(step for step in steps if step.plate is not None)

    def take(self, until_us: int, *, is_last: bool = False) -> list[Movement]:
        """Movements that ended by ``until_us``, oldest first. Crosstalk and ghosts are dropped on the way.

        ``is_last``: nothing more will be read, and no plate is waited for."""
        if not self._open:
            return []
        crosstalk = [step for step in self._open if self._is_crosstalk(step)]
        self._open = [step for step in self._open if step not in crosstalk]
        taken = []
        for group in self._groups([step for step in self._open if step.plate is not None]):
            if is_last or self._is_over(group, until_us):
                self._open = [step for step in self._open if step not in group]
                if not self._is_ghost(group):
                    taken.append(self._movement(group))
        sums = [step for step in self._open if step.plate is None and (is_last or step.end_us + JOIN_US <= until_us)]
        for step in sums:
            self._open.remove(step)
            if not any(_overlap(step, other) for other in self._recent if other.shelf == step.shelf):
                taken.extend(self._of_sum(step))
        self._recent = [step for step in self._recent if step.end_us >= until_us - REMEMBER_US]
        return sorted(taken, key=lambda movement: movement.at_us)

    def _is_crosstalk(self, step: Step) -> bool:
        return step.plate is not None and any(
            other.plate is not None
            and other is not step
            and abs(other.shelf - step.shelf) <= 1
            and abs(other.plate - step.plate) <= 2
            and abs(step.grams) < CROSSTALK * abs(other.grams)
            and _overlap(step, other)
            for other in self._recent
        )

    def _groups(self, steps: Sequence[Step]) -> list[list[Step]]:
        groups: list[list[Step]] = []
        for step in sorted(steps, key=lambda step: step.start_us):
            joining = [g for g in groups if any(_overlap(step, other) and self._is_near(step, other) for other in g)]
            groups = [g for g in groups if g not in joining]
            groups.append([other for g in joining for other in g] + [step])
        return groups

    def _is_near(self, one: Step, other: Step) -> bool:
        if one.shelf != other.shelf or one.plate is None or other.plate is None:
            return False
        first, last = self._layout.span(one.gondola, one.shelf, one.plate)
        return abs(one.plate - other.plate) <= 1 or first <= other.plate <= last

    def _is_over(self, group: Sequence[Step], until_us: int) -> bool:
        end = max(step.end_us for step in group) + JOIN_US
        places = [step.plate for step in group if step.plate is not None]
        busy = self._detector.busy_start(group[0].shelf, min(places) - 1, max(places) + 1)
        return end <= until_us and (busy is None or busy > end)

    def _is_ghost(self, group: Sequence[Step]) -> bool:
        moved = {
            (other.shelf, other.plate) for other in self._recent if any(_overlap(step, other) for step in group[:1])
        }
        return len(moved) >= max(8, GHOST_SHARE * self._detector.alive) and len({shelf for shelf, _ in moved}) > 1

    def _movement(self, group: Sequence[Step]) -> Movement:
        by_facing: dict[tuple[int, int], list[Step]] = {}
        for step in group:
            assert step.plate is not None
            by_facing.setdefault(self._layout.span(step.gondola, step.shelf, step.plate), []).append(step)
        parts = tuple(self._part(by_facing[span], span) for span in sorted(by_facing))
        return Movement(
            self._detector.gondola,
            group[0].shelf,
            min(step.start_us for step in group),
            max(step.end_us for step in group),
            parts,
        )

    def _part(self, steps: Sequence[Step], span: tuple[int, int]) -> Part:
        """Measures again what the steps of one facing say, over longer spans, and with the facing's other plates."""
        shelf = steps[0].shelf
        start, end = min(step.start_us for step in steps), max(step.end_us for step in steps)
        strongest = max(steps, key=lambda step: abs(step.grams))
        before, change, error = self._measure(shelf, span, start, end)
        stepped = {step.plate: 0.0 for step in steps if step.plate is not None}
        for step in steps:
            if step.plate is not None:
                stepped[step.plate] += step.grams
        most = max(abs(grams) for grams in stepped.values())
        plates: list[tuple[int, float]] = []
        variance = 0.0
        for index in range(span[0], min(span[1], self._detector.plates - 1) + 1):
            grams = float(change[index])
            if index in stepped:
                plates.append((index, grams if isfinite(grams) else stepped[index]))
            elif isfinite(grams) and abs(grams) > max(3.0 * float(error[index]), CROSSTALK * most):
                plates.append((index, grams))
            else:
                continue
            variance += float(error[index]) ** 2 if isfinite(float(error[index])) else steps[0].error ** 2
        plates = self._purified(steps, plates)
        plates.sort(key=lambda plate: -abs(plate[1]))
        return Part(
            self._detector.gondola,
            shelf,
            tuple(plates),
            sum(grams for _, grams in plates),
            variance**0.5,
            start,
            end,
            strongest.moved_us,
            strongest.parts_us,
            max(step.press for step in steps),
            self._layout.spot(self._detector.gondola, shelf, plates),
            self._steps(shelf, (start, end), plates, before),
        )

    def _steps(
        self, shelf: int, span: tuple[int, int], plates: Sequence[tuple[int, float]], before: Floats
    ) -> tuple[PlateStep, ...]:
        """``before``: the level of every plate of the shelf, NaN where there is none to draw a step from."""
        return tuple(
            PlateStep(
                plate_id(self._detector.gondola, shelf, index),
                *span,
                round(float(before[index]), 3),
                round(float(before[index]) + grams, 3),
            )
            for index, grams in plates
            if isfinite(float(before[index]))
        )

    def _purified(self, steps: Sequence[Step], plates: list[tuple[int, float]]) -> list[tuple[int, float]]:
        """Takes off what the steps of neighbouring facings, made at the same time, have let cross over."""
        own = {index for index, _ in plates}
        first = steps[0]
        crossed = dict.fromkeys(own, 0.0)
        for other in self._recent:
            if other.shelf != first.shelf or other.plate is None or other.plate in own:
                continue
            if any(_overlap(step, other) for step in steps):
                for index in own & {other.plate - 1, other.plate + 1}:
                    crossed[index] += MEAN_CROSSTALK * other.grams
        return [(index, grams - crossed[index]) for index, grams in plates]

    def _measure(self, shelf: int, span: tuple[int, int], start_us: int, end_us: int) -> tuple[Floats, Floats, Floats]:
        others = [s for s in self._recent if s.shelf == shelf and s.plate is not None and span[0] <= s.plate <= span[1]]
        since = max([s.end_us for s in others if s.end_us <= start_us] + [start_us - MEASURE_US])
        until = min([s.start_us for s in others if s.start_us >= end_us] + [end_us + MEASURE_US])
        busy = self._detector.busy_start(shelf, *span)
        if busy is not None and busy >= end_us:
            until = min(until, busy)
        return self._detector.change(shelf, (since, start_us), (end_us, until))

    def _of_sum(self, step: Step) -> list[Movement]:
        """A step that only the sum of a shelf shows: the facing whose plates moved most, if any did."""
        before, change, error = self._measure(step.shelf, (0, self._detector.plates - 1), step.start_us, step.end_us)
        with np.errstate(invalid="ignore"):
            along = np.nonzero((np.abs(change[:-1]) > 2.5 * error[:-1]) & (change[:-1] * step.grams > 0))[0]
        moved = [index for index in along.tolist() if not self._is_under_way(step, index)]
        spans: dict[tuple[int, int], float] = {}
        for index in moved:
            span = self._layout.span(step.gondola, step.shelf, index)
            spans[span] = spans.get(span, 0.0) + float(change[index])
        if not spans:
            return []
        span = max(spans, key=lambda span: abs(spans[span]))
        plates = [(index, float(change[index])) for index in moved if span[0] <= index <= span[1]]
        plates.sort(key=lambda plate: -abs(plate[1]))
        variance = sum(float(error[index]) ** 2 for index, _ in plates)
        spot = self._layout.spot(step.gondola, step.shelf, plates)
        part = Part(
            step.gondola,
            step.shelf,
            tuple(plates),
            spans[span],
            variance**0.5,
            step.start_us,
            step.end_us,
            step.moved_us,
            step.parts_us,
            step.press,
            spot,
            self._steps(step.shelf, (step.start_us, step.end_us), plates, before),
        )
        return [Movement(step.gondola, step.shelf, step.start_us, step.end_us, (part,))]

    def _is_under_way(self, step: Step, plate: int) -> bool:
        """Whether ``plate`` is to tell a step of its own, though the sum of its shelf holds still already."""
        busy = self._detector.busy_start(step.shelf, plate, plate)
        return busy is not None and busy <= step.end_us + JOIN_US


def _overlap(one: Step, other: Step) -> bool:
    return one.start_us <= other.end_us + JOIN_US and other.start_us <= one.end_us + JOIN_US
