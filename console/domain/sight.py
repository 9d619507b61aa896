"""Which camera sees a place best, by the cameras' poses alone."""

from collections.abc import Sequence
from math import acos, cos, sin, sqrt, tan

from store_client.contract.camera import Camera, Pose

Vector = tuple[float, float, float]
_EDGE = 0.92  # a place at the very edge of a picture is not seen well


def best_camera(cameras: Sequence[Camera], place: Vector, facing: float | None = None) -> str | None:
    """The id of the camera that sees ``place`` (metres) nearest to the middle of its picture and nearest to itself.

    ``facing``: the angle in the plan to which the place is open (a shelf's open side), None for all sides: a camera
    behind it sees the back of the gondola. None where no camera has the place in its picture.
    """
    best: tuple[float, str] | None = None
    for camera in cameras:
        if camera.pose is None:
            continue
        seen = _sight(camera.pose, camera.height / camera.width, place)
        if seen is None:
            continue
        if facing is not None:
            seen *= _openness(camera.pose, place, facing)
        if best is None or seen > best[0]:
            best = (seen, camera.id)
    return None if best is None else best[1]


def _sight(pose: Pose, height_per_width: float, place: Vector) -> float | None:
    """How well it is seen, greater is better; None outside the picture."""
    axis = _unit((pose.target_x - pose.x, pose.target_y - pose.y, pose.target_z - pose.z))
    ray = (place[0] - pose.x, place[1] - pose.y, place[2] - pose.z)
    distance = _length(ray)
    if distance < 1e-6:
        return None
    depth = _dot(axis, ray)
    if depth <= 0:
        return None
    right = _unit((axis[1], -axis[0], 0.0))
    down = _cross(axis, right)
    half = tan(pose.field_of_view / 2)
    across = abs(_dot(right, ray)) / depth / half
    along = abs(_dot(down, ray)) / depth / (half * height_per_width)
    if max(across, along) > _EDGE:
        return None
    return (1.0 - 0.5 * max(across, along)) / (1.0 + distance)


def _openness(pose: Pose, place: Vector, facing: float) -> float:
    """1 straight in front of the open side, little beside it, next to nothing behind."""
    towards = (pose.x - place[0], pose.y - place[1])
    length = sqrt(towards[0] ** 2 + towards[1] ** 2)
    if length < 1e-6:
        return 0.5
    turn = acos(max(-1.0, min(1.0, (towards[0] * cos(facing) + towards[1] * sin(facing)) / length)))
    return max(0.02, cos(turn))


def _dot(one: Vector, other: Vector) -> float:
    return one[0] * other[0] + one[1] * other[1] + one[2] * other[2]


def _cross(one: Vector, other: Vector) -> Vector:
    return (
        one[1] * other[2] - one[2] * other[1],
        one[2] * other[0] - one[0] * other[2],
        one[0] * other[1] - one[1] * other[0],
    )


def _length(vector: Vector) -> float:
    return sqrt(_dot(vector, vector))


def _unit(vector: Vector) -> Vector:
    length = _length(vector)
    return (1.0, 0.0, 0.0) if length < 1e-9 else (vector[0] / length, vector[1] / length, vector[2] / length)
