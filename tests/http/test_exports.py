"""Exports over HTTP: who may have them, and that each is in the audit log."""

import json
from collections.abc import AsyncGenerator

import pytest

from store_server.refusal import Refusal
from tests.http.conftest import Desk, Shop
from tests.http.sensed import Export
from tests.http.site import STORE

SPAN = "from=2026-05-28T20:26:40Z&to=2026-05-28T20:26:50Z"
CLIPS = f"/v1/stores/{STORE}/export?{SPAN}&cameras=cam1"
SIDE_BY_SIDE = f"{CLIPS}&kind=side_by_side"


def log(shop: Shop, subject: str) -> list[tuple[str, dict[str, str]]]:
    found = shop.sign_in("auditor").get(f"/v1/audit?subject={subject}").json()["items"]
    return [(entry["action"], json.loads(entry["detail"])) for entry in reversed(found)]


def granted(shop: Shop, desk: Desk) -> str:
    leave = {"reason": "the police asks for it", "password": shop.passwords["agent"]}
    grant: str = desk.post(f"/v1/stores/{STORE}/faces", json=leave).json()["id"]
    return grant


def test_films_show_faces_so_that_leave_is_needed(fresh_shop: Shop) -> None:
    desk = fresh_shop.sign_in("agent")
    refused = desk.get(CLIPS)
    assert (refused.status_code, refused.json()["type"]) == (403, "urn:floorwalker:problem:faces-needed")
    answer = desk.get(f"{CLIPS}&faces={granted(fresh_shop, desk)}")
    assert (answer.status_code, answer.content) == (200, b"abcdef")
    assert answer.headers["Content-Type"] == "application/x-tar"
    assert (answer.headers["X-Expected-Bytes"], answer.headers["X-Faces"]) == ("6", "clear")
    told = {
        "from": "2026-05-28T20:26:40+00:00",
        "to": "2026-05-28T20:26:50+00:00",
        "kind": "clips",
        "faces": "clear",
    }
    assert log(fresh_shop, "camera:cam1")[-2][1] == told
    assert [action for action, _ in log(fresh_shop, "camera:cam1")[-2:]] == ["exported", "faces_seen"]
    assert log(fresh_shop, f"store:{STORE}")[-2:] == [
        ("exported", told | {"cameras": "cam1"}),
        ("export_signed", {"manifest": "ab" * 32}),
    ]


def test_side_by_side_none_is_needed_since_heads_are_covered(fresh_shop: Shop) -> None:
    answer = fresh_shop.sign_in("agent").get(SIDE_BY_SIDE)
    assert (answer.status_code, answer.headers["X-Faces"]) == (200, "blurred")
    assert log(fresh_shop, "camera:cam1")[-1][1]["faces"] == "blurred"


@pytest.mark.parametrize(
    ("path", "status"),
    [
        (SIDE_BY_SIDE.replace("cam1", "cam1,cam9"), 404),
        (SIDE_BY_SIDE.replace(STORE, "other"), 404),
        (SIDE_BY_SIDE.replace("2026-05-28", "2020-05-28"), 404),
        (SIDE_BY_SIDE.replace("cam1", ""), 400),
        (SIDE_BY_SIDE.replace("side_by_side", "film"), 400),
        (SIDE_BY_SIDE.replace("20:26:50", "20:26:30"), 400),
        (f"{SIDE_BY_SIDE}&faces=0198c0de-0000-7000-8000-000000000001", 403),
    ],
)
def test_what_cannot_be_had_is_refused_and_not_told_as_had(shop: Shop, path: str, status: int) -> None:
    before = len(log(shop, f"store:{STORE}"))
    assert shop.sign_in("agent").get(path).status_code == status
    assert [action for action, _ in log(shop, f"store:{STORE}")[before:] if action == "exported"] == []


def test_who_may_not_see_the_floor_may_not_take_it_away(shop: Shop) -> None:
    for role in ("reviewer", "auditor"):
        assert shop.sign_in(role).get(SIDE_BY_SIDE).status_code == 403


def test_one_that_the_log_does_not_take_makes_room_for_the_next(
    fresh_shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun: list[Export] = []
    left: list[bool] = []

    async def content() -> AsyncGenerator[bytes, None]:
        try:
            yield b""
        finally:
            left.append(True)

    async def begin(*_asked: object) -> Export:
        begun.append(Export(content()))
        await anext(begun[0].content)
        return begun[0]

    def refuse(*_told: object) -> None:
        raise Refusal("unavailable", "the store's disk is full")

    monkeypatch.setattr(fresh_shop.services.exports, "begin", begin)
    monkeypatch.setattr(fresh_shop.services.looks, "exported", refuse)
    assert fresh_shop.sign_in("agent").get(SIDE_BY_SIDE).status_code == 503
    assert left == [True]
