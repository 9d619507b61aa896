"""Clocks that are off, drift and leap, by messages that are held up: what is shown covers what is so."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from statistics import median

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from store_server.sensing.source_clock import FEW, LEAP_MESSAGES, NETWORK, US, SourceClock, Way

NOON = 1_780_000_000 * US
STEP_US = US // 5


@dataclass(frozen=True)
class Told:
    """What was off, and what was said of it."""

    second: float
    off_us: int
    shown_us: int


@dataclass(frozen=True)
class Starved:
    """A while in which a machine is so busy that every message is held up by ``held_us``, or by less for ``rise_s`` at its ends."""

    begin_s: float = 0.0
    end_s: float = 0.0
    held_us: int = 0
    rise_s: float = 0.0

    def at(self, second: float) -> float:
        since_s = min(second - self.begin_s, self.end_s - second)
        return 0.0 if since_s < 0 else self.held_us * (min(1.0, since_s / self.rise_s) if self.rise_s else 1.0)


@dataclass(frozen=True)
class Device:
    """A clock that is ``offset_us`` ahead at first, gains ``ppm`` and leaps by ``leap_us`` after ``leap_s``; messages
    need ``least_us``, mostly some ``jitter_us`` more, and one in ten any time."""

    offset_us: int = 0
    ppm: float = 0.0
    jitter_us: int = 4_000
    least_us: int = 700
    leap_s: float = 1e9
    leap_us: int = 0
    rate_hz: float = 5.0
    seed: int = 1
    starved: Starved = Starved()

    def shows(self, at_us: int) -> int:
        passed_us = at_us - NOON
        leapt_us = self.leap_us if passed_us > self.leap_s * US else 0
        return at_us + self.offset_us + round(passed_us * self.ppm * 1e-6) + leapt_us

    def tells(self, clock: SourceClock, seconds: float) -> Iterator[Told]:
        chance, at_us = random.Random(self.seed), NOON
        while at_us < NOON + seconds * US:
            held_us = self.jitter_us * chance.paretovariate(1.2) if chance.random() < 0.1 else 0
            held_us += self.starved.at((at_us - NOON) / US)
            way_us = self.least_us + chance.expovariate(1 / self.jitter_us) + held_us
            stamp_us = self.shows(at_us)
            clock.heard(stamp_us, at_us + round(way_us))
            moment = clock.to_store(stamp_us)
            yield Told((at_us - NOON) / US, abs(moment.at_us - at_us), moment.error_us)
            at_us += round(US / self.rate_hz * chance.uniform(0.9, 1.1))


def covered(told: list[Told]) -> float:
    return sum(one.off_us <= one.shown_us for one in told) / len(told)


@given(
    offset_us=st.integers(-10 * US, 10 * US),
    ppm=st.floats(-500, 500),
    jitter_us=st.integers(500, 20_000),
    least_us=st.integers(0, NETWORK.most_us),
    seed=st.integers(0, 1_000),
)
@example(offset_us=20_001, ppm=0.0, jitter_us=500, least_us=8_968, seed=1)  # as if it were kept right, and is not
@example(offset_us=-30_000, ppm=0.0, jitter_us=5_000, least_us=0, seed=1)
@settings(max_examples=40, deadline=None)
def test_what_is_shown_covers_what_is_so_and_is_of_use(
    offset_us: int, ppm: float, jitter_us: int, least_us: int, seed: int
) -> None:
    device = Device(offset_us, ppm, jitter_us, least_us, seed=seed)
    told = list(device.tells(SourceClock(), 150))
    assert covered(told) >= 0.95
    settled = [one.shown_us for one in told if one.second > 60]
    assert median(settled) <= 3 * NETWORK.most_us + 2 * jitter_us
    assert max(one.off_us for one in told if one.second > 60) <= 3 * NETWORK.most_us + 2 * jitter_us


@given(
    leap_us=st.sampled_from([-3_600 * US, -30 * US, -2 * US, -200_000, 200_000, 2 * US, 30 * US, 3_600 * US]),
    ppm=st.floats(-500, 500),
    seed=st.integers(0, 1_000),
)
@settings(max_examples=25, deadline=None)
def test_a_clock_that_leaps_is_followed(leap_us: int, ppm: float, seed: int) -> None:
    clock = SourceClock()
    told = list(Device(ppm=ppm, leap_s=60, leap_us=leap_us, seed=seed).tells(clock, 150))
    assert clock.leaps == 1
    assert covered(told) >= 0.95
    assert max(one.off_us for one in told if one.second > 90) < 60_000


@given(offset_us=st.integers(-10 * US, 10 * US), count=st.integers(1, 12), seed=st.integers(0, 1_000))
@settings(max_examples=40, deadline=None)
def test_few_messages_say_little_and_it_is_said(offset_us: int, count: int, seed: int) -> None:
    device = Device(offset_us, 100, 10_000, 1_000, rate_hz=0.2, seed=seed)
    assert covered(list(device.tells(SourceClock(), count * 5))) >= 0.95


@pytest.mark.parametrize("ppm", [-500, -60, 60, 500])
def test_the_drift_is_told_apart_from_the_way(ppm: int) -> None:
    clock = SourceClock()
    list(Device(ppm=ppm).tells(clock, 150))
    assert clock.drift_ppm == pytest.approx(ppm, abs=20)
    at_us = NOON + 300 * US  # silent since
    moment = clock.to_store(Device(ppm=ppm).shows(at_us))
    assert abs(moment.at_us - at_us) <= moment.error_us < 60_000


@pytest.mark.parametrize("more_us", [3_000, -3_000])
def test_who_is_held_up_more_and_more_has_no_drifting_clock(more_us: int) -> None:
    clock = SourceClock()
    for second in range(100):
        at_us = NOON + second * US
        clock.heard(at_us, at_us + 400_000 + second * more_us)
    assert clock.drift_ppm == 0.0


CAMERA = Way(0, 400_000)
STARVED = st.builds(
    lambda begin_s, lasts_s, held_ms, rise_s: Starved(begin_s, begin_s + lasts_s, held_ms * 1_000, rise_s),
    st.floats(0, 200),
    st.floats(20, 150),
    st.integers(40, 250),
    st.sampled_from([0.0, 2.0, 15.0]),
)


@given(starved=STARVED, jitter_us=st.integers(500, 15_000), seed=st.integers(0, 1_000))
@example(starved=Starved(119, 239, 90_000), jitter_us=4_000, seed=1)
@example(starved=Starved(0, 125, 90_000), jitter_us=4_000, seed=1)
@settings(max_examples=20, deadline=None)
def test_a_camera_whose_machine_is_starved_for_a_while_has_a_right_clock(
    starved: Starved, jitter_us: int, seed: int
) -> None:
    clock = SourceClock(CAMERA, is_steady=True)
    for one in Device(jitter_us=jitter_us, least_us=10_000, seed=seed, starved=starved).tells(clock, 480):
        assert (one.off_us, clock.offset_us, clock.drift_ppm) == (0, 0, 0.0), one


@given(starved=STARVED, seed=st.integers(0, 1_000))
@example(starved=Starved(60, 180, 90_000, 15), seed=1)
@settings(max_examples=20, deadline=None)
def test_a_source_that_is_starved_for_a_while_has_no_drifting_clock(starved: Starved, seed: int) -> None:
    clock = SourceClock()
    for one in Device(least_us=10_000, seed=seed, starved=starved).tells(clock, 480):
        assert clock.drift_ppm == 0.0, one


@pytest.mark.parametrize("ppm", [-500, 500])
def test_a_clock_that_drifts_is_said_to_also_while_its_machine_is_starved(ppm: int) -> None:
    clock = SourceClock(CAMERA, is_steady=True)
    device = Device(ppm=ppm, least_us=10_000, starved=Starved(200, 320, 90_000))
    for one in device.tells(clock, 500):
        if one.second > 100:
            assert clock.drift_ppm == pytest.approx(ppm, abs=40), one


def test_pictures_that_were_held_up_and_come_in_a_heap_show_no_leap() -> None:
    clock = SourceClock(CAMERA, is_steady=True)
    for number in range(1_000):
        at_us = NOON + number * 80_000
        held_until_us = NOON + 64 * US + number * 500 if 750 <= number < 800 else 0
        clock.heard(at_us, max(at_us + 20_000, held_until_us))
        assert (clock.leaps, clock.to_store(at_us).at_us) == (0, at_us), number


@pytest.mark.parametrize("is_steady", [True, False])
def test_a_clock_that_was_set_back_while_it_was_not_heard_is_followed_once_it_stays_so(is_steady: bool) -> None:
    clock = SourceClock(CAMERA, is_steady=is_steady)
    list(Device().tells(clock, 60))
    for second in range(70, 100):
        at_us = NOON + second * US
        clock.heard(at_us - 4 * US, at_us + 5_000)
        off_us = abs(clock.to_store(at_us - 4 * US).at_us - at_us)
    assert clock.leaps == 1
    assert off_us < 250_000


def test_a_clock_that_may_be_right_is_left_alone() -> None:
    clock = SourceClock()
    told = list(Device(jitter_us=15_000).tells(clock, 120))
    assert {one.off_us for one in told} == {0}
    assert (clock.offset_us, clock.drift_ppm) == (0, 0.0)


def test_one_message_held_up_or_from_the_future_moves_nothing() -> None:
    clock = SourceClock()
    list(Device().tells(clock, 40))
    at_us, before = NOON + 40 * US, clock.to_store(NOON + 40 * US).at_us
    assert clock.heard(at_us, at_us + 3 * US), "its stamp is right"
    assert not clock.heard(at_us + 2**62, at_us + 3 * US)
    assert (clock.leaps, clock.to_store(at_us).at_us) == (0, before)


def test_a_leap_is_believed_once_it_is_confirmed() -> None:
    clock = SourceClock()
    list(Device().tells(clock, 40))
    at_us = NOON + 40 * US
    told = [clock.heard(at_us + n * STEP_US + 10 * US, at_us + n * STEP_US) for n in range(LEAP_MESSAGES)]
    assert told == [False, False, True]
    assert clock.leaps == 1


@given(
    messages=st.lists(
        st.tuples(st.integers(-(2**63), 2**63), st.integers(0, 4_102_444_800 * US)), min_size=FEW, max_size=60
    )
)
def test_any_stamps_whatever_give_a_moment(messages: list[tuple[int, int]]) -> None:
    clock = SourceClock()
    for stamp_us, arrived_us in messages:
        clock.heard(stamp_us, arrived_us)
        assert clock.to_store(stamp_us).error_us > 0
        assert abs(clock.drift_ppm) <= 1_000


@pytest.mark.parametrize("is_presumed", [True, False])
@pytest.mark.parametrize("offset_us", [0, 3 * US])
def test_what_other_means_find_tells_the_way(is_presumed: bool, offset_us: int) -> None:
    clock = SourceClock(Way(0, 400_000), is_presumed=is_presumed)
    device = Device(offset_us, 0, 3_000, 180_000)
    list(device.tells(clock, 60))
    at_us = NOON + 60 * US
    stamp_us = device.shows(at_us)
    way_us = clock.reach_us + clock.to_store(stamp_us).at_us - at_us + 4_000
    clock.learn(Way(way_us - 15_000, way_us + 15_000))
    found = clock.to_store(stamp_us)
    assert abs(found.at_us - at_us) <= found.error_us < 40_000
