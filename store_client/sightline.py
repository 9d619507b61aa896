"""Whether a gondola stands between a camera and a place."""

from store_client.contract.camera import Pose
from store_client.contract.planogram import Gondola, Point


def hides(gondola: Gondola, pose: Pose, x: float, y: float, z: float) -> bool:
    """Whether the line of sight from ``pose`` to (x, y, z), in metres, goes through the gondola below its top: where it
    crosses one of its sides."""
    corners = gondola.outline
    for one, other in zip(corners, [*corners[1:], *corners[:1]], strict=True):
        share = _crossing(pose, x, y, one, other)
        if share is not None and pose.z + share * (z - pose.z) < gondola.height:
            return True
    return False


def _crossing(pose: Pose, x: float, y: float, one: Point, other: Point) -> float | None:
    """At which share of its way from the camera the line of sight crosses a side; None if it does not."""
    east, north = x - pose.x, y - pose.y
    side_x, side_y = other.x - one.x, other.y - one.y
    across = east * side_y - north * side_x
    if abs(across) < 1e-12:
        return None
    to_x, to_y = one.x - pose.x, one.y - pose.y
    share = (to_x * side_y - to_y * side_x) / across
    along = (to_x * north - to_y * east) / across
    return share if 0.0 < share < 1.0 and 0.0 <= along <= 1.0 else None
