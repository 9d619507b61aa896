"""Bodies of requests: strict JSON in UTF-8, read into the structs of the contract.

Litestar converts leniently ("1" would be taken for 1) and reads JSON whatever the content type says; where money
moves, both are refused.
"""

import re
from collections.abc import Iterator
from itertools import islice
from typing import Annotated, Any, get_args, get_origin

import msgspec
from litestar import Request
from litestar.datastructures import State
from litestar.exceptions import HTTPException

from store_client.contract.decoding import converted, from_json
from store_client.contract.problem import FieldError
from store_client.contract.unreadable import UNREADABLE
from store_server.desk.sessions import SignedIn
from store_server.http.problems import field_error
from store_server.refusal import Refusal

LIMIT = 1 << 20
"""Bytes; a longer body is 413."""
MOST_ERRORS = 100
_ZERO = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")
"""The character, and not the six that a text may hold after a backslash."""


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
    if _ZERO.search(body):
        raise Refusal("bad-request", "The body holds a zero character, which PostgreSQL cannot keep")
    try:
        try:
            return from_json(body, struct)
        except msgspec.ValidationError as error:
            raise Refusal("bad-request", "", wrong_fields(from_json(body, Any), struct)) from error
    except RecursionError as error:
        raise Refusal("bad-request", "The body is nested too deeply") from error
    except UNREADABLE as error:
        raise Refusal("bad-request", f"The body is not JSON: {error}") from error


def wrong_fields(value: object, kind: Any, path: str = "") -> list[FieldError]:
    """Every field of ``value`` that keeps it from being of ``kind``, at most MOST_ERRORS.

    msgspec stops at the first; a client marks them all on its form.
    """
    try:
        converted(value, kind)
    except msgspec.ValidationError as error:
        return list(islice(_inside(value, kind, path), MOST_ERRORS)) or [field_error(error, path)]
    return []


def _inside(value: object, kind: Any, path: str) -> Iterator[FieldError]:
    """What is wrong within ``value``, if it is a struct or a list; nothing if it is wrong as a whole."""
    if get_origin(kind) is Annotated:
        kind = get_args(kind)[0]
    if isinstance(value, list) and get_origin(kind) is list:
        [item] = get_args(kind)
        for place, each in enumerate(value):
            yield from wrong_fields(each, item, f"{path}[{place}]")
    elif isinstance(value, dict) and isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        start = f"{path}." if path else ""
        fields = {field.encode_name: field for field in msgspec.structs.fields(kind)}
        yield from (FieldError(f"{start}{name}", "Unknown field") for name in value if name not in fields)
        for name, field in fields.items():
            if name in value:
                yield from wrong_fields(value[name], field.type, f"{start}{name}")
            elif field.required:
                yield FieldError(f"{start}{name}", "Missing")
