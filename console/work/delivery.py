"""One intent on its way: on disk first, then to the store, then its answer on disk."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from console.domain.intent import WANTS_PASSWORD, Intent
from console.storage.drafts import Drafts
from console.storage.outbox import Outbox
from console.storage.unusable import Unusable
from console.work.door import Door
from console.work.operation import Cancellation, Cancelled
from console.work.trouble import what_happened
from store_client.client import StoreClient
from store_client.contract.cart import Cart, CartChangeRequest
from store_client.contract.case import ApprovalRequest, Case, CaseRequest, DecisionRequest
from store_client.contract.decoding import from_json
from store_client.contract.problem import Problem
from store_client.contract.receipt import Receipt
from store_client.contract.refund import Refund, ResolutionRequest
from store_client.errors import (
    BadAnswer,
    Failed,
    NoAnswer,
    SignedOut,
    SlowDown,
    StepUpNeeded,
    StillRunning,
    StoreError,
    Unreachable,
    WrongPassword,
)

_log = logging.getLogger(__name__)
Answer = Cart | Case | Receipt | Refund

PROBE_S = 2.0
"""How long a store that seemed away is given to say that it is there."""


class StillAway(Unreachable):
    """Nothing was sent."""


_NOT_KNOWN = (NoAnswer, Failed, StillRunning, SlowDown, SignedOut, BadAnswer, StepUpNeeded)
"""After these nobody knows whether it was done: the intent stays, and is sent again under the same key."""
_NOT_DONE = (SlowDown, SignedOut, StepUpNeeded)
"""Of those: these say that this try did nothing, if no earlier one of the same call went unanswered."""


def is_undecided(error: BaseException) -> bool:
    """True if the store may or may not have done it."""
    return isinstance(error, _NOT_KNOWN)


def deliver(
    door: Door,
    outbox: Outbox,
    drafts: Drafts,
    intent: Intent,
    _: Cancellation,
    *,
    label: str = "",
    password: str = "",
    is_away: bool = False,
) -> Answer:
    """Raises StoreError; Unusable where the intent could not be saved, and Cancelled where it was taken back meanwhile:
    then nothing was sent. ``label``: see Kept. ``password``: for what the store wants a fresh one; it is never kept.
    ``is_away``: the store did not answer lately; unless it does now, nothing is sent."""
    saved = outbox.save(intent, label)
    if password:
        _step_up(door, outbox, saved, password)
    elif is_away:
        _probe(door, outbox, saved)
    if not outbox.sends(saved.key):
        raise Cancelled
    try:
        answer = _ask(_client_of(saved, door), saved)
    except StoreError as error:
        with _kept_open(saved):
            if is_undecided(error):
                detail = WANTS_PASSWORD if isinstance(error, StepUpNeeded) else str(error)
                is_undone = isinstance(error, _NOT_DONE) and not error.may_be_done
                outbox.misses(saved.key, detail, is_undone=is_undone)
            else:
                outbox.settle(saved.key, "refused", what_happened(error))
        raise
    with _kept_open(saved):
        outbox.settle(saved.key, "done")
        if isinstance(answer, Case) and answer.state in ("decided", "closed"):
            drafts.drop(saved.store, saved.user, answer.id)
    return answer


def _step_up(door: Door, outbox: Outbox, intent: Intent, password: str) -> None:
    """A wrong password takes a new intent back: the user will ask again; one that has waited goes on waiting."""
    try:
        door.client.step_up(password)
    except WrongPassword:
        with _kept_open(intent):
            outbox.withdraw_new(intent.key)
        raise
    except StoreError as error:
        with _kept_open(intent):
            outbox.misses(intent.key, str(error))
        raise


def _client_of(intent: Intent, door: Door) -> StoreClient:
    """Nothing is done in the name of another, who signed in since it was asked for."""
    session = door.client.session
    if session is None or session.user.id != intent.user:
        raise SignedOut(Problem(title="whoever asked for it is not signed in any more", status=401))
    return door.client


def _probe(door: Door, outbox: Outbox, intent: Intent) -> None:
    try:
        door.client.stores(timeout=PROBE_S)
    except NoAnswer as error:
        with _kept_open(intent):
            outbox.misses(intent.key, str(error))
        raise StillAway(error.problem) from error


@contextmanager
def _kept_open(intent: Intent) -> Iterator[None]:
    """An answer that cannot be written down is an answer all the same: the intent is sent again, and gets it again."""
    try:
        yield
    except Unusable as error:
        _log.warning("the answer to %s %s is not kept: %s", intent.kind, intent.key, error)


def _ask(client: StoreClient, intent: Intent) -> Answer:
    match intent.kind:
        case "change_cart":
            change = from_json(intent.body, CartChangeRequest)
            return client.change_cart(intent.target, change, intent.key)
        case "open_case":
            return client.open_case(from_json(intent.body, CaseRequest), intent.key)
        case "claim_case":
            return client.claim_case(intent.target, intent.version, intent.key)
        case "decide_case":
            decision = from_json(intent.body, DecisionRequest)
            return client.decide_case(intent.target, decision, intent.version, intent.key)
        case "approve_case":
            approval = from_json(intent.body, ApprovalRequest)
            return client.approve_case(intent.target, approval, intent.version, intent.key)
        case "ask_refund":
            return client.ask_refund(intent.target, intent.key)
        case "resolve_refund":
            resolution = from_json(intent.body, ResolutionRequest)
            return client.resolve_refund(intent.target, resolution, intent.key)
        case "resolve_doubt":
            resolution = from_json(intent.body, ResolutionRequest)
            return client.resolve_doubt(intent.target, resolution, intent.key)
