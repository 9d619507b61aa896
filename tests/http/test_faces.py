"""Faces: covered for everybody, clear for a reason, a password and a while; and the log knows of each."""

import json
import time
from typing import Any

import pytest
import requests

from store_client.contract.ids import new_id
from store_client.contract.session import Role
from store_server.http import lasting
from tests.client.waiting import wait_until
from tests.http.conftest import Desk, Shop
from tests.http.sensed import BLURRED, JPEG
from tests.http.site import STORE
from tests.http.test_cameras import read_part

GRANT = f"/v1/stores/{STORE}/faces"
PROBLEM = "urn:floorwalker:problem:"
SPAN = "from=2026-05-28T20:26:40Z&to=2026-05-28T20:26:50Z"
AT = "at=2026-05-28T20:26:41Z"
MINUTE_US = 60_000_000


def asked(shop: Shop, desk: Desk, **changes: Any) -> requests.Response:
    role = desk.session["user"]["role"]
    body = {"reason": "a child is looked for", "password": shop.passwords[role]} | changes
    return desk.post(GRANT, json=body)


def granted(shop: Shop, desk: Desk) -> str:
    answer = asked(shop, desk)
    assert answer.status_code == 201, answer.text
    grant: str = answer.json()["id"]
    return grant


def log(shop: Shop, action: str) -> list[dict[str, Any]]:
    """Newest first."""
    found = shop.sign_in("auditor").get(f"/v1/audit?action={action}&limit=500").json()["items"]
    return [{**entry, "detail": json.loads(entry["detail"])} for entry in found]


@pytest.mark.parametrize("role", ["agent", "supervisor"])
def test_leave_is_given_for_a_reason_and_a_password_and_the_log_says_so(shop: Shop, role: Role) -> None:
    desk = shop.sign_in(role)
    answer = asked(shop, desk).json()
    told = log(shop, "faces_granted")[0]
    assert (told["by"], told["subject"], answer["user"]) == (role, f"store:{STORE}", role)
    assert (told["detail"]["grant"], told["detail"]["reason"]) == (answer["id"], "a child is looked for")
    assert shop.passwords[role] not in json.dumps(told)


@pytest.mark.parametrize(
    ("changes", "refused"),
    [
        ({"password": "guessed"}, (401, "wrong-password")),
        ({"reason": "  "}, (400, "bad-request")),
        ({"reason": "x" * 201}, (400, "bad-request")),
        ({"case": new_id()}, (404, "not-found")),
    ],
)
def test_leave_is_refused_and_the_log_says_so(shop: Shop, changes: dict[str, Any], refused: tuple[int, str]) -> None:
    desk = shop.sign_in("agent")
    answer = asked(shop, desk, **changes)
    assert (answer.status_code, answer.json()["type"]) == (refused[0], PROBLEM + refused[1])
    told = log(shop, "request_refused")[0]
    assert (told["by"], told["detail"]) == ("agent", {"what": "grantFaces", "why": refused[1]})


def test_every_picture_says_whether_faces_are_to_be_seen(shop: Shop) -> None:
    shop.sensed.is_lost = False
    desk = shop.sign_in("agent")
    grant = granted(shop, desk)
    for shown, said, picture in (("", "blurred", BLURRED), (f"&faces={grant}", "clear", JPEG)):
        for path in ("picture?width=320", f"picture?width=320&{AT}"):
            answer = desk.get(f"/v1/cameras/cam1/{path}{shown}")
            assert (answer.headers["X-Faces"], answer.content) == (said, picture)
        assert answer.headers["X-Captured-Before"] == "2026-05-28T20:26:40.999959Z"
        assert "X-Captured-Next" not in answer.headers
        for path in ("live?every=3", f"previews?every=1&{SPAN}", "replay?from=2026-05-28T20:26:41Z&speed=2"):
            with desk.get(f"/v1/cameras/cam1/{path}{shown}", stream=True) as parts:
                head, body = read_part(parts)
                assert (head["X-Faces"], body) == (said, picture)
    shop.sensed.is_lost = True
    wait_until(lambda: shop.sensed.watching == 0)


def test_a_clip_needs_leave(shop: Shop) -> None:
    desk = shop.sign_in("agent")
    answer = desk.get(f"/v1/cameras/cam1/clip?{SPAN}")
    assert (answer.status_code, answer.json()["type"]) == (403, PROBLEM + "faces-needed")
    assert log(shop, "request_refused")[0]["detail"] == {"what": "getClip", "why": "faces-needed"}
    clear = desk.get(f"/v1/cameras/cam1/clip?{SPAN}&faces={granted(shop, desk)}")
    assert (clear.status_code, clear.headers["X-Faces"]) == (200, "clear")


