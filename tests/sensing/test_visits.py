"""Which track is which trip, read as a table of what was seen at the gates."""

from datetime import UTC, datetime
from itertools import count
from math import pi

from store_client.contract.device import GateScan, Track, Tracks
from store_client.contract.planogram import Gate, Planogram, Point
from store_server.cart.visit import VisitClosed, VisitOpened, VisitResumed
from store_server.sensing.visits import Visits

START_US = 1_767_603_600_000_000
Place = tuple[float, float]


def at_us(seconds: float) -> int:
    return START_US + round(seconds * 1e6)


class Door:
    """Two gates in the line y = 0, people inside at y > 0; keeps what ``Visits`` says."""

    def __init__(self) -> None:
        ids = count(1)
        outline = [Point(-9, -3), Point(9, -3), Point(9, 9), Point(-9, 9)]
        gates = [Gate("in", "In", -2.0, 0.0, 1.0, pi / 2), Gate("out", "Out", 2.0, 0.0, 1.0, pi / 2)]
        planogram = Planogram("test", 1, datetime(2026, 1, 1, tzinfo=UTC), outline, gates, [], [], [])
        self.visits = Visits(planogram, new_id=lambda: f"trip {next(ids)}")
        self.changes: list[VisitOpened | VisitClosed] = []
        self.trips: dict[str, str | None] = {}
        self._seq = 0

    def scan(self, seconds: float, code: str, direction: str = "entered", people: int = 1) -> None:
        self._seq += 1
        gate = "in" if direction == "entered" else "out"
        entering = direction == "entered"
        message = GateScan(
            epoch="e",
            seq=self._seq,
            measured_at=at_us(seconds),
            sent_at=at_us(seconds + 0.03),
            gate=gate,
            direction="entered" if entering else "left",
            code=code,
            people=people,
        )
        self.changes += self.visits.scanned(message)

    def see(self, seconds: float, **places: Place) -> None:
        self._seq += 1
        tracks = [Track(track, x, y, 0.9) for track, (x, y) in places.items()]
        message = Tracks(
            epoch="e", seq=self._seq, measured_at=at_us(seconds), sent_at=at_us(seconds + 2.3), tracks=tracks
        )
        people, changes = self.visits.tracked(message)
        self.trips = {person.track: person.trip for person in people}
        self.changes += changes

    def walk(self, since: float, until: float, **ways: tuple[Place, Place]) -> None:
        """Everyone goes straight from here to there, seen ten times a second."""
        for number in range(round((until - since) * 10) + 1):
            share = number / max(1, round((until - since) * 10))
            self.see(
                since + number / 10,
                **{t: (a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share) for t, (a, b) in ways.items()},
            )

    def said(self) -> list[str]:
        return [f"{type(c).__name__} {c.trip} {(c.at_us - START_US) / 1e6:.0f} s" for c in self.changes]


def test_one_comes_and_goes() -> None:
    door = Door()
    door.scan(1, "A")
    door.walk(0, 3, a=((-2, -1), (-2, 1)))
    assert door.trips == {"a": "trip 1"}
    door.walk(3.1, 6, a=((-2, 1), (2, 0.2)))
    door.scan(6, "A", "left")
    door.walk(6.1, 7, a=((2, 0.2), (2, -1)))
    assert door.trips == {"a": "trip 1"}
    assert door.said() == ["VisitOpened trip 1 1 s", "VisitClosed trip 1 6 s"]
    assert [c.is_lost for c in door.changes if isinstance(c, VisitClosed)] == [False]


def test_those_who_wait_in_the_lobby_are_not_yet_in() -> None:
    door = Door()
    door.scan(1, "A")
    door.walk(0, 3, a=((-2, -0.6), (-2, 1)), b=((-2.3, -0.7), (-2.2, -0.5)))
    assert door.trips == {"a": "trip 1", "b": None}
    door.scan(5, "B")
    door.walk(4, 7, a=((-2, 1), (0, 3)), b=((-2.2, -0.5), (-2, 1)))
    assert door.trips == {"a": "trip 1", "b": "trip 2"}


def test_a_group_shares_a_trip_until_the_last_has_left() -> None:
    door = Door()
    door.scan(1, "A", people=2)
    door.walk(0, 3, a=((-2, -0.5), (-2, 1)), b=((-2, -1.2), (-2, 0.5)), tail=((-2, -1.6), (-2, 0.2)))
    assert door.trips == {"a": "trip 1", "b": "trip 1", "tail": None}
    door.scan(8, "A", "left")
    door.walk(4, 9, a=((-2, 1), (2, -1)), b=((-2, 0.5), (0, 3)))
    assert len(door.changes) == 1
    door.scan(20, "A", "left")
    assert door.said() == ["VisitOpened trip 1 1 s", "VisitClosed trip 1 20 s"]


