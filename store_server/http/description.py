"""What the store says of its interface: OpenAPI 3.1 for HTTP, and the live subjects beside it.

Litestar knows the paths and parameters; what it would say of the structs is replaced by what msgspec says, which is
what is checked; and every operation says with which problems it may be refused.
"""

import re
from collections.abc import Iterator
from typing import Any

import msgspec
from litestar import Litestar, Response, Router
from litestar.exceptions import NotFoundException
from litestar.handlers import HTTPRouteHandler
from litestar.openapi import OpenAPIConfig
from litestar.openapi.spec import Components, SecurityScheme
from litestar.params import HeaderParameter, QueryParameter
from litestar.routes import HTTPRoute

from store_client.contract.decoding import from_json
from store_client.contract.live import VERSION, AlertMessage, Event, Health, Positions, Scan, Weights
from store_client.contract.problem import Problem
from store_server.http.access import PUBLIC, is_public, is_sign_in
from store_server.http.problems import MEDIA_TYPE

REFERENCE = "#/components/schemas/{name}"
PROBLEMS = {
    400: "The request is not of its form; `errors` names each field",
    401: "Not signed in, or a wrong password",
    403: "The role does not allow it",
    404: "There is no such thing",
    409: "Its state does not allow it, another holds it, or the same request is being worked on",
    412: "It has changed since it was read",
    413: "The body is over 1 MiB",
    415: "The body is not JSON",
    422: "The idempotency key came with another body, or more than what can be refunded",
    423: "Locked after too many wrong passwords",
    428: "Idempotency-Key or If-Match is missing",
    429: "Too many requests; `Retry-After` says how long to wait",
    500: "The store failed",
    503: "Not to be had now",
}
ALWAYS = {400, 429, 500, 503}
_GENERIC = re.compile(r"^(?P<outer>\w+?)_(?:\w+\.)*(?P<inner>\w+)_$")


def _nobody(*_: object) -> None:
    raise NotFoundException


CONFIG = OpenAPIConfig(
    title="Floorwalker store",
    version="1.0.0",
    description="What a desk and its store agree on. The live subjects are described at `/v1/live.json`.",
    security=[{"bearer": []}],
    components=Components(security_schemes={"bearer": SecurityScheme(type="http", scheme="bearer")}),
    # Litestar would serve the bare description with viewers that load scripts from elsewhere; ours is a route.
    openapi_router=Router("/v1/schema", route_handlers=[], opt=PUBLIC, guards=[_nobody], include_in_schema=False),
)


class Description:
    """Both documents, each made when it is first asked for."""

    def __init__(self) -> None:
        self._openapi: bytes | None = None
        self._live: bytes | None = None

    def openapi(self, app: Litestar) -> bytes:
        if self._openapi is None:
            self._openapi = msgspec.json.encode(openapi(app))
        return self._openapi

    def live(self) -> bytes:
        if self._live is None:
            self._live = msgspec.json.encode(live())
        return self._live


def handlers(app: Litestar) -> Iterator[tuple[str, str, HTTPRouteHandler]]:
    """Path, method and handler of every route that is part of the interface."""
    for route in app.routes:
        if isinstance(route, HTTPRoute):
            for handler in route.route_handlers:
                for method in handler.http_methods - {"OPTIONS"}:
                    if handler.resolve_include_in_schema():
                        yield route.path_format, method, handler


def openapi(app: Litestar) -> dict[str, Any]:
    document: dict[str, Any] = from_json(msgspec.json.encode(app.openapi_schema.to_schema()), Any)
    structs: list[Any] = [Problem]
    for path, method, handler in handlers(app):
        operation = document["paths"][path][method.lower()]
        operation["summary"] = (handler.fn.__doc__ or operation["summary"]).split("\n")[0]
        operation["parameters"] = [_parameter(described, handler) for described in operation.get("parameters", [])]
        _describe_answers(operation, path, handler)
        structs += _structs(handler)
    _, components = msgspec.json.schema_components(structs, ref_template=REFERENCE)
    document["components"]["schemas"] = components
    return _renamed(document)  # type: ignore[no-any-return]


def _structs(handler: HTTPRouteHandler) -> Iterator[Any]:
    """The types of the body and of the answer, where they are structs."""
    signature = handler.parsed_fn_signature
    for field in (signature.parameters.get("data"), signature.return_type):
        if field is None:
            continue
        annotation = field.inner_types[0].raw if field.is_subclass_of(Response) else field.raw
        annotation = (
            getattr(annotation, "__origin__", annotation) if hasattr(annotation, "__metadata__") else annotation
        )
        if isinstance(getattr(annotation, "__origin__", annotation), type(msgspec.Struct)):
            yield annotation


