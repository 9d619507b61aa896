"""The audit log: read by auditors, and checked by every desk."""

from typing import Annotated

from litestar import get
from litestar.params import QueryParameter

from store_client.contract.audit import AuditEntry, AuditHead, AuditLinks
from store_client.contract.page import Page
from store_server.http.access import SIGNED_IN, allows
from store_server.http.form import moment
from store_server.http.parameters import Cursor, Given, InThreads, Limit, Since, Until

TAGS = ["audit"]
MOST_ENTRIES = 2**53
"""Counts travel as JSON numbers."""


def _exactly(name: str, description: str) -> QueryParameter:
    return QueryParameter(name=name, min_length=1, max_length=200, description=description)


@get("/v1/audit", operation_id="listAuditEntries", tags=TAGS, opt=allows("audit"))
async def list_entries(
    services: Given,
    threads: InThreads,
    by: Annotated[str | None, _exactly("by", "a user's name, or `store`")] = None,
    action: Annotated[str | None, _exactly("action", "such as `decided`")] = None,
    subject: Annotated[str | None, _exactly("subject", "such as `case:<id>`")] = None,
    since: Since = None,
    until: Until = None,
    cursor: Cursor = None,
    limit: Limit = 100,
) -> Page[AuditEntry]:
    """Newest first."""
    return await threads(
        services.audit.page,
        by=by,
        action=action,
        subject=subject,
        since=moment("from", since),
        until=moment("to", until),
        cursor=cursor,
        limit=limit,
    )


@get("/v1/audit/head", operation_id="getAuditHead", tags=TAGS, opt=SIGNED_IN)
async def get_head(
    services: Given,
    threads: InThreads,
    count: Annotated[
        int | None, QueryParameter(name="count", ge=1, le=MOST_ENTRIES, description="as it was after so many entries")
    ] = None,
) -> AuditHead:
    """The head of the chain, signed: whoever keeps it can tell later whether anything before it was changed."""
    return await threads(services.audit.head, count)


@get("/v1/audit/links", operation_id="getAuditLinks", tags=TAGS, opt=SIGNED_IN)
async def get_links(
    services: Given,
    threads: InThreads,
    after: Annotated[int, QueryParameter(name="after", ge=0, le=MOST_ENTRIES, description="count of a head")],
) -> AuditLinks:
    """What leads from the head after `after` entries to the next thousand; says nothing of what is in them."""
    return await threads(services.audit.links, after)


HANDLERS = [list_entries, get_head, get_links]
