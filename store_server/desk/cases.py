"""Cases: from a shopper's "I never took that" to the correction and the refund that follow."""

from collections.abc import Callable
from datetime import datetime

from store_client.contract.case import (
    Case,
    CaseRequest,
    CaseState,
    CaseSummary,
    DecisionRequest,
    Effect,
    Lease,
    LeaseRequest,
    PreviewRequest,
)
from store_client.contract.page import Page
from store_server.desk.actor import Actor
from store_server.desk.announce import Announce, announce_nothing
from store_server.desk.once import Memory, Once
from store_server.storage.database import Database


class Cases:
    def __init__(
        self, database: Database, memory: Memory, now_us: Callable[[], int], announce: Announce = announce_nothing
    ) -> None:
        self._database = database
        self._memory = memory
        self._now_us = now_us
        self._announce = announce

    def page(
        self,
        store: str,
        *,
        state: CaseState | None = None,
        assignee: str | None = None,
        due_before: datetime | None = None,
        cursor: str | None = None,
        limit: int = 100,
    ) -> Page[CaseSummary]:
        """What is due first comes first. ``assignee``: a user's id."""
        raise NotImplementedError

    def get(self, case: str) -> Case:
        raise NotImplementedError

    def open(self, request: CaseRequest, actor: Actor, once: Once) -> Case:
        raise NotImplementedError

    def claim(self, case: str, actor: Actor, if_match: int, once: Once) -> Case:
        """Takes the case: a lease with a new token. Refusal("lease-lost") while another holds it."""
        raise NotImplementedError

    def renew(self, case: str, request: LeaseRequest, actor: Actor) -> Lease:
        raise NotImplementedError

    def release(self, case: str, token: int, actor: Actor) -> Case:
        raise NotImplementedError

    def preview(self, case: str, request: PreviewRequest, actor: Actor) -> Effect:
        raise NotImplementedError

    def decide(self, case: str, request: DecisionRequest, actor: Actor, if_match: int, once: Once) -> Case:
        raise NotImplementedError
