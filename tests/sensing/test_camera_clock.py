"""When pictures were taken, by what they come with: RTSP's network time, stamps that lie, and nothing at all."""

import itertools
import random
from statistics import median

import pytest

from store_server.sensing.camera_clock import LATE_US, LATENCY, UNUSED_ERROR_US, CameraClock
from store_server.sensing.reel import Reel
from store_server.sensing.source_clock import US, Way
from tests.sensing.rtsp import need_server, rtsp_camera

NOON = 1_780_000_000 * US
PERIOD_US = 80_000


def seen(clock: CameraClock, since_s: int, until_s: int, offset_us: int = 0, ppm: float = 0.0) -> list[int]:
    """How far off each picture is of a camera that stamps them; the shown errors cover that."""
    chance, off, covered = random.Random(since_s), list[int](), list[bool]()
    for taken_us in range(NOON + since_s * US, NOON + until_s * US, PERIOD_US):
        stamp_us = taken_us + offset_us + round((taken_us - NOON) * ppm * 1e-6)
        moment = clock.taken("wall", stamp_us, taken_us + 20_000 + round(chance.expovariate(1 / 8_000)))
        off.append(abs(moment.at_us - taken_us))
        covered.append(off[-1] <= moment.error_us)
    assert sum(covered) >= 0.95 * len(covered)
    return off


def test_a_camera_that_is_right_is_taken_at_its_word() -> None:
    clock = CameraClock()
    assert set(seen(clock, 0, 200)) == {0}
    assert clock.now.error_us <= 20_000


@pytest.mark.parametrize(("offset_us", "ppm"), [(2_700_000, 0), (-1_900_000, -250), (0, 500), (0, -500)])
def test_a_camera_that_is_wrong_is_moved_and_once_its_way_is_known_exactly(offset_us: int, ppm: float) -> None:
    clock = CameraClock()
    seen(clock, 0, 150, offset_us, ppm)
    clock.learn(clock.now, Way(10_000, 50_000))
    assert max(seen(clock, 150, 400, offset_us, ppm)) < 30_000


def test_a_camera_that_is_ahead_is_wrong_however_long_its_pictures_are_held_up() -> None:
    """A machine so busy that they come seconds late: its clock was not sure enough to be wrong, and each was placed by its coming."""
    clock, chance, covered = CameraClock(), random.Random(2), list[bool]()
    for taken_us in range(NOON, NOON + 200 * US, US):
        moment = clock.taken("wall", taken_us + 2_700_000, taken_us + round(chance.uniform(0.3, 2.4) * US))
        covered.append(abs(moment.at_us - taken_us) <= moment.error_us)
    assert sum(covered) >= 0.95 * len(covered)


def test_a_stamp_that_cannot_be_is_not_used() -> None:
    clock = CameraClock()
    seen(clock, 0, 60)
    for stamp_us in (0, 4_102_444_800 * US, -(2**62), NOON + 60 * US + 3_600 * US, NOON - 86_400 * US):
        moment = clock.taken("wall", stamp_us, NOON + 60 * US)
        assert abs(moment.at_us - NOON - 60 * US) <= LATE_US
        assert moment.error_us == UNUSED_ERROR_US


def test_a_picture_without_a_stamp_is_placed_by_when_it_was_asked_for() -> None:
    """The machine was busy for a second: what came of it is no later a moment."""
    clock = CameraClock()
    clock.learn(clock.now, Way(0, 0))
    for second in range(20):
        asked_us = NOON + second * US
        clock.taken("asked", asked_us, asked_us + 250_000 + (second % 3) * 10_000)
    held = clock.taken("asked", NOON + 20 * US, NOON + 21 * US)
    middle_us = LATENCY["asked"].middle_us
    assert abs(held.at_us - (NOON + 20 * US + 250_000 - middle_us)) < 5_000
    clock.learn(clock.now, Way(220_000, 260_000))
    streamed = clock.taken("none", 0, NOON + 22 * US)
    assert (streamed.at_us, streamed.error_us // 1_000) == (NOON + 22 * US - 240_000, 21)


def test_pictures_without_stamps_that_are_held_up_are_less_sure() -> None:
    """The machine was busy for a second and a half: one came late, and all that were taken meanwhile after it."""
    clock = CameraClock()
    clock.learn(clock.now, Way(0, 0))
    clock.taken("asked", NOON, NOON + 240_000)
    clock.learn(clock.now, Way(220_000, 260_000))
    chance, sure, busy = random.Random(3), list[int](), range(NOON + 20 * US, NOON + 21 * US + US // 2)
    for number in range(500):
        taken_us = NOON + number * PERIOD_US
        came_us = taken_us + 235_000 + chance.randrange(10_000)
        came_us = busy[-1] + chance.randrange(20_000) if came_us in busy else came_us
        moment = clock.taken("none", 0, came_us)
        assert abs(moment.at_us - taken_us) <= moment.error_us, number
        sure.append(moment.error_us)
    assert median(sure) < 30_000
    late = clock.taken("asked", NOON + 60 * US, NOON + 62 * US)
    assert late.error_us >= 62 * US - 60 * US - 240_000


def test_a_stream_that_begins_anew_counts_anew_and_keeps_its_way() -> None:
    clock = CameraClock()
    for second in range(20):
        clock.taken("counted", second * US, NOON + second * US + 130_000)
    clock.learn(clock.now, Way(110_000, 150_000))
    clock.begins()
    for second in range(20):
        moment = clock.taken("counted", second * US + 77, NOON + (100 + second) * US + 130_000)
    assert abs(moment.at_us - (NOON + 119 * US)) <= moment.error_us < 60_000
    assert clock.now.leaps == 0


def test_a_real_camera_by_rtsp_says_what_time_it_is() -> None:
    need_server()
    with rtsp_camera() as camera:
        taken = next(one for one in itertools.islice(Reel(camera.url).taken(), 400) if one.stamp == "wall")
    assert taken.came_us is not None
    assert abs(taken.came_us - taken.stamp_us) < 5 * US
