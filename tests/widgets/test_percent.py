import pytest

from widgets.percent import percent


def test_every_whole_percent_is_itself() -> None:
    """Of 0.29 and 0.57 times 100 too little is left by floating point."""
    assert [percent(whole / 100) for whole in range(101)] == [*range(101)]


@pytest.mark.parametrize(("share", "told"), [(0.996, 99), (0.9999, 99), (0.009, 0), (0.5999, 59)])
def test_nobody_is_told_to_be_surer_than_they_are(share: float, told: int) -> None:
    assert percent(share) == told
