"""The ring of readings: whatever is appended, no extreme is lost and no bin moves."""

import threading

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from widgets.trace import Trace

RATE = 50.0
STEP_US = 20_000
T0 = 1_760_000_000_000_000


def filled(readings: np.ndarray, capacity: int, block: int = 12) -> Trace:
    trace = Trace(RATE, capacity)
    for place in range(0, len(readings), block):
        trace.append(T0 + place * STEP_US, readings[place : place + block])
    return trace


@settings(max_examples=150, deadline=None)
@given(
    count=st.integers(1, 9_000),
    capacity=st.integers(64, 5_000),
    block=st.integers(1, 700),
    pixels=st.integers(1, 400),
    share=st.tuples(st.floats(0, 1), st.floats(0, 1)),
    seed=st.integers(0, 2**32 - 1),
)
def test_no_extreme_is_lost(
    count: int, capacity: int, block: int, pixels: int, share: tuple[float, float], seed: int
) -> None:
    rng = np.random.default_rng(seed)
    readings = rng.normal(0, 100, count).astype(np.float32)
    readings[rng.random(count) < 0.05] = np.nan
    trace = filled(readings, capacity, block)
    kept = trace.kept()
    assert kept is not None
    oldest = (kept[0] - T0) // STEP_US
    assert count - oldest >= min(count, capacity)
    low, high = sorted(int(oldest + part * (count - oldest)) for part in share)
    found = trace.channel(0).extremes(T0 + low * STEP_US, T0 + high * STEP_US + 1, pixels)
    width = round(found.width_us / STEP_US)
    assert len(found.least) <= 2 * pixels + 3
    for start, least, greatest in zip(found.starts_us, found.least, found.greatest, strict=True):
        number = round((int(start) - T0) / STEP_US)
        part = readings[max(number, oldest) : number + width]
        part = part[~np.isnan(part)]
        if len(part):
            assert least == part.min()
            assert greatest == part.max()
        else:
            assert np.isnan(least)
            assert np.isnan(greatest)
    if high > low:
        assert found.starts_us[0] <= T0 + low * STEP_US
        assert found.starts_us[-1] + found.width_us > T0 + high * STEP_US - STEP_US


def test_bins_stand_still_while_samples_are_appended() -> None:
    rng = np.random.default_rng(1)
    readings = rng.normal(0, 10, 40_000).astype(np.float32)
    trace = filled(readings[:20_000], 30_000)
    span = (T0 + 5_000 * STEP_US, T0 + 18_000 * STEP_US, 300)
    before = trace.channel(0).extremes(*span)
    for place in range(20_000, 30_000, 12):
        trace.append(T0 + place * STEP_US, readings[place : place + 12])
    after = trace.channel(0).extremes(*span)
    np.testing.assert_array_equal(before.starts_us, after.starts_us)
    np.testing.assert_array_equal(before.least, after.least)
    np.testing.assert_array_equal(before.greatest, after.greatest)


def test_bins_of_a_panned_view_are_the_same_bins() -> None:
    trace = filled(np.random.default_rng(2).normal(0, 10, 20_000).astype(np.float32), 30_000)
    width = 10_000 * STEP_US
    one = trace.channel(0).extremes(T0, T0 + width, 300)
    other = trace.channel(0).extremes(T0 + 37 * STEP_US, T0 + 37 * STEP_US + width, 300)
    common, mine, theirs = np.intersect1d(one.starts_us, other.starts_us, return_indices=True)
    assert len(common) >= len(one.starts_us) - 2
    np.testing.assert_array_equal(one.greatest[mine][:-2], other.greatest[theirs][:-2])


@pytest.mark.parametrize(
    ("second_at", "expected"),
    [
        (4, [0, 1, 2, 3, 10, 11, 12, 13]),  # joined
        (5, [0, 1, 2, 3, 3, 10, 11, 12, 13]),  # a slip of the clocks, bridged
        (3, [0, 1, 2, 3, 10, 11, 12, 13]),  # a slip the other way: nothing written over
        (7, [0, 1, 2, 3, None, None, None, 10, 11, 12, 13]),  # lost samples
        (0, [10, 11, 12, 13]),  # the same block again
        (-4, [0, 1, 2, 3]),  # older than all
    ],
)
def test_where_a_block_goes(second_at: int, expected: list[float | None]) -> None:
    trace = Trace(RATE, 100)
    trace.append(T0, [0, 1, 2, 3])
    trace.append(T0 + second_at * STEP_US, [10, 11, 12, 13])
    found = trace.channel(0).extremes(T0, T0 + len(expected) * STEP_US, 200)
    assert [None if np.isnan(value) else value for value in found.least] == expected


def test_a_clock_that_runs_fast_keeps_every_peak() -> None:
    trace = Trace(RATE, 4_000)
    for number in range(200):
        block = np.zeros(12, np.float32)
        block[-1] = number
        trace.append(T0 + round(number * 12 * STEP_US * 0.995), block)  # 5,000 ppm
    found = trace.channel(0).extremes(T0, T0 + 2_500 * STEP_US, 4_000)
    assert set(range(200)) <= {int(value) for value in found.greatest}
    latest = trace.channel(0).latest()
    assert latest is not None
    assert abs(latest[0] - (T0 + 200 * 12 * STEP_US * 0.995)) <= 4 * STEP_US


def test_a_clock_that_jumped_ahead_does_not_stop_the_trace() -> None:
    trace = Trace(RATE, 1_000)
    trace.append(T0, [1.0])
    trace.append(T0 + 86_400_000_000, [2.0])
    for number in range(20):
        trace.append(T0 + number * STEP_US, [float(number)])
    assert trace.channel(0).latest() == (T0 + 19 * STEP_US, 19.0)


def test_channels_are_kept_apart_and_checked() -> None:
    trace = Trace(RATE, 1_000, channels=3)
    trace.append(T0, [[1, 2, np.nan], [4, 5, np.nan]])
    assert [trace.channel(place).latest() for place in range(3)] == [(T0 + STEP_US, 4.0), (T0 + STEP_US, 5.0), None]
    assert trace.channel(1).value_at(T0) == 2.0
    assert np.isnan(trace.channel(1).value_at(T0 - STEP_US))
    with pytest.raises(ValueError, match="2 channels"):
        trace.append(T0, [[1, 2]])
    with pytest.raises(IndexError):
        trace.channel(3)


def test_reading_while_another_thread_appends() -> None:
    trace = Trace(RATE, 2_000)
    stop = threading.Event()

    def produce() -> None:
        number = 0
        while not stop.is_set() and number < 60_000:
            # Each block is constant and its value is its place: a torn read would show a value out of its place.
            trace.append(T0 + number * STEP_US, np.full(10, number, np.float32))
            number += 10

    producer = threading.Thread(target=produce)
    producer.start()
    try:
        for _ in range(300):
            kept = trace.kept()
            if kept is None:
                continue
            found = trace.channel(0).extremes(kept[0], kept[1], 5_000)
            numbers = (found.starts_us - T0) // STEP_US
            there = ~np.isnan(found.least)
            assert np.all(found.least[there] == (numbers[there] // 10) * 10)
    finally:
        stop.set()
        producer.join()
