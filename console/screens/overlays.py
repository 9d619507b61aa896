"""What is drawn over the pictures of calibrated cameras: people as they were when the picture was taken, and plates."""

from collections.abc import Sequence
from math import dist

import numpy as np

from console.domain.track_history import Stand
from console.screens.floor_picture import visit_name
from console.state.desk import Desk
from store_client.contract.camera import Camera, Pose
from store_client.contract.planogram import Planogram, Plate
from store_client.projection import Floats, Projection
from store_client.sightline import hides
from widgets.video_overlay import NOTHING, Overlay, PersonMark, Place

TALL_M = 1.75
FAR_M = 9.0
"""Plates farther away are a tangle of lines."""
EDGE = 0.25
"""Share of the picture's size beyond its edge within which a plate or a person is still drawn."""


class Overlays:
    """Sizes cancel out: places are shares of the picture."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._lenses: dict[str, tuple[Camera, Projection]] = {}
        self._plates: dict[str, tuple[Camera, Planogram, tuple[tuple[Place, ...], ...]]] = {}

    def of(self, camera: Camera, at_us: int) -> Overlay:
        """For its picture taken at ``at_us``; nothing for a camera that was never calibrated."""
        if camera.pose is None:
            return NOTHING
        return Overlay(self._marks(camera, camera.pose, at_us), self._plates_of(camera, camera.pose))

    def _lens(self, camera: Camera, pose: Pose) -> Projection:
        known = self._lenses.get(camera.id)
        if known is None or known[0] is not camera:
            known = self._lenses[camera.id] = (camera, Projection(pose, camera.width, camera.height))
        return known[1]

    def _marks(self, camera: Camera, pose: Pose, at_us: int) -> tuple[PersonMark, ...]:
        people = self._desk.floor.tracks.at(at_us)
        if not people:
            return ()
        # The nearest last, so that they are drawn over those behind them.
        people = tuple(sorted(people, key=lambda one: -dist((pose.x, pose.y), (one.x, one.y))))
        lens = self._lens(camera, pose)
        floor = np.array([(one.x, one.y) for one in people])
        feet, is_feet = _shares(lens, np.column_stack((floor, np.zeros(len(people)))))
        heads, is_head = _shares(lens, np.column_stack((floor, np.full(len(people), TALL_M))))
        choice, marks = self._desk.choice.value, []
        for place, one in enumerate(people):
            if not (is_feet[place] and is_head[place] and (_is_near(feet[place]) or _is_near(heads[place]))):
                continue
            is_chosen = one.track == choice.track or (one.trip is not None and one.trip == choice.trip)
            marks.append(
                PersonMark(
                    feet[place],
                    heads[place],
                    *self._names(one),
                    "chosen" if is_chosen else "person",
                    self._hands(lens, one),
                )
            )
        return tuple(marks)

    def _names(self, one: Stand) -> tuple[str, str]:
        """Long and short."""
        trip = self._desk.trips.get(one.trip)
        return visit_name(one.trip, trip), "" if trip is None else str(trip.visit)

    def _hands(self, lens: Projection, one: Stand) -> tuple[Place, ...]:
        if not one.hands:
            return ()
        places, is_ahead = _shares(lens, np.array([(hand.x, hand.y, hand.z) for hand in one.hands]))
        return tuple(place for place, ahead in zip(places, is_ahead, strict=True) if ahead and _is_near(place))

    def _plates_of(self, camera: Camera, pose: Pose) -> tuple[tuple[Place, ...], ...]:
        planogram = self._desk.planogram.value
        if planogram is None:
            return ()
        known = self._plates.get(camera.id)
        if known is None or known[0] is not camera or known[1] is not planogram:
            known = self._plates[camera.id] = (camera, planogram, plate_outlines(planogram, camera, pose))
        return known[2]


def plate_outlines(planogram: Planogram, camera: Camera, pose: Pose) -> tuple[tuple[Place, ...], ...]:
    """The plates near the camera on shelves that are open towards it and not hidden behind others, as polygons."""
    angles = {gondola.id: gondola.angle for gondola in planogram.gondolas}
    plates = [plate for plate in planogram.plates if plate.gondola in angles]
    if not plates:
        return ()
    turned = np.array([angles[plate.gondola] for plate in plates])
    middles = np.array([(plate.x, plate.y, plate.z) for plate in plates])
    eye = np.array([pose.x, pose.y, pose.z])
    is_open = (pose.x - middles[:, 0]) * np.cos(turned) + (pose.y - middles[:, 1]) * np.sin(turned) > 0
    near = np.flatnonzero(is_open & (np.linalg.norm(middles - eye, axis=1) <= FAR_M))
    if not len(near):
        return ()
    lens = Projection(pose, camera.width, camera.height)
    corners = _corners([plates[place] for place in near], turned[near], middles[near])
    shares, is_ahead = _shares(lens, corners.reshape(-1, 3))
    found = []
    for number, place in enumerate(near):
        own = slice(4 * number, 4 * number + 4)
        if not is_ahead[own].all() or not any(_is_near(corner, 0.0) for corner in shares[own]):
            continue
        plate = plates[place]
        others = (gondola for gondola in planogram.gondolas if gondola.id != plate.gondola)
        if not any(hides(gondola, pose, plate.x, plate.y, plate.z) for gondola in others):
            found.append(tuple(shares[own]))
    return tuple(found)


def _corners(plates: Sequence[Plate], turned: Floats, middles: Floats) -> Floats:
    """[n, 4, 3]: ``width`` runs along the shelf, ``depth`` into it, against the side that is open."""
    sizes = np.array([(plate.width, plate.depth) for plate in plates])[:, :, None] / 2
    nothing = np.zeros(len(plates))
    across = np.column_stack((-np.sin(turned), np.cos(turned), nothing)) * sizes[:, 0]
    deep = np.column_stack((np.cos(turned), np.sin(turned), nothing)) * sizes[:, 1]
    sides = (-across - deep, across - deep, across + deep, -across + deep)
    return np.stack([middles + side for side in sides], axis=1)


def _shares(
    lens: Projection, points: np.ndarray[tuple[int, ...], np.dtype[np.float64]]
) -> tuple[list[Place], np.ndarray[tuple[int, ...], np.dtype[np.bool_]]]:
    pixels, is_ahead = lens.pixels(points)
    shares = pixels / (lens.width, lens.height)
    return [(float(u), float(v)) for u, v in shares], is_ahead


def _is_near(place: Sequence[float], edge: float = EDGE) -> bool:
    return -edge < place[0] < 1 + edge and -edge < place[1] < 1 + edge
