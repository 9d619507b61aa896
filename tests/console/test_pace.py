"""How fast pictures come, as a tile says it."""

import pytest

from console.domain.pace import SPAN_S, Pace


def paced(*times_s: float) -> Pace:
    pace = Pace()
    for at_s in times_s:
        pace.came(at_s)
    return pace


def test_a_tile_that_has_just_opened_says_the_true_rate() -> None:
    assert paced(5.0, 5.1, 5.2, 5.3).rate_hz(5.3) == pytest.approx(10)


def test_one_picture_has_no_rate() -> None:
    assert paced().rate_hz(0.0) == 0
    assert paced(1.0).rate_hz(1.5) == 0


def test_the_rate_is_that_of_the_last_seconds() -> None:
    slow, fast = [place * 1.0 for place in range(10)], [10.0 + place * 0.1 for place in range(30)]
    assert paced(*slow, *fast).rate_hz(fast[-1]) == pytest.approx(10, rel=0.1)


def test_the_rate_falls_when_pictures_stay_away() -> None:
    pace = paced(0.0, 0.1, 0.2, 0.3, 0.4)
    assert pace.rate_hz(0.9) < 5
    assert not pace.is_silent(2.0)
    assert pace.is_silent(0.4 + SPAN_S + 0.1)
    assert pace.rate_hz(0.4 + SPAN_S + 0.1) == 0
