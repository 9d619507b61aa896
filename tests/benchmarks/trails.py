"""By how much trails that a store tells lag behind where people really were, and how far that takes them apart."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
US = 1_000_000
AROUND_US = 6 * US
MOST_ERROR_US = 8_000
"""Of the lag at a moment, one σ: where too few walk it is not judged."""
LEAST_FIXES = 20
WAVES = 7
"""A tracker that is calibrated badly puts people beside where they are: smoothly, and everywhere the same way each time."""
STEP_US = 100_000
ROUNDS = 4

People = Sequence[tuple[int, dict[int, tuple[float, float]]]]
"""Where everybody really was: (µs, {number: (x, y)}), ascending."""
Fix = tuple[int, str, float, float]
"""What was told: (µs, track, x, y)."""


class Trails:
    """All that was told, laid on the truth at once: fix = place(at − lag) + bend(place) + noise.

    The bend of the calibration is no error of time, though it looks like one where people walk one way: it is fitted over the
    whole run, by who stands and by who walks, and taken off. What is left is shifted, between the truth's moments, until it
    fits best: that is the lag. A single fix has none that could be told from its noise: those that make it up were taken
    up to 0.38 s before, by chance. What all trails about a moment have in common is what a clock can be wrong by.
    """

    def __init__(self, fixes: Iterable[Fix], people: People) -> None:
        self._paths = _paths(people)
        tracks: defaultdict[str, list[tuple[int, float, float]]] = defaultdict(list)
        for at_us, track, x, y in fixes:
            tracks[track].append((at_us, x, y))
        told = [np.array(sorted(track), np.float64) for track in tracks.values() if len(track) >= LEAST_FIXES]
        pairs = [(one, path) for one in told if (path := self._whose(one)) is not None]
        self._walks = [(_inside(one, path), path) for one, path in pairs]
        self._at_us = np.concatenate([one[:, 0] for one, _ in self._walks])
        self._lag_us = 0.0
        for _ in range(ROUNDS):
            self._fit()

    def lag_at(self, moment_us: int) -> int | None:
        """How much later than they really were, in µs, places are told that are told of about ``moment_us``."""
        near = np.abs(self._at_us - moment_us) <= AROUND_US
        speed, rest = self._speed[near], self._rest[near]
        squares = max(float((speed**2).sum()), 1e-9)
        early_s = float((speed * rest).sum()) / squares
        left = rest - speed * early_s
        if np.sqrt((left**2).sum() / max(left.size, 1) / squares) * US > MOST_ERROR_US:
            return None
        return round(self._lag_us - early_s * US)

    def apart_at(self, moment_us: int) -> list[float]:
        """How far, in metres, all are from where a cursor shows them, between the fixes about it."""
        found = []
        for one, path in self._walks:
            if one[0, 0] <= moment_us <= one[-1, 0]:
                shown, really = (_between(line, np.array([float(moment_us)]))[0] for line in (one, path))
                found.append(float(np.hypot(*(shown - really))))
        return found

    def _whose(self, told: Floats) -> Floats | None:
        best = min(self._paths, key=lambda path: _off(told, path), default=None)
        return None if best is None or _off(told, best) > 1.0 else best

    def _fit(self) -> None:
        """From the lag that was found so far on: ``_speed``, ``_rest`` [fixes, 2], metres a second and metres."""
        where, speed, off = [], [], []
        for one, path in self._walks:
            at = one[:, 0] - self._lag_us
            where.append(_between(path, at))
            speed.append((_between(path, at + STEP_US / 2) - _between(path, at - STEP_US / 2)) / (STEP_US / US))
            off.append(one[:, 1:] - where[-1])
        self._speed, places = np.concatenate(speed), np.concatenate(where)
        waves = _waves(places)
        none = np.zeros_like(waves)
        both = np.block([[-self._speed[:, :1], waves, none], [-self._speed[:, 1:], none, waves]])
        values = np.concatenate(off)
        found = np.linalg.lstsq(both.T @ both, both.T @ values.T.ravel(), rcond=1e-9)[0]
        self._rest = (
            values - np.stack([waves @ part for part in np.split(found[1:], 2)], axis=1) + self._speed * found[0]
        )
        self._lag_us += found[0] * US


def _paths(people: People) -> list[Floats]:
    paths: defaultdict[int, list[tuple[int, float, float]]] = defaultdict(list)
    for at_us, places in people:
        for number, (x, y) in places.items():
            paths[number].append((at_us, x, y))
    return [np.array(path, np.float64) for path in paths.values() if len(path) >= LEAST_FIXES]


def _inside(told: Floats, path: Floats) -> Floats:
    """Those fixes whose truth is known, whatever the lag is."""
    known: Floats = told[(told[:, 0] > path[0, 0] + US) & (told[:, 0] < path[-1, 0] - US)]
    return known


def _off(told: Floats, path: Floats) -> float:
    """Metres between them, in the median."""
    known = _inside(told, path)
    return float(np.median(np.hypot(*(known[:, 1:] - _between(path, known[:, 0])).T))) if len(known) else np.inf


def _between(path: Floats, at_us: Floats) -> Floats:
    places: Floats = np.stack([np.interp(at_us, path[:, 0], path[:, axis]) for axis in (1, 2)], axis=1)
    return places


def _waves(places: Floats) -> Floats:
    """[fixes, WAVES²]: cosines over the floor."""
    low, high = places.min(axis=0), places.max(axis=0)
    share = (places - low) / np.maximum(high - low, 1e-6)
    lines = np.cos(np.pi * np.arange(WAVES)[None, None, :] * share[:, :, None])
    waves: Floats = (lines[:, 0, :, None] * lines[:, 1, None, :]).reshape(len(places), -1)
    return waves
