"""One intent on its way: on disk first, then to the store, then its answer on disk."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

import msgspec

from console.domain.intent import Intent
from console.storage.drafts import Drafts
from console.storage.outbox import Outbox
from console.storage.unusable import Unusable
from console.work.door import Door
from console.work.operation import Cancellation
from store_client.client import StoreClient
from store_client.contract.cart import Cart, CartChangeRequest
from store_client.contract.case import Case, CaseRequest, DecisionRequest
from store_client.errors import BadAnswer, Failed, NoAnswer, SignedOut, SlowDown, StillRunning, StoreError

_log = logging.getLogger(__name__)

_NOT_KNOWN = (NoAnswer, Failed, StillRunning, SlowDown, SignedOut, BadAnswer)
"""After these nobody knows whether it was done: the intent stays, and is sent again under the same key."""


def is_undecided(error: BaseException) -> bool:
    """True if the store may or may not have done it."""
    return isinstance(error, _NOT_KNOWN)


def deliver(door: Door, outbox: Outbox, drafts: Drafts, intent: Intent, _: Cancellation) -> Cart | Case:
    """Raises StoreError, and Unusable where the intent could not be saved: then nothing was sent."""
    saved = outbox.save(intent)
    try:
        answer = _ask(door.client, saved)
    except StoreError as error:
        if not is_undecided(error):
            with _kept_open(saved):
                outbox.settle(saved.key, "refused", str(error))
        raise
    with _kept_open(saved):
        outbox.settle(saved.key, "done")
        if saved.kind == "decide_case":
            drafts.drop(saved.store, saved.target)
    return answer


@contextmanager
def _kept_open(intent: Intent) -> Iterator[None]:
    """An answer that cannot be written down is an answer all the same: the intent is sent again, and gets it again."""
    try:
        yield
    except Unusable as error:
        _log.warning("the answer to %s %s is not kept: %s", intent.kind, intent.key, error)


def _ask(client: StoreClient, intent: Intent) -> Cart | Case:
    match intent.kind:
        case "change_cart":
            change = msgspec.json.decode(intent.body, type=CartChangeRequest)
            return client.change_cart(intent.target, change, intent.key)
        case "open_case":
            return client.open_case(msgspec.json.decode(intent.body, type=CaseRequest), intent.key)
        case "claim_case":
            return client.claim_case(intent.target, intent.version, intent.key)
        case "decide_case":
            decision = msgspec.json.decode(intent.body, type=DecisionRequest)
            return client.decide_case(intent.target, decision, intent.version, intent.key)
