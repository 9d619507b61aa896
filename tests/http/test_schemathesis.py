"""The server against its own description: what is in form is answered as described, what is not is refused.

The whole store on a real port; the description as it is served; examples that are the same at every run.
"""

import uuid
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.config import (
    ChecksConfig,
    GenerationConfig,
    ProjectConfig,
    ProjectsConfig,
    SchemathesisConfig,
    SimpleCheckConfig,
)
from schemathesis.config._checks import MissingRequiredHeaderConfig, PositiveDataAcceptanceConfig
from schemathesis.generation.case import Case
from schemathesis.specs.openapi.schemas import OpenApiSchema

from store_server.http.app import build_http
from store_server.http.description import openapi
from store_server.storage.database import Database
from tests.http import site
from tests.http.conftest import Desk, Shop, WallClock, make_services, open_shop
from tests.http.sensed import Sensed
from tests.http.site import MILK, STORE

EXAMPLES = 10
APP_KEY = "key of an app"
ENDLESS = ["watchCamera", "replayCamera"]
"""Their pictures go on until the client goes: tests/http/test_cameras.py reads them."""
LAST = "signOut"
"""Would sign the tester out: tests/http/test_sessions.py does."""


@pytest.fixture(scope="module")
def living(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    """A shop with a receipt and somebody inside."""
    with open_shop(tmp_path_factory.mktemp("living")) as shop:
        trip = site.enter(shop.checkout)
        site.take(shop.checkout, trip, MILK, 3)
        site.leave(shop.checkout, trip)
        shop.services.apps.put("pocket", APP_KEY)
        yield shop


@pytest.fixture(scope="module")
def supervisor(living: Shop) -> Desk:
    return living.sign_in("supervisor")


@pytest.fixture(scope="module")
def known(living: Shop, supervisor: Desk) -> dict[str, str]:
    """Values of path parameters that lead somewhere."""
    receipt = supervisor.get(f"/v1/receipts?store={STORE}").json()["items"][0]
    trip = site.enter(living.checkout, site.NOON + 3_600_000_000)
    body = {"receipt": receipt["id"], "lines": [{"line": 1, "claimed_quantity": 1}]}
    case = supervisor.post("/v1/cases", json=body, headers={"Idempotency-Key": str(uuid.uuid4())}).json()
    found = {"trip": trip, "receipt": receipt["id"], "case": case["id"]}
    return {"store": STORE, "gtin": MILK, "camera": "cam1"} | found | decided(living, supervisor)


def decided(shop: Shop, desk: Desk) -> dict[str, str]:
    """The refund and the debit of a case of their own."""
    trip = site.enter(shop.checkout, site.NOON + 60_000_000)
    site.take(shop.checkout, trip, MILK, 3, site.NOON + 70_000_000)
    site.leave(shop.checkout, trip, site.NOON + 80_000_000)
    receipt = desk.get(f"/v1/trips/{trip}").json()["trip"]["receipt"]
    body = {"receipt": receipt, "lines": [{"line": 1, "claimed_quantity": 1}]}
    case = desk.post("/v1/cases", json=body, headers={"Idempotency-Key": str(uuid.uuid4())}).json()
    headers = {"Idempotency-Key": str(uuid.uuid4()), "If-Match": '"1"'}
    claimed = desk.post(f"/v1/cases/{case['id']}/claim", headers=headers).json()
    lines, added = [{"line": 1, "decided_quantity": 1}], [{"gtin": MILK, "quantity": 1}]
    decision = {"lease": claimed["lease"]["token"], "reason": "other", "lines": lines, "added": added}
    headers = {"Idempotency-Key": str(uuid.uuid4()), "If-Match": '"2"'}
    answer = desk.post(f"/v1/cases/{case['id']}/decision", json=decision, headers=headers).json()["decision"]
    return {"refund": answer["refund"], "debit": answer["debit"]}


@pytest.fixture(scope="module")
def line() -> Iterator[requests.Session]:
    """One connection for all requests: they are thousands."""
    with requests.Session() as session:
        yield session


def describe() -> OpenApiSchema:
    """What an application without a store says of itself: pytest wants every operation before there is one."""
    services, _ = make_services(Database("sqlite:///nothing-is-read-of-it"), WallClock(), Sensed())
    # Zero characters are refused everywhere, which JSON schema cannot say of every string.
    generation = GenerationConfig(max_examples=EXAMPLES, deterministic=True, allow_x00=False)
    checks = ChecksConfig(
        # What is in form may still be refused, but never as if it were not: 400 and 415 are for form.
        positive_data_acceptance=PositiveDataAcceptanceConfig(expected_statuses=["2xx", 401, 403, 404, 409, 412, 422]),
        missing_required_header=MissingRequiredHeaderConfig(expected_statuses=[401, 428]),
        # Litestar answers OPTIONS, which is no part of the interface, with the methods of one handler of a path.
        allow_header_conformance=SimpleCheckConfig(enabled=False),
    )
    project = ProjectConfig(generation=generation, checks=checks, request_timeout=30)
    config = SchemathesisConfig(seed=1, projects=ProjectsConfig(default=project))
    sent = msgspec.json.decode(msgspec.json.encode(openapi(build_http(services))))
    return schemathesis.openapi.from_dict(sent, config=config)


DESCRIBED = describe()


def test_it_is_described_as_it_is_served(living: Shop) -> None:
    assert requests.get(f"{living.url}/v1/openapi.json", timeout=30).json() == DESCRIBED.raw_schema


@DESCRIBED.exclude(operation_id=[*ENDLESS, LAST]).parametrize()
@settings(max_examples=EXAMPLES, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))
def test_it_does_as_it_says(
    case: Case[Any], living: Shop, supervisor: Desk, known: dict[str, str], line: requests.Session
) -> None:
    assert case.meta is not None
    if case.meta.generation.mode.is_positive:
        sensible: dict[str, Any] = {"password": living.passwords["supervisor"], "quantity": 1, "gtin": MILK}
        if "preview" in case.path:
            sensible |= {"lines": [{"line": 1, "decided_quantity": 1}], "added": []}
        make_sense(case, known, sensible)
    token = APP_KEY if "/shopper/" in case.path else supervisor.session["token"]
    headers = {"Authorization": f"Bearer {token}"}
    case.call_and_validate(base_url=living.url, headers=headers, session=line)


def make_sense(case: Case[Any], known: dict[str, str], sensible: dict[str, Any]) -> None:
    """What a schema cannot say of a request in form: things exist, cursors come from a page, keys are new, spans have a length,
    a whole number is not written with a point, a password is right."""
    if case.path_parameters:
        case.path_parameters.update({name: known[name] for name in case.path_parameters if name in known})
    if case.query:
        case.query.pop("cursor", None)
        if "to" in case.query:
            until = "2026-05-01T01:00:00Z" if "inside" in case.path else "2026-06-01T00:00:00Z"
            case.query["from"], case.query["to"] = "2026-05-01T00:00:00Z", until
    if "Idempotency-Key" in (case.headers or {}):
        case.headers["Idempotency-Key"] = str(uuid.uuid4())
    case.body = whole(case.body)
    if isinstance(case.body, dict):
        case.body.update({name: sensible[name] for name in case.body if name in sensible})


def whole(value: Any) -> Any:
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, list):
        return [whole(item) for item in value]
    return {name: whole(item) for name, item in value.items()} if isinstance(value, dict) else value
