"""Signing in and out."""

from typing import Any

from litestar import Request, delete, post
from litestar.params import JSONBody
from msgspec.structs import replace

from store_client.contract.session import RefreshRequest, Session, SignInRequest, StepUpRequest
from store_server.http.access import SIGN_IN, SIGNED_IN
from store_server.http.parameters import Given, InThreads

TAGS = ["session"]


def _with_live_access(session: Session, services: Given) -> Session:
    return replace(session, live=services.live_access(session.user))


@post("/v1/session", operation_id="signIn", tags=TAGS, opt=SIGN_IN, security=[{}])
async def sign_in(services: Given, threads: InThreads, data: JSONBody[SignInRequest]) -> Session:
    """Signs in. Ten wrong passwords lock the name for five minutes."""
    return _with_live_access(await threads(services.sessions.sign_in, data.user, data.password), services)


@post("/v1/session/refresh", operation_id="refreshSession", tags=TAGS, opt=SIGN_IN, security=[{}], status_code=200)
async def refresh(services: Given, threads: InThreads, data: JSONBody[RefreshRequest]) -> Session:
    """The next pair of tokens. A refresh token is good once; shown a second time, it ends the session, unless nothing
    that was given for it has been used: then that answer was lost, and another pair is given in its place."""
    return _with_live_access(await threads(services.sessions.refresh, data.refresh_token), services)


@post("/v1/session/step-up", operation_id="stepUp", tags=TAGS, opt=SIGNED_IN, status_code=200)
async def step_up(
    services: Given, threads: InThreads, request: Request[Any, Any, Any], data: JSONBody[StepUpRequest]
) -> Session:
    """Proves again who is at the desk, for five minutes; answers with new tokens."""
    return _with_live_access(await threads(services.sessions.step_up, request.user, data.password), services)


@delete("/v1/session", operation_id="signOut", tags=TAGS, opt=SIGNED_IN)
async def sign_out(services: Given, threads: InThreads, request: Request[Any, Any, Any]) -> None:
    """Ends the session and all its tokens."""
    await threads(services.sessions.end, request.user)
    services.faces.end(request.user.session_id)


HANDLERS = [sign_in, refresh, step_up, sign_out]