def test_a_track_seen_anew_goes_on() -> None:
    door = Door()
    door.scan(1, "A")
    door.walk(0, 3, a=((-2, -1), (0, 3)))
    door.walk(3.1, 5, other=((5, 5), (5, 5)))
    door.walk(5, 6, other=((5, 5), (5, 5)), a2=((1, 3.5), (1, 4)))
    assert door.trips["a2"] == "trip 1"
    assert door.trips["other"] is None


def test_who_has_gone_out_is_not_the_next_in_the_lobby() -> None:
    door = Door()
    door.scan(1, "A", people=2)
    door.walk(0, 3, a=((-2, -0.5), (-2, 1)), b=((-2, -1.2), (-2, 0.5)))
    door.scan(6, "A", "left")
    door.walk(3.1, 7, a=((-2, 1), (1.0, -1.5)), b=((-2, 0.5), (0, 3)))
    door.walk(7.5, 8, new=((0.5, -1.5), (0.4, -1.5)), b=((0, 3), (0, 3)))
    assert door.trips == {"new": None, "b": "trip 1"}


def test_a_way_out_without_a_code_is_who_stood_there() -> None:
    door = Door()
    door.scan(1, "A")
    door.walk(0, 3, a=((-2, -1), (-2, 1)))
    door.scan(6, "", "left")
    door.walk(3.1, 6.5, a=((-2, 1), (2, 0)))
    assert door.said() == ["VisitOpened trip 1 1 s", "VisitClosed trip 1 6 s"]


def test_who_waits_behind_somebody_without_a_trip_stays() -> None:
    door = Door()
    door.scan(1, "A")
    door.walk(0, 3, a=((-2, -1), (-2, 1)), staff=((2, 1), (2, 1)))
    door.scan(6, "", "left")
    door.walk(3.1, 12, a=((-2, 1), (1.8, 1.4)), staff=((2, 1), (2, -2)))
    assert door.said() == ["VisitOpened trip 1 1 s"]


def test_a_way_out_without_a_code_is_who_vanished_there_if_nobody_stands_there() -> None:
    door = Door()
    door.scan(1, "A")
    door.scan(4, "B")
    door.walk(0, 3, a=((-2, -1), (-2, 1)), b=((-2.5, -1), (-2.5, -1)))
    door.walk(3.1, 6, a=((-2, 1), (2, 0.8)), b=((-2.5, -1), (-2.5, 2)))
    assert door.trips == {"a": "trip 1", "b": "trip 2"}
    door.scan(8, "", "left")
    door.walk(6.1, 9, b=((-2.5, 2), (2, 2)))
    assert door.said() == ["VisitOpened trip 1 1 s", "VisitOpened trip 2 4 s", "VisitClosed trip 1 8 s"]


def test_a_way_out_without_a_code_is_nobody_who_vanished_long_ago() -> None:
    door = Door()
    door.scan(1, "A")
    door.walk(0, 5, a=((-2, -1), (2, 1)))
    door.scan(20, "", "left")
    door.see(20, other=(5, 5))
    assert door.said() == ["VisitOpened trip 1 1 s"]


def test_who_walked_out_has_left_although_the_gate_said_nothing() -> None:
    door = Door()
    door.scan(1, "A")
    door.walk(0, 6, a=((-2, -1), (-2, 1)))
    door.walk(6.1, 9, a=((-2, 1), (2, -1)))
    door.walk(9.1, 14, other=((5, 5), (5, 5)))
    assert door.said() == ["VisitOpened trip 1 1 s", "VisitClosed trip 1 9 s"]
    assert [(c.gate, c.is_lost) for c in door.changes if isinstance(c, VisitClosed)] == [("out", False)]


def test_who_vanished_inside_has_not_left() -> None:
    door = Door()
    door.scan(1, "A")
    door.walk(0, 6, a=((-2, -1), (2, 0.4)))
    door.walk(6.1, 60, other=((5, 5), (5, 5)))
    assert door.said() == ["VisitOpened trip 1 1 s"]


