"""What ways are told from matches, by cameras that can be trusted and by those that cannot."""

import pytest

from store_server.sensing.alignment import UNKNOWN_TRACKER, Alignment
from store_server.sensing.motion_match import Answer
from store_server.sensing.source_clock import Way

TRACKER_US = 90_000


def match(alignment: Alignment, camera: str, way_us: int, reach_us: int, *, trusted: bool, bias_us: int = 0) -> Way:
    """One match of a camera whose pictures come ``way_us`` after they were taken; it is taken for ``reach_us``."""
    late_us = (way_us - reach_us) - TRACKER_US
    found = Answer(True, late_us, 20_000, bias_us, 0.6)
    return alignment.matched(camera, found, reach_us=reach_us, tracker_reach_us=0, is_trusted=trusted)


def test_trusted_cameras_tell_the_trackers_way_and_that_the_others() -> None:
    alignment = Alignment()
    for camera in ("one", "two", "three"):
        match(alignment, camera, 15_000, 15_000, trusted=True)
    assert alignment.tracker.least_us <= TRACKER_US <= alignment.tracker.most_us
    assert alignment.tracker.half_us < 35_000
    late = match(alignment, "late", 230_000, 200_000, trusted=False)
    assert late.least_us <= 230_000 <= late.most_us
    assert late.half_us < 60_000


def test_while_no_camera_can_be_trusted_the_tracker_is_in_doubt() -> None:
    alignment = Alignment()
    way = match(alignment, "late", 230_000, 200_000, trusted=False)
    assert not alignment.is_tracker_known
    assert alignment.tracker == UNKNOWN_TRACKER
    assert way.half_us >= UNKNOWN_TRACKER.half_us
    assert way.least_us <= 230_000 <= way.most_us


def test_one_camera_that_is_trusted_and_wrong_moves_little() -> None:
    alignment = Alignment()
    for camera in ("one", "two", "three", "four"):
        match(alignment, camera, 15_000, 15_000, trusted=True)
    match(alignment, "wrong", 15_000, 165_000, trusted=True)
    assert abs(alignment.tracker.middle_us - TRACKER_US) < 10_000


def test_more_matches_are_surer_but_for_what_they_share() -> None:
    alignment, biased = Alignment(), Alignment()
    for _ in range(5):
        first = match(alignment, "one", 15_000, 15_000, trusted=True)
        match(biased, "one", 15_000, 15_000, trusted=True, bias_us=40_000)
    assert alignment.difference("one").error_us == pytest.approx(20_000 * (1.2 / 5) ** 0.5)
    assert biased.tracker.half_us > alignment.tracker.half_us + 20_000
    assert first.least_us <= 15_000 <= first.most_us


def test_matches_that_contradict_each_other_are_less_sure_than_each_says() -> None:
    alignment = Alignment()
    for _ in range(3):
        match(alignment, "trusted", 15_000, 15_000, trusted=True)
    ways = [match(alignment, "wrong", 95_000 + off_us, 300_000, trusted=False) for off_us in (90_000, -60_000, -30_000)]
    last = ways[-1]
    assert alignment.difference("wrong").error_us > 2 * alignment.difference("trusted").error_us
    assert last.least_us <= 95_000 <= last.most_us


def test_who_sees_people_go_one_way_tells_less_of_the_tracker_than_who_sees_them_go_all_ways() -> None:
    alignment = Alignment()
    for _ in range(4):
        match(alignment, "gate", 55_000, 15_000, trusted=True, bias_us=40_000)
        match(alignment, "aisle", 15_000, 15_000, trusted=True, bias_us=8_000)
        match(alignment, "shelves", 15_000, 15_000, trusted=True, bias_us=8_000)
    assert alignment.witnesses == 3
    assert abs(alignment.tracker.middle_us - TRACKER_US) < 6_000
    only = Alignment()
    for _ in range(4):
        match(only, "gate", 55_000, 15_000, trusted=True, bias_us=40_000)
        match(only, "aisle", 15_000, 15_000, trusted=True, bias_us=8_000)
    assert abs(only.tracker.middle_us - TRACKER_US) < 15_000
