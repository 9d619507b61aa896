"""History as a store sends it, and such joined with what is live."""

import numpy as np

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
