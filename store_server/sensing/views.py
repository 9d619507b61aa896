"""Which cameras see what: how well a place on a shelf, and whether anybody at all. From their poses; pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import atan, cos, dist, hypot, pi, sin, tan

import numpy as np
from numpy.typing import NDArray

from store_client.contract.camera import Camera, Pose
from store_client.contract.planogram import Planogram
from store_client.projection import Projection
from store_client.sightline import hides

UNKNOWN = 0.1
"""Score of a camera that was never calibrated: it may see anything."""
LEAST = 0.05
"""A camera with a lower score shows nothing of the place."""
FINE = 250.0
"""Pixels a metre, in a picture as wide as ``WIDTH``, at which a hand and what it holds are plain to see."""
WIDTH = 640
FAR_M = 25.0


@dataclass(frozen=True, slots=True)
class Place:
    """Where something happened, in metres. ``gondola`` None: not at a shelf."""

    x: float
    y: float
    z: float
    gondola: int | None = None


class Views:
    """The cameras of a store and what stands in their way."""

    def __init__(self, planogram: Planogram) -> None:
        self._gondolas = {gondola.id: gondola for gondola in planogram.gondolas}

    def scores(self, cameras: Sequence[Camera], place: Place) -> list[tuple[Camera, float]]:
        """Those that see ``place``, best first, each with how well: 0 to 1."""
        scored = [
            (camera, UNKNOWN if camera.pose is None else self._score(camera, camera.pose, place)) for camera in cameras
        ]
        return sorted((pair for pair in scored if pair[1] >= LEAST), key=lambda pair: (-pair[1], pair[0].id))

    def _score(self, camera: Camera, pose: Pose, place: Place) -> float:
        """Product of how fine, how central and how much from the front the place is seen; 0 behind a gondola."""
        away = dist((pose.x, pose.y, pose.z), (place.x, place.y, place.z))
        if not 0.1 < away < FAR_M:
            return 0.0
        off = _off_the_middle(camera, pose, place)
        if off is None:
            return 0.0
        half = pose.field_of_view / 2
        central = (1 - 0.5 * off[0] ** 2) * (1 - 0.5 * off[1] ** 2)
        fine = min(1.0, WIDTH / (2 * away * tan(half)) / FINE)
        return round(fine * central * self._front(pose, place) * self._is_clear(pose, place), 3)

    def _front(self, pose: Pose, place: Place) -> float:
        """From 1 for looking straight into the shelf to 0 for looking at the gondola's back."""
        gondola = self._gondolas.get(place.gondola) if place.gondola is not None else None
        if gondola is None:
            return 1.0
        east, north = pose.x - place.x, pose.y - place.y
        flat = hypot(east, north)
        if flat < 0.05:
            return 0.3
        facing = (east * cos(gondola.angle) + north * sin(gondola.angle)) / flat
        return 0.0 if facing <= 0 else 0.3 + 0.7 * facing

    def _is_clear(self, pose: Pose, place: Place) -> bool:
        return not any(
            hides(gondola, pose, place.x, place.y, place.z)
            for gondola in self._gondolas.values()
            if gondola.id != place.gondola
        )


class Watchers:
    """Which cameras may see any of the people who are inside: asked often, so for all of them at once."""

    def __init__(self, cameras: Mapping[str, Camera]) -> None:
        self._uncalibrated = frozenset(name for name, camera in cameras.items() if camera.pose is None)
        posed = [(name, camera.pose) for name, camera in cameras.items() if camera.pose is not None]
        self._names = [name for name, _ in posed]
        self._at = np.array([(pose.x, pose.y) for _, pose in posed]).reshape(-1, 2)
        looks = np.array([(pose.target_x - pose.x, pose.target_y - pose.y) for _, pose in posed]).reshape(-1, 2)
        lengths = np.hypot(looks[:, 0], looks[:, 1])
        self._is_down = lengths < 0.5
        self._looks = looks / np.maximum(lengths, 0.5)[:, None]
        # A place near the camera lies under the middle of its picture and may be seen at its corners: a wider angle.
        self._least = np.array([cos(min(pi, 0.65 * pose.field_of_view)) for _, pose in posed])

    def of(self, people: NDArray[np.float64]) -> frozenset[str]:
        """``people``: [n, 2], where they stand. None of the cameras for nobody."""
        if not len(people):
            return frozenset()
        ways = people[None, :, :] - self._at[:, None, :]
        away = np.hypot(ways[..., 0], ways[..., 1])
        along = (ways * self._looks[:, None, :]).sum(axis=2) / np.maximum(away, 0.01)
        is_seen = (away < FAR_M) & ((along > self._least[:, None]) | (away < 1.0) | self._is_down[:, None])
        return self._uncalibrated | {self._names[i] for i in np.nonzero(is_seen.any(axis=1))[0]}


def _off_the_middle(camera: Camera, pose: Pose, place: Place) -> tuple[float, float] | None:
    """How far ``place`` is off the middle of the picture, across and upwards: shares (0 to 1) of the angles there are.
    None for what is not in the picture."""
    lens = Projection(pose, camera.width, max(1, camera.height))
    pixel = lens.pixel(place.x, place.y, place.z)
    if pixel is None or not lens.contains(pixel):
        return None
    across, up = abs(pixel[0] - lens.width / 2), abs(pixel[1] - lens.height / 2)
    half_up = atan(lens.height / 2 / lens.focal)
    return atan(across / lens.focal) / (pose.field_of_view / 2), atan(up / lens.focal) / half_up
