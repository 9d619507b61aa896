"""What is wrong with pictures that come."""

import pytest

from console.domain.stream_watch import StreamWatch

SIZE = (640, 360)


def see(watch: StreamWatch, since_s: float, seconds: float, late_s: float, size: tuple[int, int] = SIZE) -> float:
    """Ten pictures a second; the moment after the last."""
    for step in range(int(seconds * 10)):
        watch.saw(since_s + step / 10, late_s, size)
    return since_s + seconds


@pytest.mark.parametrize(("late_s", "leapt_s"), [(5.1, -5.0), (-59.9, 60.0)])
def test_a_clock_that_leaps_is_told_for_a_while(late_s: float, leapt_s: float) -> None:
    watch = StreamWatch()
    now_s = see(watch, see(watch, 0.0, 5.0, 0.1), 3.0, late_s)
    assert watch.leapt_s(now_s) == pytest.approx(leapt_s)
    assert watch.leapt_s(see(watch, now_s, 12.0, late_s)) == 0.0


def test_a_stream_that_stood_still_and_catches_up_has_not_leapt() -> None:
    watch = StreamWatch()
    now_s = see(watch, 0.0, 5.0, 0.1)
    for step in range(40):  # what was on its way comes at once
        watch.saw(now_s + 4.0 + step / 200, 4.0 - step / 10, SIZE)
    now_s = see(watch, now_s + 4.2, 3.0, 0.1)
    assert watch.leapt_s(now_s) == 0.0


@pytest.mark.parametrize(("before_s", "late_for_s"), [(0.0, 3.0), (5.0, 3.0), (5.0, 12.0)])
def test_a_desk_that_catches_up_from_one_picture_to_the_next_has_seen_no_leap(
    before_s: float, late_for_s: float
) -> None:
    watch = StreamWatch()
    now_s = see(watch, see(watch, 0.0, before_s, 0.1) + 2.6, late_for_s, 2.7)
    leaps = set()
    for _ in range(30):  # the newest wins: what came late in between is not shown
        now_s = see(watch, now_s, 0.1, 0.1)
        leaps.add(watch.leapt_s(now_s))
    assert leaps == {0.0}


def test_pictures_that_come_later_and_later_are_no_leap() -> None:
    watch = StreamWatch()
    now_s = see(watch, 0.0, 5.0, 0.1)
    for step in range(40):
        watch.saw(now_s + step / 10, 0.1 + step / 10, SIZE)
    assert watch.leapt_s(see(watch, now_s + 4.0, 4.0, 4.0)) == 0.0
    now_s = see(watch, now_s + 13.0, 4.0, 9.0)
    assert watch.leapt_s(now_s) == 0.0, "after a pause nobody knows"


def test_what_the_desk_does_itself_is_no_leap() -> None:
    watch = StreamWatch()
    now_s = see(watch, 0.0, 5.0, 0.1)
    watch.ignore_lateness(now_s + 3.0)
    see(watch, now_s, 3.0, 2.4)
    assert watch.leapt_s(see(watch, now_s + 3.0, 3.0, 0.1)) == 0.0


def test_another_size_is_told_for_a_while() -> None:
    watch = StreamWatch()
    now_s = see(watch, 0.0, 1.0, 0.1)
    assert not watch.resized(now_s)
    now_s = see(watch, now_s, 1.0, 0.1, (1280, 720))
    assert watch.resized(now_s)
    assert (watch.was, watch.size) == (SIZE, (1280, 720))
    assert not watch.resized(see(watch, now_s, 10.0, 0.1, (1280, 720)))


def test_what_comes_and_is_no_picture_is_counted_over_the_last_seconds() -> None:
    watch = StreamWatch()
    assert watch.rate_hz() is None
    for step in range(100):
        watch.counted(step * 0.4, step * 6, min(step, 50))
    assert watch.rate_hz() == pytest.approx(15.0)
    assert watch.garbled() == 0
    assert StreamWatch().garbled() == 0
