"""The store's HTTP interface, put together."""

import time
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from typing import Any

from litestar import Litestar, Request
from litestar.datastructures import MutableScopeHeaders, State
from litestar.di import Provide
from litestar.exceptions import HTTPException
from litestar.middleware import DefineMiddleware
from litestar.types import Message, Scope

from store_server.desk.actor import Actor
from store_server.desk.apps import App
from store_server.http.access import Access, guard_permission
from store_server.http.body import LIMIT, StrictRequest
from store_server.http.description import CONFIG, Description
from store_server.http.flood import Flood, Rates
from store_server.http.form import guard_form
from store_server.http.problems import HEADERS, on_failure, on_refusal, on_wrong_request
from store_server.http.refused import RefusedDeeds
from store_server.http.routes import (
    alerts,
    audit,
    cameras,
    carts,
    cases,
    description,
    evidence,
    exports,
    faces,
    products,
    receipts,
    recordings,
    refunds,
    sensors,
    session,
    shopper,
    stores,
    trips,
)
from store_server.http.services import Services
from store_server.http.threads import Threads
from store_server.refusal import Refusal

NOUNS = (
    session,
    stores,
    products,
    trips,
    carts,
    receipts,
    cases,
    evidence,
    refunds,
    shopper,
    sensors,
    cameras,
    recordings,
    exports,
    faces,
    alerts,
    audit,
    description,
)


def build_http(
    services: Services, *, rates: Rates | None = None, monotonic: Callable[[], float] = time.monotonic
) -> Litestar:
    """The application that :func:`store_server.http.serving.serve` serves.

    ``monotonic``: seconds, by which floods are measured.
    """
    threads = Threads()
    documents = Description()
    flood = Flood(rates or Rates(), monotonic)

    @asynccontextmanager
    async def lifespan(_app: Litestar) -> AsyncGenerator[None, None]:
        yield
        threads.close()

    return Litestar(
        route_handlers=[handler for noun in NOUNS for handler in noun.HANDLERS],
        dependencies={
            "services": Provide(lambda: services, sync_to_thread=False),
            "threads": Provide(lambda: threads, sync_to_thread=False),
            "documents": Provide(lambda: documents, sync_to_thread=False),
            "actor": Provide(_actor, sync_to_thread=False),
            "app": Provide(_app, sync_to_thread=False),
        },
        middleware=[
            DefineMiddleware(Access, sessions=services.sessions, apps=services.apps, threads=threads, flood=flood)
        ],
        guards=[guard_permission, guard_form],
        request_class=StrictRequest,
        request_max_body_size=LIMIT,
        exception_handlers={Refusal: on_refusal, HTTPException: on_wrong_request, Exception: on_failure},
        after_exception=[RefusedDeeds(services.audit, threads)],
        before_send=[_add_headers],
        lifespan=[lifespan],
        state=State({"is_stopping": False}),  # set by serving, so that pictures end when the store does
        openapi_config=CONFIG,
        logging_config=None,
    )


def _actor(request: Request[Any, Any, Any]) -> Actor:
    actor: Actor = request.user.actor
    return actor


def _app(request: Request[Any, Any, Any]) -> App:
    app: App = request.user.actor
    return app


async def _add_headers(message: Message, _scope: Scope) -> None:
    if message["type"] != "http.response.start":
        return
    headers = MutableScopeHeaders.from_message(message)
    for name, value in HEADERS.items():
        headers.setdefault(name, value)
