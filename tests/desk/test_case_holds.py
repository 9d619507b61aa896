"""What open cases need stays recorded: from when they open until they are decided, across restarts."""

import json
from pathlib import Path

import pytest

from store_client.contract.case import CaseRequest, ClaimedLine
from store_client.contract.moment import to_micros
from store_server.desk.case_holds import AROUND_US, EVERY_CAMERA, CaseHolds
from store_server.sensing.recording.holds import EVERY, Holds
from tests.desk.shop import OATS, STORE, Shop, agent, once
from tests.desk.test_approvals import decide_open

ADA = agent("ada")


def test_recordings_of_a_trip_are_held_while_a_case_on_it_is_open(shop: Shop, tmp_path: Path) -> None:
    path = tmp_path / "holds.json"
    holds = Holds(path)
    worker = CaseHolds(shop.database, STORE, holds)
    assert worker.step() == 0
    receipt, other = shop.sell((OATS, 2)), shop.sell((OATS, 1))
    case = shop.cases.open(CaseRequest(receipt.id, [ClaimedLine(1, 1)]), ADA, once())
    second = shop.cases.open(CaseRequest(other.id, [ClaimedLine(1, 0)]), ADA, once())
    assert (worker.step(), worker.step()) == (2, 0)
    ((held,),) = (spans for name, spans in json.loads(path.read_text(encoding="utf-8")).items() if name == case.id)
    trip = shop.trips.get(receipt.trip).trip
    assert held["camera"] == EVERY_CAMERA == EVERY
    assert held["begins_at"] == to_micros(trip.entered_at) - AROUND_US
    assert trip.left_at is not None
    assert held["ends_at"] == to_micros(trip.left_at) + AROUND_US

    decide_open(shop, case, 1, ADA)
    again = Holds(path)
    assert CaseHolds(shop.database, STORE, again).step() == 1
    assert again.cases() == {second.id}


def test_a_file_that_was_spoilt_is_made_anew_from_the_cases(corner: Shop, tmp_path: Path) -> None:
    path = tmp_path / "holds.json"
    path.write_text("spoilt", encoding="utf-8")
    holds = Holds(path)
    assert not holds.is_sure
    receipt = corner.sell((OATS, 2))
    case = corner.cases.open(CaseRequest(receipt.id, [ClaimedLine(1, 1)]), ADA, once())
    CaseHolds(corner.database, STORE, holds).step()
    assert holds.is_sure
    assert Holds(path).cases() == {case.id}


def test_a_hold_that_cannot_be_written_is_tried_again(corner: Shop, tmp_path: Path) -> None:
    holds = Holds(tmp_path / "gone" / "holds.json")
    receipt = corner.sell((OATS, 2))
    corner.cases.open(CaseRequest(receipt.id, [ClaimedLine(1, 1)]), ADA, once())
    worker = CaseHolds(corner.database, STORE, holds)
    with pytest.raises(OSError, match="gone"):
        worker.step()
    assert holds.cases() == frozenset()
    (tmp_path / "gone").mkdir()
    assert worker.step() == 1
