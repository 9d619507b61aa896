"""The catalogue."""

from litestar import get

from store_client.contract.page import Page
from store_client.contract.product import Product
from store_server.http.access import SIGNED_IN
from store_server.http.parameters import Cursor, Given, GtinInPath, InThreads, Limit, Words

TAGS = ["products"]


@get("/v1/products", operation_id="listProducts", tags=TAGS, opt=SIGNED_IN)
async def list_products(
    services: Given, threads: InThreads, q: Words = "", cursor: Cursor = None, limit: Limit = 100
) -> Page[Product]:
    """By name. `q`: words of the name or category, or a GTIN."""
    return await threads(services.products.page, q=q, cursor=cursor, limit=limit)


@get("/v1/products/{gtin:str}", operation_id="getProduct", tags=TAGS, opt=SIGNED_IN)
async def get_product(services: Given, threads: InThreads, gtin: GtinInPath) -> Product:
    return await threads(services.products.get, gtin)


HANDLERS = [list_products, get_product]
