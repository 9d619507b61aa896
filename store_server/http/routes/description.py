"""The interface, described by itself: OpenAPI for HTTP, and the live subjects beside it."""

from typing import Any

from litestar import Request, get
from litestar.di import NamedDependency
from litestar.params import SkipValidation

from store_server.http.access import PUBLIC
from store_server.http.description import Description

Documents = NamedDependency[SkipValidation[Description]]


@get("/v1/openapi.json", opt=PUBLIC, include_in_schema=False, media_type="application/json")
async def get_openapi(documents: Documents, request: Request[Any, Any, Any]) -> bytes:
    return documents.openapi(request.app)


@get("/v1/live.json", opt=PUBLIC, include_in_schema=False, media_type="application/json")
async def get_live(documents: Documents) -> bytes:
    return documents.live()


HANDLERS = [get_openapi, get_live]
