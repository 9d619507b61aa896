"""The store's time, judged from stamps that come late."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.domain.clock_estimate import ClockEstimate


@given(
    offset_us=st.integers(-(10**12), 10**15),
    delays_ms=st.lists(st.floats(0, 400), min_size=20, max_size=80),
    speed=st.sampled_from([1.0, 2.0, 10.0]),
)
def test_the_least_late_message_tells_the_time(offset_us: int, delays_ms: list[float], speed: float) -> None:
    clock = ClockEstimate()
    now_s = 0.0
    for place, delay_ms in enumerate(delays_ms):
        sent_s = 100.0 + place * 0.1
        now_s = max(now_s, sent_s + delay_ms / 1e3)
        clock.heard(offset_us + int(sent_s * 1e6 * speed), now_s)
    true_us = offset_us + int(now_s * 1e6 * speed)
    assert abs(clock.now_us(now_s) - true_us) <= (400_000 * speed + 1_000) * 1.5


def test_steady_messages_give_rate_and_delay() -> None:
    clock = ClockEstimate()
    for place in range(100):
        late = 0.5 if place == 60 else 0.0
        delay_ms = clock.heard(int(place * 0.4e6), place * 0.1 + late * (place == 60))
        if place == 60:
            assert delay_ms == pytest.approx(500, rel=0.2)
    assert clock.rate == pytest.approx(4.0, rel=0.05)
    assert clock.now_us(9.9) == pytest.approx(99 * 0.4e6, abs=0.2e6)


def test_late_messages_at_both_ends_do_not_bend_the_clock() -> None:
    clock = ClockEstimate()
    for place in range(100):
        delay_s = {0: 0.4, 1: 0.3, 98: 0.1, 99: 0.3}.get(place, 0.001)
        clock.heard(int(place * 0.1e6), place * 0.1 + delay_s)
        true_us = int((place * 0.1 + delay_s) * 1e6)
        assert abs(clock.now_us(place * 0.1 + delay_s) - true_us) <= (400_000 if place < 2 else 2_000)
    assert clock.rate == 1.0


def test_a_new_day_begins_anew() -> None:
    clock = ClockEstimate()
    clock.heard(10**15, 1.0)
    clock.heard(10**12, 2.0)
    assert clock.now_us(2.0) == 10**12


@pytest.mark.parametrize("jump_s", [-3_600.0, 3_600.0])
def test_a_machine_whose_clock_is_set_costs_one_message(jump_s: float) -> None:
    """The moment at which a message came is told by the machine's clock: one that waits meanwhile seems to have come
    an hour ago, or in an hour."""
    clock = ClockEstimate()
    for place in range(50):
        clock.heard(int(place * 0.1e6), place * 0.1 + (jump_s if place == 40 else 0.0))
    assert abs(clock.now_us(4.9) - 4.9e6) < 0.1e6
    assert clock.rate == pytest.approx(1.0, rel=0.01)


@pytest.mark.parametrize("leap_s", [-3_600, -60, 60, 3_600])
@pytest.mark.parametrize("speed", [1.0, 4.0])
def test_a_store_whose_clock_leaps_goes_on_as_fast(speed: float, leap_s: int) -> None:
    clock = ClockEstimate()
    for place in range(200):
        at_s = 50 + place * 0.1
        sent_us = 10**15 + int(place * 0.1e6 * speed) + (leap_s * 1_000_000 if place >= 100 else 0)
        clock.heard(sent_us, at_s)
        if place > 20:
            assert clock.rate == pytest.approx(speed, rel=0.05), place
            assert abs(clock.now_us(at_s) - sent_us) < 100_000, place


def test_nobody_knows_before_the_first_message() -> None:
    assert not ClockEstimate().is_known
    with pytest.raises(LookupError):
        ClockEstimate().now_us(0.0)
