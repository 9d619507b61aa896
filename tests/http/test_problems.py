"""Whatever is wrong with a request is said as a problem of RFC 9457, and what it names can be marked on a form."""

import base64
import http.client
import json
import socket
import uuid
from typing import Any
from urllib.parse import urlsplit

import msgspec
import pytest
import requests

from store_client.contract.ids import new_id
from store_client.contract.problem import NAMES, PREFIX
from store_server.http.body import decode
from store_server.http.problems import STATUS, TITLES
from store_server.refusal import Refusal
from tests.http.conftest import Desk, Shop
from tests.http.site import STORE

NOBODY = "01900000-0000-7000-8000-000000000000"
"""The id of nothing; the same in each process that collects these tests."""


class Written(msgspec.Struct):
    message: str


def forged(*key: object) -> str:
    """A cursor such as the store makes, of a key that it never makes."""
    return base64.urlsafe_b64encode(json.dumps(key).encode()).decode()


def told(answer: requests.Response) -> tuple[int, str, dict[str, str]]:
    """Status, name of the problem, and what is said of each field."""
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.headers["Cache-Control"] == "no-store"
    body = answer.json()
    assert body["status"] == answer.status_code
    assert body["title"]
    assert body["instance"] == requests.utils.urlparse(answer.url).path  # type: ignore[attr-defined]
    fields = {error["field"]: error["detail"] for error in body.get("errors", [])}
    return answer.status_code, body.get("type", "about:blank").removeprefix(PREFIX), fields


@pytest.fixture(scope="module")
def desk(shop: Shop) -> Desk:
    return shop.sign_in("supervisor")


def test_every_name_of_the_contract_has_its_status_and_title() -> None:
    assert set(STATUS) == set(TITLES) == set(NAMES)


@pytest.mark.parametrize(
    ("method", "path", "status", "name"),
    [
        ("GET", "/", 404, "not-found"),
        ("GET", "/v2/stores", 404, "not-found"),
        ("GET", "/v1/schema", 404, "not-found"),
        ("GET", "/v1/schema/openapi.json", 404, "not-found"),
        ("PUT", "/v1/stores", 405, "about:blank"),
        ("POST", "/v1/openapi.json", 405, "about:blank"),
        ("GET", "/v1/stores/elsewhere", 404, "not-found"),
        ("GET", "/v1/stores/elsewhere/devices", 404, "not-found"),
        ("GET", "/v1/receipts?store=elsewhere", 404, "not-found"),
        ("GET", "/v1/cases?store=elsewhere", 404, "not-found"),
        ("GET", "/v1/trips?store=elsewhere", 404, "not-found"),
        ("GET", "/v1/receipts/nonsense", 404, "not-found"),
        ("GET", f"/v1/receipts/{NOBODY}", 404, "not-found"),
        ("GET", f"/v1/trips/{NOBODY}", 404, "not-found"),
        ("GET", f"/v1/carts/{NOBODY}", 404, "not-found"),
        ("GET", f"/v1/refunds/{NOBODY}", 404, "not-found"),
        ("GET", "/v1/products/123", 404, "not-found"),
        ("GET", "/v1/products/%00", 404, "not-found"),
        ("GET", "/v1/stores/%00", 404, "not-found"),
        ("GET", "/v1/cameras/none/live", 404, "not-found"),
    ],
)
def test_what_is_not_there(desk: Desk, method: str, path: str, status: int, name: str) -> None:
    assert told(desk.ask(method, path)) == (status, name, {})


@pytest.mark.parametrize(
    ("path", "field"),
    [
        (f"/v1/receipts?store={STORE}&limit=0", "limit"),
        (f"/v1/receipts?store={STORE}&limit=501", "limit"),
        (f"/v1/receipts?store={STORE}&limit=ten", "limit"),
        (f"/v1/receipts?store={STORE}&limit=1&limit=2", "limit"),
        (f"/v1/receipts?store={STORE}&cursor=garbage", "cursor"),
        (f"/v1/receipts?store={STORE}&cursor=WzEsMl0=", "cursor"),
        (f"/v1/receipts?store={STORE}&cursor={forged(2**63, NOBODY)}", "cursor"),
        (f"/v1/trips?store={STORE}&cursor={forged(-(2**70), NOBODY)}", "cursor"),
        (f"/v1/cases?store={STORE}&cursor={forged(1, chr(0))}", "cursor"),
        (f"/v1/audit?cursor={forged(2**63)}", "cursor"),
        (f"/v1/receipts?store={STORE}&from=yesterday", "from"),
        (f"/v1/receipts?store={STORE}&from=2026-05-01T10:00:00", "from"),
        (f"/v1/receipts?store={STORE}&to=1780000000", "to"),
        (f"/v1/receipts?store={STORE}&min=-1", "min"),
        (f"/v1/receipts?store={STORE}&max=null", "max"),
        (f"/v1/receipts?store={STORE}&last4=42", "last4"),
        (f"/v1/receipts?store={STORE}&q=%00", "q"),
        (f"/v1/receipts?store={STORE}&colour=red", "colour"),
        (f"/v1/trips?store={STORE}&state=outside", "state"),
        ("/v1/trips", "store"),
        (f"/v1/stores/{STORE}/weights?plates=1.1.1&from=2026-05-01T10:00:00Z&to=2026-05-01T10:00:00Z", "to"),
        (f"/v1/stores/{STORE}/weights?plates=1.1&from=2026-05-01T10:00:00Z&to=2026-05-01T11:00:00Z", "plates"),
        (f"/v1/stores/{STORE}/weights?from=2026-05-01T10:00:00Z&to=2026-05-01T11:00:00Z", "plates"),
        ("/v1/cameras/cam1/picture?width=1", "width"),
    ],
)
def test_a_wrong_parameter_is_named_as_on_the_wire(desk: Desk, path: str, field: str) -> None:
    status, name, fields = told(desk.get(path))
    assert (status, name) == (400, "bad-request")
    assert list(fields) == [field]


