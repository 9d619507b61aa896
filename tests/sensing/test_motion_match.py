"""Pictures of blocks that walk, drawn here, against their tracks."""

import math

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from store_client.contract.camera import Pose
from store_client.projection import Projection
from store_server.sensing.motion_match import WIDTH, Answer, Look, Walk, match
from store_server.world.painting.gallery import Gallery
from store_server.world.simulation import Simulation

US = 1_000_000
NOON = 1_780_000_000 * US
HEIGHT = 90
POSE = Pose(0.0, 0.0, 2.6, 3.0, 3.0, 0.8, 1.3)
PROJECTION = Projection(POSE, WIDTH, HEIGHT)


def place(person: int, second: float) -> tuple[float, float]:
    """There and back, at changing pace, each on a way of their own."""
    angle = person * 0.9
    swing = 1.6 * math.sin(0.55 * second + person) + 0.5 * math.sin(1.7 * second + 2 * person)
    return 3.2 + math.cos(angle) * swing, 3.2 + math.sin(angle) * swing


def drawn(people: int, second: float, noise: np.random.Generator) -> np.ndarray[tuple[int, int], np.dtype[np.uint8]]:
    picture = noise.normal(110, 2, (HEIGHT, WIDTH))
    for person in range(people):
        x, y = place(person, second)
        for height in np.arange(0.1, 1.7, 0.08):
            pixel = PROJECTION.pixel(x, y, float(height))
            if pixel is not None and PROJECTION.contains(pixel):
                column, row = round(pixel[0]), round(pixel[1])
                picture[max(0, row - 2) : row + 3, max(0, column - 3) : column + 4] = 40 + 25 * person
    return np.clip(picture, 0, 255).astype(np.uint8)


def look(late_s: float, people: int = 2, seconds: float = 10.0, jitter_s: float = 0.02, seed: int = 1) -> Look:
    """Stamped ``late_s`` later than they were taken."""
    chance = np.random.default_rng(seed)
    taken = np.arange(0.0, seconds, 0.085) + chance.uniform(0, jitter_s, math.ceil(seconds / 0.085))
    grey = np.array([drawn(people, float(second), chance) for second in taken])
    return Look(np.array([NOON + round((second + late_s) * US) for second in taken], np.int64), grey)


def walks(people: int = 2, noise_m: float = 0.02) -> list[Walk]:
    chance = np.random.default_rng(3)
    seconds = np.arange(-4.0, 15.0, 0.1)
    at_us = np.array([NOON + round(second * US) for second in seconds], np.int64)
    return [
        Walk(at_us, np.array([place(person, float(s)) for s in seconds]) + chance.normal(0, noise_m, (len(seconds), 2)))
        for person in range(people)
    ]


@pytest.mark.parametrize("late_s", [-1.7, -0.35, 0.0, 0.12, 0.9, 1.8])
def test_the_lag_is_found_and_its_error_covers_it(late_s: float) -> None:
    found = match(look(late_s), walks(), PROJECTION)
    assert found.is_found
    assert abs(found.late_us - late_s * US) <= found.error_us + found.bias_us < 100_000


def test_nothing_is_found_where_nobody_moves_or_none_of_those_who_do_is_tracked() -> None:
    still = [Walk(walk.at_us, np.full_like(walk.xy, 3.0)) for walk in walks()]
    assert match(look(0.1), still, PROJECTION) == Answer(False)
    assert match(look(0.1, people=0), walks(), PROJECTION) == Answer(False)
    assert match(look(0.1), [], PROJECTION) == Answer(False)


def test_a_lag_beyond_two_seconds_is_not_taken_for_another() -> None:
    found = match(look(3.3), walks(), PROJECTION)
    assert not found.is_found


def test_others_walk_than_are_tracked() -> None:
    strangers = [Walk(walk.at_us, walk.xy[::-1].copy()) for walk in walks()]
    found = match(look(0.0), strangers, PROJECTION)
    assert not found.is_found


def test_who_only_goes_one_way_makes_it_less_sure() -> None:
    at_us = np.array([NOON + round(s * US) for s in np.arange(-4.0, 15.0, 0.1)], np.int64)
    along = [Walk(at_us, np.stack([1.5 + 0.3 * (at_us - NOON) / US, 1.5 + 0.3 * (at_us - NOON) / US], axis=1))]
    assert match(look(0.0), walks(), PROJECTION).bias_us < 20_000
    assert not match(look(0.0), along, PROJECTION).is_found


def test_who_comes_towards_a_camera_is_not_seen_late() -> None:
    """What changes of who walks along a camera's line of sight are feet and head: without the head, who comes looks late,
    and who goes early. Positions are the true ones here."""
    simulation = Simulation("rush", seed=4)
    camera = next(one for one in simulation.cameras if one.name == "Entrance")
    assert camera.pose is not None
    gallery = Gallery(simulation, "Europe/Berlin")
    paths: dict[int, list[tuple[int, float, float]]] = {}
    at_us, grey = [], []
    for step in range(20 * 64):
        simulation.step()
        for person in simulation.people:
            paths.setdefault(person.number, []).append((simulation.now_us, person.x, person.y))
        if step % 2 == 0 and 20 * 23 <= step < 20 * 61:
            painter, scene = gallery.look(camera.id, 320, simulation.now_us)
            at_us.append(simulation.now_us)
            grey.append(
                cv2.resize(
                    cv2.cvtColor(painter.compose(scene), cv2.COLOR_BGR2GRAY),
                    (WIDTH, HEIGHT),
                    interpolation=cv2.INTER_AREA,
                )
            )
    known = [Walk(np.array([at for at, _, _ in path]), np.array([xy for _, *xy in path])) for path in paths.values()]
    found = match(Look(np.array(at_us), np.array(grey, np.uint8)), known, Projection(camera.pose, WIDTH, HEIGHT))
    assert found.is_found
    assert abs(found.late_us) < 12_000


@given(
    at=st.lists(st.integers(-(10**15), 10**15), max_size=60, unique=True),
    xy=st.lists(st.tuples(st.floats(-1e4, 1e4), st.floats(-1e4, 1e4)), max_size=60),
)
@settings(max_examples=30, deadline=None)
def test_no_tracks_whatever_make_it_fail(at: list[int], xy: list[tuple[float, float]]) -> None:
    count = min(len(at), len(xy))
    walk = Walk(np.array(sorted(at)[:count], np.int64) + NOON, np.array(xy[:count], np.float64).reshape(-1, 2))
    assert match(BLANK, [walk], PROJECTION) == Answer(False)


BLANK = look(0.0, people=1, seconds=4.0)
