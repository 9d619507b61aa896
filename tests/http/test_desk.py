"""From a shopper's trip to a refunded line, as a desk asks for it over HTTP."""

import uuid
from typing import Any

import pytest
import requests

from store_client.contract.moment import from_micros
from tests.http import site
from tests.http.conftest import Desk, Shop
from tests.http.site import BREAD, MILK, STORE, TEA
from tests.http.test_problems import told


def change(**more: Any) -> dict[str, str]:
    return {"Idempotency-Key": str(uuid.uuid4())} | more


@pytest.fixture(scope="module")
def receipt(shop: Shop) -> dict[str, Any]:
    """Of a trip on which two milks and a tea were taken."""
    trip = site.enter(shop.checkout)
    site.take(shop.checkout, trip, MILK, 2)
    site.take(shop.checkout, trip, TEA)
    site.leave(shop.checkout, trip)
    desk = shop.sign_in("agent")
    (summary,) = desk.get(f"/v1/receipts?store={STORE}&last4=4242&q=milk").json()["items"]
    body: dict[str, Any] = desk.get(f"/v1/receipts/{summary['id']}").json()
    return body


def open_case(desk: Desk, receipt: dict[str, Any], headers: dict[str, str]) -> requests.Response:
    body = {"receipt": receipt["id"], "lines": [{"line": 1, "claimed_quantity": 1}], "message": "took one"}
    return desk.post("/v1/cases", json=body, headers=headers)


def test_stores_and_products_are_read(shop: Shop) -> None:
    desk = shop.sign_in("staff")
    assert [store["id"] for store in desk.get("/v1/stores").json()["items"]] == [STORE]
    assert desk.get(f"/v1/stores/{STORE}").json()["time_zone"] == "Europe/Berlin"
    assert len(desk.get(f"/v1/stores/{STORE}/planogram").json()["plates"]) == 3
    device = desk.get(f"/v1/stores/{STORE}/devices").json()["items"][0]
    assert (device["state"], device["causes"]) == ("noisy", [{"code": "noise", "facts": {"grams": 9.5}}])
    assert desk.get(f"/v1/stores/{STORE}/cameras").json()["items"][0]["widths"] == [320, 640]
    alert = desk.get(f"/v1/alerts?store={STORE}").json()["items"][0]
    assert (alert["device"], alert["cause"]["code"]) == ("1.1.1", "noise")
    assert desk.get(f"/v1/products/{MILK}").json()["price"] == {"minor": 149, "currency": "EUR"}
    first = desk.get("/v1/products?limit=2").json()
    second = desk.get(f"/v1/products?limit=2&cursor={first['next']}").json()
    assert {product["gtin"] for page in (first, second) for product in page["items"]} == {MILK, BREAD, TEA}
    assert second["next"] is None


def test_a_living_cart_is_changed_once_by_staff(shop: Shop) -> None:
    trip = site.enter(shop.checkout, site.NOON + 3_600_000_000)
    desk, key = shop.sign_in("staff"), change()
    inside = desk.get(f"/v1/trips?store={STORE}&state=inside").json()["items"]
    assert [known["id"] for known in inside] == [trip]
    body = {"gtin": BREAD, "quantity": 2, "reason": "shelf was empty"}
    carts = [desk.post(f"/v1/carts/{trip}/changes", json=body, headers=key) for _ in range(2)]
    assert carts[0].status_code == 200
    assert carts[0].json() == carts[1].json() == desk.get(f"/v1/carts/{trip}").json()
    assert [line["quantity"] for line in carts[0].json()["lines"]] == [2]
    other = desk.post(f"/v1/carts/{trip}/changes", json=body | {"quantity": 1}, headers=key)
    assert told(other)[:2] == (422, "key-reused")
    assert desk.get(f"/v1/trips/{trip}").json()["trip"]["visit"] == inside[0]["visit"]


