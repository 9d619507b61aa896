"""Cases: from a shopper's "I never took that" to the correction and the refund that follow."""

from collections.abc import Callable

import msgspec
from sqlalchemy import func, select, tuple_
from sqlalchemy.orm import Session

from store_client.contract.case import (
    ApprovalRequest,
    Case,
    CaseCounts,
    CaseRequest,
    CaseSummary,
    Decision,
    DecisionRequest,
    Effect,
    Lease,
    LeaseRequest,
    PreviewRequest,
    Signals,
)
from store_client.contract.live import Event
from store_client.contract.moment import from_micros
from store_client.contract.money import Money
from store_client.contract.page import Page
from store_server.cart.catalogue import store_of
from store_server.cause import cause, refused
from store_server.clock import LEAP_S, Steadiness
from store_server.desk.actor import Actor
from store_server.desk.announce import Announce, announce_nothing
from store_server.desk.case_opening import hasten_due, open_case
from store_server.desk.case_reading import (
    LEASE_US,
    case_row,
    is_leased,
    lease_of,
    read_case,
    read_summary,
    summaries,
)
from store_server.desk.cursor import Number, Text, checked_limit, make_page, read_cursor
from store_server.desk.decision import carry_out, effect_of, work_out
from store_server.desk.history import note
from store_server.desk.once import Memory, Once
from store_server.desk.proposal import conclude, expire, hasten, propose
from store_server.desk.queue import Wanted, count_cases
from store_server.desk.repayment import amount_of
from store_server.desk.signals import signals_of
from store_server.desk.why import Why
from store_server.refusal import Refusal
from store_server.storage.audit import AuditRow
from store_server.storage.cases import CaseRow
from store_server.storage.database import Database

BATCH = 100
_LEAP_US = int(LEAP_S * 1_000_000)


class Cases:
    """A lease is held by one user under a token that grows with each claim; a late hand is refused by it."""

    def __init__(
        self,
        database: Database,
        memory: Memory,
        now_us: Callable[[], int],
        announce: Announce = announce_nothing,
        steadiness: Steadiness | None = None,
    ) -> None:
        """``steadiness``: of the clock ``now_us``, for whoever calls ``expire`` again and again."""
        self._steadiness = steadiness
        self._is_steady = steadiness is None
        self._database = database
        self._memory = memory
        self._now_us = now_us
        self._announce = announce

    def page(
        self, store: str, wanted: Wanted | None = None, *, cursor: str | None = None, limit: int = 100
    ) -> Page[CaseSummary]:
        """What is due first comes first. Refusal("not-found") without the store."""
        now_us = self._now_us()
        query = summaries().where(CaseRow.store == store, *(wanted or Wanted()).conditions(now_us))
        after = read_cursor(cursor, tuple[Number, Text])
        if after is not None:
            query = query.where(tuple_(CaseRow.due_us, CaseRow.id) > after)
        query = query.order_by(CaseRow.due_us, CaseRow.id).limit(checked_limit(limit) + 1)
        with self._database.read() as session:
            store_of(session, store)
            return make_page(
                session.execute(query).all(),
                limit,
                lambda row: read_summary(*row, now_us=now_us),
                lambda row: (row[0].due_us, row[0].id),
            )

    def counts(self, store: str, actor: Actor) -> CaseCounts:
        """How many there are in each state, and of them for ``actor``."""
        with self._database.read() as session:
            store_of(session, store)
            return count_cases(session, store, actor, self._now_us())

    def signals(self, case: str) -> Signals:
        """Earlier cases of the same means of payment and of the same plates."""
        with self._database.read() as session:
            return signals_of(session, case_row(session, case), self._now_us())

    def get(self, case: str) -> Case:
        with self._database.read() as session:
            return read_case(session, case_row(session, case), self._now_us())

    def open(self, request: CaseRequest, actor: Actor, once: Once) -> Case:
        """A case on a receipt, which has at most one that is not decided yet."""
        actor.require("cases")
        now_us = self._now_us()

        def effect(session: Session) -> tuple[Case, list[Event]]:
            row, event = open_case(session, request, actor.name, now_us)
            return read_case(session, row, now_us), [event]

        case, events = self._memory.once(once, actor, Case, effect)
        self._announce(events)
        return case

    def claim(self, case: str, actor: Actor, if_match: int, once: Once) -> Case:
        """Takes the case: a lease with a new token. Refusal("lease-lost") while another holds it."""
        actor.require("cases")
        now_us = self._now_us()

        def effect(session: Session) -> tuple[Case, list[Event]]:
            row = case_row(session, case, for_update=True)
            _match(row, if_match)
            _undecided(row)
            if is_leased(row, now_us) and row.assignee_id != actor.user_id:
                raise Refusal("lease-lost", f"{row.assignee} holds this case")
            row.state = "claimed"
            row.assignee_id, row.assignee = actor.user_id, actor.name
            row.lease_token += 1
            row.lease_expires_us = now_us + LEASE_US
            row.version += 1
            note(session, row.id, now_us, actor.name, "claimed")
            return read_case(session, row, now_us), []

        return self._memory.once(once, actor, Case, effect)[0]

    def renew(self, case: str, request: LeaseRequest, actor: Actor) -> Lease:
        """Holds the case for longer; also after the lease has run out, as long as nobody else took it."""
        now_us = self._now_us()
        with self._database.write() as session:
            row = case_row(session, case, for_update=True)
            _held(row, request.token, actor)
            row.lease_expires_us = now_us + LEASE_US
            session.flush()
            lease = lease_of(row, now_us)
            if lease is None:
                raise Refusal("lease-lost", "this case is not claimed any more")
            return lease

    def release(self, case: str, token: int, actor: Actor) -> Case:
        """Gives the case back to the queue."""
        now_us = self._now_us()
        with self._database.write() as session:
            row = case_row(session, case, for_update=True)
            _held(row, token, actor)
            row.state = "open"
            row.assignee_id = row.assignee = row.lease_expires_us = None
            row.version += 1
            note(session, row.id, now_us, actor.name, "released")
            return read_case(session, row, now_us)

    def preview(self, case: str, request: PreviewRequest, actor: Actor) -> Effect:
        """What a decision would do; changes nothing."""
        actor.require("cases")
        with self._database.read() as session:
            worked = work_out(session, case_row(session, case), request, actor, self._now_us())
            return effect_of(session, worked)

    def decide(self, case: str, request: DecisionRequest, actor: Actor, if_match: int, once: Once) -> Case:
        """Decides; the correction and the refund or debit that follow are written in the same transaction.

        Lines that are not named stand as they are. Above a limit of ``actor`` it is a proposal, on which another decides.
        """
        actor.require("cases")
        now_us = self._now_us()

        def effect(session: Session) -> tuple[Case, list[Event]]:
            row = case_row(session, case, for_update=True)
            _match(row, if_match)
            _undecided(row)
            _held(row, request.lease, actor)
            if not is_leased(row, now_us):
                raise Refusal("lease-lost", "your lease has run out: claim the case again")
            _decide(session, row, request, actor, now_us)
            return read_case(session, row, now_us), []

        return self._memory.once(once, actor, Case, effect)[0]

    def approve(self, case: str, request: ApprovalRequest, actor: Actor, if_match: int, once: Once) -> Case:
        """Approves or refuses what another proposed: see proposal.conclude for what it refuses."""
        actor.require("approve")
        now_us = self._now_us()

        def effect(session: Session) -> tuple[Case, list[Event]]:
            row = case_row(session, case, for_update=True)
            _match(row, if_match)
            conclude(session, row, request, actor, now_us, is_steady=self._is_steady)
            return read_case(session, row, now_us), []

        return self._memory.once(once, actor, Case, effect)[0]

    def expire(self) -> int:
        """Opens the cases again on whose proposals nobody decided in time. Returns how many. For a loop.

        While the clock is doubted nothing expires, and what seems to have can still be decided on. Once it is believed
        again, what was proposed while it was ahead ends no later than what is proposed now, and what was opened is due
        no later than what is opened now.
        """
        now_us = self._now_us()
        is_steady = self._steadiness is None or self._steadiness.holds(now_us, self._kept_before)
        if is_steady and not self._is_steady:
            with self._database.write() as session:
                hasten(session, now_us)
                hasten_due(session, now_us)
        self._is_steady = is_steady
        if not is_steady:
            return 0
        overdue = select(CaseRow.id).where(CaseRow.expires_us <= now_us).order_by(CaseRow.expires_us).limit(BATCH)
        with self._database.read() as session:
            cases = session.scalars(overdue).all()
        for case in cases:
            with self._database.write() as session:
                row = case_row(session, case, for_update=True)
                if row.expires_us is not None and row.expires_us <= now_us:
                    expire(session, row, now_us)
        return len(cases)

    def _kept_before(self, at_us: int) -> int | None:
        """The newest deed before ``at_us``. As if it were of long ago where some are of times to come: then the clock is
        behind, or it was ahead."""
        newest = select(func.max(AuditRow.at_us))
        with self._database.read() as session:
            if (session.scalar(newest) or 0) > self._now_us() + _LEAP_US:
                return 0
            return session.scalar(newest.where(AuditRow.at_us < at_us))


