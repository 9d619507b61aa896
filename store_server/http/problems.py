"""From what was refused to what is answered: problems as RFC 9457 has them.

Three things are refused: what the desk refuses (Refusal), what is not a request of this interface (Litestar's own
exceptions: unknown paths, wrong methods, parameters that are not of their form), and what should not have happened.
"""

import logging
import re
from collections.abc import Sequence
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import msgspec
from litestar import Request, Response
from litestar.exceptions import HTTPException, ValidationException
from litestar.params import ParameterKwarg

from store_client.contract.cause import Cause
from store_client.contract.problem import PREFIX, FieldError, Problem
from store_server.refusal import Refusal
from store_server.version import VERSION

MEDIA_TYPE = "application/problem+json"
HEADERS = {
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "X-Store-Version": VERSION,
}
"""On every answer: what it holds is personal, is never cached, and is no page; and which program gives it."""
STATUS = {
    "bad-request": HTTPStatus.BAD_REQUEST,
    "signed-out": HTTPStatus.UNAUTHORIZED,
    "wrong-password": HTTPStatus.UNAUTHORIZED,
    "locked": HTTPStatus.LOCKED,
    "step-up-needed": HTTPStatus.FORBIDDEN,
    "faces-needed": HTTPStatus.FORBIDDEN,
    "not-permitted": HTTPStatus.FORBIDDEN,
    "not-found": HTTPStatus.NOT_FOUND,
    "conflict": HTTPStatus.CONFLICT,
    "still-running": HTTPStatus.CONFLICT,
    "stale": HTTPStatus.PRECONDITION_FAILED,
    "too-large": HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    "key-reused": HTTPStatus.UNPROCESSABLE_ENTITY,
    "not-covered": HTTPStatus.UNPROCESSABLE_ENTITY,
    "lease-lost": HTTPStatus.CONFLICT,
    "precondition-needed": HTTPStatus.PRECONDITION_REQUIRED,
    "slow-down": HTTPStatus.TOO_MANY_REQUESTS,
    "internal": HTTPStatus.INTERNAL_SERVER_ERROR,
    "unavailable": HTTPStatus.SERVICE_UNAVAILABLE,
}
TITLES = {
    "bad-request": "The request is not of its form",
    "signed-out": "Sign in first",
    "wrong-password": "User or password is wrong",
    "locked": "Locked after too many wrong passwords",
    "step-up-needed": "Enter your password again first",
    "faces-needed": "It shows faces: say why you need to see them first",
    "not-permitted": "Your role does not allow this",
    "not-found": "There is no such thing",
    "conflict": "Its state does not allow this",
    "still-running": "The same request is still being worked on",
    "stale": "It has changed since you read it",
    "too-large": "The request is too large",
    "key-reused": "The idempotency key was used for something else",
    "not-covered": "More than what can be refunded",
    "lease-lost": "Somebody else holds the case",
    "precondition-needed": "A header is missing",
    "slow-down": "Too many requests",
    "internal": "The store failed",
    "unavailable": "Not to be had now",
}
_NAME_OF_STATUS = {400: "bad-request", 401: "signed-out", 403: "not-permitted", 404: "not-found", 413: "too-large"}
_PLACE = re.compile(r"(?P<detail>.*?)(?: - at `\$?\.?(?P<path>.*)`)?", re.DOTALL)

log = logging.getLogger(__name__)


class SlowDown(Refusal):
    """Too many requests; ``retry_after``: seconds until the next one would be let through."""

    def __init__(self, retry_after: int) -> None:
        super().__init__("slow-down", f"wait {retry_after} s")
        self.retry_after = retry_after


def field_error(error: msgspec.ValidationError, root: str = "") -> FieldError:
    """What msgspec says of a value that is not of its form. ``root``: the field in which it looked."""
    match = _PLACE.fullmatch(str(error))
    detail, path = (match["detail"], match["path"] or "") if match else (str(error), "")
    joint = "." if root and path and not path.startswith("[") else ""
    return FieldError(field=f"{root}{joint}{path}", detail=detail)


def answer(
    name: str,
    detail: str,
    *,
    instance: str,
    errors: Sequence[FieldError] = (),
    cause: Cause | None = None,
    headers: dict[str, str] | None = None,
) -> Response[bytes]:
    """The response that says what went wrong. ``name``: one of contract.problem.NAMES."""
    status = STATUS[name]
    problem = Problem(TITLES[name], status.value, PREFIX + name, detail, instance, list(errors), cause)
    return _response(problem, headers or {})


def on_refusal(request: Request[Any, Any, Any], refusal: Refusal) -> Response[bytes]:
    headers = {}
    if STATUS[refusal.name] == HTTPStatus.UNAUTHORIZED:
        headers["WWW-Authenticate"] = 'Bearer realm="floorwalker"'
    if isinstance(refusal, SlowDown):
        headers["Retry-After"] = str(refusal.retry_after)
    return answer(
        refusal.name,
        refusal.detail,
        instance=_instance(request),
        errors=refusal.errors,
        cause=refusal.cause,
        headers=headers,
    )


def on_wrong_request(request: Request[Any, Any, Any], error: HTTPException) -> Response[bytes]:
    if error.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return on_failure(request, error)
    name = _NAME_OF_STATUS.get(error.status_code)
    headers = dict(error.headers or {})
    if isinstance(error, ValidationException) and _is_about_path(error):
        name = "not-found"
    if name is None:
        status = HTTPStatus(error.status_code)
        return _response(Problem(status.phrase, status.value, instance=_instance(request)), headers)
    errors = _parameter_errors(request, error) if name == "bad-request" else []
    detail = "" if errors or name == "not-found" else error.detail
    return answer(name, detail, instance=_instance(request), errors=errors, headers=headers)


def on_failure(request: Request[Any, Any, Any], error: Exception) -> Response[bytes]:
    """Something that should not have happened: all of it goes to the log, nothing of it to the client."""
    log.error("%s %s failed", request.method, request.url.path, exc_info=error)
    return answer("internal", "It was written to the store's log.", instance=_instance(request))


def _instance(request: Request[Any, Any, Any]) -> str:
    return quote(request.url.path)


def _is_about_path(error: ValidationException) -> bool:
    """Whether the address itself is not of its form: then there is nothing there."""
    return isinstance(error.extra, list) and any(item.get("source") == "path" for item in error.extra)


def _parameter_errors(request: Request[Any, Any, Any], error: HTTPException) -> list[FieldError]:
    """Litestar names parameters as the handler does; the client knows them by their names on the wire."""
    parameters = request.route_handler.parsed_fn_signature.parameters
    errors = []
    for item in error.extra if isinstance(error.extra, list) else []:
        key = str(item.get("key", ""))
        name, *rest = key.split(".", maxsplit=1)
        kwarg = parameters[name].kwarg_definition if name in parameters else None
        if isinstance(kwarg, ParameterKwarg):
            name = kwarg.name or name
        errors.append(FieldError(".".join([name, *rest]), str(item.get("message", ""))))
    return errors


def _response(problem: Problem, headers: dict[str, str]) -> Response[bytes]:
    return Response(
        msgspec.json.encode(problem), status_code=problem.status, media_type=MEDIA_TYPE, headers=dict(headers)
    )
