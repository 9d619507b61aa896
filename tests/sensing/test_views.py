"""Which camera sees a shelf best, and which see anybody."""

from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from store_client.contract.camera import Camera, Pose
from store_client.contract.planogram import Gondola, Planogram, Point
from store_server.sensing.views import UNKNOWN, Place, Views, Watchers

NORTHWARD = 1.5708
"""A rack at y 4 to 4.5 that opens to the south, and one at y 2 to 2.5 before it, open to the south too."""
RACKS = [
    Gondola(g, f"{g}", [Point(2, y), Point(4, y), Point(4, y + 0.5), Point(2, y + 0.5)], -NORTHWARD, 1.6)
    for g, y in ((1, 4.0), (2, 2.0))
]
VIEWS = Views(Planogram("s", 1, datetime(2026, 1, 1, tzinfo=UTC), [], [], RACKS, [], []))
SHELF = Place(3.0, 4.1, 1.0, 1)


def camera(name: str, at: tuple[float, float, float], to: tuple[float, float, float] | None) -> Camera:
    pose = None if to is None else Pose(*at, *to, 1.2)
    return Camera(name, "s", name, "simulated", 1280, 720, [640], pose)


def seen_by(*cameras: Camera, place: Place = SHELF) -> list[str]:
    return [camera.id for camera, _ in VIEWS.scores(cameras, place)]


def test_the_nearer_and_the_more_central_the_better() -> None:
    near, far = camera("near", (3, 3.0, 2.5), (3, 4.1, 1)), camera("far", (3, 0.5, 2.8), (3, 4.1, 1))
    aside = camera("aside", (3, 3.0, 2.5), (3.4, 4.1, 1.2))
    assert seen_by(far, aside, near) == ["near", "aside", "far"]


def test_what_is_behind_outside_the_picture_or_seen_from_the_back_shows_nothing() -> None:
    assert seen_by(camera("away", (3, 3, 2.5), (3, 1, 1))) == []
    assert seen_by(camera("above it", (3, 3, 2.5), (3, 4.1, 4.5))) == []
    assert seen_by(camera("back", (3, 7, 2.7), (3, 4.1, 1))) == []
    assert seen_by(camera("miles away", (3, -40, 2.7), (3, 4.1, 1))) == []


def test_a_rack_between_hides_a_low_shelf_and_not_a_high_one() -> None:
    low = camera("low", (3, 0.5, 1.7), (3, 4.1, 1))
    assert seen_by(low, place=Place(3, 4.1, 0.3, 1)) == []
    assert seen_by(camera("high", (3, 0.5, 2.8), (3, 4.1, 1)), place=Place(3, 4.1, 1.5, 1)) == ["high"]


def test_one_that_was_never_calibrated_may_see_it_and_comes_after_those_that_do() -> None:
    unknown = camera("unknown", (0, 0, 0), None)
    (found,) = VIEWS.scores([unknown], SHELF)
    assert found == (unknown, UNKNOWN)
    assert seen_by(unknown, camera("near", (3, 3.0, 2.5), (3, 4.1, 1))) == ["near", "unknown"]


def test_from_straight_above_it_is_seen_too() -> None:
    assert seen_by(camera("above", (3, 3.9, 2.8), (3, 3.9, 0))) == ["above"]


@given(*[st.floats(-5, 9)] * 4, st.floats(0.2, 3), st.floats(0.1, 3), st.floats(0, 2))
def test_a_score_is_a_share(x: float, y: float, to_x: float, to_y: float, z: float, to_z: float, low: float) -> None:
    for _, score in VIEWS.scores([camera("any", (x, y, z), (to_x, to_y, to_z))], Place(3, 4.1, low, 1)):
        assert 0 < score <= 1


def test_who_is_in_view_is_asked_of_all_cameras_at_once() -> None:
    cameras = [
        camera("north", (3, 1, 2.5), (3, 5, 1)),
        camera("south", (3, 1, 2.5), (3, -3, 1)),
        camera("unknown", (0, 0, 0), None),
    ]
    watchers = Watchers({camera.id: camera for camera in cameras})
    assert watchers.of(np.empty((0, 2))) == frozenset()
    assert watchers.of(np.array([(3.0, 4.0)])) == {"north", "unknown"}
    assert watchers.of(np.array([(3.0, 4.0), (3.2, -2.0)])) == {"north", "south", "unknown"}
    assert watchers.of(np.array([(3.0, 90.0)])) == {"unknown"}


@given(st.floats(0.5, 6), st.floats(3, 6), st.floats(0.2, 2))
def test_whoever_a_camera_shows_is_in_its_view(x: float, y: float, z: float) -> None:
    one = camera("one", (3, 1, 2.5), (3.5, 5, 1))
    if VIEWS.scores([one], Place(x, y, z)):
        assert Watchers({"one": one}).of(np.array([(x, y)])) == {"one"}


def test_no_cameras_at_all() -> None:
    assert Watchers({}).of(np.array([(1.0, 1.0)])) == frozenset()
    assert pytest.approx(NORTHWARD, abs=1e-3) == np.pi / 2
