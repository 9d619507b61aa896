"""What was recorded, over HTTP: with its moments, and never without the audit log knowing."""

import json
from datetime import datetime

import pytest

from tests.http.conftest import Desk, Shop
from tests.http.sensed import BLURRED
from tests.http.site import NOON, STORE

SPAN = "from=2026-05-28T20:26:40Z&to=2026-05-28T20:26:50Z"


@pytest.fixture
def desk(shop: Shop) -> Desk:
    return shop.sign_in("agent")


def looks(shop: Shop) -> list[tuple[str, dict[str, str]]]:
    auditor = shop.sign_in("auditor")
    found = auditor.get("/v1/audit?subject=camera:cam1").json()["items"]
    return [(entry["action"], json.loads(entry["detail"])) for entry in reversed(found)]


def test_a_clip_says_which_pictures_it_shows_and_each_is_told(shop: Shop, desk: Desk) -> None:
    leave = {"reason": "a child is looked for", "password": shop.passwords["agent"]}
    grant = desk.post(f"/v1/stores/{STORE}/faces", json=leave).json()["id"]
    before = len(looks(shop))
    for _ in range(2):
        answer = desk.get(f"/v1/cameras/cam1/clip?{SPAN}&faces={grant}")
        assert (answer.status_code, answer.content) == (200, b"abcdef")
        assert answer.headers["Content-Type"] == "video/mp4"
        assert answer.headers["Content-Length"] == "6"
        assert datetime.fromisoformat(answer.headers["X-Captured-At"]).timestamp() * 1e6 == NOON
        assert answer.headers["X-Captured-Last"] == "2026-05-28T20:26:40.040000Z"
        assert answer.headers["X-Covered-Until"] == "2026-05-28T20:26:40.060000Z"
        assert (answer.headers["X-Clock-Error"], answer.headers["X-Frames"]) == ("1500", "2")
    told = looks(shop)[before:]
    assert [action for action, _ in told] == ["clip_seen", "faces_seen", "clip_seen"]
    assert told[0][1] == {"from": "2026-05-28T20:26:40+00:00", "to": "2026-05-28T20:26:50+00:00"}


def test_looking_through_a_minute_is_told_once(shop: Shop) -> None:
    desk, before = shop.sign_in("supervisor"), len(looks(shop))
    for second in (40, 41, 59):
        answer = desk.get(f"/v1/cameras/cam1/picture?at=2026-05-28T20:26:{second}.5Z&width=320")
        assert (answer.status_code, answer.content) == (200, BLURRED)
        assert answer.headers["X-Captured-At"] == f"2026-05-28T20:26:{second}.499999Z"
        assert answer.headers["X-Clock-Error"] == "1500"
    previews = desk.get(f"/v1/cameras/cam1/previews?{SPAN}&every=2.5")
    assert previews.headers["Content-Type"] == "multipart/x-mixed-replace; boundary=picture"
    assert previews.content.count(BLURRED) == 4
    assert b"X-Captured-At: 2026-05-28T20:26:42.500000Z\r\nX-Clock-Error: 1500\r\n" in previews.content
    told = looks(shop)[before:]
    assert told == [("recording_seen", {"from": "2026-05-28T20:26:00+00:00", "to": "2026-05-28T20:27:00+00:00"})]
    other = shop.sign_in("agent")
    other.get("/v1/cameras/cam1/picture?at=2026-05-28T20:26:41Z")
    assert len(looks(shop)) == before + 2, "another's look is another look"


@pytest.mark.parametrize(
    "span",
    [
        "from=9999-12-31T23:59:00Z&to=9999-12-31T23:59:59.999999Z",
        "from=2020-01-01T00:00:00Z&to=9999-12-31T23:59:59.999999Z",
        "from=9999-12-31T23:00:00Z&to=9999-12-31T23:59:59-12:00",
        "from=0001-01-01T00:00:00%2B12:00&to=0001-01-01T00:00:01Z",
        "from=0001-01-01T00:00:00Z&to=0001-01-01T00:00:01Z",
    ],
)
@pytest.mark.parametrize("path", ["previews?every=2&", "recording?", "clip?", "replay?", "picture?"])
def test_the_ends_of_time_are_answered(desk: Desk, path: str, span: str) -> None:
    first = span.partition("&")[0]
    asked = {"replay?": first, "picture?": first.replace("from=", "at=")}.get(path, span)
    assert desk.get(f"/v1/cameras/cam1/{path}{asked}").status_code in (200, 400, 403, 404)


def test_where_there_is_nothing_nothing_is_told(shop: Shop, desk: Desk) -> None:
    before = len(looks(shop))
    for path in (
        "cam1/picture?at=2020-01-01T00:00:00Z",
        "cam1/replay?from=2020-01-01T00:00:00Z",
        "cam9/recording?from=2020-01-01T00:00:00Z&to=2020-01-01T00:00:01Z",
    ):
        assert desk.get(f"/v1/cameras/{path}").status_code == 404
    for path in (f"clip?{SPAN[:-21]}", "picture?at=noon", f"previews?{SPAN}&every=0", "clip?to=2020-01-01T00:00:00Z"):
        assert desk.get(f"/v1/cameras/cam1/{path}").status_code == 400
    assert len(looks(shop)) == before


def test_where_there_is_something_is_told(desk: Desk) -> None:
    recording = desk.get(f"/v1/cameras/cam1/recording?{SPAN}").json()
    assert recording == {
        "camera": "cam1",
        "begins_at": NOON,
        "ends_at": NOON + 60_000_000,
        "spans": [{"camera": "cam1", "begins_at": NOON, "ends_at": NOON + 60_000_000}],
    }
