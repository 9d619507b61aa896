"""Down to where there may be a head above the feet that are seen, and where no feet are."""

import math

import numpy as np
import pytest

from store_client.contract.camera import Pose
from store_client.contract.planogram import Gondola, Point
from store_server.sensing.sight import LOWEST_M, Sight

POSE = Pose(0.0, 0.0, 2.6, 6.0, 0.0, 1.0, math.radians(70))
WIDTH, HEIGHT = 320, 180


def row(metres: float, x: float) -> int:
    pixel = Sight(POSE, WIDTH, HEIGHT).projection.pixel(x, 0.0, metres)
    assert pixel is not None
    return round(pixel[1])


def group(x: float) -> tuple[np.ndarray, int, int]:
    """A patch across three metres from the floor to well above one person, and its upper left corner."""
    top, foot = row(2.6, x), row(0.0, x)
    return np.ones((foot - top, 150), np.uint8), 85, top


@pytest.mark.parametrize("x", [4.0, 7.0])
def test_of_a_group_whose_feet_are_seen_only_legs_are_left(x: float) -> None:
    patch, left, top = group(x)
    sight = Sight(POSE, WIDTH, HEIGHT)
    rows = sight.cut(patch, left, top, 20.0)
    middle = rows[len(rows) // 2]
    assert middle == pytest.approx(row(LOWEST_M, x), abs=2)
    assert row(0.85, x) < middle < row(0.2, x), "a small child's head is above it, and feet are not"


def test_who_stands_behind_a_gondola_shows_no_feet() -> None:
    rack = Gondola(1, "", [Point(2.5, -2.0), Point(3.0, -2.0), Point(3.0, 2.0), Point(2.5, 2.0)], 0.0, 1.2)
    patch, left, top = group(4.0)
    sight = Sight(POSE, WIDTH, HEIGHT, [rack])
    assert (sight.cut(patch, left, top, 20.0) == top + len(patch) - 1).all()


def test_a_head_that_leans_away_from_the_feet_is_kept_by_the_feet_beside_it() -> None:
    patch, left, top = group(4.0)
    leaning = patch.copy()
    leaning[len(patch) // 3 :, :15] = 0
    upright, leant = (Sight(POSE, WIDTH, HEIGHT).cut(one, left, top, 40.0) for one in (patch, leaning))
    assert (leant[:15] == upright[:15]).all()