@pytest.mark.parametrize("path", ["live?", "picture?", f"picture?{AT}&", f"previews?every=1&{SPAN}&", f"clip?{SPAN}&"])
def test_leave_is_of_one_session_for_some_minutes(fresh_shop: Shop, path: str) -> None:
    shop = fresh_shop
    desk, other = shop.sign_in("agent"), shop.sign_in("agent")
    grant = granted(shop, desk)

    def answer(by: Desk, shown: str) -> tuple[int, str]:
        with by.get(f"/v1/cameras/cam1/{path}faces={shown}", stream=True) as got:
            return got.status_code, "" if got.ok else got.json()["type"]

    needed = (403, PROBLEM + "faces-needed")
    assert answer(desk, grant) == (200, "")
    assert answer(other, grant) == needed
    assert answer(desk, new_id()) == needed
    shop.clock.ahead_us += 10 * MINUTE_US
    assert answer(desk, grant) == needed
    again = granted(shop, desk)
    assert answer(desk, again) == (200, "")
    assert desk.ask("DELETE", "/v1/session").status_code == 204
    assert answer(desk, again)[0] == 401


def test_a_stream_shows_no_more_faces_when_leave_has_ended(fresh_shop: Shop) -> None:
    shop = fresh_shop
    desk = shop.sign_in("agent")
    grant = granted(shop, desk)
    with desk.get(f"/v1/cameras/cam1/live?faces={grant}", stream=True) as answer:
        assert read_part(answer)[0]["X-Faces"] == "clear"
        assert desk.ask("DELETE", "/v1/session").status_code == 204
        wait_until(lambda: read_part(answer)[0]["X-Faces"] == "blurred")


def test_a_stream_ends_with_the_session_that_asked_for_it(fresh_shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lasting, "RECHECK_S", 0.2)  # not as long as it takes a store
    shop = fresh_shop
    desk, other = shop.sign_in("agent"), shop.sign_in("agent")
    with (
        desk.get("/v1/cameras/cam1/live", stream=True) as answer,
        other.get("/v1/cameras/cam1/live", stream=True) as others,
    ):
        assert read_part(answer)[0]["X-Faces"] == "blurred"
        assert desk.ask("DELETE", "/v1/session").status_code == 204
        began_s = time.monotonic()
        while (line := answer.raw.readline()) and line != b"--picture--\r\n":
            assert time.monotonic() - began_s < 30, "covered or not: who has signed out sees the shop no more"
        for _ in range(3):
            read_part(others)


def test_what_was_looked_at_is_told_once_a_camera_and_minute(fresh_shop: Shop) -> None:
    shop = fresh_shop
    desk = shop.sign_in("supervisor")
    shop.clock.ahead_us += MINUTE_US - shop.clock.now_us() % MINUTE_US
    grant = granted(shop, desk)
    for _ in range(3):
        desk.get(f"/v1/cameras/cam1/picture?faces={grant}")
        desk.get(f"/v1/cameras/cam1/picture?{AT}&faces={grant}")
    told = log(shop, "faces_seen")
    assert [(one["by"], one["subject"], one["detail"]) for one in told] == [
        ("supervisor", "camera:cam1", {"grant": grant})
    ]
    shop.clock.ahead_us += MINUTE_US
    desk.get(f"/v1/cameras/cam1/picture?faces={grant}")
    assert len(log(shop, "faces_seen")) == 2


def test_what_is_played_again_is_told_by_the_minute(fresh_shop: Shop) -> None:
    desk = fresh_shop.sign_in("staff")
    answer = desk.get("/v1/cameras/cam1/replay?from=2026-05-28T20:26:41Z&speed=1")
    assert answer.content.count(BLURRED) == 4
    minutes = [one["detail"]["from"][11:16] for one in log(fresh_shop, "recording_seen")]
    assert minutes == ["20:28", "20:27", "20:26"]


def test_leave_is_not_for_those_who_may_not(shop: Shop) -> None:
    for role in ("staff", "reviewer", "admin", "auditor"):
        answer = asked(shop, shop.sign_in(role))
        assert (answer.status_code, answer.json()["type"]) == (403, PROBLEM + "not-permitted")


def test_a_clock_that_is_set_back_makes_no_leave_last_longer(fresh_shop: Shop) -> None:
    fresh_shop.clock.ahead_us = 5 * MINUTE_US  # not so far that the session ends as well
    desk = fresh_shop.sign_in("agent")
    picture = f"/v1/cameras/cam1/picture?faces={granted(fresh_shop, desk)}"
    assert desk.get(picture).status_code == 200
    fresh_shop.clock.ahead_us = 0
    assert desk.get(picture).status_code == 403
