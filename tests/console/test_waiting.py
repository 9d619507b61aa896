"""Which pictures of a stream are decoded."""

from console.work.video.waiting import MOST_HELD, Waiting
from store_client.pictures import Picture


def picture(at_us: int, size: int = 4) -> Picture:
    return Picture(b"\xff\xd8" + bytes(size), at_us)


def fill(waiting: Waiting, *at_us: int) -> list[int]:
    """What is taken after each."""
    taken = []
    for at in at_us:
        waiting.put(picture(at))
        one = waiting.take()
        taken.append(0 if one is None else one.captured_at)
    return taken


def test_the_newest_wins_and_what_it_overtook_is_counted() -> None:
    waiting = Waiting()
    assert waiting.take() is None
    assert [waiting.put(picture(at)) for at in (1, 2, 3)] == [0, 1, 1]
    taken = waiting.take()
    assert taken is not None
    assert taken.captured_at == 3
    assert waiting.take() is None


def test_each_third_is_decoded_the_first_at_once_and_none_counts_as_overtaken() -> None:
    waiting = Waiting(every=3)
    assert fill(waiting, 1, 2, 3, 4, 5) == [1, 0, 0, 4, 0]
    waiting.tune(1, 0)
    assert fill(waiting, 6, 7) == [6, 7]


def test_what_is_held_back_comes_when_newer_ones_have() -> None:
    waiting = Waiting(hold_us=20)
    assert fill(waiting, 100, 110, 120, 130) == [0, 0, 100, 110]
    assert fill(waiting, 50, 60, 70) == [0, 0, 50], "after a clock that was set back it starts anew"


def test_what_is_held_back_is_bounded_in_number_and_bytes() -> None:
    waiting = Waiting(hold_us=10**9)
    for at in range(1, MOST_HELD + 2):
        waiting.put(picture(at))
    taken = waiting.take()
    assert taken is not None
    assert taken.captured_at == 1
    for at in (1_000, 1_001, 1_002):
        waiting.put(picture(at, 5 << 20))
    taken = waiting.take()
    assert taken is not None
    assert taken.captured_at == 1_000