def _match(row: CaseRow, if_match: int) -> None:
    if row.version != if_match:
        raise Refusal("stale", f"the case is at version {row.version}, not {if_match}: read it again")


def _held(row: CaseRow, token: int, actor: Actor) -> None:
    """The one who claimed last, under that claim's token."""
    if row.state != "claimed" or row.assignee_id != actor.user_id or row.lease_token != token:
        who = f"{row.assignee} holds this case" if row.state == "claimed" else "nobody holds this case"
        raise Refusal("lease-lost", f"{who}: claim it first")


def _undecided(row: CaseRow) -> None:
    if row.state == "awaiting_approval":
        raise refused("conflict", cause("case_waits", proposer=str(row.proposed_by)))
    if row.state in ("decided", "closed"):
        raise refused("conflict", cause("case_decided"))


def _decide(session: Session, row: CaseRow, request: DecisionRequest, actor: Actor, now_us: int) -> None:
    worked = work_out(session, row, request, actor, now_us)
    documents = carry_out(session, row, worked, request, actor, now_us)
    decision = Decision(
        decided_at=from_micros(now_us),
        decided_by=actor.name,
        reason=request.reason,
        lines=request.lines,
        added=request.added,
        goodwill=Money(request.goodwill, worked.receipt.currency),
        message=request.message,
        correction=documents.correction,
        refund=None if documents.refund is None else documents.refund.id,
        debit=documents.debit,
        is_agreed=request.is_agreed,
    )
    if documents.needs_approval:
        propose(session, row, decision, documents, actor, now_us)
        return
    row.state = "decided"
    row.decision = msgspec.json.encode(decision).decode()
    row.lease_expires_us = None
    row.version += 1
    told = {} if documents.refund is None else amount_of(documents.refund)
    note(session, row.id, now_us, actor.name, "decided", Why(request.reason), told)
