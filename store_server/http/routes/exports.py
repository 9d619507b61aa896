"""What was recorded of a span, to take away."""

import asyncio
import logging
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from typing import Annotated, Any

from litestar import Request, get
from litestar.datastructures import State
from litestar.params import QueryParameter
from litestar.response.streaming import ASGIStreamingResponse
from litestar.types import Receive, Send

from store_client.contract.export import EXPECTED_BYTES, TAR, ExportKind
from store_client.contract.pattern import END
from store_server.http.access import allows
from store_server.http.parameters import Faces, Given, InThreads, NameInPath, RequiredSince, RequiredUntil
from store_server.http.pictures import FACES
from store_server.http.routes.sensors import span
from store_server.refusal import Refusal
from store_server.sensing.export.order import Order

log = logging.getLogger(__name__)

TAGS = ["cameras"]
_CAMERAS = r"^[^\x00-\x1f\x7f/,]{1,64}(,[^\x00-\x1f\x7f/,]{1,64}){0,63}" + END


class ExportStream(ASGIStreamingResponse):
    """An archive while it is made; it is left when the client goes away or the store stops."""

    def __init__(
        self, content: AsyncGenerator[bytes, None], is_stopping: Callable[[], bool], headers: dict[str, str]
    ) -> None:
        super().__init__(iterator=_until(content, is_stopping), media_type=TAR, headers=headers)
        self._content = content

    async def send_body(self, send: Send, receive: Receive) -> None:
        try:
            await super().send_body(send, receive)
        finally:
            await asyncio.shield(self._content.aclose())


async def _until(content: AsyncGenerator[bytes, None], is_stopping: Callable[[], bool]) -> AsyncGenerator[bytes, None]:
    """What fails ends it before its signature, by which whoever receives it knows."""
    async with aclosing(content):
        try:
            async for part in content:
                if is_stopping():
                    return
                yield part
        except (OSError, Refusal) as error:
            log.error("an export could not be made: %s", error)


@get("/v1/stores/{store:str}/export", operation_id="exportSpan", tags=TAGS, opt=allows("floor"), media_type=TAR)
async def export_span(
    services: Given,
    threads: InThreads,
    request: Request[Any, Any, Any],
    state: State,
    store: NameInPath,
    since: RequiredSince,
    until: RequiredUntil,
    cameras: Annotated[str, QueryParameter(name="cameras", pattern=_CAMERAS, description="ids, by commas")],
    kind: Annotated[
        ExportKind, QueryParameter(name="kind", description="films of each camera, or one of all side by side")
    ] = "clips",
    faces: Faces = None,
) -> ExportStream:
    """What was recorded in [from, to): films, weights and positions as CSV, and a signed manifest, as a tar archive that
    `python -m store_server export verify` checks. At most half a day; side by side at most an hour.

    Films of each camera show faces, so that leave is needed (`faces-needed`); side by side they are covered without it.
    `X-Expected-Bytes` says about how long the films will be. Recorded in the audit log when it begins and when it is
    signed.
    """
    since_us, until_us = span(since, until)
    if kind == "clips" or faces is not None:
        await threads(services.faces.require, faces, request.user)
    actor, chosen = request.user.actor, tuple(dict.fromkeys(cameras.split(",")))
    order = Order(chosen, since_us, until_us, kind, actor.name, is_clear=faces is not None)

    async def signed(sha256: str) -> None:
        await threads(services.looks.signed, actor, store, sha256)

    export = await services.exports.begin(store, order, signed)
    try:
        await threads(services.looks.exported, actor, store, chosen, since_us, until_us, kind, order.is_clear)
        if faces is not None:
            for camera in chosen:
                await threads(services.faces.seen, faces, f"camera:{camera}")
    except BaseException:
        await export.content.aclose()
        raise
    headers = {EXPECTED_BYTES: str(export.expected_bytes), FACES: "clear" if order.is_clear else "blurred"}
    return ExportStream(export.content, lambda: bool(state.is_stopping), headers)


HANDLERS = [export_span]
