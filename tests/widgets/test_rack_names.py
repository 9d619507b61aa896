"""A gondola's name is seen whole on whatever part of the floor a map shows, or it is left out."""

import math

from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QSize, QSizeF

from widgets.rack_names import RackName, slide

SIZE = QSize(300, 200)
PLACES = st.floats(-200, 500)


def corners(x: float, y: float, name: RackName, along: float) -> list[tuple[float, float]]:
    """Of its letters."""
    cosine, sine = math.cos(math.radians(name.turn)), math.sin(math.radians(name.turn))
    return [
        (
            x + (along + right * name.size.width()) * cosine - down * name.size.height() * sine,
            y + (along + right * name.size.width()) * sine + down * name.size.height() * cosine,
        )
        for right in (-0.5, 0.5)
        for down in (-0.5, 0.5)
    ]


def is_whole(x: float, y: float, name: RackName, along: float) -> bool:
    return all(
        -0.01 <= x <= SIZE.width() + 0.01 and -0.01 <= y <= SIZE.height() + 0.01 for x, y in corners(x, y, name, along)
    )


@given(PLACES, PLACES, st.sampled_from([0.0, 90.0, -90.0, 30.0, -60.0]), st.floats(0, 150))
def test_a_name_goes_no_farther_than_it_must_to_be_seen_whole(x: float, y: float, turn: float, most: float) -> None:
    name = RackName("Gondola 1", 0.0, 0.0, turn, most, QSizeF(60.0, 10.0))
    along = slide(x, y, name, SIZE)
    tried = [step * most / 50 for step in range(-50, 51)]
    if along is None:
        assert not any(is_whole(x, y, name, step) for step in tried if abs(step) < most - 0.1)
    else:
        assert abs(along) <= most
        assert is_whole(x, y, name, along)
        assert not any(is_whole(x, y, name, step) for step in tried if abs(step) < abs(along) - 0.1)
