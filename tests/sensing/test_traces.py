"""Raw readings: every one of them once, and at its time."""

import math

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from store_client.contract.evidence import PlateTrace
from store_client.contract.live import Weights
from store_client.jpeg import size_of
from store_server.sensing.traces import STEADY_US, traces_of
from tests.sensing.site import BATCH_US, RATE_HZ, SHAPE, weights

US = 1_000_000
BEGIN = 1_780_000_000 * US


def numbered(count: int) -> list[Weights]:
    """Plate 1.1.2 reads 0, 1, 2 …, one more with each sample."""
    made = []
    for number in range(count):
        values = np.full(SHAPE, 100, np.float32)
        values[:, 1, 2] = np.arange(12) + 12 * number
        made.append(weights(number, BEGIN + number * BATCH_US, values))
    return made


def at_each(traces: list[PlateTrace]) -> list[tuple[int, float | None]]:
    return [
        (trace.first_at + round(place * US / trace.rate_hz), grams)
        for trace in traces
        for place, grams in enumerate(trace.grams)
    ]


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.integers(0, 39), min_size=1, max_size=60),
    st.integers(0, 8 * US),
    st.integers(1, 8 * US),
    st.data(),
)
def test_each_reading_of_the_span_comes_once_however_it_was_sent(
    sent: list[int], since: int, length: int, data: st.DataObject
) -> None:
    messages = numbered(40)
    order = data.draw(st.permutations(sent))
    traces = traces_of([messages[number] for number in order], ["1.1.2"], BEGIN + since, BEGIN + since + length)
    expected = [
        BEGIN + number * BATCH_US + round(sample * US / RATE_HZ) for number in sorted(set(sent)) for sample in range(12)
    ]
    expected = [at for at in expected if BEGIN + since <= at < BEGIN + since + length]
    found = at_each(traces)
    assert len(found) == len(expected)
    for (at, grams), wanted in zip(found, expected, strict=True):
        assert abs(at - wanted) <= 2
        assert grams == round((wanted - BEGIN) * RATE_HZ / US)


def test_a_gap_or_a_leap_of_the_clock_begins_a_new_trace() -> None:
    messages = numbered(6)
    assert [len(trace.grams) for trace in traces_of(messages, ["1.1.2"], BEGIN, BEGIN + 9 * US)] == [72]
    without = messages[:2] + messages[3:]
    assert [len(trace.grams) for trace in traces_of(without, ["1.1.2"], BEGIN, BEGIN + 9 * US)] == [24, 36]
    late = [*messages[:3], weights(3, BEGIN + 3 * BATCH_US + STEADY_US + 1)]
    assert [len(trace.grams) for trace in traces_of(late, ["1.1.2"], BEGIN, BEGIN + 9 * US)] == [36, 12]
    jittered = [*messages[:3], weights(3, BEGIN + 3 * BATCH_US + STEADY_US)]
    assert [len(trace.grams) for trace in traces_of(jittered, ["1.1.2"], BEGIN, BEGIN + 9 * US)] == [48]


def test_what_was_not_read_is_none_and_a_plate_that_never_was_has_no_trace() -> None:
    values = np.full(SHAPE, 100, np.float32)
    values[3:5, 1, 2] = math.nan
    values[7, 1, 2] = 1e9
    values[:, 0, 1] = math.nan
    messages = [weights(0, BEGIN, values)]
    (trace,) = traces_of(messages, ["1.1.2", "1.0.1", "1.7.9"], BEGIN, BEGIN + US)
    assert [place for place, grams in enumerate(trace.grams) if grams is None] == [3, 4, 7]


@pytest.mark.parametrize("size", [(640, 360), (17, 1), (1, 33)])
def test_the_size_of_a_picture_is_read_from_its_header(size: tuple[int, int]) -> None:
    jpeg = cv2.imencode(".jpg", np.zeros((size[1], size[0], 3), np.uint8))[1].tobytes()
    assert size_of(jpeg) == size


@given(st.binary(max_size=80))
def test_what_is_no_picture_has_no_size(data: bytes) -> None:
    width, height = size_of(b"\xff\xd8" + data)
    assert 0 <= width < 65_536
    assert 0 <= height < 65_536
