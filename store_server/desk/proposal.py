"""Decisions above a limit: what they give back is reserved and waits, until another person decides on it, or it expires."""

import msgspec
from sqlalchemy import select
from sqlalchemy.orm import Session

from store_client.contract.case import ApprovalRequest, CaseStep, Decision, Proposal
from store_client.contract.decoding import from_json
from store_client.contract.moment import from_micros
from store_client.contract.money import Money
from store_client.contract.problem import FieldError
from store_server.cart.catalogue import store_of
from store_server.cause import cause, refused
from store_server.desk.actor import Actor
from store_server.desk.decision import Documents
from store_server.desk.history import note
from store_server.desk.repayment import amount_of, keep_step, undo
from store_server.desk.why import Why, because
from store_server.refusal import Refusal
from store_server.storage.audit import STORE
from store_server.storage.cases import CaseApprovalRow, CaseRow
from store_server.storage.movements import RefundRow

_HOUR_US = 3_600_000_000
_EXPIRED: CaseStep = "expired"
_REFUSED: CaseStep = "refused"


def propose(
    session: Session, row: CaseRow, decision: Decision, documents: Documents, actor: Actor, now_us: int
) -> None:
    """Puts ``row`` before another person. Nobody holds it while it waits."""
    refund = documents.refund
    if refund is None:
        raise ValueError("what gives nothing back needs nobody's approval")
    row.expires_us = _ends_us(session, row, now_us)
    proposal = Proposal(
        decision=decision,
        amount=Money(refund.amount_minor, refund.currency),
        limits=list(documents.limits),
        expires_at=from_micros(row.expires_us),
    )
    row.state = "awaiting_approval"
    row.proposal = msgspec.json.encode(proposal).decode()
    row.proposed_by_id, row.proposed_by = actor.user_id, actor.name
    row.lease_expires_us = None
    row.version += 1
    note(session, row.id, now_us, actor.name, "proposed", Why(decision.reason), amount_of(refund))


def conclude(
    session: Session, row: CaseRow, request: ApprovalRequest, actor: Actor, now_us: int, *, is_steady: bool = True
) -> None:
    """Approves or refuses the proposal of ``row``. ``is_steady``: the clock can be believed that its time is over.

    Raises Refusal: "conflict" without a proposal that waits, "not-permitted" for its maker, "bad-request" for a
    refusal that does not say why, "step-up-needed" without a fresh password.
    """
    if row.state != "awaiting_approval" or row.expires_us is None:
        raise refused("conflict", cause("nothing_proposed"))
    if row.expires_us <= now_us and is_steady:
        raise refused("conflict", cause("proposal_expired"))
    if row.proposed_by_id == actor.user_id:
        raise refused("not-permitted", cause("own_proposal"))
    if not request.approve and not request.note.strip():
        detail = "say why, so that the agent knows what to do otherwise"
        raise Refusal("bad-request", detail, [FieldError("note", detail)])
    actor.require_fresh()
    if request.approve:
        _approve(session, row, actor, request.note, now_us)
    else:
        step = cause("refused_by", who=actor.name, note=request.note)
        _turn_down(session, row, actor, Why(request.note), because(step), now_us)


def expire(session: Session, row: CaseRow, now_us: int) -> None:
    """Nobody decided in time: what was reserved is free again, and the case open."""
    undecided = because(cause("undecided"))
    _turn_down(session, row, None, undecided, undecided, now_us)


def hasten(session: Session, now_us: int) -> None:
    """What was proposed while the clock was ahead waits no longer than what is proposed now."""
    waiting = select(CaseRow).where(CaseRow.expires_us > now_us).order_by(CaseRow.id).with_for_update()
    for row in session.scalars(waiting).all():
        proposal, ends_us = proposal_of(row), _ends_us(session, row, now_us)
        if proposal is not None and row.expires_us is not None and row.expires_us > ends_us:
            row.expires_us = ends_us
            proposal = msgspec.structs.replace(proposal, expires_at=from_micros(ends_us))
            row.proposal = msgspec.json.encode(proposal).decode()
            row.version += 1


def proposal_of(row: CaseRow) -> Proposal | None:
    return None if row.proposal is None else from_json(row.proposal, Proposal)


def _ends_us(session: Session, row: CaseRow, now_us: int) -> int:
    """When a proposal of now ends if nobody decides on it."""
    return now_us + store_of(session, row.store).policies.approval_hours * _HOUR_US


def _approve(session: Session, row: CaseRow, actor: Actor, words: str, now_us: int) -> None:
    refund = _take(session, row, actor, words, now_us, is_approved=True)
    refund.approved_by, refund.approved_by_name = actor.user_id, actor.name
    refund.state, refund.next_us = "approved", now_us
    keep_step(session, refund, because(cause("done_by", who=actor.name)), now_us)
    note(session, row.id, now_us, actor.name, "approved", Why(words), amount_of(refund))


def _turn_down(session: Session, row: CaseRow, actor: Actor | None, words: Why, step: Why, now_us: int) -> None:
    """``words``: for the history of the case; ``step``: for that of the refund."""
    refund = _take(session, row, actor, words.detail, now_us, is_approved=False)
    refund.state = "failed"
    keep_step(session, refund, step, now_us)
    undo(session, refund, now_us)
    by, what = (STORE, _EXPIRED) if actor is None else (actor.name, _REFUSED)
    note(session, row.id, now_us, by, what, words, amount_of(refund))


def _take(
    session: Session, row: CaseRow, actor: Actor | None, words: str, now_us: int, *, is_approved: bool
) -> RefundRow:
    """Takes the proposal from ``row``, which is decided or open again, into a document of its own. Its refund is
    still to follow."""
    proposal = proposal_of(row)
    if proposal is None or row.proposal is None or row.proposed_by_id is None or proposal.decision.refund is None:
        raise ValueError(f"case {row.id} has no proposal")
    approval = CaseApprovalRow(
        case=row.id,
        round=row.round,
        at_us=now_us,
        proposed_by_id=row.proposed_by_id,
        by_id=None if actor is None else actor.user_id,
        by=STORE if actor is None else actor.name,
        is_approved=is_approved,
        note=words,
        proposal=row.proposal,
    )
    session.add(approval)
    row.proposal = row.proposed_by_id = row.proposed_by = row.expires_us = None
    row.version += 1
    if is_approved:
        row.state = "decided"
        row.decision = msgspec.json.encode(proposal.decision).decode()
    else:
        row.state = "open"
        row.assignee_id = row.assignee = None
    session.flush()
    return session.get_one(RefundRow, proposal.decision.refund, with_for_update=True)
