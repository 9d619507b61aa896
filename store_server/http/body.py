"""Bodies of requests: strict JSON in UTF-8, read into the structs of the contract.

Litestar converts leniently ("1" would be taken for 1) and reads JSON whatever the content type says; where money
moves, both are refused.
"""

from typing import Any

import msgspec
from litestar import Request
from litestar.datastructures import State
from litestar.exceptions import HTTPException

from store_client.contract.problem import FieldError
from store_server.desk.sessions import SignedIn
from store_server.http.problems import field_error
from store_server.refusal import Refusal

LIMIT = 1 << 20
"""Bytes; a longer body is 413."""


class StrictRequest(Request[SignedIn, str, State]):
    """A request whose JSON is decoded once, strictly, into the type of the handler's ``data``."""

    async def json(self) -> Any:
        kind, options = self.content_type
        if kind != "application/json" or options.get("charset", "utf-8").lower() != "utf-8":
            raise HTTPException(detail="The body must be application/json in UTF-8.", status_code=415)
        struct = self.route_handler.parsed_fn_signature.parameters["data"].annotation
        return decode(await self.body(), struct)


def decode(body: bytes, struct: type[msgspec.Struct]) -> msgspec.Struct:
    """The struct in ``body``. Raises Refusal("bad-request") naming every field that is not of its form."""
    if b"\\u0000" in body:
        raise Refusal("bad-request", "The body holds a zero character, which PostgreSQL cannot keep")
    try:
        try:
            return msgspec.json.decode(body, type=struct)
        except msgspec.ValidationError as error:
            raise Refusal("bad-request", "", wrong_fields(msgspec.json.decode(body), struct, error)) from error
    except RecursionError as error:
        raise Refusal("bad-request", "The body is nested too deeply") from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Refusal("bad-request", f"The body is not JSON: {error}") from error


def wrong_fields(value: object, struct: type[msgspec.Struct], first: msgspec.ValidationError) -> list[FieldError]:
    """msgspec stops at the first error; the client wants to mark every field, so each is asked by itself."""
    if not isinstance(value, dict):
        return [field_error(first)]
    fields = {field.encode_name: field for field in msgspec.structs.fields(struct)}
    errors = [FieldError(str(name), "Unknown field") for name in value if name not in fields]
    for name, field in fields.items():
        if name not in value:
            if field.required:
                errors.append(FieldError(name, "Missing"))
            continue
        try:
            msgspec.convert(value[name], field.type)
        except msgspec.ValidationError as error:
            errors.append(field_error(error, name))
    return errors or [field_error(first)]
