"""Who may call a route: the token is asked for before anything else, the permission before the request is read.

Every route says who may call it, in its ``opt``: ``PUBLIC``, ``SIGNED_IN``, ``allows(permission, …)``, or ``FOR_APPS``,
which show a key instead of a token. A route that says nothing lets nobody in.
"""

from dataclasses import dataclass
from typing import Any, get_args

from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler, HTTPRouteHandler
from litestar.middleware import AbstractAuthenticationMiddleware, AuthenticationResult
from litestar.types import ASGIApp

from store_client.contract.session import Permission
from store_server.desk.apps import App, Apps
from store_server.desk.sessions import Sessions, SignedIn
from store_server.http.flood import Flood
from store_server.http.threads import Threads
from store_server.refusal import Refusal

_ALLOWS = "allows"
_PUBLIC = "public"
_SIGN_IN = "sign_in"
_FOR_APPS = "for_apps"
PUBLIC: dict[str, Any] = {_PUBLIC: True}
SIGN_IN: dict[str, Any] = {_PUBLIC: True, _SIGN_IN: True}
FOR_APPS: dict[str, Any] = {_FOR_APPS: True}
SIGNED_IN: dict[str, Any] = {_ALLOWS: frozenset(get_args(Permission))}


def allows(*permissions: Permission) -> dict[str, Any]:
    """For whom holds any of ``permissions``."""
    return {_ALLOWS: frozenset(permissions)}


def is_public(handler: BaseRouteHandler) -> bool:
    return bool(handler.opt.get(_PUBLIC))


def is_sign_in(handler: BaseRouteHandler) -> bool:
    """Whether a password or a refresh token is shown there."""
    return bool(handler.opt.get(_SIGN_IN))


def is_for_apps(handler: BaseRouteHandler) -> bool:
    return bool(handler.opt.get(_FOR_APPS))


def is_options(handler: BaseRouteHandler) -> bool:
    """Whether this is one of Litestar's own handlers, which say what methods a path has."""
    return isinstance(handler, HTTPRouteHandler) and handler.http_methods == {"OPTIONS"}


@dataclass(frozen=True, slots=True)
class KeyShown:
    """Whose request this is, where it is an app's."""

    actor: App


class Access(AbstractAuthenticationMiddleware):
    """Knows the bearer of a token or of a key. Raises Refusal: "signed-out", "slow-down"."""

    def __init__(self, app: ASGIApp, sessions: Sessions, apps: Apps, threads: Threads, flood: Flood) -> None:
        super().__init__(app, exclude_from_auth_key="")
        self._sessions = sessions
        self._apps = apps
        self._threads = threads
        self._flood = flood

    async def authenticate_request(self, connection: ASGIConnection[Any, Any, Any, Any]) -> AuthenticationResult:
        handler = connection.route_handler
        self._flood.from_address(connection, is_sign_in(handler))
        if is_public(handler):
            return AuthenticationResult(user=None, auth=None)
        scheme, _, token = connection.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not token:
            raise Refusal("signed-out", "sign in first: the request carries no bearer token")
        if is_for_apps(handler):
            app = await self._threads(self._apps.authenticate, token.strip())
            self._flood.from_session(app.user_id)
            return AuthenticationResult(user=KeyShown(app), auth=None)
        signed_in = await self._threads(self._sessions.authenticate, token.strip())
        self._flood.from_session(signed_in.session_id)
        return AuthenticationResult(user=signed_in, auth=None)


def guard_permission(connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler) -> None:
    """Raises Refusal("not-permitted") for who holds none of the route's permissions."""
    if is_options(handler) or is_public(handler) or is_for_apps(handler):
        return
    signed_in: SignedIn = connection.user
    needed = handler.opt.get(_ALLOWS, frozenset())
    if not needed & signed_in.actor.permissions:
        raise Refusal("not-permitted", f"your role, {signed_in.actor.role}, does not allow this")
