"""The form of a request beyond what its parameters' types say: nothing unknown, nothing twice, no header missing."""

import hashlib
import uuid
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Annotated, Any

import msgspec
from litestar import Request
from litestar.connection import ASGIConnection
from litestar.datastructures import MultiDict
from litestar.handlers import BaseRouteHandler
from litestar.params import HeaderParameter, QueryParameter
from litestar.typing import FieldDefinition

from store_client.contract.decoding import converted
from store_client.contract.moment import Moment
from store_client.contract.pattern import END
from store_client.contract.problem import FieldError
from store_server.desk.once import Once
from store_server.http.access import is_options
from store_server.http.problems import field_error
from store_server.refusal import Refusal

IDEMPOTENCY_KEY = "Idempotency-Key"
IF_MATCH = "If-Match"
_UUID = r"^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}" + END
_ETAG = r'^"[0-9]{1,15}"' + END

IdempotencyKey = Annotated[
    str, HeaderParameter(name=IDEMPOTENCY_KEY, pattern=_UUID, description="a UUID, kept by the client before it sends")
]
IfMatch = Annotated[
    str, HeaderParameter(name=IF_MATCH, pattern=_ETAG, description="the ETag of the version that was seen")
]


def guard_form(connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler) -> None:
    """Raises Refusal: "bad-request" for parameters that are missing, unknown or come twice, and for a body where none
    is expected; "precondition-needed" for a missing Idempotency-Key or If-Match."""
    if is_options(handler):
        return
    parameters = handler.parsed_fn_signature.parameters
    errors = _query_errors(connection.query_params, list(parameters.values()))
    if "data" not in parameters and _has_body(connection.headers):
        errors.append(FieldError("", "No body is expected"))
    if errors:
        raise Refusal("bad-request", "the request is not of its form", errors)
    for field in parameters.values():
        kwarg = field.kwarg_definition
        if isinstance(kwarg, HeaderParameter) and kwarg.name not in connection.headers:
            raise Refusal("precondition-needed", f"the header {kwarg.name} is missing")


def _query_errors(query: MultiDict[Any], fields: Sequence[FieldDefinition]) -> list[FieldError]:
    known = {
        field.kwarg_definition.name: field for field in fields if isinstance(field.kwarg_definition, QueryParameter)
    }
    errors = []
    for name in query:
        values = query.getall(name)
        if name not in known:
            errors.append(FieldError(name, "Unknown parameter"))
        elif len(values) > 1:
            errors.append(FieldError(name, "Given more than once"))
        elif "\0" in values[0]:
            errors.append(FieldError(name, "Holds a zero character"))
        elif values[0].lower() == "null" and known[name].has_inner_subclass_of(int):
            errors.append(FieldError(name, "Expected `int`, got `null`"))  # msgspec's lenience would let it pass
    missing = [name for name, field in known.items() if not field.has_default and name not in query]
    return errors + [FieldError(name or "", "Missing") for name in missing]


def _has_body(headers: Mapping[str, str]) -> bool:
    return headers.get("Content-Length", "0") != "0" or "Transfer-Encoding" in headers


def once(request: Request[Any, Any, Any], key: str, data: msgspec.Struct | None = None) -> Once:
    """What makes the request the same as an earlier one: its key; and its method, path and body, canonical.

    If-Match is left out: who retries after losing the answer may have read the newer version meanwhile.
    """
    text = f"{request.method} {request.url.path}\n".encode() + (b"" if data is None else msgspec.json.encode(data))
    return Once(str(uuid.UUID(key)), hashlib.sha256(text).hexdigest())


def version(etag: str) -> int:
    """The version in an If-Match of the right form."""
    return int(etag.strip('"'))


def etag(number: int) -> str:
    return f'"{number}"'


def moment(name: str, text: str | None) -> datetime | None:
    """The time in a query parameter: RFC 3339 with its offset, nothing looser, and a time in UTC as well (a year of 1 to 9999).
    Raises Refusal("bad-request")."""
    if text is None:
        return None
    try:
        return converted(text, Moment).astimezone(UTC)
    except OverflowError as error:
        raise Refusal("bad-request", f"{name} is not a time", [FieldError(name, "No time in UTC")]) from error
    except msgspec.ValidationError as error:
        raise Refusal("bad-request", f"{name} is not a time", [field_error(error, name)]) from error
