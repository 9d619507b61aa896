"""Gates open for who passes, and close behind them."""

from itertools import count

from store_client.contract.device import GateScan
from store_server.sensing.gates import OPEN_US, Gates


def scan(gate: str, people: int = 1) -> GateScan:
    return GateScan(epoch="e", seq=1, measured_at=0, sent_at=0, gate=gate, direction="entered", code="c", people=people)


def test_a_gate_closes_behind_the_last_of_a_group() -> None:
    ids = count(1)
    gates = Gates("corner", new_id=lambda: f"e{next(ids)}")
    assert gates.closing(0) == []
    moved = gates.scanned(scan("in", people=2), "t", 0)
    gates.scanned(scan("out"), None, OPEN_US // 2)
    assert (moved.id, moved.store, moved.gate, moved.state, moved.trip) == ("e1", "corner", "in", "opened", "t")
    assert gates.closing(OPEN_US) == []
    assert [one.gate for one in gates.closing(OPEN_US * 3 // 2)] == ["out"]
    assert [one.gate for one in gates.closing(OPEN_US * 2)] == ["in"]
    assert gates.closing(OPEN_US * 9) == []


def test_a_crowd_does_not_hold_a_gate_open_for_ever() -> None:
    gates = Gates("corner", new_id=str)
    for _ in range(50):
        gates.scanned(scan("in"), None, 0)
    assert len(gates.closing(5 * OPEN_US)) == 1


def test_a_clock_that_is_set_back_holds_no_gate_open() -> None:
    gates = Gates("corner", new_id=str)
    gates.scanned(scan("in"), None, 3_600_000_000)
    assert len(gates.closing(0)) == 1
