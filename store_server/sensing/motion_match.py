"""How late a camera's pictures are against the tracks of people: what moves in them, laid over who was tracked moving.

A picture differs from the one before where somebody moves. Where tracked people move, and how fast, is projected into
the picture by its camera's pose. Of all lags within two seconds the right one has both agree, place by place and moment
by moment: normalised cross-correlation over space and time. Pure; the error comes from leaving out parts of the time.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import msgspec
import numpy as np
from numpy.typing import NDArray

from store_client.contract.camera import Pose
from store_client.projection import Projection

Floats = NDArray[np.float64]
Grey = NDArray[np.uint8]

US = 1_000_000
MOST_LAG_US = 2 * US
STEP_US = 40_000
CELL = 5
"""Pixels of a side of a cell, of pictures ``WIDTH`` wide."""
WIDTH = 160
NOISE = 8
"""Grey levels by which two JPEGs of a thing at rest may differ."""
STRONG = 40
SMOOTH_US = 300_000
"""Fixes of a track so near say together where somebody was and how fast they went: each alone is noisy."""
LEAST_FIXES = 4
SLOW = 0.25
"""Metres a second: below it somebody stands, whatever the noise of the tracker says."""
FAST = 2.5
HEIGHTS = (0.15, 0.5, 0.85, 1.2, 1.5, 1.6)
"""Feet to head: they are most of what changes of who walks along the line of sight. Without the head who comes would seem
20 ms late, and who goes 20 ms early."""
GIRTH_M = 0.18
BEFORE_M = 0.01
"""So far before the middle that is tracked is what one sees of who walks: arms, and what they carry."""
LEAST_PICTURES = 40
LEAST_WALKED_M = 4.0
LEAST_LIKENESS = 0.2
OTHER_PEAK_US = 400_000
LEAST_LEAD = 0.7
"""Another lag may explain at most this share of what the best one does."""
PARTS = 6
LEAST_ERROR_US = 10_000
MOST_ERROR_US = 80_000
CALIBRATION_M = 0.04
"""Where all walk one way, so far beside them a tracker puts them looks as if they came earlier or later."""


Fix = tuple[int, float, float]
"""When (µs), and where, in metres."""


class Asked(msgspec.Struct, frozen=True, array_like=True):
    """What the process that decodes a look is given. ``walks``: the fixes of each track."""

    pose: Pose
    at_us: list[int]
    jpegs: list[bytes]
    walks: list[list[Fix]]


class Answer(msgspec.Struct, frozen=True, array_like=True):
    """The pictures show what the tracks say of ``late_us`` earlier, ± ``error_us``; and ± ``bias_us``, which other looks
    of the same camera share. ``likeness``: correlation there. ``is_found``: False where the look tells nothing."""

    is_found: bool
    late_us: int = 0
    error_us: int = 0
    bias_us: int = 0
    likeness: float = 0.0


@dataclass(frozen=True, slots=True, eq=False)
class Walk:
    """Where one track was: ``at_us`` int64 [n], ascending; ``xy`` [n, 2], metres."""

    at_us: NDArray[np.int64]
    xy: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Look:
    """Pictures of one camera: ``at_us`` int64 [n], ascending, when they were taken as far as known; ``grey`` uint8
    [n, height, WIDTH]."""

    at_us: NDArray[np.int64]
    grey: Grey


@dataclass(frozen=True, slots=True)
class _Walked:
    """``bias_us``: by how much a wrong calibration may shift the lag, since they did not go all ways alike."""

    metres: float
    bias_us: float


def match(look: Look, walks: Sequence[Walk], projection: Projection) -> Answer:
    """Finds nothing unless enough moved in the pictures and one lag alone explains it. ``projection``: into pictures of this
    size."""
    if len(look.at_us) < LEAST_PICTURES:
        return Answer(False)
    at_us, seen = _seen(look)
    begin_us, end_us = int(at_us[0]) - MOST_LAG_US - STEP_US, int(at_us[-1]) + MOST_LAG_US + STEP_US
    grid_us = np.arange(begin_us, end_us, STEP_US, dtype=np.int64)
    told, walked = _told(grid_us, walks, projection, seen.shape[1:])
    if walked.metres < LEAST_WALKED_M:
        return Answer(False)
    seen = (seen - seen.mean(axis=0)).reshape(len(seen), -1)
    told = told.reshape(len(told), -1)
    lags_us = np.arange(-MOST_LAG_US, MOST_LAG_US + 1, STEP_US, dtype=np.int64)
    parts = np.array([_products(seen, told[_places(at_us - lag, grid_us)]) for lag in lags_us])  # [lags, parts, 3]
    likeness = _likeness(parts)
    peak = int(np.argmax(likeness))
    apart = np.abs(lags_us - lags_us[peak]) > OTHER_PEAK_US
    is_edge = not 1 < peak < len(lags_us) - 2
    if is_edge or likeness[peak] < LEAST_LIKENESS or likeness[apart].max() > LEAST_LEAD * likeness[peak]:
        return Answer(False)
    late_us = _summit(lags_us, likeness)
    others = np.array([_summit(lags_us, _likeness(np.delete(parts, part, axis=1))) for part in range(PARTS)])
    spread = float(np.sqrt((PARTS - 1) / PARTS * np.sum((others - others.mean()) ** 2)))  # the jackknife's
    error_us, bias_us = round(LEAST_ERROR_US + 2 * spread), round(walked.bias_us)
    if error_us > MOST_ERROR_US:
        return Answer(False)
    return Answer(True, round(late_us), error_us, bias_us, round(float(likeness[peak]), 3))


def _seen(look: Look) -> tuple[NDArray[np.int64], Floats]:
    """Between which moments, and where, by cells [n - 1, rows, columns], the pictures differ."""
    differs = np.abs(np.diff(look.grey.astype(np.int16), axis=0))
    differs = np.clip(differs - NOISE, 0, STRONG)
    count, height, width = differs.shape
    rows, columns = height // CELL, width // CELL
    cells = differs[:, : rows * CELL, : columns * CELL].reshape(count, rows, CELL, columns, CELL)
    middles = (look.at_us[1:] + look.at_us[:-1]) // 2
    return middles, np.sqrt(cells.mean(axis=(2, 4)))


def _told(
    grid_us: NDArray[np.int64], walks: Sequence[Walk], projection: Projection, shape: tuple[int, ...]
) -> tuple[Floats, "_Walked"]:
    """By cells [grid, rows, columns]: how fast those go who are there; and how all went in view."""
    told = np.zeros((len(grid_us), *shape))
    velocities = [np.empty((0, 2))]
    for walk in walks:
        places, xy, velocity = _smooth(grid_us, walk)
        if not len(places):
            continue
        speed = np.hypot(velocity[:, 0], velocity[:, 1])
        points, moment = _body(xy + BEFORE_M * velocity / speed[:, None])
        pixels, is_ahead = projection.pixels(points)
        cells = np.floor(pixels / CELL).astype(np.int64)
        is_in = is_ahead & (cells >= 0).all(axis=1) & (cells[:, 0] < shape[1]) & (cells[:, 1] < shape[0])
        cells, moment = cells[is_in], moment[is_in]
        np.add.at(told, (places[moment], cells[:, 1], cells[:, 0]), speed[moment])
        in_view = np.bincount(moment, minlength=len(places)) > points.shape[0] / len(places) / 2
        velocities.append(velocity[in_view])
    return np.sqrt(_blurred(told)), _walked(np.concatenate(velocities))


def _smooth(grid_us: NDArray[np.int64], walk: Walk) -> tuple[NDArray[np.int64], Floats, Floats]:
    """At which moments of the grid somebody walked, where [n, 2], and how fast [n, 2]: a line through what is near."""
    first = np.searchsorted(walk.at_us, grid_us - SMOOTH_US)
    last = np.searchsorted(walk.at_us, grid_us + SMOOTH_US, side="right")
    places, xy, velocities = [], [], []
    for place in np.flatnonzero(last - first >= LEAST_FIXES):
        near = slice(first[place], last[place])
        passed = (walk.at_us[near] - grid_us[place]) / US
        if passed[0] > 0 or passed[-1] < 0:
            continue
        middle = passed.mean()
        spread = float(((passed - middle) ** 2).sum())
        velocity = ((passed - middle)[:, None] * walk.xy[near]).sum(axis=0) / max(spread, 1e-9)
        if SLOW < float(np.hypot(*velocity)) < FAST:
            places.append(place)
            xy.append(walk.xy[near].mean(axis=0) - velocity * middle)
            velocities.append(velocity)
    return np.array(places, np.int64), np.array(xy).reshape(-1, 2), np.array(velocities).reshape(-1, 2)


def _walked(velocities: Floats) -> "_Walked":
    if not len(velocities):
        return _Walked(0.0, 0.0)
    squares = (velocities**2).sum(axis=1)
    bias_s = CALIBRATION_M * float(np.hypot(*velocities.mean(axis=0))) / float(squares.mean())
    return _Walked(float(np.sqrt(squares).sum()) * STEP_US / US, bias_s * US)


def _body(xy: Floats) -> tuple[Floats, NDArray[np.int64]]:
    """Points of the bodies of who stands at ``xy`` [n, 2]: places [m, 3], and of which of them each is."""
    around = np.array([(0.0, 0.0), (GIRTH_M, 0.0), (-GIRTH_M, 0.0), (0.0, GIRTH_M), (0.0, -GIRTH_M)])
    shape = np.array([(x, y, z) for z in HEIGHTS for x, y in around])
    points = np.concatenate([xy, np.zeros((len(xy), 1))], axis=1)[:, None, :] + shape[None, :, :]
    return points.reshape(-1, 3), np.repeat(np.arange(len(xy)), len(shape))


def _blurred(maps: Floats) -> Floats:
    """Bodies are wider than their points."""
    wide = np.pad(maps, ((0, 0), (1, 1), (1, 1)))
    rows = wide[:, :-2] + 2 * wide[:, 1:-1] + wide[:, 2:]
    blurred: Floats = (rows[:, :, :-2] + 2 * rows[:, :, 1:-1] + rows[:, :, 2:]) / 16
    return blurred


def _places(at_us: NDArray[np.int64], grid_us: NDArray[np.int64]) -> NDArray[np.int64]:
    places: NDArray[np.int64] = np.clip((at_us - grid_us[0] + STEP_US // 2) // STEP_US, 0, len(grid_us) - 1)
    return places


def _products(seen: Floats, told: Floats) -> Floats:
    """Of each part of the time, [PARTS, 3]: seen·told, seen·seen, told·told."""
    told = told - told.mean(axis=0)
    sums = np.stack([(seen * told).sum(axis=1), (seen * seen).sum(axis=1), (told * told).sum(axis=1)], axis=1)
    return np.array([part.sum(axis=0) for part in np.array_split(sums, PARTS)])


def _likeness(parts: Floats) -> Floats:
    """Correlation at each lag, of sums [lags, parts, 3]."""
    both, seen, told = np.moveaxis(parts.sum(axis=1), 1, 0)
    likeness: Floats = both / np.sqrt(np.maximum(seen * told, 1e-12))
    return likeness


def _summit(lags_us: NDArray[np.int64], likeness: Floats) -> float:
    """Where a parabola through what is near the peak has its own."""
    peak = int(np.argmax(likeness))
    near = slice(max(0, peak - 4), peak + 5)
    scale = lags_us[near] / 1e5
    curve, slope, _ = np.polyfit(scale - scale.mean(), likeness[near], 2)
    if curve >= 0:
        return float(lags_us[peak])
    summit = float((scale.mean() - slope / (2 * curve)) * 1e5)
    return min(max(summit, float(lags_us[near][0])), float(lags_us[near][-1]))