def test_a_group_has_not_left_while_one_of_it_was_last_seen_inside() -> None:
    door = Door()
    door.scan(1, "A", people=2)
    door.walk(0, 3, a=((-2, -0.5), (-2, 1)), b=((-2, -1.2), (-2, 0.5)))
    door.walk(3.1, 7, a=((-2, 1), (2, -1)), b=((-2, 0.5), (3, 5)))
    door.walk(7.1, 100, other=((-5, 5), (-5, 5)))
    assert door.said() == ["VisitOpened trip 1 1 s"]


def test_codes_that_overtake_each_other_are_taken_in_the_order_in_which_they_were_shown() -> None:
    door = Door()
    door.scan(3, "B")
    door.scan(1, "A", people=2)
    door.walk(0, 5, a=((-2, -1), (-2, 2)), b=((-2.3, -3), (-2.3, 1)))
    assert door.trips == {"a": "trip 2", "b": "trip 1"}


def test_a_trip_that_nobody_sees_any_more_ends() -> None:
    door = Door()
    door.scan(1, "A")
    door.walk(0, 3, a=((-2, -1), (-2, 1)))
    door.walk(4, 5, other=((5, 5), (5, 5)))
    door.see(400)
    assert door.said() == ["VisitOpened trip 1 1 s", "VisitClosed trip 1 3 s"]
    assert [c.is_lost for c in door.changes if isinstance(c, VisitClosed)] == [True]


def test_the_only_new_track_is_whose_code_was_shown() -> None:
    door = Door()
    door.scan(1, "A")
    door.walk(1, 8, a=((4, 4), (5, 5)))
    assert door.trips == {"a": "trip 1"}


def test_a_code_that_nobody_brought_in_leaves_nothing() -> None:
    door = Door()
    door.scan(1, "A", "left")
    assert door.said() == []


def test_those_inside_at_a_start_keep_their_trips() -> None:
    door = Door()
    door.visits.resume(
        [
            VisitResumed("trip A", "in", "A", 1, at_us(-60), ("a",)),
            VisitResumed("trip B", "in", "B", 2, at_us(-50), ("b", "c")),
        ],
        at_us(0),
    )
    door.see(1, a=(0.0, 4.0), c=(3.0, 4.0), stranger=(5.0, 5.0))
    assert door.trips == {"a": "trip A", "c": "trip B", "stranger": None}
    door.scan(5, "A", "left")
    assert door.said() == ["VisitClosed trip A 5 s"]


HOUR = 3_600


def test_who_walks_out_after_the_clock_was_set_back_has_left() -> None:
    door = Door()
    door.scan(HOUR, "A")
    door.walk(HOUR, HOUR + 6, a=((-2, -1), (-2, 1)))
    door.walk(1, 4, a=((-2, 1), (2, -1)))
    door.walk(4.1, 9, other=((5, 5), (5, 5)))
    assert door.said() == ["VisitOpened trip 1 3600 s", "VisitClosed trip 1 4 s"]


def test_a_track_seen_anew_goes_on_where_the_clock_was_set_back() -> None:
    door = Door()
    door.scan(HOUR, "A")
    door.walk(HOUR, HOUR + 3, a=((-2, -1), (0, 3)))
    door.walk(1, 3, other=((5, 5), (5, 5)))
    door.walk(3, 4, other=((5, 5), (5, 5)), a2=((1, 3.5), (1, 4)))
    assert door.trips == {"other": None, "a2": "trip 1"}


def test_a_code_shown_before_the_clock_was_set_back_is_nobody_elses_later() -> None:
    door = Door()
    door.walk(HOUR - 3, HOUR, other=((5, 5), (5, 5)))
    door.scan(HOUR, "A")
    door.walk(1, 3, a=((-2, -1), (-2, 1)), other=((5, 5), (5, 5)))
    assert door.trips == {"a": "trip 1", "other": None}
    door.scan(4, "A", "left")
    door.walk(HOUR - 1, HOUR + 2, b=((-2, -1), (-2, 1)))
    assert door.trips == {"b": None}


def test_a_way_out_without_a_code_is_not_left_for_whoever_comes_later() -> None:
    door = Door()
    door.scan(HOUR - 9, "A")
    door.walk(HOUR - 10, HOUR - 7, a=((-2, -1), (-2, 1)))
    door.walk(HOUR - 6.9, HOUR, a=((-2, 1), (2, 0)))
    door.scan(HOUR + 1, "", "left")
    door.walk(1, 2, a=((2, 0), (2, -0.5)))
    assert door.said() == ["VisitOpened trip 1 3591 s", "VisitClosed trip 1 1 s"]
