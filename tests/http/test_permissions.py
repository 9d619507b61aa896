"""Every role at every route: let in exactly where the contract says."""

import re
import uuid
from typing import get_args

import pytest
import requests
from litestar import Litestar

from store_client.contract.ids import new_id
from store_client.contract.session import PERMISSIONS, Permission, Role
from store_server.http.app import build_http
from store_server.http.description import handlers
from tests.http.conftest import Shop
from tests.http.site import MILK, STORE

# Drawn by hand from the contract's table of roles; "signed in" is anybody with a session, "public" nobody in
# particular, "app" an app of shoppers with its key and no user whatsoever.
TABLE = """
    POST   /v1/session                      public
    POST   /v1/session/refresh              public
    POST   /v1/session/step-up              signed in
    DELETE /v1/session                      signed in
    GET    /v1/stores                       signed in
    GET    /v1/stores/{store}               signed in
    GET    /v1/stores/{store}/planogram     floor
    GET    /v1/stores/{store}/devices       floor
    GET    /v1/stores/{store}/cameras       floor
    GET    /v1/stores/{store}/weights       floor
    GET    /v1/stores/{store}/positions     floor
    GET    /v1/stores/{store}/inside        floor
    GET    /v1/stores/{store}/export        floor
    GET    /v1/products                     signed in
    GET    /v1/products/{gtin}              signed in
    GET    /v1/trips                        floor
    GET    /v1/trips/{trip}                 floor
    GET    /v1/carts/{trip}                 floor
    POST   /v1/carts/{trip}/changes         cart
    GET    /v1/receipts                     cases floor audit
    GET    /v1/receipts/{receipt}           cases floor audit
    GET    /v1/cases                        cases
    GET    /v1/cases/counts                 cases
    POST   /v1/cases                        cases
    GET    /v1/cases/{case}                 cases
    POST   /v1/cases/{case}/claim           cases
    PUT    /v1/cases/{case}/lease           cases
    DELETE /v1/cases/{case}/lease           cases
    POST   /v1/cases/{case}/preview         cases
    POST   /v1/cases/{case}/decision        cases
    POST   /v1/cases/{case}/approval        approve
    GET    /v1/cases/{case}/signals         cases
    GET    /v1/cases/{case}/evidence        cases approve
    GET    /v1/cases/{case}/evidence/{sha256}  cases approve
    GET    /v1/cases/{case}/file            cases approve
    GET    /v1/refunds/{refund}             cases audit
    POST   /v1/refunds/{refund}/ask         cases
    POST   /v1/refunds/{refund}/resolution  approve
    POST   /v1/doubts/{doubt}/resolution    approve
    GET    /v1/debits/{debit}               cases audit
    POST   /v1/shopper/cases                app
    GET    /v1/shopper/cases/{case}         app
    GET    /v1/cameras/{camera}/live        floor
    GET    /v1/cameras/{camera}/picture     floor cases
    GET    /v1/cameras/{camera}/recording   floor cases
    GET    /v1/cameras/{camera}/clip        floor cases
    GET    /v1/cameras/{camera}/previews    floor cases
    GET    /v1/cameras/{camera}/replay      floor cases
    POST   /v1/stores/{store}/faces         faces
    GET    /v1/alerts                       floor
    GET    /v1/audit                        audit
    GET    /v1/audit/head                   signed in
    GET    /v1/audit/links                  signed in
"""
ROWS = [tuple(row.split(maxsplit=2)) for row in TABLE.strip().splitlines()]
VALUES = {"store": STORE, "gtin": MILK, "camera": "cam1", "sha256": "0" * 64}


def application(shop: Shop) -> Litestar:
    return build_http(shop.services)


def test_the_table_names_every_route(shop: Shop) -> None:
    served = sorted((method, path) for path, method, _ in handlers(application(shop)))
    assert served == sorted((method, path) for method, path, _ in ROWS)


def concrete(path: str) -> str:
    return re.sub(r"\{(\w+)\}", lambda match: VALUES.get(match[1]) or new_id(), path)


@pytest.mark.parametrize("role", get_args(Role))
def test_a_role_is_let_in_exactly_where_it_may(shop: Shop, role: Role) -> None:
    for method, path, who in ROWS:
        desk = shop.sign_in(role)
        needed: set[str] = set(get_args(Permission)) if who in ("public", "signed in") else set(who.split())
        headers = {"Idempotency-Key": str(uuid.uuid4()), "If-Match": '"1"'}
        answer = desk.ask(method, concrete(path), headers=headers, stream=True)
        is_refused = answer.status_code == 403 and answer.json()["type"].endswith(":not-permitted")
        answer.close()
        if who == "app":
            assert answer.status_code == 401, f"{role} {method} {path}"
            continue
        assert is_refused == (not needed & PERMISSIONS[role]), f"{role} {method} {path}: {answer.status_code}"
        assert answer.status_code < 500, f"{role} {method} {path}: {answer.status_code}"


def test_nobody_is_let_in_without_a_token(shop: Shop) -> None:
    for method, path, who in ROWS:
        for headers in ({}, {"Authorization": "Bearer made-up"}, {"Authorization": "Basic YTpi"}):
            answer = requests.request(method, shop.url + concrete(path), headers=headers, timeout=30)
            assert answer.status_code == (400 if who == "public" else 401), (method, path)
            if who != "public":
                assert answer.headers["WWW-Authenticate"].startswith("Bearer")
