"""The one cursor: any part moves it, all hear of it, nothing leads it out of its span."""

from console.state.cursor import STEP_US, CursorPlace, TimeCursor


def cursor() -> tuple[TimeCursor, list[CursorPlace]]:
    made = TimeCursor()
    heard: list[CursorPlace] = []
    made.changed.connect(heard.append)
    made.set_span(1_000_000, 9_000_000)
    return made, heard


def test_it_tells_of_every_other_moment_once_and_by_whom() -> None:
    made, heard = cursor()
    for at, by in ((4_000_000, "bar"), (4_000_000, "map"), (99_000_000, "trace"), (0, "bar")):
        made.move_to(at, by)
    assert heard == [
        CursorPlace(1_000_000, "span"),
        CursorPlace(4_000_000, "bar"),
        CursorPlace(9_000_000, "trace"),
        CursorPlace(1_000_000, "bar"),
    ]


def test_it_steps_to_stops_and_by_a_tenth_of_a_second_where_there_are_none() -> None:
    made, _ = cursor()
    made.set_stops([3_000_000, 2_000_000, 12_000_000, 3_000_000])
    made.move_to(1_500_000, "bar")
    seen = []
    for _ in range(3):
        made.step(1, "keys")
        seen.append(made.at_us)
    assert seen == [2_000_000, 3_000_000, 3_000_000 + STEP_US]
    made.step(-1, "keys")
    made.step(-1, "keys")
    made.step(-1, "keys")
    assert made.at_us == 2_000_000 - STEP_US
    made.step(1, "keys", is_fine=True)
    assert made.at_us == 2_000_000


def test_another_span_brings_the_cursor_with_it_and_forgets_the_stops() -> None:
    made, heard = cursor()
    spans: list[tuple[int, int]] = []
    made.span_changed.connect(spans.append)
    made.set_stops([2_000_000])
    made.set_span(20_000_000, 30_000_000)
    made.step(1, "keys")
    assert (spans, made.at_us) == ([(20_000_000, 30_000_000)], 20_000_000 + STEP_US)
    assert heard[-1].by == "keys"
    made.set_span(0, 0)
    assert not made.is_there
