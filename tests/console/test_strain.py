"""How hard live pictures are, from what decoders and the event loop say."""

from types import SimpleNamespace
from typing import cast

import pytest

from console.work.video.strain import BUSY, LATE_S, OVERTAKEN, Strain
from console.work.video.stream import OpenStream


def stream(number: int, pid: int, came: int = 0, dropped: int = 0, busy_us: int = 0) -> OpenStream:
    """Of an open stream what is asked here."""
    ring = SimpleNamespace(came=came, dropped=dropped, busy_us=busy_us)
    return cast(OpenStream, SimpleNamespace(number=number, decoder=SimpleNamespace(pid=pid), ring=ring))


def steady(strain: Strain, *streams: list[OpenStream]) -> float:
    """What it comes to when each second is as the last."""
    load = 0.0
    for second, open_ in enumerate(streams):
        load = strain.measure(float(second), open_)
    return load


def test_the_busiest_decoder_counts() -> None:
    each_s = [
        [stream(1, 10, busy_us=n * 300_000), stream(2, 10, busy_us=n * 400_000), stream(3, 11, busy_us=n * 100_000)]
        for n in range(12)
    ]
    assert steady(Strain(0.033), *each_s) == pytest.approx(0.7 / BUSY, rel=0.01)


def test_pictures_that_are_overtaken_count_but_not_a_few() -> None:
    many = [[stream(1, 10, came=n * 15, dropped=n * 3)] for n in range(12)]
    assert steady(Strain(0.033), *many) == pytest.approx(0.2 / OVERTAKEN, rel=0.01)
    few = [[stream(1, 10, came=n * 2, dropped=n)] for n in range(12)]
    assert steady(Strain(0.033), *few) == 0.0


def test_an_event_loop_that_turns_late_counts_and_a_pause_of_the_wall_does_not() -> None:
    strain, load = Strain(0.033), 0.0
    strain.begin()
    for turn in range(400):
        strain.turned(turn * (0.033 + 2 * LATE_S))
        if turn % 10 == 0:
            load = strain.measure(turn * 0.083, [])
    assert load == pytest.approx(2.0, rel=0.01)
    strain.begin()
    strain.turned(1_000.0)
    assert strain.measure(1_000.1, []) < load
