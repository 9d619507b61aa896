"""Where moments lie among numbers."""

import asyncio

from hypothesis import given
from hypothesis import strategies as st

from store_client.places import MOST, NEAR, Found, Places


def test_what_is_known_lies_on_both_sides_of_a_moment() -> None:
    places = Places()
    assert places.around(5) == (None, None)
    for number, at_us in ((32, 320), (96, 960), (64, 640), (64, 640)):
        places.note(number, at_us)
    assert places.around(641) == ((64, 640), (96, 960))
    assert places.around(640) == ((32, 320), (64, 640))
    assert places.around(1) == (None, (32, 320))
    assert places.around(2_000) == ((96, 960), None)


def test_what_is_out_of_order_misleads_nobody_and_not_everything_is_kept() -> None:
    places = Places()
    for number in range(1, 2 * MOST):
        places.note(number, 10 * number)
    places.note(3 * MOST, 5)
    before, after = places.around(10 * MOST)
    assert before is not None
    assert after is not None
    assert MOST - 4 <= before[0] < MOST <= after[0] <= MOST + 4
    assert places.around(10**9)[1] is None


@given(
    gaps=st.lists(st.sampled_from((0, 1, 1, 1, 1, 50, 5_000)), min_size=1, max_size=400),
    unreadable=st.integers(0, 500),
    share=st.floats(-0.1, 1.1),
    other_share=st.floats(-0.1, 1.1),
)
def test_a_moment_is_found_in_few_looks_and_nothing_of_it_left_out(
    gaps: list[int], unreadable: int, share: float, other_share: float
) -> None:
    """``gaps``: from message to message; the first ``unreadable`` ones are an earlier program's."""
    moments: list[int] = []
    for gap in gaps:
        moments.append((moments[-1] if moments else 1_000) + gap)
    looks, places = 0, Places()

    async def measured(number: int) -> Found | None:
        nonlocal looks
        looks += 1
        return (number, moments[number - 1]) if unreadable < number <= len(moments) else None

    async def newest() -> Found | None:
        return await measured(len(moments))

    for part in (share, other_share, share):
        at_us, looks = 1_000 + round(part * (moments[-1] - 1_000)), 0
        start = asyncio.run(places.start_at(at_us, measured, newest))
        assert all(moments[number - 1] < at_us for number in range(1, min(start, len(moments) + 1)))
        first = next((number for number, moment in enumerate(moments, 1) if moment >= at_us), len(moments) + 1)
        assert unreadable or first - start <= NEAR
        assert looks <= 16
