"""Carts, and the hand of staff in them."""

from typing import Any

from litestar import Request, get, post
from litestar.params import JSONBody

from store_client.contract.cart import Cart, CartChangeRequest
from store_server.http.access import allows
from store_server.http.form import IdempotencyKey, once
from store_server.http.parameters import By, Given, IdInPath, InThreads

TAGS = ["carts"]


@get("/v1/carts/{trip:str}", operation_id="getCart", tags=TAGS, opt=allows("floor"))
async def get_cart(services: Given, threads: InThreads, trip: IdInPath) -> Cart:
    return await threads(services.carts.get, trip)


@post("/v1/carts/{trip:str}/changes", operation_id="changeCart", tags=TAGS, opt=allows("cart"), status_code=200)
async def change_cart(
    services: Given,
    threads: InThreads,
    actor: By,
    request: Request[Any, Any, Any],
    trip: IdInPath,
    key: IdempotencyKey,
    data: JSONBody[CartChangeRequest],
) -> Cart:
    """Adds units of a product to a living cart, or takes them back."""
    return await threads(services.carts.change, trip, data, actor, once(request, key, data))


HANDLERS = [get_cart, change_cart]
