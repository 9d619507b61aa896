"""What the cameras show."""

import math

import cv2
import numpy as np
import pytest

from store_client.contract.camera import Pose
from store_server.world.painting.backdrop import Picture
from store_server.world.painting.gallery import Gallery
from store_server.world.painting.lens import Lens
from store_server.world.person import Person
from store_server.world.simulation import Simulation


def test_a_lens_is_a_pinhole() -> None:
    lens = Lens(Pose(0.0, 0.0, 2.0, 0.0, 4.0, 2.0, math.pi / 2), 640, 360)
    flat, depth = lens.project(np.array([[0.0, 4.0, 2.0], [4.0, 4.0, 2.0], [0.0, 4.0, 3.0]]))
    assert depth == pytest.approx([4.0, 4.0, 4.0])
    assert flat == pytest.approx(np.array([[320.0, 180.0], [640.0, 180.0], [320.0, 100.0]]))
    rays = lens.rays(lens.whole)
    assert rays.shape == (360, 640, 3)
    assert rays[179:181, 319:321].mean(axis=(0, 1)) == pytest.approx([0.0, 1.0, 0.0])


class Shop:
    """A store with nobody in it, and one camera."""

    def __init__(self, camera: str) -> None:
        self.simulation = Simulation("quiet", seed=1)
        self.gallery = Gallery(self.simulation, "Europe/Berlin")
        self.camera = camera

    def picture(self) -> Picture:
        painter, scene = self.gallery.look(self.camera, 320, self.simulation.now_us)
        return painter.compose(scene)

    def somebody(self, x: float, y: float) -> Person:
        for _ in range(40):
            self.simulation.step()
            if self.simulation.people:
                break
        person = self.simulation.people[0]
        self.simulation.people[:] = [person]
        person.x, person.y, person.vx, person.vy = x, y, 0.0, 0.0
        return person

    def pixel(self, x: float, y: float, z: float) -> tuple[int, int]:
        pose = next(c.pose for c in self.simulation.cameras if c.id == self.camera)
        assert pose is not None
        flat, _ = Lens(pose, 320, 180).project(np.array([[x, y, z]]))
        return int(flat[0, 0]), int(flat[0, 1])


def differs(one: Picture, other: Picture, at: tuple[int, int], reach: int = 3) -> bool:
    """Whether two pictures differ about a pixel (x, y)."""
    area = np.s_[max(0, at[1] - reach) : at[1] + reach, max(0, at[0] - reach) : at[0] + reach]
    return float(np.abs(one[area].astype(int) - other[area].astype(int)).mean()) > 8


def test_people_are_seen_where_they_are() -> None:
    shop = Shop("camera-8")
    empty = shop.picture()
    assert empty.std() > 20, "not a flat picture"
    person = shop.somebody(2.9, 5.9)
    there = shop.picture()
    assert differs(empty, there, shop.pixel(person.x, person.y, 1.2))
    person.x, person.y = 3.9, 5.9
    elsewhere = shop.picture()
    assert not differs(empty, elsewhere, shop.pixel(2.9, 5.9, 1.2))
    assert differs(empty, elsewhere, shop.pixel(3.9, 5.9, 1.2))


def test_people_behind_a_gondola_are_hidden() -> None:
    shop = Shop("camera-7")
    empty = shop.picture()
    shop.somebody(3.4, 5.35)  # in the back aisle, the island between them and the camera at the front
    hidden = shop.picture()
    assert not differs(empty, hidden, shop.pixel(3.4, 5.35, 0.5))


def test_goods_that_are_taken_are_gone_from_the_picture() -> None:
    shop = Shop("camera-8")
    empty = shop.picture()
    north = [d for d in shop.simulation.stock.displays if shop.simulation.layout.indices(d.plates[0])[0] == 1]
    display = max((d for d in north if len(d.plates) == 2), key=lambda d: d.plates[0])
    unit = display.units[0][-1]
    assert unit.spot is not None
    at = shop.pixel(unit.spot.x, unit.spot.y, unit.spot.z + unit.article.height / 2)
    shop.simulation.now_us += 1
    shop.simulation.stock.moved(display, shop.simulation.now_us)
    for column in display.units:
        column.clear()
    assert differs(empty, shop.picture(), at)


def test_pictures_are_jpeg_in_each_size() -> None:
    shop = Shop("camera-1")
    for width, height in ((320, 180), (640, 360), (1280, 720)):
        painter, scene = shop.gallery.look("camera-1", width, shop.simulation.now_us)
        decoded = cv2.imdecode(np.frombuffer(painter.draw(scene), np.uint8), cv2.IMREAD_COLOR)
        assert decoded is not None
        assert decoded.shape == (height, width, 3)
        assert scene.stamp == "2026-01-05  10:00:00", "the store's local time"
