"""Where heads are in a picture: from where people were tracked, and against what the hidden world knows."""

import math
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from store_client.contract.camera import Pose
from store_client.contract.live import Hand, Position, Positions
from store_client.contract.sensor import PositionFix
from store_client.projection import Projection
from store_server.sensing.coarse import NoPicture, cover, decoded, encoded, patches_of, whole
from store_server.sensing.faces import Fix, Person, fix_of, fixes_of, heads, people_at
from store_server.sensing.outlook import Outlook, smaller
from tests.sensing.filmed import Filmed, Look, covered

US = 1_000_000
POSE = Pose(0.0, 0.0, 2.6, 4.0, 0.0, 1.4, math.radians(80))
VIEW = Projection(POSE, 640, 360)
AWAY = st.floats(-2.0, 2.0)
HANDS = st.lists(st.builds(Hand, AWAY.map(lambda x: 3.0 + x), AWAY, st.floats(0.0, 2.5)), max_size=2).map(tuple)
RESTING = (Hand(3.2, 0.1, 0.8), Hand(3.2, -0.1, 0.8))


def fixes(tracks: dict[str, Sequence[tuple[float, float, float]]]) -> list[Fix]:
    """``tracks``: of each (seconds, x, y)."""
    by_moment: dict[int, dict[str, Position]] = {}
    for track, places in tracks.items():
        for seconds, x, y in places:
            by_moment.setdefault(round(seconds * US), {})[track] = Position(track, None, x, y, 0.9)
    return [Fix(at_us, by_moment[at_us]) for at_us in sorted(by_moment)]


def walking(begin: float, end: float, x: float, speed: float) -> list[tuple[float, float, float]]:
    return [(step / 10, x + speed * (step / 10 - begin), 1.0) for step in range(round(begin * 10), round(end * 10) + 1)]


def is_in(point: tuple[float, float, float], person: Person) -> bool:
    (outline,) = heads(VIEW, [person])
    flags = covered(np.zeros((360, 640, 3), np.uint8), patches_of(np.zeros((360, 640, 3), np.uint8), [outline]))
    pixel = VIEW.pixel(*point)
    assert pixel is not None
    return bool(flags[round(pixel[1]), round(pixel[0])])


@pytest.mark.parametrize("height", [1.52, 1.95])
@pytest.mark.parametrize("way", [-1.3, 0.0, 1.3])
def test_a_head_is_covered_however_tall_and_fast_its_owner_is(height: float, way: float) -> None:
    (person,) = people_at(fixes({"a": walking(0, 5, 4.0, way / 5)}), 2_450_000) or []
    x = 4.0 + way / 5 * 2.45
    for late in (0.0, 0.2):
        assert is_in((x + way / 5 * late, 1.0, 0.925 * height), person)
    assert not is_in((x, 1.0, 0.3), person), "feet are to be seen"


def test_who_reaches_far_bends_and_who_rests_does_not() -> None:
    reaching, resting = (
        people_at([Fix(at, {"a": Position("a", None, 3.0, 0.0, 0.9, hands)}) for at in (0, 100_000)], 50_000)
        for hands in ((Hand(3.0, 1.1, 0.5),), RESTING)
    )
    assert reaching is not None
    assert resting is not None
    assert [len(person.leans) for person in (*reaching, *resting)] == [2, 0]
    assert is_in((3.0, 0.35, 1.3), reaching[0])
    assert is_in((3.0, 0.0, 1.7), reaching[0])
    assert not is_in((3.0, 0.35, 1.3), resting[0])


@given(st.lists(st.lists(HANDS, min_size=2, max_size=2), min_size=2, max_size=4))
def test_what_is_kept_covers_the_same_heads(hands_of_all: list[list[tuple[Hand, ...]]]) -> None:
    found, kept = [], []
    for number, hands in enumerate(hands_of_all):
        people = [Position(f"track {place}", "trip", 3.0, 0.0, 0.9, own) for place, own in enumerate((*hands, RESTING))]
        at_us = number * 100_000
        found.append(Fix(at_us, {person.track: person for person in people}))
        kept.append(fix_of(Positions(epoch="", seq=0, measured_at=at_us, sent_at=0, people=people)))
    assert people_at(kept, 150_000) == people_at(found, 150_000)
    assert kept[0].people["track 2"].hands == ()


def test_whom_the_tracker_loses_is_covered_until_found_anew() -> None:
    lost = fixes({"a": walking(0, 2, 2.0, 0.5), "b": walking(4, 6, 4.0, 0.5), "other": walking(0, 6, 6.0, 0.0)})
    for seconds in (2.5, 3.0, 3.5):
        people = people_at(lost, round(seconds * US)) or []
        assert len(people) == 2
        assert any(is_in((2.0 + 0.5 * seconds, 1.0, 1.6), person) for person in people)


