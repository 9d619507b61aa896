"""Receipts: found by time, amount, product, last four digits, visit; and read."""

from typing import Annotated

from litestar import get
from litestar.params import QueryParameter

from store_client.contract.page import Page
from store_client.contract.pattern import END
from store_client.contract.receipt import Receipt, ReceiptSummary
from store_server.http.access import allows
from store_server.http.form import moment
from store_server.http.parameters import Cursor, Given, IdInPath, InStore, InThreads, Limit, Since, Until, Words

TAGS = ["receipts"]
MOST_MINOR = 1_000_000_000_000


@get("/v1/receipts", operation_id="listReceipts", tags=TAGS, opt=allows("cases", "floor", "audit"))
async def list_receipts(
    services: Given,
    threads: InThreads,
    store: InStore,
    since: Since = None,
    until: Until = None,
    q: Words = "",
    least: Annotated[
        int | None, QueryParameter(name="min", ge=0, le=MOST_MINOR, description="least total, minor units")
    ] = None,
    most: Annotated[
        int | None, QueryParameter(name="max", ge=0, le=MOST_MINOR, description="greatest total, minor units")
    ] = None,
    last4: Annotated[
        str | None, QueryParameter(name="last4", pattern=r"^[0-9]{4}" + END, description="last four digits of the card")
    ] = None,
    cursor: Cursor = None,
    limit: Limit = 100,
) -> Page[ReceiptSummary]:
    """Newest first. `q`: words of product names, a GTIN, a receipt or visit number."""
    return await threads(
        services.receipts.page,
        store,
        since=moment("from", since),
        until=moment("to", until),
        q=q,
        min_minor=least,
        max_minor=most,
        last4=last4,
        cursor=cursor,
        limit=limit,
    )


@get("/v1/receipts/{receipt:str}", operation_id="getReceipt", tags=TAGS, opt=allows("cases", "floor", "audit"))
async def get_receipt(services: Given, threads: InThreads, receipt: IdInPath) -> Receipt:
    """Its lines, which never change, its corrections in order, and what stands now."""
    return await threads(services.receipts.get, receipt)


HANDLERS = [list_receipts, get_receipt]
