"""Cases as they are read: folded from their rows, their receipt and the clock."""

from collections.abc import Sequence
from typing import get_args

from sqlalchemy import ColumnElement, Select, and_, not_, or_, select
from sqlalchemy.orm import Session

from store_client.contract.case import (
    AddedLine,
    Approval,
    Case,
    CaseLine,
    CaseState,
    CaseSummary,
    Channel,
    Decision,
    HistoryEntry,
    Lease,
    Proposal,
)
from store_client.contract.decoding import from_json
from store_client.contract.moment import from_micros
from store_client.contract.money import Money
from store_server.desk.standing import lines_of
from store_server.desk.why import kept_causes
from store_server.refusal import Refusal
from store_server.storage.cases import CaseAddedRow, CaseApprovalRow, CaseHistoryRow, CaseLineRow, CaseRow
from store_server.storage.receipts import ReceiptRow

LEASE_US = 5 * 60 * 1_000_000
"""For how long a claim holds a case unless it is renewed."""
MOST_LEASE_US = 2 * LEASE_US
"""What would hold for longer was given by a clock that was ahead, and has been set back since."""
_STATES: dict[str, CaseState] = {state: state for state in get_args(CaseState)}
_CHANNELS: dict[str, Channel] = {channel: channel for channel in get_args(Channel)}


def case_row(session: Session, case: str, *, for_update: bool = False) -> CaseRow:
    row = session.get(CaseRow, case, with_for_update=for_update)
    if row is None:
        raise Refusal("not-found", f"there is no case {case}")
    return row


def receipt_row(session: Session, receipt: str, *, for_update: bool = False) -> ReceiptRow:
    """``for_update``: nobody else opens a case on it meanwhile; who only refers to it does not wait."""
    row = session.get(ReceiptRow, receipt, with_for_update={"key_share": True} if for_update else None)
    if row is None:
        raise Refusal("not-found", f"there is no receipt {receipt}")
    return row


def state_of(row: CaseRow, now_us: int) -> CaseState:
    """A case whose lease has run out is open again, without anybody having to say so."""
    is_lapsed = row.state == "claimed" and not is_leased(row, now_us)
    return "open" if is_lapsed else _STATES[row.state]


def is_leased(row: CaseRow, now_us: int) -> bool:
    expires_us = row.lease_expires_us
    return row.state == "claimed" and expires_us is not None and now_us < expires_us <= now_us + MOST_LEASE_US


def is_in_state(state: CaseState, now_us: int) -> ColumnElement[bool]:
    """``state_of`` as a condition on rows."""
    expires_us = CaseRow.lease_expires_us
    leased = and_(expires_us > now_us, expires_us <= now_us + MOST_LEASE_US)
    if state == "open":
        return or_(CaseRow.state == "open", and_(CaseRow.state == "claimed", not_(leased)))
    if state == "claimed":
        return and_(CaseRow.state == "claimed", leased)
    return CaseRow.state == state


def lease_of(row: CaseRow, now_us: int) -> Lease | None:
    if not is_leased(row, now_us) or row.lease_expires_us is None:
        return None
    return Lease(token=row.lease_token, holder=row.assignee or "", expires_at=from_micros(row.lease_expires_us))


def read_case(session: Session, row: CaseRow, now_us: int) -> Case:
    receipt = receipt_row(session, row.receipt)
    decision = None if row.decision is None else from_json(row.decision, Decision)
    added = session.scalars(select(CaseAddedRow).where(CaseAddedRow.case == row.id).order_by(CaseAddedRow.position))
    state = state_of(row, now_us)
    return Case(
        id=row.id,
        store=row.store,
        number=row.number,
        receipt=row.receipt,
        receipt_number=receipt.number,
        visit=receipt.visit,
        state=state,
        version=row.version,
        opened_at=from_micros(row.opened_us),
        due_at=from_micros(row.due_us),
        channel=_CHANNELS[row.channel],
        message=row.message,
        lines=_lines(session, row, receipt, decision),
        added=[AddedLine(gtin=extra.gtin, quantity=extra.quantity) for extra in added],
        assignee=None if state == "open" else row.assignee,
        lease=lease_of(row, now_us),
        decision=decision,
        claimed_worth=Money(row.claimed_worth_minor, receipt.currency),
        history=_history(session, row.id),
        language=row.language,
        proposal=None if row.proposal is None else from_json(row.proposal, Proposal),
        approvals=_approvals(session, row.id),
    )


def summaries() -> Select[CaseRow, int, int, str]:
    """Each case with its receipt's number, visit and currency."""
    return select(CaseRow, ReceiptRow.number, ReceiptRow.visit, ReceiptRow.currency).join(
        ReceiptRow, ReceiptRow.id == CaseRow.receipt
    )


def read_summary(row: CaseRow, receipt_number: int, visit: int, currency: str, now_us: int) -> CaseSummary:
    state = state_of(row, now_us)
    return CaseSummary(
        id=row.id,
        store=row.store,
        number=row.number,
        receipt=row.receipt,
        receipt_number=receipt_number,
        visit=visit,
        state=state,
        opened_at=from_micros(row.opened_us),
        due_at=from_micros(row.due_us),
        channel=_CHANNELS[row.channel],
        assignee=None if state == "open" else row.assignee,
        claimed_worth=Money(row.claimed_worth_minor, currency),
        summary=row.summary,
        proposed_by=row.proposed_by,
        version=row.version,
    )


def _lines(session: Session, row: CaseRow, receipt: ReceiptRow, decision: Decision | None) -> list[CaseLine]:
    """Every line of the receipt. One that the shopper does not dispute is claimed as billed."""
    claimed = {
        line.line: line.claimed_quantity
        for line in session.scalars(select(CaseLineRow).where(CaseLineRow.case == row.id))
    }
    decided = {line.line: line.decided_quantity for line in decision.lines} if decision else {}
    return [
        CaseLine(
            line=line.line,
            gtin=line.gtin,
            name=line.name,
            billed_quantity=line.quantity,
            claimed_quantity=claimed.get(line.line, line.quantity),
            decided_quantity=decided.get(line.line),
            unit_price=Money(line.unit_price_minor, receipt.currency),
            gross=Money(line.gross_minor, receipt.currency),
            confidence=line.confidence,
            events=from_json(line.events, list[str]),
        )
        for line in lines_of(session, receipt.id)
    ]


def _history(session: Session, case: str) -> list[HistoryEntry]:
    rows: Sequence[CaseHistoryRow] = session.scalars(
        select(CaseHistoryRow).where(CaseHistoryRow.case == case).order_by(CaseHistoryRow.position)
    ).all()
    return [
        HistoryEntry(
            at=from_micros(row.at_us), by=row.by, what=row.what, detail=row.detail, causes=kept_causes(row.causes)
        )
        for row in rows
    ]


def _approvals(session: Session, case: str) -> list[Approval]:
    rows = session.scalars(select(CaseApprovalRow).where(CaseApprovalRow.case == case).order_by(CaseApprovalRow.round))
    return [Approval(at=from_micros(row.at_us), by=row.by, is_approved=row.is_approved, note=row.note) for row in rows]
