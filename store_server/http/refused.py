"""What was refused to whom goes into the audit log before it is answered."""

import logging
from typing import Any

from litestar.types import Scope

from store_server.desk.audit import Audit
from store_server.desk.sessions import SignedIn
from store_server.http.threads import Threads
from store_server.refusal import Refusal

log = logging.getLogger(__name__)

_NO_JUDGEMENT = frozenset({"slow-down", "unavailable", "still-running", "internal"})
"""The store could not, or not yet: that is nothing which somebody was refused."""
_ALWAYS = frozenset({"not-permitted", "step-up-needed", "faces-needed"})
"""Refused also to who only wanted to look."""


class RefusedDeeds:
    """For Litestar's ``after_exception``. Names that could not sign in are told by the sessions of the desk."""

    def __init__(self, audit: Audit, threads: Threads) -> None:
        self._audit = audit
        self._threads = threads

    async def __call__(self, error: Exception, scope: Scope) -> None:
        signed_in = scope.get("user")
        if not isinstance(error, Refusal) or not isinstance(signed_in, SignedIn) or error.name in _NO_JUDGEMENT:
            return
        method = str(dict(scope)["method"])
        if method == "GET" and error.name not in _ALWAYS:
            return
        handler: Any = scope.get("route_handler")
        told = {"what": getattr(handler, "operation_id", None) or method, "why": error.name}
        try:
            await self._threads(
                self._audit.record_alone, signed_in.actor.name, "request_refused", _subject(scope), told
            )
        except Refusal as refusal:
            log.error("a refusal is not in the audit log: %s", refusal.detail)


def _subject(scope: Scope) -> str:
    """What the path names, such as ``case:<id>``; the path itself where it names nothing."""
    named: dict[str, object] = dict(scope.get("path_params") or {})
    for kind, value in named.items():
        return f"{kind}:{value}"
    return str(scope["path"])
