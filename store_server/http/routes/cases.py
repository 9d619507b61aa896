"""Cases: the queue, one case, and what an agent does with it."""

from typing import Annotated, Any, Literal

from litestar import Request, Response, delete, get, post, put
from litestar.params import JSONBody, QueryParameter

from store_client.contract.case import (
    ApprovalRequest,
    Case,
    CaseCounts,
    CaseRequest,
    CaseState,
    CaseSummary,
    Channel,
    DecisionRequest,
    Effect,
    Lease,
    LeaseRequest,
    PreviewRequest,
    Signals,
)
from store_client.contract.page import Page
from store_server.desk.queue import Wanted
from store_server.http.access import allows
from store_server.http.form import IdempotencyKey, IfMatch, etag, moment, once, version
from store_server.http.parameters import By, Cursor, Given, IdInPath, InStore, InThreads, Limit

TAGS = ["cases"]
CASES = allows("cases")
Choice = Literal["true", "false"]


def _answer(case: Case, status: int = 200) -> Response[Case]:
    """A case with its version as ETag; one that is new with its place too."""
    headers = {"ETag": etag(case.version)}
    if status == 201:
        headers["Location"] = f"/v1/cases/{case.id}"
    return Response(case, status_code=status, headers=headers)


def _chosen(text: Choice | None) -> bool | None:
    return None if text is None else text == "true"


@get("/v1/cases", operation_id="listCases", tags=TAGS, opt=CASES)
async def list_cases(
    services: Given,
    threads: InThreads,
    actor: By,
    store: InStore,
    being: Annotated[CaseState | None, QueryParameter(name="state")] = None,
    assignee: Annotated[
        str | None, QueryParameter(name="assignee", max_length=64, description="a user's name or id")
    ] = None,
    due_before: Annotated[
        str | None, QueryParameter(name="due_before", max_length=40, schema_extra={"format": "date-time"})
    ] = None,
    channel: Annotated[
        Channel | None, QueryParameter(name="channel", description="through which it was opened")
    ] = None,
    late: Annotated[Choice | None, QueryParameter(name="late", description="undecided past its due time")] = None,
    mine: Annotated[Choice | None, QueryParameter(name="mine", description="held or proposed by who asks")] = None,
    approvable: Annotated[
        Choice | None, QueryParameter(name="approvable", description="awaiting an approval that who asks may give")
    ] = None,
    cursor: Cursor = None,
    limit: Limit = 100,
) -> Page[CaseSummary]:
    """What is due first comes first."""
    wanted = Wanted(
        state=being,
        assignee=assignee,
        due_before=moment("due_before", due_before),
        channel=channel,
        late=_chosen(late),
        mine=_chosen(mine),
        approvable=_chosen(approvable),
        actor=actor,
    )
    return await threads(services.cases.page, store, wanted, cursor=cursor, limit=limit)


@get("/v1/cases/counts", operation_id="countCases", tags=TAGS, opt=CASES)
async def count_cases(services: Given, threads: InThreads, actor: By, store: InStore) -> CaseCounts:
    """How many cases there are in each state, and how many of them wait for who asks."""
    return await threads(services.cases.counts, store, actor)


@post("/v1/cases", operation_id="openCase", tags=TAGS, opt=CASES)
async def open_case(
    services: Given,
    threads: InThreads,
    actor: By,
    request: Request[Any, Any, Any],
    key: IdempotencyKey,
    data: JSONBody[CaseRequest],
) -> Response[Case]:
    """Opens a case on a receipt."""
    return _answer(await threads(services.cases.open, data, actor, once(request, key, data)), 201)


@get("/v1/cases/{case:str}", operation_id="getCase", tags=TAGS, opt=CASES)
async def get_case(services: Given, threads: InThreads, case: IdInPath) -> Response[Case]:
    return _answer(await threads(services.cases.get, case))


@post("/v1/cases/{case:str}/claim", operation_id="claimCase", tags=TAGS, opt=CASES, status_code=200)
async def claim_case(
    services: Given,
    threads: InThreads,
    actor: By,
    request: Request[Any, Any, Any],
    case: IdInPath,
    key: IdempotencyKey,
    if_match: IfMatch,
) -> Response[Case]:
    """Takes the case: a lease whose token what follows must show."""
    return _answer(await threads(services.cases.claim, case, actor, version(if_match), once(request, key)))


@put("/v1/cases/{case:str}/lease", operation_id="renewLease", tags=TAGS, opt=CASES)
async def renew_lease(
    services: Given, threads: InThreads, actor: By, case: IdInPath, data: JSONBody[LeaseRequest]
) -> Lease:
    """Holds the case for longer."""
    return await threads(services.cases.renew, case, data, actor)


@delete("/v1/cases/{case:str}/lease", operation_id="releaseLease", tags=TAGS, opt=CASES, status_code=200)
async def release_lease(
    services: Given, threads: InThreads, actor: By, case: IdInPath, data: JSONBody[LeaseRequest]
) -> Response[Case]:
    """Gives the case back to the queue."""
    return _answer(await threads(services.cases.release, case, data.token, actor))


@post("/v1/cases/{case:str}/preview", operation_id="previewDecision", tags=TAGS, opt=CASES, status_code=200)
async def preview_decision(
    services: Given, threads: InThreads, actor: By, case: IdInPath, data: JSONBody[PreviewRequest]
) -> Effect:
    """What a decision would do to net, tax, total and stock; changes nothing."""
    return await threads(services.cases.preview, case, data, actor)


@post("/v1/cases/{case:str}/decision", operation_id="decideCase", tags=TAGS, opt=CASES, status_code=200)
async def decide_case(
    services: Given,
    threads: InThreads,
    actor: By,
    request: Request[Any, Any, Any],
    case: IdInPath,
    key: IdempotencyKey,
    if_match: IfMatch,
    data: JSONBody[DecisionRequest],
) -> Response[Case]:
    """Decides; the correction and the refund or debit follow, once. Above a limit it is proposed to somebody else."""
    seen = version(if_match)
    return _answer(await threads(services.cases.decide, case, data, actor, seen, once(request, key, data)))


@post("/v1/cases/{case:str}/approval", operation_id="approveCase", tags=TAGS, opt=allows("approve"), status_code=200)
async def approve_case(
    services: Given,
    threads: InThreads,
    actor: By,
    request: Request[Any, Any, Any],
    case: IdInPath,
    key: IdempotencyKey,
    if_match: IfMatch,
    data: JSONBody[ApprovalRequest],
) -> Response[Case]:
    """Approves or refuses what another proposed above a limit; needs a fresh password (`/v1/session/step-up`)."""
    seen = version(if_match)
    return _answer(await threads(services.cases.approve, case, data, actor, seen, once(request, key, data)))


@get("/v1/cases/{case:str}/signals", operation_id="getSignals", tags=TAGS, opt=CASES)
async def get_signals(services: Given, threads: InThreads, case: IdInPath) -> Signals:
    """Earlier cases of the same means of payment and of the same plates."""
    return await threads(services.cases.signals, case)


HANDLERS = [
    list_cases,
    count_cases,
    open_case,
    get_case,
    claim_case,
    renew_lease,
    release_lease,
    preview_decision,
    decide_case,
    approve_case,
    get_signals,
]
