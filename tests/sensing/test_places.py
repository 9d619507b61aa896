"""Where moments lie among numbers."""

from store_server.sensing.places import MOST, Places


def test_what_is_known_lies_on_both_sides_of_a_moment() -> None:
    places = Places()
    assert places.around(5) == (None, None)
    for number, at_us in ((32, 320), (96, 960), (64, 640), (64, 640)):
        places.note(number, at_us)
    assert places.around(641) == (64, 96)
    assert places.around(640) == (32, 64)
    assert places.around(1) == (None, 32)
    assert places.around(2_000) == (96, None)


def test_what_is_out_of_order_misleads_nobody_and_not_everything_is_kept() -> None:
    places = Places()
    for number in range(1, 2 * MOST):
        places.note(number, 10 * number)
    places.note(3 * MOST, 5)
    before, after = places.around(10 * MOST)
    assert before is not None
    assert after is not None
    assert MOST - 4 <= before < MOST <= after <= MOST + 4
    assert places.around(10**9)[1] is None
