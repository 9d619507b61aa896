"""Which camera sees a place best, by the cameras' poses alone."""

from collections.abc import Sequence
from math import acos, cos, dist, sin, sqrt

from store_client.contract.camera import Camera, Pose
from store_client.projection import Projection

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
        seen = _sight(camera, camera.pose, place)
        if seen is None:
            continue
        if facing is not None:
            seen *= _openness(camera.pose, place, facing)
        if best is None or seen > best[0]:
            best = (seen, camera.id)
    return None if best is None else best[1]


def _sight(camera: Camera, pose: Pose, place: Vector) -> float | None:
    """How well it is seen, greater is better; None outside the picture."""
    lens = Projection(pose, camera.width, camera.height)
    pixel = lens.pixel(*place)
    if pixel is None:
        return None
    off = max(abs(2 * pixel[0] / lens.width - 1), abs(2 * pixel[1] / lens.height - 1))
    if off > _EDGE:
        return None
    return (1.0 - 0.5 * off) / (1.0 + dist((pose.x, pose.y, pose.z), place))


def _openness(pose: Pose, place: Vector, facing: float) -> float:
    """1 straight in front of the open side, little beside it, next to nothing behind."""
    towards = (pose.x - place[0], pose.y - place[1])
    length = sqrt(towards[0] ** 2 + towards[1] ** 2)
    if length < 1e-6:
        return 0.5
    turn = acos(max(-1.0, min(1.0, (towards[0] * cos(facing) + towards[1] * sin(facing)) / length)))
    return max(0.02, cos(turn))
