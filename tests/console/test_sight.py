"""Which camera is brought forward for a place."""

from math import pi

import pytest

from console.domain.sight import best_camera
from store_client.contract.camera import Camera, Pose


def camera(name: str, x: float, y: float, target_x: float, target_y: float) -> Camera:
    pose = Pose(x, y, 3.0, target_x, target_y, 1.0, field_of_view=1.4)
    return Camera(name, "demo", name, "simulated", 640, 360, [640], pose)


NORTH = camera("north", 0.0, 5.0, 0.0, 0.0)
SOUTH = camera("south", 0.0, -5.0, 0.0, 0.0)
AWAY = camera("away", 0.0, -5.0, 0.0, -9.0)
BLIND = Camera("blind", "demo", "blind", "added", 640, 360, [640])


@pytest.mark.parametrize(("facing", "seen_by"), [(pi / 2, "north"), (-pi / 2, "south")])
def test_a_shelf_is_seen_from_its_open_side(facing: float, seen_by: str) -> None:
    assert best_camera([SOUTH, NORTH, AWAY, BLIND], (0.0, 0.0, 1.0), facing) == seen_by


def test_the_nearer_camera_sees_a_shopper_better() -> None:
    assert best_camera([NORTH, SOUTH], (0.0, 2.0, 1.2)) == "north"
    assert best_camera([NORTH, SOUTH], (0.0, -2.0, 1.2)) == "south"


def test_nobody_sees_what_is_in_no_picture() -> None:
    assert best_camera([AWAY, BLIND], (0.0, 4.0, 1.0)) is None
    assert best_camera([], (0.0, 0.0, 1.0)) is None
