"""The shopper's own channel: what an app asks for its user, with the app's key as bearer token."""

from typing import Any

from litestar import Request, Response, get, post
from litestar.params import JSONBody

from store_client.contract.case import ShopperCase, ShopperCaseRequest
from store_server.http.access import FOR_APPS
from store_server.http.form import IdempotencyKey, once
from store_server.http.parameters import Given, IdInPath, InThreads, Through

TAGS = ["shopper"]


@post("/v1/shopper/cases", operation_id="openShopperCase", tags=TAGS, opt=FOR_APPS)
async def open_case(
    services: Given,
    threads: InThreads,
    app: Through,
    request: Request[Any, Any, Any],
    key: IdempotencyKey,
    data: JSONBody[ShopperCaseRequest],
) -> Response[ShopperCase]:
    """Opens a case on a receipt of the visit that began with `code`."""
    case = await threads(services.shopper.open, data, app, once(request, key, data))
    return Response(case, status_code=201, headers={"Location": f"/v1/shopper/cases/{case.id}"})


@get("/v1/shopper/cases/{case:str}", operation_id="getShopperCase", tags=TAGS, opt=FOR_APPS)
async def get_case(services: Given, threads: InThreads, app: Through, case: IdInPath) -> ShopperCase:
    """What became of a case that this app opened."""
    return await threads(services.shopper.get, case, app)


HANDLERS = [open_case, get_case]
