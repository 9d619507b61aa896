"""What happens at the desk over HTTP, as the audit log has it."""

import json
from typing import Any

import pytest
import requests

from store_client.contract.ids import new_id
from tests.http.conftest import Desk, Shop

NOBODYS = "01890a5d-ac96-774b-bcce-b302099a8057"


def told(auditor: Desk, **query: object) -> list[dict[str, Any]]:
    """Oldest first, without what every entry has."""
    answer = auditor.get("/v1/audit", params={"limit": 500, **query})
    assert answer.status_code == 200, answer.text
    return answer.json()["items"][::-1]  # type: ignore[no-any-return]


def brief(entries: list[dict[str, Any]]) -> list[tuple[object, ...]]:
    return [(one["by"], one["action"], *json.loads(one["detail"]).values()) for one in entries]


def test_who_signs_in_proves_it_again_and_leaves(fresh_shop: Shop) -> None:
    auditor = fresh_shop.sign_in("auditor")
    agent = fresh_shop.sign_in("agent")
    wrong = agent.post("/v1/session/step-up", json={"password": "guessed"})
    assert wrong.status_code == 401
    again = agent.post("/v1/session/step-up", json={"password": fresh_shop.passwords["agent"]})
    assert agent.ask("DELETE", "/v1/session", token=again.json()["token"]).status_code == 204
    assert brief(told(auditor, by="agent")) == [
        ("agent", "signed_in"),
        ("agent", "request_refused", "stepUp", "wrong-password"),
        ("agent", "stepped_up"),
        ("agent", "signed_out"),
    ]


def test_a_name_that_was_tried_is_told_with_why_it_failed(fresh_shop: Shop) -> None:
    auditor = fresh_shop.sign_in("auditor")
    for _ in range(11):
        requests.post(f"{fresh_shop.url}/v1/session", json={"user": "eve", "password": "x"}, timeout=30)
    tried = brief(told(auditor, action="sign_in_refused"))
    assert tried == [("eve", "sign_in_refused", "wrong-password")] * 10 + [("eve", "sign_in_refused", "locked")]


def test_a_refresh_token_that_comes_twice_is_told(fresh_shop: Shop) -> None:
    auditor, agent = fresh_shop.sign_in("auditor"), fresh_shop.sign_in("agent")
    body = {"refresh_token": agent.session["refresh_token"]}
    renewed = requests.post(f"{fresh_shop.url}/v1/session/refresh", json=body, timeout=30)
    assert agent.get("/v1/stores", token=renewed.json()["token"]).status_code == 200
    assert requests.post(f"{fresh_shop.url}/v1/session/refresh", json=body, timeout=30).status_code == 401
    assert [one["action"] for one in told(auditor, by="store")][-1] == "session_ended"


def test_a_refresh_token_whose_answer_was_lost_is_told(fresh_shop: Shop) -> None:
    auditor, agent = fresh_shop.sign_in("auditor"), fresh_shop.sign_in("agent")
    for _ in range(2):
        body = {"refresh_token": agent.session["refresh_token"]}
        assert requests.post(f"{fresh_shop.url}/v1/session/refresh", json=body, timeout=30).status_code == 200
    assert [one["action"] for one in told(auditor, by="store")][-1] == "session_renewed_again"


@pytest.mark.parametrize(
    ("role", "method", "path", "why"),
    [
        ("staff", "GET", f"/v1/cases/{NOBODYS}", "not-permitted"),
        ("staff", "POST", f"/v1/cases/{NOBODYS}/claim", "not-permitted"),
        ("agent", "POST", f"/v1/cases/{NOBODYS}/claim", "not-found"),
        ("agent", "GET", "/v1/audit", "not-permitted"),
    ],
)
def test_a_refusal_is_told_before_it_is_answered(shop: Shop, role: Any, method: str, path: str, why: str) -> None:
    auditor, desk = shop.sign_in("auditor"), shop.sign_in(role)
    before = len(told(auditor, by=role))
    headers = {"Idempotency-Key": new_id(), "If-Match": '"1"'}
    assert desk.ask(method, path, headers=headers).status_code in (403, 404)
    newest = told(auditor, by=role)[before:]
    assert [json.loads(one["detail"])["why"] for one in newest] == [why]
    subject = f"case:{NOBODYS}" if NOBODYS in path else path
    assert newest[0]["subject"] == subject
    assert newest == told(auditor, by=role, subject=subject, action="request_refused")[-1:]


def test_looking_for_what_is_not_there_is_no_refusal(shop: Shop) -> None:
    auditor, agent = shop.sign_in("auditor"), shop.sign_in("agent")
    before = len(told(auditor))
    assert agent.get(f"/v1/cases/{NOBODYS}").status_code == 404
    assert len(told(auditor)) == before


def test_every_desk_can_follow_the_chain_and_only_auditors_read_it(shop: Shop) -> None:
    reviewer, auditor = shop.sign_in("reviewer"), shop.sign_in("auditor")
    head = reviewer.get("/v1/audit/head").json()
    first = reviewer.get("/v1/audit/head", params={"count": 1}).json()
    assert (first["log"], first["key"], first["count"]) == (head["log"], head["key"], 1)
    links = reviewer.get("/v1/audit/links", params={"after": 1}).json()
    assert links["after"] == 1
    assert len(links["contents"]) >= head["count"] - 1
    assert reviewer.get("/v1/audit").status_code == 403
    assert reviewer.get("/v1/audit/head", params={"count": 10**9}).status_code == 404
    page = auditor.get("/v1/audit", params={"limit": 2}).json()
    after = auditor.get("/v1/audit", params={"limit": 2, "cursor": page["next"]}).json()
    positions = [one["position"] for one in page["items"] + after["items"]]
    assert positions == sorted(positions, reverse=True)
    assert len(set(positions)) == 4
