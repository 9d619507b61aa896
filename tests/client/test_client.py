"""Each typed call: what goes over the wire, and what comes of the answer."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone

import msgspec
import pytest

from store_client.client import StoreClient
from store_client.contract.cart import CartChangeRequest
from store_client.contract.case import ApprovalRequest, CaseRequest, DecidedLine, DecisionRequest, PreviewRequest
from store_client.contract.refund import ResolutionRequest
from store_client.errors import BadAnswer
from store_client.pictures import Picture
from tests.client.samples import session
from tests.client.web import Web, good, raw
from tests.wire.examples import EXAMPLES

KEY = "0198c0de-0000-7000-8000-00000000000a"
AT = datetime(2026, 3, 1, 10, 0, tzinfo=timezone(timedelta(hours=2)))
CHANGE = CartChangeRequest("09521234543213", -1, "put back unseen")
DECISION = DecisionRequest(lease=3, reason="not_taken", lines=[DecidedLine(1, 0)])
RESOLUTION = ResolutionRequest("settled", "ref-1", "in their portal")
KEYED = ("/changes", "/cases", "/claim", "/decision", "/approval", "/ask", "/resolution")

CALLS: list[tuple[str, str, Callable[[StoreClient], object]]] = [
    ("GET /v1/stores/s1", "Store", lambda c: c.store("s1")),
    ("GET /v1/stores/s1/planogram", "Planogram", lambda c: c.planogram("s1")),
    (
        "GET /v1/stores/a%2F..%3Fb/planogram?at=2026-03-01T08%3A00%3A00.000000Z",
        "Planogram",
        lambda c: c.planogram("a/..?b", at=AT),
    ),
    ("GET /v1/products/09521234543213", "Product", lambda c: c.product("09521234543213")),
    ("GET /v1/trips/t1", "TripDetail", lambda c: c.trip("t1")),
    ("GET /v1/carts/t1", "Cart", lambda c: c.cart("t1")),
    ("POST /v1/carts/t1/changes", "Cart", lambda c: c.change_cart("t1", CHANGE, KEY)),
    ("GET /v1/receipts/r1", "Receipt", lambda c: c.receipt("r1")),
    ("GET /v1/refunds/f1", "Refund", lambda c: c.refund("f1")),
    ("POST /v1/refunds/f1/ask", "Refund", lambda c: c.ask_refund("f1", KEY)),
    ("POST /v1/refunds/f1/resolution", "Refund", lambda c: c.resolve_refund("f1", RESOLUTION, KEY)),
    ("POST /v1/doubts/k1/resolution", "Receipt", lambda c: c.resolve_doubt("k1", RESOLUTION, KEY)),
    ("GET /v1/debits/d1", "Debit", lambda c: c.debit("d1")),
    ("GET /v1/cases/c1", "Case", lambda c: c.case("c1")),
    ("GET /v1/cases/counts?store=s1", "CaseCounts", lambda c: c.case_counts("s1")),
    ("GET /v1/cases/c1/signals", "Signals", lambda c: c.case_signals("c1")),
    ("GET /v1/cases/c1/evidence", "Evidence", lambda c: c.case_evidence("c1")),
    ("POST /v1/cases", "Case", lambda c: c.open_case(CaseRequest("r1"), KEY)),
    ("POST /v1/cases/c1/claim", "Case", lambda c: c.claim_case("c1", 7, KEY)),
    ("PUT /v1/cases/c1/lease", "Lease", lambda c: c.renew_lease("c1", 3)),
    ("DELETE /v1/cases/c1/lease", "Case", lambda c: c.release_case("c1", 3)),
    ("POST /v1/cases/c1/preview", "Effect", lambda c: c.preview_decision("c1", PreviewRequest(goodwill=5))),
    ("POST /v1/cases/c1/decision", "Case", lambda c: c.decide_case("c1", DECISION, 7, KEY)),
    ("POST /v1/cases/c1/approval", "Case", lambda c: c.approve_case("c1", ApprovalRequest(True), 7, KEY)),
    (
        "GET /v1/stores/s1/weights?plates=1.2.3%2C1.2.4&from=2026-03-01T08%3A00%3A00.000000Z"
        "&to=2026-03-01T08%3A00%3A00.000000Z&points=800",
        "WeightHistory",
        lambda c: c.weights("s1", ["1.2.3", "1.2.4"], AT, AT, points=800),
    ),
    (
        "GET /v1/stores/s1/positions?from=2026-03-01T08%3A00%3A00.000000Z&to=2026-03-01T08%3A00%3A00.000000Z",
        "PositionHistory",
        lambda c: c.positions("s1", AT, AT),
    ),
]
LISTS: list[tuple[str, str, Callable[[StoreClient], object]]] = [
    ("/v1/stores", "Store", lambda c: c.stores()),
    ("/v1/stores/s1/devices", "Device", lambda c: c.devices("s1")),
    ("/v1/stores/s1/cameras", "Camera", lambda c: c.cameras("s1")),
    ("/v1/alerts?store=s1", "Alert", lambda c: c.alerts("s1")),
    ("/v1/products?q=milk", "Product", lambda c: list(c.each(c.products, "milk"))),
    ("/v1/trips?store=s1&state=inside", "Trip", lambda c: list(c.each(c.trips, "s1", state="inside"))),
    (
        "/v1/receipts?store=s1&last4=4242&limit=2&from=2026-03-01T08%3A00%3A00.000000Z&min=100",
        "ReceiptSummary",
        lambda c: list(c.each(c.receipts, "s1", since=AT, min_minor=100, last4="4242", limit=2)),
    ),
    (
        "/v1/cases?store=s1&assignee=u1&due_before=2026-03-01T08%3A00%3A00.000000Z",
        "CaseSummary",
        lambda c: list(c.each(c.cases, "s1", assignee="u1", due_before=AT)),
    ),
    (
        "/v1/cases?store=s1&channel=shopper&late=true&mine=false&approvable=true",
        "CaseSummary",
        lambda c: list(c.each(c.cases, "s1", channel="shopper", late=True, mine=False, approvable=True)),
    ),
]


@pytest.fixture
def signed_in(web: Web, client: StoreClient) -> StoreClient:
    web.answers = [good(session("t1"))]
    client.sign_in("ada", "secret")
    web.seen.clear()
    return client


@pytest.mark.parametrize(("line", "answer", "call"), CALLS, ids=[line for line, _, _ in CALLS])
def test_each_call(
    web: Web, signed_in: StoreClient, line: str, answer: str, call: Callable[[StoreClient], object]
) -> None:
    later = {**msgspec.to_builtins(EXAMPLES[answer]), "a_field_of_a_later_version": [1]}
    web.answers = [good(later)]
    assert call(signed_in) == EXAMPLES[answer]
    [seen] = web.seen
    assert f"{seen.method} {seen.path}" == line
    needs_key = seen.path.endswith(KEYED)
    assert seen.headers.get("idempotency-key") == (KEY if needs_key else None)
    needs_version = seen.path.endswith(("/claim", "/decision", "/approval"))
    assert seen.headers.get("if-match") == ('"7"' if needs_version else None)
    assert seen.headers.get("content-type") == ("application/json" if seen.body else None)


@pytest.mark.parametrize(("path", "item", "call"), LISTS, ids=[path for path, _, _ in LISTS])
def test_each_list_is_read_to_its_end(
    web: Web, signed_in: StoreClient, path: str, item: str, call: Callable[[StoreClient], object]
) -> None:
    example = EXAMPLES[item]
    web.answers = [good({"items": [example, example], "next": "p/2"}), good({"items": [example]})]
    assert call(signed_in) == [example] * 3
    joint = "&" if "?" in path else "?"
    first, second = (set(seen.path.replace("?", "&").split("&")) for seen in web.seen)
    assert first == set(path.replace("?", "&").split("&"))
    assert second - first == {"cursor=p%2F2"}, joint


def test_a_picture_says_when_it_was_taken(web: Web, signed_in: StoreClient) -> None:
    web.answers = [raw(200, b"\xff\xd8jpeg", "image/jpeg", X_Captured_At="2026-03-01T08:00:00.250000Z")]
    taken = datetime(2026, 3, 1, 8, tzinfo=UTC)
    expected = int(taken.timestamp()) * 1_000_000 + 250_000
    assert signed_in.picture("cam 1", width=640) == Picture(b"\xff\xd8jpeg", expected)
    assert web.seen[0].path == "/v1/cameras/cam%201/picture?width=640"


@pytest.mark.parametrize(
    "body",
    [
        b'{"trip": "half',
        b"[]",
        b'"a string"',
        b"\xff\xfe",
        b"",
        b'{"trip": 5}',
        b'{"trip": "0198c0de-0000-7000-8000-00000000000a", "store": "s1", "version": 1.5, "lines": []}',
    ],
)
def test_what_is_not_of_the_contract_is_a_bad_answer(web: Web, signed_in: StoreClient, body: bytes) -> None:
    web.answers = [raw(200, body)]
    with pytest.raises(BadAnswer):
        signed_in.cart("t1")
    assert len(web.seen) == 1
