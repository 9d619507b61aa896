"""State tells only of what is different, and keeps no more than it says."""

from typing import Any

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from console.domain.preferences import Preferences, with_text_scaled
from console.state.book import Book
from console.state.floor import FORGOTTEN_AFTER_US, Floor
from console.state.recent import KEPT, RecentEvents
from console.state.ring import SECONDS, GondolaRing
from console.state.value import Value
from console.state.weights import LiveWeights
from store_client.contract.ids import new_id
from store_client.contract.live import DoorMoved, Position, Positions, Weights


class Heard(list[Any]):
    def __call__(self, value: object) -> None:
        self.append(value)


def weights(
    first_at: int, samples: int, *, start: float = 0.0, gondola: int = 1, shape: tuple[int, int] = (2, 3)
) -> Weights:
    grams = np.full((samples, *shape), np.nan, "<f4")
    grams[:, 1, 2] = start + np.arange(samples)
    return Weights(
        epoch="e",
        seq=0,
        measured_at=first_at,
        sent_at=first_at,
        gondola=gondola,
        first_at=first_at,
        rate_hz=60.0,
        shape=(samples, *shape),
        grams=grams.tobytes(),
    )


def test_a_value_tells_of_what_is_different(qtbot: QtBot) -> None:
    heard = Heard()
    value: Value[int] = Value(1)
    value.changed.connect(heard)
    value.set(1)
    value.set(2**40)
    assert heard == [2**40]


def test_a_book_tells_which_keys_are_different(qtbot: QtBot) -> None:
    heard = Heard()
    book: Book[str, int] = Book()
    book.changed.connect(heard)
    book.put({"a": 1, "b": 2})
    book.put({"a": 1, "b": 3})
    book.replace({"b": 3, "c": 4})
    book.drop(["c", "x"])
    book.drop(["x"])
    assert heard == [{"a", "b"}, {"b"}, {"a", "c"}, {"c"}]
    assert dict(book.values) == {"b": 3}


def test_the_same_event_counts_once_and_the_oldest_is_forgotten(qtbot: QtBot) -> None:
    heard = Heard()
    events = RecentEvents()
    events.added.connect(heard)
    some = [
        DoorMoved(epoch="e", seq=n, measured_at=n, sent_at=n, id=new_id(), store="s", door="d", state="opened")
        for n in range(KEPT + 5)
    ]
    events.add(some[:3])
    events.add(some[:4])
    assert [len(new) for new in heard] == [3, 1]
    events.add(some)
    assert events.all == tuple(some[5:])


def positions(at_us: int, *people: Position) -> Positions:
    return Positions(epoch="e", seq=0, measured_at=at_us, sent_at=at_us, people=list(people))


def test_trails_follow_and_those_who_left_are_forgotten(qtbot: QtBot) -> None:
    heard = Heard()
    floor = Floor()
    floor.changed.connect(heard)
    floor.take([positions(n * 100_000, Position("a", None, n, 0.0, 1.0)) for n in range(3)])
    assert len(heard) == 1
    shoppers = floor.shoppers
    assert shoppers.xy.tolist() == [[2.0, 0.0]]
    assert shoppers.trails[0, -3:, 0].tolist() == [0.0, 1.0, 2.0]
    assert np.isnan(shoppers.trails[0, :-3]).all()
    floor.take([positions(200_000 + FORGOTTEN_AFTER_US + 1, Position("b", "t", 5.0, 5.0, 1.0))])
    floor.take([positions(300_000 + FORGOTTEN_AFTER_US, Position("a", None, 9.0, 9.0, 1.0))])
    assert np.isnan(floor.shoppers.trails[0, :-1]).all()


def test_a_ring_keeps_the_last_seconds_and_takes_no_sample_twice() -> None:
    period = 1e6 / 60
    ring = GondolaRing(weights(1_000_000, 12))
    for block in range(SECONDS * 5 + 7):
        message = weights(1_000_000 + round(block * 12 * period), 12, start=block * 12)
        ring.append(message)
        ring.append(message)
    at, grams = ring.since(0, 1, 2)
    assert len(ring) == len(at) == SECONDS * 60
    assert np.array_equal(np.diff(grams), np.ones(len(grams) - 1))
    assert grams[-1] == ring.latest()[1, 2] == ring.written - 1
    assert np.isnan(ring.since(ring.written - 5, 0, 0)[1]).all()
    assert not ring.fits(weights(0, 12, shape=(3, 3)))


def test_a_watched_plate_has_a_trace_from_before_it_was_watched(qtbot: QtBot) -> None:
    live = LiveWeights()
    heard = Heard()
    live.traces_changed.connect(heard)
    live.take([weights(1_000_000, 12)])
    live.watch(["1.1.2", "9.0.0", "1.7.7"])
    assert heard == [{"1.1.2"}]
    live.take([weights(1_200_000, 12, start=12)])
    source = live.source("1.1.2")
    assert source is not None
    latest = source.latest()
    assert latest is not None
    assert latest[1] == 23.0
    extremes = source.extremes(0, 2_000_000, 100)
    assert np.nanmin(extremes.least) == 0.0
    assert live.grams("1.1.2") == 23.0
    assert live.grams("1.0.0") is None
    assert live.source("9.0.0") is None
    live.take([weights(1_400_000, 12, shape=(3, 4))])
    assert live.grams("1.1.2") == 11.0 or live.grams("1.1.2") is not None


def test_what_a_clock_that_was_set_back_weighs_is_taken_as_it_comes(qtbot: QtBot) -> None:
    live, hour_us = LiveWeights(), 3_600_000_000
    live.watch(["1.1.2"])
    live.take([weights(2 * hour_us, 12)])
    live.take([weights(hour_us, 12, start=100)])
    assert live.grams("1.1.2") == 111.0
    source = live.source("1.1.2")
    assert source is not None
    assert source.latest() == (hour_us + round(11 * 1e6 / 60), 111.0)


def test_events_are_forgotten_alike_before_and_after_others_were_shown(qtbot: QtBot) -> None:
    events = RecentEvents()
    events.clear()
    some = [
        DoorMoved(epoch="e", seq=n, measured_at=n, sent_at=n, id=new_id(), store="s", door="d", state="opened")
        for n in range(KEPT + 5)
    ]
    events.add(some)
    assert events.all == tuple(some[5:])
    assert len(events._ids) == KEPT, "or they would be more and more all day"


@pytest.mark.parametrize(
    ("now", "larger", "smaller"), [(100, 125, 100), (110, 125, 100), (150, 175, 125), (200, 200, 175), (250, 250, 200)]
)
def test_text_is_made_larger_and_smaller_from_any_size_that_somebody_wrote(now: int, larger: int, smaller: int) -> None:
    likes = Preferences(text_scale=now)
    assert [with_text_scaled(likes, step).text_scale for step in (1, -1)] == [larger, smaller]
