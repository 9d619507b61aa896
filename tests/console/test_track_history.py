"""Where people were between two messages."""

import pytest

from console.domain.track_history import AHEAD_US, GAP_US, KEPT_US, TrackHistory
from store_client.contract.ids import new_id
from store_client.contract.live import Hand, Position, Positions

TRIP = new_id()


def message(at_us: int, *people: Position) -> Positions:
    return Positions(epoch="e", seq=at_us, measured_at=at_us, sent_at=at_us + 2_340_000, people=list(people))


def test_people_and_hands_move_evenly_from_one_message_to_the_next() -> None:
    history = TrackHistory()
    assert history.at(5) == ()
    history.heard(
        message(1_000_000, Position("a", TRIP, 1.0, 2.0, 1.0, (Hand(1.0, 2.0, 1.0),)), Position("b", None, 0, 0, 1))
    )
    history.heard(
        message(1_100_000, Position("a", TRIP, 2.0, 4.0, 1.0, (Hand(2.0, 2.0, 1.4),)), Position("c", None, 9, 9, 1))
    )
    (stand,) = history.at(1_025_000)
    assert (stand.track, stand.trip) == ("a", TRIP)
    assert [stand.x, stand.y, stand.hands[0].x, stand.hands[0].z] == pytest.approx([1.25, 2.5, 1.25, 1.1])
    assert history.newest_us == 1_100_000


def test_what_comes_after_the_newest_goes_on_for_a_while_and_then_nobody_knows() -> None:
    history = TrackHistory()
    for at_us, x in ((0, 0.0), (100_000, 0.1)):
        history.heard(message(at_us, Position("a", None, x, 0.0, 1.0)))
    (stand,) = history.at(200_000)
    assert stand.x == pytest.approx(0.2)
    assert history.at(100_000 + AHEAD_US + 1) == ()
    assert history.at(-1) == ()


def test_nobody_walks_through_a_gap_and_the_old_is_forgotten() -> None:
    history = TrackHistory()
    for at_us in (0, GAP_US + 1):
        history.heard(message(at_us, Position("a", None, at_us / 1e6, 0.0, 1.0)))
    assert history.at(500_000) == ()
    assert len(history.at(GAP_US + 1)) == 1
    history.heard(message(GAP_US + KEPT_US + 2, Position("a", None, 0.0, 0.0, 1.0)))
    assert history.at(0) == ()
    history.heard(message(1_000, Position("a", None, 3.0, 0.0, 1.0)))
    (stand,) = history.at(1_000)
    assert stand.x == 3.0, "after a clock that was set back it starts anew"
