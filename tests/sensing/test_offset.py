from hypothesis import given
from hypothesis import strategies as st

from store_server.sensing.offset import FEW, LEAP_MESSAGES, US, ClockOffset

STEP_US = US // 5


def fed(clock: ClockOffset, offset_us: int, count: int, begin_us: int, delays: list[int]) -> int:
    """Messages of a device whose clock is ``offset_us`` ahead; returns when the last one arrived."""
    at = begin_us
    for index in range(count):
        at = begin_us + index * STEP_US
        clock.add(at - delays[index % len(delays)] + offset_us, at)
    return at


@given(
    offset=st.integers(-86_400 * US, 86_400 * US),
    delays=st.lists(st.integers(0, 400_000), min_size=1, max_size=20),
)
def test_the_offset_is_found_within_what_the_way_hides(offset: int, delays: list[int]) -> None:
    clock = ClockOffset()
    fed(clock, offset, 40, 1_000 * US, delays)
    assert clock.offset_us == offset - min(delays)
    assert clock.error_us <= max(delays) - min(delays) + 1_000


def test_a_clock_that_is_right_is_not_corrected() -> None:
    clock = ClockOffset()
    fed(clock, 0, 50, 1_000 * US, [2_000, 15_000, 4_000])
    assert clock.correction_us == 0


def test_a_clock_500_ppm_off_is_followed() -> None:
    clock = ClockOffset()
    for index in range(5 * 600):  # ten minutes
        at = 1_000 * US + index * STEP_US
        clock.add(at + round(index * STEP_US * 500e-6) - 3_000, at)
    assert abs(clock.offset_us - 600 * 500) < 15_000
    assert clock.correction_us == clock.offset_us
    assert clock.leaps == 0


def test_a_leap_is_believed_once_it_is_confirmed() -> None:
    clock = ClockOffset()
    at = fed(clock, 0, 20, 1_000 * US, [1_000])
    told = [clock.add(at + n * STEP_US + 10 * US, at + n * STEP_US) for n in range(1, LEAP_MESSAGES + 1)]
    assert told == [False, False, True]
    assert clock.leaps == 1
    assert clock.offset_us == 10 * US


def test_one_message_held_up_moves_nothing_and_counts() -> None:
    clock = ClockOffset()
    at = fed(clock, 0, 20, 1_000 * US, [1_000])
    assert clock.add(at + STEP_US, at + STEP_US + 3 * US)
    assert (clock.leaps, clock.offset_us) == (0, -1_000)


def test_the_first_few_may_all_have_been_held_up() -> None:
    clock = ClockOffset()
    assert clock.add(1_000 * US, 1_002 * US)
    assert clock.add(1_001 * US, 1_001 * US + 5_000)
    fed(clock, 0, FEW, 1_002 * US, [5_000])
    assert (clock.leaps, clock.correction_us) == (0, 0)
