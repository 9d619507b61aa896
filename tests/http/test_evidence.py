"""Evidence and case files over HTTP."""

import hashlib
import uuid
from pathlib import Path

import pytest

from store_client.contract.evidence import PlateTrace
from store_client.contract.ids import new_id
from store_server.desk.case_check import check
from store_server.sensing.cameras import Shot
from store_server.sensing.sightings import Sightings
from store_server.storage.carts import FindingRow
from store_server.storage.sightings import Read
from tests.http.conftest import Desk, Shop
from tests.http.sensed import BLURRED, JPEG
from tests.http.site import MILK, NOON, STORE, enter, leave, take


def keep(shop: Shop) -> None:
    """What a witness would have kept of all that was found."""
    sightings = Sightings(shop.database, STORE)
    with shop.database.read() as session:
        events = [row.id for row in session.query(FindingRow)]
    for event in events:
        found = sightings.unseen(event)
        if found is not None:
            sightings.keep_seen(found, [(Shot("cam1", "Aisle", JPEG, found.at_us, 3_000), 0.75)], [])
            trace = PlateTrace(plate="1.1.1", first_at=found.at_us, rate_hz=60.0, grams=[1.5, None])
            sightings.keep_read(found, Read([trace], [], []))


@pytest.fixture(scope="module")
def case(shop: Shop) -> str:
    trip = enter(shop.checkout)
    take(shop.checkout, trip, MILK)
    leave(shop.checkout, trip)
    keep(shop)
    desk = shop.sign_in("agent")
    (receipt,) = desk.get(f"/v1/receipts?store={STORE}").json()["items"]
    body = {"receipt": receipt["id"], "lines": [{"line": 1, "claimed_quantity": 0}]}
    opened = desk.post("/v1/cases", json=body, headers={"Idempotency-Key": str(uuid.uuid4())})
    assert opened.status_code == 201
    made: str = opened.json()["id"]
    return made


@pytest.fixture(scope="module")
def desk(shop: Shop) -> Desk:
    return shop.sign_in("supervisor")


@pytest.fixture(scope="module")
def grant(shop: Shop, desk: Desk, case: str) -> str:
    body = {"reason": "the shopper disputes it", "password": shop.passwords["supervisor"], "case": case}
    answer = desk.post(f"/v1/stores/{STORE}/faces", json=body)
    assert answer.status_code == 201
    return str(answer.json()["id"])


def test_all_of_it_is_read_at_once_and_each_exhibit_by_its_hash(desk: Desk, case: str, grant: str) -> None:
    answer = desk.get(f"/v1/cases/{case}/evidence")
    assert answer.status_code == 200
    evidence = answer.json()
    assert [picture["at"] for picture in evidence["pictures"]] == [NOON + 20_000_000]
    assert evidence["traces"][0]["grams"] == [1.5, None]
    assert len(evidence["exhibits"]) == 10
    for exhibit in evidence["exhibits"]:
        data = desk.get(f"/v1/cases/{case}/evidence/{exhibit['sha256']}?faces={grant}")
        assert data.headers["Content-Type"] == "application/octet-stream"
        assert hashlib.sha256(data.content).hexdigest() == exhibit["sha256"]
        assert len(data.content) == exhibit["bytes"]


def test_without_leave_pictures_show_no_faces_and_no_file_is_made(desk: Desk, case: str, grant: str) -> None:
    evidence = desk.get(f"/v1/cases/{case}/evidence").json()
    for exhibit in evidence["exhibits"]:
        path = f"/v1/cases/{case}/evidence/{exhibit['sha256']}"
        blurred, clear = desk.get(path), desk.get(f"{path}?faces={grant}")
        if exhibit["kind"] == "picture":
            assert (blurred.headers["X-Faces"], blurred.content) == ("blurred", BLURRED)
            assert (clear.headers["X-Faces"], clear.content) == ("clear", JPEG)
        else:
            assert "X-Faces" not in blurred.headers
            assert blurred.content == clear.content
    refused = desk.get(f"/v1/cases/{case}/file")
    assert (refused.status_code, refused.json()["type"]) == (403, "urn:floorwalker:problem:faces-needed")


def test_the_file_is_a_download_that_can_be_checked(desk: Desk, case: str, grant: str, tmp_path: Path) -> None:
    answer = desk.get(f"/v1/cases/{case}/file?faces={grant}")
    assert answer.headers["Content-Type"] == "application/zip"
    assert answer.headers["Content-Disposition"] == f'attachment; filename="case-{case}.zip"'
    (tmp_path / "case.zip").write_bytes(answer.content)
    assert check(tmp_path / "case.zip").manifest.made_by == "supervisor"


@pytest.mark.parametrize("path", ["evidence", f"evidence/{'0' * 64}", "file"])
def test_what_is_not_there_is_not_found(desk: Desk, case: str, path: str) -> None:
    assert desk.get(f"/v1/cases/{new_id()}/{path}").status_code == 404
    assert desk.get(f"/v1/cases/{case}/evidence/{'0' * 64}").status_code == 404
    assert desk.get(f"/v1/cases/{case}/evidence/nonsense").status_code == 404


def test_until_all_has_come_it_is_not_to_be_had(shop: Shop, desk: Desk) -> None:
    trip = enter(shop.checkout, NOON + 7_100_000_000)
    take(shop.checkout, trip, MILK, at_us=NOON + 7_150_000_000)
    leave(shop.checkout, trip, NOON + 7_160_000_000)
    newest = desk.get(f"/v1/receipts?store={STORE}").json()["items"][0]
    body = {"receipt": newest["id"], "message": "what is this?"}
    case = desk.post("/v1/cases", json=body, headers={"Idempotency-Key": str(uuid.uuid4())}).json()["id"]
    for path in ("evidence", f"evidence/{'0' * 64}", "file"):
        answer = desk.get(f"/v1/cases/{case}/{path}")
        assert (answer.status_code, answer.json()["type"]) == (503, "urn:floorwalker:problem:unavailable")
