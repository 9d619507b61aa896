"""The projection shows a place where the simulated cameras paint it."""

from math import tan

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from store_client.contract.camera import Pose
from store_client.projection import NEAREST_M, Projection
from store_server.world.painting.lens import Lens

POSES = [
    Pose(0.2, 0.2, 2.9, 4.0, 5.0, 1.0, 1.4),
    Pose(9.8, 3.0, 2.6, 2.0, 2.9, 0.0, 1.1),
    Pose(5.0, 5.0, 3.0, 5.0, 5.3, 0.0, 1.6),
    Pose(1.0, 9.0, 1.2, 6.0, 2.0, 2.4, 0.7),
]
metres = st.floats(-20, 20)


@pytest.mark.parametrize("pose", POSES)
def test_what_the_world_paints_is_found_within_half_a_pixel(pose: Pose) -> None:
    points = np.random.default_rng(7).uniform((0, 0, 0), (10, 10, 2.5), (2_000, 3))
    painted, depth = Lens(pose, 1280, 720).project(points)
    pixels, is_ahead = Projection(pose, 1280, 720).pixels(points)
    clear = np.abs(depth - NEAREST_M) > 1e-6
    np.testing.assert_array_equal(is_ahead[clear], depth[clear] >= NEAREST_M)
    ahead = is_ahead & clear
    assert ahead.sum() > 100
    assert np.abs(pixels[ahead] - painted[ahead]).max() < 0.5


@given(metres, metres, st.floats(0, 3))
def test_one_place_is_found_where_many_are_and_nothing_is_shown_behind(x: float, y: float, z: float) -> None:
    for pose in POSES:
        lens = Projection(pose, 640, 360)
        pixels, is_ahead = lens.pixels(np.array([[x, y, z]]))
        pixel = lens.pixel(x, y, z)
        assert (pixel is None) == (not is_ahead[0])
        if pixel is not None:
            assert pixel == pytest.approx(tuple(pixels[0]))


def test_the_aim_is_the_middle_and_the_field_of_view_the_width() -> None:
    lens = Projection(Pose(0, 0, 1, 2, 0, 1, 1.2), 640, 360)
    assert lens.pixel(2, 0, 1) == pytest.approx((320, 180))
    assert lens.pixel(2, 2 * tan(0.6), 1) == pytest.approx((0, 180)), "north is to the left of who looks east"
    above = lens.pixel(2, 0, 1.5)
    assert above is not None
    assert above[1] < 180
    assert not lens.contains((640.0, 0.0))


def test_a_camera_that_looks_straight_down_has_east_to_its_right() -> None:
    lens = Projection(Pose(3, 3, 3, 3, 3, 0, 1.2), 640, 360)
    east, north = lens.pixel(4, 3, 0), lens.pixel(3, 4, 0)
    assert east is not None
    assert north is not None
    assert east[0] > 320
    assert north[1] < 180
