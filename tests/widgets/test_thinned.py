"""History as a store sends it, and such joined with what is live."""

import numpy as np
import pytest

from widgets.thinned import Joined, Thinned
from widgets.trace import Trace

T0 = 1_760_000_000_000_000
BUCKET = 1_000_000


def history(count: int = 1_000) -> Thinned:
    values = np.arange(count, dtype=np.float32)
    starts = T0 + np.arange(count, dtype=np.int64) * BUCKET
    there = np.arange(count) % 10 != 5
    return Thinned(starts[there], BUCKET, values[there] - 0.5, values[there] + 0.5)


def test_every_bucket_is_in_a_bin_that_reaches_as_far() -> None:
    for pixels in (1, 7, 100, 5_000):
        found = history().extremes(T0, T0 + 1_000 * BUCKET, pixels)
        assert len(found.least) <= 2 * pixels + 2
        assert np.nanmin(found.least) == -0.5
        assert np.nanmax(found.greatest) == 999.5
    assert np.isnan(history().extremes(T0, T0 + 20 * BUCKET, 100).least[5]), "a bucket that was not sent is a gap"
    assert np.isnan(history().value_at(T0 + 5 * BUCKET))
    assert history().value_at(T0 + 6 * BUCKET + 1) == 6.0
    assert history().latest() == (T0 + 999 * BUCKET, 999.5)


def test_nothing_outside_of_what_is_kept() -> None:
    assert not len(history().extremes(T0 - 10 * BUCKET, T0 - 2 * BUCKET, 10).least)
    assert history().kept() == (T0, T0 + 999 * BUCKET)
    assert Thinned(np.empty(0, np.int64), BUCKET, [], []).kept() is None


def test_joined_is_history_before_the_trace_and_the_trace_after() -> None:
    trace = Trace(10.0, 1_000)
    trace.append(T0 + 500 * BUCKET, np.full(100, 5_000.0, np.float32))
    joined = Joined(history(), trace.channel(0))
    found = joined.extremes(T0 + 490 * BUCKET, T0 + 510 * BUCKET, 1_000)
    before = found.starts_us < T0 + 500 * BUCKET
    assert list(found.greatest[before][:5]) == [490.5, 491.5, 492.5, 493.5, 494.5]
    assert np.all(found.greatest[~before] == 5_000)
    assert np.all(np.diff(found.starts_us) > 0)
    assert joined.value_at(T0 + 499 * BUCKET) == 499.0
    assert joined.value_at(T0 + 501 * BUCKET) == 5_000.0
    assert joined.latest() == (T0 + 500 * BUCKET + 9_900_000, 5_000.0)
    assert joined.kept() == (T0, T0 + 999 * BUCKET)


@pytest.mark.parametrize("begin", [50, 150])
def test_what_the_trace_lacks_after_a_break_is_filled_from_history(begin: int) -> None:
    trace = Trace(10.0, 10_000)
    for second in (100, 500):
        trace.append(T0 + second * BUCKET, np.full(1_000, 5_000.0, np.float32))
    joined = Joined(history(), trace.channel(0))
    found = joined.extremes(T0 + begin * BUCKET, T0 + 550 * BUCKET, 100)
    seconds = (found.starts_us + found.width_us / 2 - T0) / BUCKET
    was_away = (seconds > 210) & (seconds < 490)
    assert len(seconds[was_away]) > 50
    assert np.all(np.abs(found.greatest[was_away] - seconds[was_away]) <= 8)
    assert np.all(found.greatest[(seconds > 110) & (seconds < 190) | (seconds > 510)] == 5_000)
    assert np.all(np.diff(found.starts_us) > 0)
    assert joined.value_at(T0 + 301 * BUCKET) == 301.0
    assert joined.value_at(T0 + 501 * BUCKET) == 5_000.0


def test_beside_coarse_history_the_trace_is_where_it_was_measured() -> None:
    seam, coarse = T0 + 100 * BUCKET, 10 * BUCKET
    trace = Trace(10.0, 1_000)
    readings = np.zeros(200, np.float32)
    readings[50] = 70.0
    trace.append(seam, readings)
    starts = T0 + np.arange(10, dtype=np.int64) * coarse
    joined = Joined(Thinned(starts, coarse, np.zeros(10), np.zeros(10)), trace.channel(0))
    found = joined.extremes(seam - 20 * BUCKET, seam + 20 * BUCKET, 4_000)
    [peak] = found.starts_us[found.greatest == 70.0] + found.width_us / 2
    assert abs(peak - (seam + 5 * BUCKET)) <= 100_000
