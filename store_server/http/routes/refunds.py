"""Refunds, as far as they have come."""

from litestar import get

from store_client.contract.refund import Refund
from store_server.http.access import allows
from store_server.http.parameters import Given, IdInPath, InThreads


@get("/v1/refunds/{refund:str}", operation_id="getRefund", tags=["refunds"], opt=allows("cases", "audit"))
async def get_refund(services: Given, threads: InThreads, refund: IdInPath) -> Refund:
    return await threads(services.refunds.get, refund)


HANDLERS = [get_refund]