def _describe_answers(operation: dict[str, Any], path: str, handler: HTTPRouteHandler) -> None:
    answers = operation["responses"]
    success = answers[str(handler.status_code)]
    if handler.media_type not in ("application/json", ""):
        success["content"] = {handler.media_type: {"schema": {"type": "string", "format": "binary"}}}
    problem = {MEDIA_TYPE: {"schema": {"$ref": REFERENCE.format(name="Problem")}}}
    for status in sorted(_refusals(path, handler)):
        answers[str(status)] = {"description": PROBLEMS[status], "content": problem}
    seconds = {"schema": {"type": "integer", "minimum": 1}, "description": "seconds"}
    answers["429"] = answers["429"] | {"headers": {"Retry-After": seconds}}


def _refusals(path: str, handler: HTTPRouteHandler) -> set[int]:
    """The statuses of the problems with which an operation may be refused, by what it takes."""
    parameters = handler.parsed_fn_signature.parameters
    headers = {
        field.kwarg_definition.name
        for field in parameters.values()
        if isinstance(field.kwarg_definition, HeaderParameter)
    }
    statuses = set(ALWAYS)
    if not is_public(handler):
        statuses |= {401, 403}
    if "{" in path or parameters.keys() & {"store", "count"}:
        statuses.add(404)
    if "data" in parameters:
        statuses |= {413, 415}
    if is_sign_in(handler) or handler.operation_id in ("stepUp", "grantFaces"):
        statuses |= {401, 423}
    if any(noun in path for noun in ("/cases", "/carts", "/refunds")):
        statuses |= {404, 409, 422} if "GET" not in handler.http_methods else set()
    if headers:
        statuses.add(428)
    if "If-Match" in headers:
        statuses.add(412)
    return statuses


def _parameter(described: dict[str, Any], handler: HTTPRouteHandler) -> dict[str, Any]:
    """A parameter may be left out, but there is no way to send null; and a least value of 0 is one, too."""
    schema = dict(described["schema"])
    for kind in schema.pop("oneOf", []):
        if kind != {"type": "null"}:
            schema |= kind
    if isinstance(schema.get("type"), list):
        schema["type"] = next(kind for kind in schema["type"] if kind != "null")
        schema["enum"] = [value for value in schema["enum"] if value is not None]
    for field in handler.parsed_fn_signature.parameters.values():
        kwarg = field.kwarg_definition
        if isinstance(kwarg, QueryParameter) and kwarg.name == described["name"] and kwarg.ge is not None:
            schema["minimum"] = kwarg.ge
    return {"name": described["name"], "in": described["in"], "required": described["required"], "schema": schema}


def _renamed(node: Any) -> Any:
    """References as msgspec names generic structs: ``Page_Trip_`` for Litestar's ``Page_store_client…Trip_``."""
    if isinstance(node, list):
        return [_renamed(item) for item in node]
    if not isinstance(node, dict):
        return node
    renamed = {key: _renamed(value) for key, value in node.items()}
    if isinstance(reference := renamed.get("$ref"), str):
        path, _, name = reference.rpartition("/")
        renamed["$ref"] = f"{path}/" + _GENERIC.sub(r"\g<outer>_\g<inner>_", name)
    return renamed


SUBJECTS: tuple[tuple[str, Any, str, str], ...] = (
    (
        "store.<id>.weights.<gondola>",
        Weights,
        "5 Hz",
        "readings of a gondola's plates; `grams` is raw little-endian float32",
    ),
    ("store.<id>.positions", Positions, "10 Hz", "everyone who is tracked"),
    (
        "store.<id>.events",
        Event,
        "as they happen",
        "entered, left, picked, put back, handed over, cart, receipt, case …",
    ),
    ("store.<id>.scans", Scan, "as they happen", "smart carts and tills"),
    ("store.<id>.health", Health, "1 Hz", "each device, and how it is"),
    ("store.<id>.alerts", AlertMessage, "as they happen", "raised, changed, cleared"),
)


def live() -> dict[str, Any]:
    """Every live subject with the schema of its messages, which travel as msgpack."""
    schemas, components = msgspec.json.schema_components([kind for _, kind, _, _ in SUBJECTS], ref_template=REFERENCE)
    return {
        "title": "Floorwalker live subjects",
        "version": VERSION,
        "encoding": "msgpack over NATS; bytes are msgpack's bin where the schema says base64",
        "subjects": [
            {"subject": subject, "rate": rate, "what": what, "message": schema}
            for (subject, _, rate, what), schema in zip(SUBJECTS, schemas, strict=True)
        ],
        "components": {"schemas": components},
    }
