"""Deciding and writing: in order, nothing lost while the disk is full, nothing ended by a fault."""

import threading
from collections.abc import Callable, Sequence
from typing import Any, cast

import pytest

from store_client.contract.ids import new_id
from store_client.contract.live import Event, Left, Positions
from store_server.cart.checkout import Checkout
from store_server.cart.visit import VisitClosed, VisitOpened
from store_server.clock import Clock
from store_server.fusion.finding import Finding, Reading
from store_server.fusion.fusion import Fusion
from store_server.refusal import Refusal
from store_server.sensing import bookkeeper
from store_server.sensing.bookkeeper import MOST_WAITING, Bookkeeper
from tests.sensing.site import weights
from tests.store_process import wait_for

TRIP = new_id()
OPENED = VisitOpened(TRIP, "g1", "code", 1, "", "", 1)
CLOSED = VisitClosed(TRIP, "g1", 2)
FINDING = Finding("f1", "picked", 1, ("1.0.0",), -500, 0, 0, 0, (Reading(None, 1, TRIP, 1.0),))
EVENT = Left(epoch="", seq=0, measured_at=2, sent_at=2, id=new_id(), store="corner", trip=TRIP, gate="g1")


class Decider:
    """Finds something in each batch of weights; stumbles over number 13."""

    def __init__(self) -> None:
        self.watermark_us = 0
        self._found: list[Finding] = []

    def weights(self, message: Any) -> None:
        if message.seq == 13:
            raise ZeroDivisionError("a fault of ours")
        self._found.append(FINDING)

    def positions(self, _message: Positions) -> None: ...

    def findings(self, _now_us: int) -> list[Finding]:
        found, self._found = self._found, []
        self.watermark_us += len(found)
        return found


class Books:
    """A checkout that writes down what it is told, unless its disk is full."""

    def __init__(self) -> None:
        self.is_full = False
        self.written: list[str] = []
        self.seen_at: list[int] = []
        self.is_held = threading.Event()
        self.is_held.set()

    def _write(self, what: str) -> list[Event]:
        self.is_held.wait(60)
        if self.is_full:
            raise Refusal("unavailable", "the store's disk is full")
        self.written.append(what)
        return [EVENT]

    def resume(self, _now_us: int) -> list[Event]:
        return self._write("resume")

    def opened(self, visit: VisitOpened) -> list[Event]:
        return self._write(f"opened {visit.code}")

    def closed(self, _visit: VisitClosed) -> list[Event]:
        return self._write("closed")

    def apply(self, findings: Sequence[Finding]) -> list[Event]:
        return self._write(f"apply {len(findings)}")

    def seen(self, positions: Positions) -> None:
        self.seen_at.append(positions.measured_at)

    def advance(self, _now_us: int, watermark_us: int) -> list[Event]:
        if self.is_full:
            raise Refusal("unavailable", "the store's disk is full")
        applied = sum(int(what.split()[1]) for what in self.written if what.startswith("apply"))
        assert watermark_us <= applied, "called decided before it was applied"
        return []


def kept(test: Callable[[Bookkeeper, Books, list[Event]], None], faults: int = 0) -> None:
    told: list[Event] = []
    books = Books()
    keeper = Bookkeeper(cast(Fusion, Decider()), cast(Checkout, books), Clock(), told.extend)
    keeper.start()
    try:
        test(keeper, books, told)
    finally:
        books.is_held.set()
        keeper.end()
    assert keeper.faults == faults


def test_everything_is_written_in_its_order_and_told() -> None:
    def test(keeper: Bookkeeper, books: Books, told: list[Event]) -> None:
        keeper.put([OPENED])
        wait_for(lambda: "opened code" in books.written, "opened")
        keeper.put([weights(0, 0)])
        wait_for(lambda: "apply 1" in books.written, "applied")
        keeper.put([CLOSED])
        wait_for(lambda: len(told) == 4, "told")
        assert books.written == ["resume", "opened code", "apply 1", "closed"]

    kept(test)


def test_a_full_disk_delays_and_loses_nothing() -> None:
    def test(keeper: Bookkeeper, books: Books, told: list[Event]) -> None:
        wait_for(lambda: "resume" in books.written, "begun")
        books.is_full = True
        keeper.put([OPENED, weights(0, 0)])
        wait_for(lambda: keeper.trouble, "the trouble is told")
        assert "full" in keeper.trouble
        keeper.put([weights(1, 1), CLOSED])
        wait_for(lambda: keeper.waiting >= 3, "kept for later")
        books.is_full = False
        wait_for(lambda: "closed" in books.written, "written after all")
        wait_for(lambda: not keeper.trouble, "the trouble is over")
        assert books.written[1] == "opened code"
        assert sorted(books.written[2:]) == ["apply 1", "apply 1", "closed"]
        assert len(told) == 5

    kept(test)


def test_who_ends_tries_once_more_what_was_refused_a_moment_ago(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bookkeeper, "RETRY_S", 1_000.0)

    def test(keeper: Bookkeeper, books: Books, told: list[Event]) -> None:
        wait_for(lambda: "resume" in books.written, "begun")
        books.is_full = True
        keeper.put([OPENED])
        wait_for(lambda: keeper.trouble, "the trouble is told")
        books.is_full = False
        keeper.put([CLOSED])
        keeper.end()
        assert books.written == ["resume", "opened code", "closed"]

    kept(test)


def test_a_fault_costs_its_step_and_no_more() -> None:
    def test(keeper: Bookkeeper, books: Books, told: list[Event]) -> None:
        keeper.put([weights(13, 0), weights(14, 0)])
        wait_for(lambda: "apply 1" in books.written, "the next one is decided")

    kept(test, faults=1)


def test_there_is_room_for_visits_when_there_is_none_for_sensors() -> None:
    def test(keeper: Bookkeeper, books: Books, told: list[Event]) -> None:
        wait_for(lambda: "resume" in books.written, "begun")
        books.is_held.clear()
        keeper.put([OPENED])
        wait_for(lambda: keeper.waiting == 1, "held")
        many = [weights(20 + number, number) for number in range(MOST_WAITING + 50)]
        keeper.put(many)
        wait_for(lambda: keeper.dropped >= 50, "left out")
        keeper.put([CLOSED])
        books.is_held.set()
        wait_for(lambda: "closed" in books.written, "the visit was closed")
        assert keeper.dropped < 60

    kept(test)


def test_how_late_it_is_is_known_before_anything_is_left_out() -> None:
    def test(keeper: Bookkeeper, books: Books, told: list[Event]) -> None:
        wait_for(lambda: "resume" in books.written, "begun")
        wait_for(lambda: keeper.late_s == 0.0, "nothing waits")
        books.is_held.clear()
        keeper.put([OPENED])
        wait_for(lambda: keeper.late_s > 0.3, "what is worked on is late")
        keeper.put([weights(0, 0)])
        assert keeper.late_s > 0.3
        books.is_held.set()
        wait_for(lambda: keeper.late_s == 0.0, "all is done")
        assert keeper.dropped == 0

    kept(test)
