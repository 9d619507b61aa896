"""The interface says of itself what it does."""

from typing import Any

import msgspec
import pytest
import requests

from store_client.contract import live
from store_client.contract.problem import Problem
from tests.http.conftest import Shop

METHODS = {"get", "post", "put", "delete"}


@pytest.fixture(scope="module")
def document(shop: Shop) -> dict[str, Any]:
    answer = requests.get(f"{shop.url}/v1/openapi.json", timeout=30)
    assert answer.headers["Content-Type"] == "application/json"
    described: dict[str, Any] = answer.json()
    return described


def operations(document: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {
        f"{method.upper()} {path}": operation
        for path, item in document["paths"].items()
        for method, operation in item.items()
        if method in METHODS
    }


def references(node: Any) -> set[str]:
    if isinstance(node, list):
        return set().union(*map(references, node)) if node else set()
    if not isinstance(node, dict):
        return set()
    own = {node["$ref"]} if isinstance(node.get("$ref"), str) else set()
    return own.union(*map(references, node.values()))


def test_it_is_openapi_3_1_with_a_bearer_token_and_names(document: dict[str, Any]) -> None:
    assert document["openapi"].startswith("3.1")
    assert document["components"]["securitySchemes"]["bearer"] == {"type": "http", "scheme": "bearer"}
    names = [operation["operationId"] for operation in operations(document).values()]
    assert len(names) == len(set(names)) >= 34
    public = [name for name, operation in operations(document).items() if operation.get("security") == [{}]]
    assert public == ["POST /v1/session", "POST /v1/session/refresh"]


def test_every_reference_leads_somewhere(document: dict[str, Any]) -> None:
    known = {f"#/components/schemas/{name}" for name in document["components"]["schemas"]}
    assert references(document) <= known


def test_every_refusal_is_a_problem(document: dict[str, Any]) -> None:
    for name, operation in operations(document).items():
        for status, answer in operation["responses"].items():
            if int(status) >= 400:
                schema = answer["content"]["application/problem+json"]["schema"]
                assert schema == {"$ref": "#/components/schemas/Problem"}, (name, status)
    decision = operations(document)["POST /v1/cases/{case}/decision"]
    assert {"400", "401", "403", "404", "409", "412", "413", "415", "422", "428", "429"} <= set(decision["responses"])


def test_schemas_are_what_is_checked(document: dict[str, Any]) -> None:
    schemas = document["components"]["schemas"]
    _, expected = msgspec.json.schema_components([Problem], ref_template="#/components/schemas/{name}")
    assert schemas["CaseRequest"]["additionalProperties"] is False
    assert schemas["CartChangeRequest"]["properties"]["quantity"] == {"type": "integer", "minimum": -99, "maximum": 99}
    assert schemas["Problem"] == expected["Problem"]


def test_pictures_are_not_called_json(document: dict[str, Any]) -> None:
    described = operations(document)
    assert list(described["GET /v1/cameras/{camera}/picture"]["responses"]["200"]["content"]) == ["image/jpeg"]
    (kind,) = described["GET /v1/cameras/{camera}/live"]["responses"]["200"]["content"]
    assert kind.startswith("multipart/x-mixed-replace")


def test_the_live_subjects_are_described_beside_it(shop: Shop) -> None:
    described = requests.get(f"{shop.url}/v1/live.json", timeout=30).json()
    assert [subject["subject"] for subject in described["subjects"]] == [
        live.subject("<id>", "weights", "<gondola>"),
        *(live.subject("<id>", kind) for kind in ("positions", "events", "scans", "health", "alerts")),
    ]
    assert references(described) <= {f"#/components/schemas/{name}" for name in described["components"]["schemas"]}
    assert {"Entered", "CartChanged", "ReceiptIssued"} <= set(described["components"]["schemas"])
