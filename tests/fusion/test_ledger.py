"""What the ledger lets go of."""

from store_server.fusion.finding import Finding, Reading
from store_server.fusion.ledger import Ledger

MINUTE_US = 60_000_000
PICK = Finding(
    "pick",
    "picked",
    MINUTE_US,
    ("G01-1-01",),
    -500.0,
    1.0,
    2.0,
    1.2,
    (Reading("4000000000006", 1, "gone", 0.6), Reading("4000000000006", 1, "here", 0.4)),
)


def test_a_trip_that_was_over_when_an_old_pick_was_read_anew_is_let_go_again() -> None:
    ledger = Ledger()
    ledger.record(PICK)
    ledger.close({"here"}, 20 * MINUTE_US)
    (held,) = ledger.held_by("here")
    revised = ledger.reassign(held, 0.9)
    assert revised is not None
    assert {held.trip for held in ledger.holders("4000000000006")} == {"here", "gone"}
    ledger.close({"here"}, 21 * MINUTE_US)
    assert [held.trip for held in ledger.holders("4000000000006")] == ["here"]
    assert ledger.finding("pick") == revised, "who is inside may still put it back"
    ledger.close((), 22 * MINUTE_US)
    assert ledger.finding("pick") is None