def test_who_has_gone_is_not_looked_for_long() -> None:
    gone = fixes({"a": walking(0, 2, 2.0, 0.5), "other": walking(0, 9, 6.0, 0.0)})
    assert len(people_at(gone, 2_400_000) or []) == 2
    assert len(people_at(gone, 4_000_000) or []) == 1


@pytest.mark.parametrize("at_us", [-2 * US, 8 * US])
def test_of_a_moment_without_fixes_nothing_is_known(at_us: int) -> None:
    known = fixes({"a": walking(0, 6, 2.0, 0.5)})
    assert people_at(known, at_us) is None
    assert people_at([], 0) is None
    assert people_at([Fix(0, {})], 0) == []


def test_kept_places_without_hands_are_covered_more_widely() -> None:
    kept = fixes_of([PositionFix(at, "a", None, 3.0, 0.0) for at in range(0, US, 100_000)])
    (person,) = people_at(kept, 450_000) or []
    assert is_in((3.0, 0.3, 1.25), person)


def test_nobody_behind_the_camera_is_covered() -> None:
    assert heads(VIEW, [Person(-2.0, 0.0, 0.0, 0.0, 0.1), Person(3.0, 40.0, 0.0, 0.0, 0.1)]) == []
    assert heads(VIEW, []) == []


def test_what_is_covered_is_coarse_and_the_rest_is_as_it_was() -> None:
    dice = np.random.default_rng(1)
    picture = dice.integers(0, 255, (360, 640, 3), np.uint8)
    before = picture.copy()
    (outline,) = heads(VIEW, [Person(3.0, 0.0, 0.0, 0.0, 0.1)])
    flags = covered(picture, patches_of(picture, [outline]))
    cover(picture, [outline])
    assert (picture[~flags] == before[~flags]).all()
    assert picture[flags].std() < before[flags].std() / 4
    assert 0.005 < flags.mean() < 0.2
    assert whole(before).std() < before.std() / 4


@pytest.mark.parametrize(
    "jpeg", [b"", b"\xff\xd8garbage\xff\xd9", b"\xff\xd8\xff\xc0\0\x11\x08\xff\xff\xff\xff\x03" + bytes(99)]
)
def test_what_is_no_picture_is_none(jpeg: bytes) -> None:
    with pytest.raises(NoPicture):
        decoded(jpeg)


@pytest.fixture(scope="module")
def film() -> Filmed:
    film = Filmed("steady", 5, 320, has_children=True)
    film.pass_(60)
    return film


def share(looks: Sequence[tuple[Look, np.ndarray]]) -> tuple[int, float]:
    """How many heads are to be seen, and what share of them is covered in its middle."""
    middles = [
        bool(flags[round(float(rows.mean())), round(float(columns.mean()))])
        for look, flags in looks
        for rows, columns in look.heads
    ]
    return len(middles), sum(middles) / max(1, len(middles))


def test_heads_are_covered_in_live_pictures_and_in_recorded_ones(film: Filmed) -> None:
    chosen = film.cameras[2:4]
    outlooks = {camera.id: Outlook(camera, film.simulation.planogram.gondolas) for camera in chosen}
    live, looks = [], []
    for step in range(40):
        film.pass_(0.5)
        for camera in chosen:
            outlook, now_us = outlooks[camera.id], film.simulation.now_us
            picture = film.picture(camera)
            if step == 0:
                assert outlook.veiled_now(picture, smaller(picture), film.arrived) is None, "nothing is known yet"
            outlook.learn(smaller(picture), now_us, film.arrived[-200:])
            if step >= 28:
                look = film.look(camera)
                patches = outlook.veiled_now(look.picture, smaller(look.picture), film.arrived[-200:])
                live.append((look, covered(look.picture, patches)))
    film.pass_(4.0)
    for look, _ in live:
        around = [fix for fix in film.arrived if abs(fix.at_us - look.at_us) <= 3 * US]
        assert look.camera.pose is not None
        outlines = heads(Projection(look.camera.pose, 320, 180), people_at(around, look.at_us) or [])
        looks.append((look, covered(look.picture, patches_of(look.picture, outlines))))
    for found in (live, looks):
        count, are_covered = share(found)
        assert count > 60
        assert are_covered >= 0.985  # of a hundred heads; tests/benchmarks/faces.py measures thousands
        assert np.mean([flags.mean() for _, flags in found]) < 0.6


def test_a_camera_that_was_never_calibrated_shows_nobody(film: Filmed) -> None:
    look = film.look(film.cameras[3])
    outlook = Outlook(type(look.camera)("x", "demo", "X", "added", 320, 180, [320]))
    jpeg = encoded(look.picture)
    for shown in (outlook.live(jpeg, 0, []), outlook.recorded(jpeg, [], None)):
        coarse = decoded(shown)
        assert (
            np.abs(np.diff(coarse.astype(int), axis=1)).mean()
            < np.abs(np.diff(look.picture.astype(int), axis=1)).mean() / 2
        )
