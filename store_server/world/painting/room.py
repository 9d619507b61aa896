"""Floor, walls and ceiling, cast ray by ray: tiles, light, shade along the walls, the shop's glass front."""

import numpy as np
from numpy.typing import NDArray

from store_server.world.floor_plan import FloorPlan
from store_server.world.painting.lens import Floats, Lens, Window

CEILING = 3.05
_TILE = 0.6
_MAP_STEP = 0.025
_FLOOR = np.array([214.0, 208.0, 197.0])
_WALL = np.array([222.0, 220.0, 214.0])
_STRIPE = np.array([46.0, 124.0, 118.0])
_MAT = np.array([92.0, 96.0, 100.0])


class Room:
    """``shade`` [rows, columns]: light on the floor at every ``_MAP_STEP`` metres, made once for all cameras."""

    def __init__(self, plan: FloorPlan) -> None:
        self._plan = plan
        self._shade = self._floor_light()

    def cast(self, lens: Lens, window: Window) -> NDArray[np.uint8]:
        """The empty room in a window of a picture: [rows, columns, 3], red, green, blue."""
        plan = self._plan
        rays = lens.rays(window)
        eye = lens.eye
        walls = ((0, 0.0), (0, plan.width), (1, 0.0), (1, plan.depth), (2, 0.0), (2, CEILING))
        with np.errstate(divide="ignore", invalid="ignore"):
            far = np.stack([(offset - eye[axis]) / rays[..., axis] for axis, offset in walls])
        far[~(far > 1e-6)] = np.inf
        nearest = far.argmin(axis=0)
        colours = np.zeros(rays.shape)
        for number, (axis, offset) in enumerate(walls):
            here = nearest == number
            if here.any():
                distance = far[number][here]
                points = eye + rays[here] * distance[:, None]
                colours[here] = self._surface(axis, offset, points, rays[here], distance / lens.focal)
        return np.clip(colours, 0, 255).astype(np.uint8)

    def _surface(self, axis: int, offset: float, points: Floats, rays: Floats, pixel: Floats) -> Floats:
        if axis == 2:
            return self._floor(points, rays, pixel) if offset == 0.0 else self._ceiling(points)
        if axis == 1 and offset == 0.0:
            return self._front(points)
        return self._wall(points, points[:, 1 - axis])

    def _floor(self, points: Floats, rays: Floats, pixel: Floats) -> Floats:
        """``pixel``: metres that a pixel covers, so that joints between tiles fade with distance."""
        x, y = points[:, 0], points[:, 1]
        cell = np.floor(x / _TILE) * 12.9898 + np.floor(y / _TILE) * 78.233
        tone = 1.0 + 0.030 * (np.sin(cell) * 43758.5453 % 1.0 - 0.5)
        slope = np.maximum(-rays[:, 2] / np.linalg.norm(rays, axis=1), 0.15)
        joint = np.zeros(len(x))
        for along, blur in ((x, pixel), (y, pixel / slope)):
            off = np.abs((along / _TILE + 0.5) % 1.0 - 0.5) * _TILE
            joint = np.maximum(
                joint, np.clip((0.006 + blur * 0.5 - off) / blur, 0.0, 1.0) * np.minimum(1.0, 0.010 / blur)
            )
        colour = _FLOOR * (tone * (1.0 - 0.20 * joint))[:, None]
        mat = (y < self._plan.gate_y - 0.55) & (y > 0.12)
        grain = 1.0 + 0.10 * (np.sin(x * 371.0) * np.sin(y * 413.0))
        colour[mat] = _MAT * grain[mat][:, None]
        rows, columns = self._shade.shape
        light = self._shade[
            np.clip((y / _MAP_STEP).astype(np.int64), 0, rows - 1),
            np.clip((x / _MAP_STEP).astype(np.int64), 0, columns - 1),
        ]
        return np.asarray(
            colour * light[:, None] + self._gleam(points, rays)[:, None] * np.where(mat, 0.1, 1.0)[:, None]
        )

    def _gleam(self, points: Floats, rays: Floats) -> Floats:
        """The lamps in the polished floor, stronger the flatter one looks."""
        up = -rays[:, 2]
        rise = CEILING / np.maximum(up, 1e-3)
        glow = _lamp(points[:, 0] + rays[:, 0] * rise, points[:, 1] + rays[:, 1] * rise, 0.30)
        flat = 1.0 - up / np.linalg.norm(rays, axis=1)
        return np.asarray(glow * (10.0 + 46.0 * flat**2))

    def _wall(self, points: Floats, along: Floats) -> Floats:
        z = points[:, 2]
        light = 0.88 + 0.10 * np.clip(z / CEILING, 0, 1) - 0.16 * np.exp(-z / 0.25)
        light += 0.03 * np.sin(along * 2 * np.pi / 2.4)
        colour = _WALL * light[:, None]
        stripe = (z > 2.24) & (z < 2.46)
        colour[stripe] = _STRIPE * light[stripe][:, None]
        colour[z < 0.10] = (92.0, 94.0, 96.0)
        return np.asarray(colour)

    def _front(self, points: Floats) -> Floats:
        """The glass front: evening-blue daylight between dark mullions."""
        x, z = points[:, 0], points[:, 2]
        sky = np.clip(z / 2.6, 0, 1)[:, None]
        colour = np.array([150.0, 166.0, 176.0]) * (1 - sky) + np.array([214.0, 226.0, 232.0]) * sky
        post = np.abs((x / 1.5 + 0.5) % 1.0 - 0.5) * 1.5 < 0.035
        colour[post | (z < 0.12) | (np.abs(z - 2.3) < 0.04)] = (64.0, 70.0, 76.0)
        return np.asarray(colour)

    def _ceiling(self, points: Floats) -> Floats:
        x, y = points[:, 0], points[:, 1]
        grid = np.minimum(np.abs((x / _TILE + 0.5) % 1.0 - 0.5), np.abs((y / _TILE + 0.5) % 1.0 - 0.5)) * _TILE < 0.012
        base = np.where(grid, 176.0, 200.0)[:, None] * np.array([1.0, 0.99, 0.97])
        return np.asarray(base + 60.0 * _lamp(x, y, 0.02)[:, None])

    def _floor_light(self) -> NDArray[np.float32]:
        """Lamps above, dusk along walls and racks."""
        plan = self._plan
        x = (np.arange(int(plan.width / _MAP_STEP)) + 0.5)[None, :] * _MAP_STEP
        y = (np.arange(int(plan.depth / _MAP_STEP)) + 0.5)[:, None] * _MAP_STEP
        light = 0.93 + 0.07 * np.cos(2 * np.pi * x / 2.4) * np.cos(2 * np.pi * y / 2.4)
        edge = np.minimum(np.minimum(x, plan.width - x), np.minimum(y, plan.depth - y))
        light *= 1.0 - 0.22 * np.exp(-edge / 0.30)
        for x0, y0, x1, y1 in plan.islands:
            gap = np.hypot(np.maximum(np.maximum(x0 - x, x - x1), 0.0), np.maximum(np.maximum(y0 - y, y - y1), 0.0))
            light *= 1.0 - 0.38 * np.exp(-gap / 0.16)
        return np.asarray(light, np.float32)


def _lamp(x: Floats, y: Floats, soft: float) -> Floats:
    """1 under a lamp of 1.2 × 0.3 m, one every 2.4 m, with ``soft`` metres of edge."""
    across = np.abs((x / 2.4 + 0.5) % 1.0 - 0.5) * 2.4
    along = np.abs((y / 2.4 + 0.5) % 1.0 - 0.5) * 2.4
    return np.asarray(np.clip((0.6 - across) / soft + 0.5, 0, 1) * np.clip((0.15 - along) / soft + 0.5, 0, 1))
