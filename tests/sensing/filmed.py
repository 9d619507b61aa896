"""The simulated store seen by its cameras, beside what the hidden world knows: where in each picture heads are to be seen."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from store_client.contract.camera import Camera
from store_client.contract.device import Tracks
from store_client.contract.live import Position
from store_server.sensing.coarse import Patch, Picture
from store_server.sensing.faces import Fix
from store_server.world.painting.body import joints_of
from store_server.world.painting.figure import Figure
from store_server.world.painting.gallery import Gallery
from store_server.world.painting.lens import Lens
from store_server.world.painting.painter import Painter, Scene
from store_server.world.simulation import Simulation

US = 1_000_000
FACE, CROWN = 14, 15
"""Joints of a head, and their radii in metres."""
RADII_M = {FACE: 0.092, CROWN: 0.103}
LEAST_PIXELS = 6
"""Of a head that is said to be seen."""
CHILDREN_M = (1.02, 1.16, 1.28, 1.40)
Flags = NDArray[np.bool_]
Places = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Look:
    """One picture of one camera; ``heads``: of each head that is to be seen in it the pixels, as rows and columns."""

    camera: Camera
    at_us: int
    picture: Picture
    heads: list[tuple[Places, Places]]


class Filmed:
    """A day of which every fix is known (``fixes``), and when it reached the store (``arrived``). ``has_children``: one in
    three is as tall as children of four to ten years are; they go and reach as all do."""

    def __init__(self, scenario: str, seed: int, width: int = 640, *, has_children: bool = False) -> None:
        self.simulation = Simulation(scenario, seed)
        self.fixes: list[Fix] = []
        self.arrived: list[Fix] = []
        self._gallery = Gallery(self.simulation, "Europe/Berlin")
        self._width = width
        self._has_children = has_children

    @property
    def cameras(self) -> list[Camera]:
        return self.simulation.cameras

    def pass_(self, seconds: float) -> None:
        for message in self.simulation.run(seconds):
            if isinstance(message, Tracks):
                people = {
                    track.track: Position(track.track, None, track.x, track.y, track.quality, track.hands)
                    for track in message.tracks
                }
                self.arrived.append(Fix(message.measured_at, people))
        if self._has_children:
            for person in self.simulation.people:
                if person.number % 3 == 0:
                    height = CHILDREN_M[person.number // 3 % len(CHILDREN_M)]
                    person.looks = replace(person.looks, height=height)

    def picture(self, camera: Camera) -> Picture:
        painter, scene = self._gallery.look(camera.id, self._width, self.simulation.now_us)
        return painter.compose(scene)

    def look(self, camera: Camera) -> Look:
        """The same picture with heads of another colour tells where heads are to be seen."""
        painter, scene = self._gallery.look(camera.id, self._width, self.simulation.now_us)
        picture = painter.compose(scene)
        return Look(camera, self.simulation.now_us, picture, list(_heads(painter, camera, scene, picture)))


def _heads(painter: Painter, camera: Camera, scene: Scene, picture: Picture) -> Iterator[tuple[Places, Places]]:
    assert camera.pose is not None
    height, width = picture.shape[:2]
    lens = Lens(camera.pose, width, height)
    for place, figure in enumerate(scene.figures):
        flat, depth = lens.project(joints_of([figure]))
        if depth[0, FACE] < 0.3:
            continue
        disc = np.zeros((height, width), np.uint8)
        for joint, radius in RADII_M.items():
            x, y = (round(float(value)) for value in np.clip(flat[0, joint], -2_000, 4_000))
            cv2.circle(disc, (x, y), max(1, round(lens.focal * radius / float(depth[0, joint]))), 255, -1)
        if not disc.any():
            continue
        others = [*scene.figures]
        others[place] = _painted(figure)
        painted = painter.compose(Scene(scene.stamp, others))
        seen = (cv2.absdiff(painted, picture).max(axis=2) > 25) & (disc > 0)
        if seen.sum() >= LEAST_PIXELS:
            rows, columns = np.nonzero(seen)
            yield rows, columns


def _painted(figure: Figure) -> Figure:
    loud = (255, 0, 255)
    return replace(figure, looks=replace(figure.looks, skin=loud, hair=loud))


def covered(picture: Picture, patches: list[Patch] | None) -> Flags:
    """Where the picture is coarse."""
    flags = np.zeros(picture.shape[:2], np.bool_)
    if patches is None:
        flags[:] = True
    for patch in patches or []:
        x0, y0, x1, y1 = patch.box
        flags[y0:y1, x0:x1] |= True if patch.mask is None else patch.mask > 0
    return flags
