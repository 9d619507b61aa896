"""How people move: towards their next point, past each other, never through a gondola."""

import math
from collections.abc import Sequence

import numpy as np

from store_server.world.person import Person
from store_server.world.routes import Floats, Routes

_NEAR = 0.95
"""Metres within which people make way for each other."""
_PERSONAL = 0.42
_ARRIVED, _PASSED = 0.09, 0.28
_STUCK_ENOUGH = 1.2
_PATIENCE_US = 6_000_000
"""How long after the time a way should take somebody who does not get through gives it up."""


def move(people: Sequence[Person], routes: Routes, now_us: int, seconds: float) -> None:
    """One step of everyone who walks. Who is late squeezes through."""
    if not people:
        return
    here = np.array([(p.x, p.y) for p in people])
    walking = np.array([p.is_walking for p in people])
    goals = np.array([p.way[0] if p.is_walking else (p.x, p.y) for p in people])
    pace = np.array([p.pace for p in people])
    patience = np.array([0.2 if now_us > p.late_us else 1.0 for p in people])
    towards = goals - here
    distance = np.linalg.norm(towards, axis=1)
    ahead = towards / np.maximum(distance, 1e-6)[:, None]
    wanted = ahead * np.minimum(pace, 0.25 + distance * 2.5)[:, None]
    wanted += _make_way(here, ahead) * patience[:, None]
    speed = np.linalg.norm(wanted, axis=1)
    wanted *= np.minimum(1.0, 1.25 * pace / np.maximum(speed, 1e-6))[:, None]
    velocity = np.array([(p.vx, p.vy) for p in people])
    velocity += (wanted - velocity) * 0.4
    velocity[~walking] = 0.0
    there = np.where(walking[:, None], routes.pushed_out(here + velocity * seconds), here)
    for place, person in enumerate(people):
        if now_us > person.late_us + _PATIENCE_US:
            person.way.clear()
        _arrive(person, (float(there[place, 0]), float(there[place, 1])), float(distance[place]), seconds)


def _make_way(here: Floats, ahead: Floats) -> Floats:
    """Speeds [people, 2] that keep people apart, bent to the right so that two who meet pass each other."""
    apart = here[:, None, :] - here[None, :, :]
    gap = np.linalg.norm(apart, axis=2)
    np.fill_diagonal(gap, np.inf)
    push = np.where(gap < _NEAR, np.exp((_PERSONAL - gap) / 0.16), 0.0)
    unit = apart / np.maximum(gap, 1e-3)[:, :, None]
    in_front = np.clip(-(unit * ahead[:, None, :]).sum(axis=2), 0.0, 1.0)
    right = np.stack((ahead[:, 1], -ahead[:, 0]), axis=1)
    away = (unit * (push * 0.75)[:, :, None]).sum(axis=1)
    total: Floats = away + right * np.minimum((push * in_front).sum(axis=1), 1.5)[:, None] * 0.7
    return total


def _arrive(person: Person, there: tuple[float, float], distance: float, seconds: float) -> None:
    """Takes over the new place, and strikes off the next point of the way if it is reached."""
    step = math.hypot(there[0] - person.x, there[1] - person.y)
    person.vx, person.vy = (there[0] - person.x) / seconds, (there[1] - person.y) / seconds
    person.x, person.y = there
    person.walked += step
    if not person.is_walking:
        person.stuck_seconds = 0.0
        if person.turn is not None:
            person.heading += _turned(person.turn - person.heading) * 0.35
        return
    if step > 0.12 * seconds:
        person.heading += _turned(math.atan2(person.vy, person.vx) - person.heading) * 0.3
    person.stuck_seconds = (
        person.stuck_seconds + seconds
        if step < 0.30 * person.pace * seconds
        else max(0.0, person.stuck_seconds - seconds / 2)
    )
    is_last = len(person.way) == 1
    near = distance < (_ARRIVED if is_last else _PASSED)
    if near or (is_last and distance < 0.5 and person.stuck_seconds > _STUCK_ENOUGH):
        person.way.pop(0)
        person.stuck_seconds = 0.0


def _turned(angle: float) -> float:
    """``angle`` brought between −π and π."""
    return (angle + math.pi) % (2 * math.pi) - math.pi