def post_case(desk: Desk, **more: Any) -> requests.Response:
    return desk.post("/v1/cases", headers={"Idempotency-Key": str(uuid.uuid4())} | more.pop("headers", {}), **more)


def test_every_wrong_field_of_a_body_is_named(desk: Desk) -> None:
    body = {
        "lines": [{"line": 1, "claimed_quantity": 1}, {"line": 0, "claimed_quantity": "1", "size": 2}, {"line": 1}],
        "added": "none",
        "channel": "carrier pigeon",
        "colour": "red",
    }
    status, name, fields = told(post_case(desk, json=body))
    assert (status, name) == (400, "bad-request")
    lines = {"lines[1].line", "lines[1].claimed_quantity", "lines[1].size", "lines[2].claimed_quantity"}
    assert set(fields) == {"receipt", *lines, "added", "channel", "colour"}


def test_a_body_full_of_errors_does_not_answer_with_all_of_them(desk: Desk) -> None:
    status, _, fields = told(post_case(desk, json={"receipt": new_id(), "lines": [{}] * 20_000}))
    assert status == 400
    assert 1 <= len(fields) <= 100


@pytest.mark.parametrize(
    "request_",
    [
        b"garbage\r\n\r\n",
        b"GET /v1/stores HTTP/1.1\r\nHost: x\r\nno header\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00",
        b"POST /v1/cases HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    ],
)
def test_what_is_no_http_is_told_so_as_a_problem(shop: Shop, request_: bytes) -> None:
    address = urlsplit(shop.url)
    with socket.create_connection((address.hostname, address.port), 30) as connection:
        connection.sendall(request_)
        answer = http.client.HTTPResponse(connection)
        answer.begin()
        assert answer.headers["Content-Type"] == "application/problem+json"
        body = json.loads(answer.read())
    assert body["status"] == answer.status
    assert body["type"].startswith(PREFIX)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b'{"receipt": NaN}',
        b"\xff\xfe{}",
        b'"text"',
        b"null",
        b"[" * 100_000,
        b'{"message": "\\ud800"}',
        b'{"message": "a\\u0000b"}',
    ],
)
def test_what_is_not_the_json_of_a_case(desk: Desk, body: bytes) -> None:
    status, name, _ = told(post_case(desk, data=body, headers={"Content-Type": "application/json"}))
    assert (status, name) == (400, "bad-request")


@pytest.mark.parametrize(
    ("text", "is_kept"), [(rb"\\u0000", True), (rb"a\\\\u0000", True), (rb"\\\u0000", False), (rb"\u0000", False)]
)
def test_only_a_zero_character_is_none_and_not_the_words_for_one(text: bytes, is_kept: bool) -> None:
    body = b'{"message": "' + text + b'"}'
    if is_kept:
        decode(body, Written)
    else:
        with pytest.raises(Refusal, match="zero character"):
            decode(body, Written)


def test_bodies_of_another_kind_are_refused(desk: Desk) -> None:
    for kind in ("text/plain", "application/x-www-form-urlencoded", "application/json; charset=latin-1"):
        assert told(post_case(desk, data=b"{}", headers={"Content-Type": kind})) == (415, "about:blank", {})


def test_a_body_over_a_mebibyte_is_refused(desk: Desk) -> None:
    large = b'{"message": "' + b"x" * (1 << 20) + b'"}'
    kind = {"Content-Type": "application/json"}
    assert told(post_case(desk, data=large, headers=kind))[:2] == (413, "too-large")
    pieces = (large[start : start + 65_536] for start in range(0, len(large), 65_536))
    assert told(post_case(desk, data=pieces, headers=kind))[:2] == (413, "too-large")


def test_a_body_where_none_is_expected_is_refused(desk: Desk) -> None:
    assert told(desk.get("/v1/stores", json={}))[:2] == (400, "bad-request")


def test_what_changes_things_needs_its_headers(desk: Desk) -> None:
    claim = f"/v1/cases/{new_id()}/claim"
    key = str(uuid.uuid4())
    assert told(desk.post("/v1/cases", json={}))[:2] == (428, "precondition-needed")
    assert told(desk.post(claim, headers={"If-Match": '"1"'}))[:2] == (428, "precondition-needed")
    assert told(desk.post(claim, headers={"Idempotency-Key": key}))[:2] == (428, "precondition-needed")
    for headers in ({"Idempotency-Key": "1", "If-Match": '"1"'}, {"Idempotency-Key": key, "If-Match": "1"}):
        status, name, fields = told(desk.post(claim, headers=headers))
        assert (status, name) == (400, "bad-request")
        assert set(fields) <= {"Idempotency-Key", "If-Match"}


def test_a_failure_of_the_store_tells_nothing_and_is_logged(
    shop: Shop, desk: Desk, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(_store: str) -> None:
        raise RuntimeError("the secret of the house")

    monkeypatch.setattr(shop.sensed, "of", fail)
    answer = desk.get(f"/v1/stores/{STORE}/cameras")
    assert told(answer) == (500, "internal", {})
    assert "secret" not in answer.text
    assert "the secret of the house" in caplog.text


def test_answers_say_how_to_be_handled(desk: Desk) -> None:
    headers = desk.get("/v1/stores").headers
    assert headers["Cache-Control"] == "no-store"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "Server" not in headers
