"""What an app asks for its shopper goes out under the app's own key."""

import pytest

from store_client.contract.case import ShopperCaseRequest
from store_client.errors import NotFound, SignedOut
from store_client.shopper import ShopperClient
from tests.client.web import Web, good, problem
from tests.wire.examples import EXAMPLES

KEY = "0198c0de-0000-7000-8000-00000000000a"
REQUEST = ShopperCaseRequest("r1", "code", message="Nie genommen", language="de")


def test_a_case_is_opened_and_read(web: Web) -> None:
    example = EXAMPLES["ShopperCase"]
    web.answers = [problem(503, "unavailable"), good(example), good(example)]
    with ShopperClient(web.url, "secret") as app:
        assert app.open_case(REQUEST, KEY) == example  # sent again with its key
        assert app.case("a/b") == example
    assert web.paths() == ["POST /v1/shopper/cases"] * 2 + ["GET /v1/shopper/cases/a%2Fb"]
    assert [seen.headers.get("idempotency-key") for seen in web.seen] == [KEY, KEY, None]
    assert {seen.headers["authorization"] for seen in web.seen} == {"Bearer secret"}


def test_a_refusal_is_said(web: Web) -> None:
    web.answers = [problem(404, "not-found"), problem(401, "signed-out")]
    with ShopperClient(web.url, "secret") as app:
        with pytest.raises(NotFound):
            app.open_case(REQUEST, KEY)
        with pytest.raises(SignedOut):
            app.case("c1")