def test_carts_are_told_as_they_were_from_moment_to_moment(shop: Shop) -> None:
    begin = site.NOON + 90_000_000_000
    trip = site.enter(shop.checkout, begin)
    site.take(shop.checkout, trip, BREAD, 2, begin + 20_000_000)
    site.take(shop.checkout, trip, TEA, 1, begin + 40_000_000)
    site.leave(shop.checkout, trip, begin + 60_000_000)
    desk = shop.sign_in("staff")

    def told_of(first_s: float, last_s: float) -> list[tuple[float, list[tuple[str, int]]]]:
        ends = [
            str(from_micros(begin + round(s * 1e6))).replace(" ", "T").replace("+00:00", "Z") for s in (first_s, last_s)
        ]
        answer = desk.get(f"/v1/stores/{STORE}/inside?from={ends[0]}&to={ends[1]}").json()
        return [
            ((then["at"] - begin) / 1e6, [(line["gtin"], line["quantity"]) for line in then["cart"]["lines"]])
            for stay in answer["stays"]
            if stay["trip"]["id"] == trip
            for then in stay["carts"]
        ]

    bread, tea = (BREAD, 2), (TEA, 1)
    assert told_of(-10, 100) == [(0.0, []), (20.0, [bread]), (40.0, [bread, tea])]
    assert told_of(30, 35) == [(30.0, [bread])]
    assert told_of(30, 50) == [(30.0, [bread]), (40.0, [bread, tea])]
    assert told_of(60, 70) == [(60.0, [bread, tea])], "it left at the very beginning"
    assert told_of(61, 70) == told_of(-10, 0) == []
    assert told(desk.get(f"/v1/stores/{STORE}/inside?from=2026-01-01T00:00:00Z&to=2026-01-01T02:00:00Z"))[0] == 400


def test_a_case_from_claim_to_refund(shop: Shop, receipt: dict[str, Any]) -> None:
    desk, key = shop.sign_in("agent"), change()
    opened = open_case(desk, receipt, key)
    assert opened.status_code == 201
    assert opened.headers["Location"] == f"/v1/cases/{opened.json()['id']}"
    assert open_case(desk, receipt, key).json()["id"] == opened.json()["id"]
    path = opened.headers["Location"]

    stale = desk.post(f"{path}/claim", headers=change() | {"If-Match": '"999"'})
    assert told(stale)[:2] == (412, "stale")
    claimed = desk.post(f"{path}/claim", headers=change() | {"If-Match": opened.headers["ETag"]})
    assert claimed.status_code == 200
    assert claimed.headers["ETag"] == f'"{claimed.json()["version"]}"' != opened.headers["ETag"]
    lease = claimed.json()["lease"]["token"]
    assert desk.ask("PUT", f"{path}/lease", json={"token": lease}).json()["token"] == lease
    assert told(desk.ask("PUT", f"{path}/lease", json={"token": lease + 1}))[:2] == (409, "lease-lost")

    lines = [{"line": 1, "decided_quantity": 1}]
    effect = desk.post(f"{path}/preview", json={"lines": lines}).json()
    assert effect["refund"]["minor"] == 149
    decision = {"lease": lease, "reason": "wrong_quantity", "lines": lines, "message": "sorry"}
    headers = change() | {"If-Match": desk.get(path).headers["ETag"]}
    decided = [desk.post(f"{path}/decision", json=decision, headers=headers) for _ in range(2)]
    assert decided[0].status_code == 200, decided[0].text
    assert decided[0].json() == decided[1].json()
    refund = desk.get(f"/v1/refunds/{decided[0].json()['decision']['refund']}").json()
    assert refund["amount"] == {"minor": 149, "currency": "EUR"}
    after = desk.get(f"/v1/receipts/{receipt['id']}").json()
    assert after["stands"]["minor"] == receipt["total"]["minor"] - 149
    assert after["hash"] == receipt["hash"]


def test_a_case_is_given_back(shop: Shop, receipt: dict[str, Any]) -> None:
    desk = shop.sign_in("agent")
    opened = open_case(desk, receipt, change())
    path = opened.headers["Location"]
    claimed = desk.post(f"{path}/claim", headers=change() | {"If-Match": opened.headers["ETag"]}).json()
    mine = desk.get(f"/v1/cases?store={STORE}&state=claimed&assignee={desk.session['user']['id']}").json()["items"]
    assert opened.json()["id"] in [case["id"] for case in mine]
    released = desk.ask("DELETE", f"{path}/lease", json={"token": claimed["lease"]["token"]})
    assert (released.status_code, released.json()["lease"]) == (200, None)
