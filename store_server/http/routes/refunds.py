"""Refunds and debits, as far as they have come, and what a person does about a doubt."""

from typing import Any

from litestar import Request, get, post
from litestar.params import JSONBody

from store_client.contract.receipt import Receipt
from store_client.contract.refund import Debit, Refund, ResolutionRequest
from store_server.http.access import allows
from store_server.http.form import IdempotencyKey, once
from store_server.http.parameters import By, Given, IdInPath, InThreads

TAGS = ["refunds"]


@get("/v1/refunds/{refund:str}", operation_id="getRefund", tags=TAGS, opt=allows("cases", "audit"))
async def get_refund(services: Given, threads: InThreads, refund: IdInPath) -> Refund:
    """Its states so far, and what a person has to do about it."""
    return await threads(services.refunds.get, refund)


@post("/v1/refunds/{refund:str}/ask", operation_id="askRefund", tags=TAGS, opt=allows("cases"), status_code=200)
async def ask_refund(
    services: Given,
    threads: InThreads,
    actor: By,
    request: Request[Any, Any, Any],
    refund: IdInPath,
    key: IdempotencyKey,
) -> Refund:
    """Has the payment provider asked at once what became of it."""
    return await threads(services.refunds.ask, refund, actor, once(request, key))


@post(
    "/v1/refunds/{refund:str}/resolution",
    operation_id="resolveRefund",
    tags=TAGS,
    opt=allows("approve"),
    status_code=200,
)
async def resolve_refund(
    services: Given,
    threads: InThreads,
    actor: By,
    request: Request[Any, Any, Any],
    refund: IdInPath,
    key: IdempotencyKey,
    data: JSONBody[ResolutionRequest],
) -> Refund:
    """Ends a doubt that the provider itself cannot end any more, or has it sent again; needs a fresh password (`/v1/session/step-up`)."""
    return await threads(services.refunds.resolve, refund, data, actor, once(request, key, data))


@post(
    "/v1/doubts/{doubt:str}/resolution",
    operation_id="resolveDoubt",
    tags=TAGS,
    opt=allows("approve"),
    status_code=200,
)
async def resolve_doubt(
    services: Given,
    threads: InThreads,
    actor: By,
    request: Request[Any, Any, Any],
    doubt: IdInPath,
    key: IdempotencyKey,
    data: JSONBody[ResolutionRequest],
) -> Receipt:
    """Ends the doubt about a payment or a debit, which its receipt names; needs a fresh password (`/v1/session/step-up`)."""
    return await threads(services.doubts.resolve, doubt, data, actor, once(request, key, data))


@get("/v1/debits/{debit:str}", operation_id="getDebit", tags=TAGS, opt=allows("cases", "audit"))
async def get_debit(services: Given, threads: InThreads, debit: IdInPath) -> Debit:
    """An increase after the sale: written off, or charged because the shopper agreed."""
    return await threads(services.refunds.debit, debit)


HANDLERS = [get_refund, ask_refund, resolve_refund, resolve_doubt, get_debit]
