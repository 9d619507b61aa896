"""Deciding a case: the effect beforehand, then the correction, the ledger, the refund or debit in one transaction."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from store_client.contract.case import (
    DecisionRequest,
    Effect,
    LimitScope,
    LimitUse,
    PreviewRequest,
    StockChange,
    TaxChange,
)
from store_client.contract.cause import CauseCode
from store_client.contract.ids import new_id
from store_client.contract.money import Money
from store_server.cart.catalogue import products_for, store_of
from store_server.cart.ledger import GOODWILL, PAYABLE, RECEIVABLE, SALES, WRITTEN_OFF, post, tax_account
from store_server.cause import cause
from store_server.desk.actor import Actor
from store_server.desk.allowance import claims_of, reserve, settle
from store_server.desk.case_reading import receipt_row
from store_server.desk.limits import Bound, Use, bounds_of, foresee, keep, take
from store_server.desk.outcome import Outcome, outcome
from store_server.desk.repayment import keep_step
from store_server.desk.standing import standing_of
from store_server.desk.why import because
from store_server.refusal import Refusal
from store_server.storage.cases import CaseRow
from store_server.storage.corrections import CorrectionLineRow, CorrectionRow
from store_server.storage.movements import DebitRow, PaymentRow, RefundRow
from store_server.storage.receipts import AllowanceRow, ReceiptRow

OVER: dict[LimitScope, CauseCode] = {
    "receipt": "over_receipt_limit",
    "shopper": "over_shopper_limit",
    "agent_day": "over_day_limit",
}
"""That a decision is above a limit, and so waits for another."""


@dataclass(frozen=True, slots=True)
class Worked:
    """What a decision would do, and by which limits its maker is bound."""

    receipt: ReceiptRow
    outcome: Outcome
    bounds: tuple[Bound, ...]


def work_out(
    session: Session, case: CaseRow, request: PreviewRequest | DecisionRequest, actor: Actor, now_us: int
) -> Worked:
    """Raises Refusal for what does not fit the receipt, and for more than is left of it."""
    receipt = receipt_row(session, case.receipt)
    store = store_of(session, case.store)
    gtins = {line.replacement_gtin for line in request.lines} | {extra.gtin for extra in request.added}
    done = outcome(
        standing_of(session, receipt.id),
        request.lines,
        request.added,
        request.goodwill,
        products_for(session, receipt, [gtin for gtin in gtins if gtin]),
        store.tax,
        is_agreed=request.is_agreed,
    )
    left = _left_in_all(session, receipt.id)
    if done.returned > left:
        why = f"{done.returned} minor units are more than the {left} that may still go back"
        raise Refusal("not-covered", why, cause=cause("receipt_returned"))
    return Worked(receipt, done, tuple(bounds_of(session, store, receipt.id, actor, now_us)))


def effect_of(session: Session, worked: Worked) -> Effect:
    """Changes as the shopper sees them: negative is to them. ``refund`` is positive: what is paid back."""
    currency = worked.receipt.currency
    done = worked.outcome
    amount = done.amount
    uses = foresee(session, worked.bounds, done.returned)
    return Effect(
        net=Money(amount.net, currency),
        tax=[TaxChange(rate, Money(tax.net, currency), Money(tax.tax, currency)) for rate, tax in done.taxes.items()],
        total=Money(amount.gross - done.goodwill, currency),
        refund=Money(done.returned, currency),
        stock=[StockChange(gtin, units) for gtin, units in done.stock.items()],
        needs_approval=bool(done.returned) and any(use.is_passed for use in uses),
        debit=Money(done.debited, currency) if done.debited else None,
        written_off=Money(done.written_off, currency) if done.written_off else None,
        limits=[use.told(currency) for use in uses],
    )


@dataclass(frozen=True, slots=True)
class Documents:
    """What a decision left behind. ``refund``: also one that waits for another's approval, for ``limits`` are passed."""

    correction: str | None = None
    refund: RefundRow | None = None
    debit: str | None = None
    limits: tuple[LimitUse, ...] = ()

    @property
    def needs_approval(self) -> bool:
        return self.refund is not None and self.refund.needs_approval


def carry_out(
    session: Session, case: CaseRow, worked: Worked, request: DecisionRequest, actor: Actor, now_us: int
) -> Documents:
    """Writes the correction, and the refund or debit that follows; nothing if the decision changes nothing.

    Reserves what goes back, so that the database itself refuses more than was captured.
    """
    done, receipt = worked.outcome, worked.receipt
    if done.is_nothing:
        return Documents()
    case.round += 1
    correction = _correction(case, worked, request.reason, actor, now_us)
    session.add(correction)
    session.flush()
    lines = _lines(correction, done)
    session.add_all(lines)
    claims = claims_of(correction, lines)
    reserve(session, receipt.id, claims)
    _post(session, correction, done, receipt.store)
    debit = _debit(session, correction, receipt.store, now_us)
    if not done.returned:
        settle(session, receipt.id, claims)  # nothing has to go back: the lines are corrected as of now
        return Documents(correction.id, debit=debit)
    uses = take(session, worked.bounds, done.returned, now_us)
    refund = _refund(session, correction, receipt.store, uses, actor, now_us)
    keep(session, refund.id, uses, done.returned, now_us)
    return Documents(correction.id, refund, debit, tuple(use.told(receipt.currency) for use in uses))


def _refund(
    session: Session, correction: CorrectionRow, store: str, uses: list[Use], actor: Actor, now_us: int
) -> RefundRow:
    """On its way at once within the limits of who proposes it; above them it waits for somebody else."""
    needs_approval = any(use.is_passed for use in uses)
    refund = RefundRow(
        id=new_id(now_us // 1000),
        key=new_id(now_us // 1000),
        store=store,
        receipt=correction.receipt,
        case=correction.case,
        correction=correction.id,
        payment=session.scalars(select(PaymentRow.id).where(PaymentRow.receipt == correction.receipt)).one(),
        by=actor.user_id,
        by_name=actor.name,
        amount_minor=correction.returned_minor,
        currency=correction.currency,
        state="proposed",
        needs_approval=needs_approval,
    )
    session.add(refund)
    session.flush()
    keep_step(session, refund, because(cause("done_by", who=actor.name)), now_us)
    refund.state = "awaiting_approval" if needs_approval else "approved"
    refund.next_us = None if needs_approval else now_us
    passed = [cause(OVER[use.bound.scope]) for use in uses if use.is_passed]
    keep_step(session, refund, because(*passed or [cause("within_limits", who=actor.name)]), now_us)
    return refund


def _debit(session: Session, correction: CorrectionRow, store: str, now_us: int) -> str | None:
    """The document of an increase: charged if the shopper agreed to it, written off otherwise."""
    minor = correction.debited_minor or correction.written_off_minor
    if not minor:
        return None
    is_agreed = correction.debited_minor > 0
    token = session.scalars(select(PaymentRow.payment_token).where(PaymentRow.receipt == correction.receipt)).one()
    debit = DebitRow(
        id=new_id(now_us // 1000),
        store=store,
        receipt=correction.receipt,
        case=correction.case,
        correction=correction.id,
        payment_token=token,
        made_us=now_us,
        is_agreed=is_agreed,
        amount_minor=minor,
        currency=correction.currency,
        state="pending" if is_agreed else "written_off",
        next_us=now_us if is_agreed else None,
    )
    session.add(debit)
    session.flush()
    return debit.id


def _correction(case: CaseRow, worked: Worked, reason: str, actor: Actor, now_us: int) -> CorrectionRow:
    done, amount = worked.outcome, worked.outcome.amount
    return CorrectionRow(
        id=new_id(now_us // 1000),
        receipt=case.receipt,
        case=case.id,
        round=case.round,
        made_us=now_us,
        made_by=actor.name,
        reason=reason,
        currency=worked.receipt.currency,
        goodwill_minor=done.goodwill,
        net_minor=amount.net,
        tax_minor=amount.tax,
        gross_minor=amount.gross,
        written_off_minor=done.written_off,
        debited_minor=done.debited,
        returned_minor=done.returned,
    )


def _lines(correction: CorrectionRow, done: Outcome) -> list[CorrectionLineRow]:
    return [
        CorrectionLineRow(
            correction=correction.id,
            position=position,
            line=line.line,
            gtin=line.gtin,
            quantity=line.quantity,
            tax_rate=line.tax_rate,
            net_minor=line.amount.net,
            tax_minor=line.amount.tax,
            gross_minor=line.amount.gross,
        )
        for position, line in enumerate(done.changed, start=1)
    ]


def _post(session: Session, correction: CorrectionRow, done: Outcome, store: str) -> None:
    """Less is owed to the shopper, more is owed by them; one is set off against the other, and the rest of the more
    written off, or owed until it is charged."""
    transfers: list[tuple[str, str, int]] = []
    for line in done.changed:
        net, tax, account = line.amount.net, line.amount.tax, tax_account(line.tax_rate)
        if line.quantity < 0:
            transfers += [(SALES, PAYABLE, -net), (account, PAYABLE, -tax)]
        else:
            transfers += [(RECEIVABLE, SALES, net), (RECEIVABLE, account, tax)]
    transfers += [
        (PAYABLE, RECEIVABLE, done.offset),
        (WRITTEN_OFF, RECEIVABLE, done.written_off),
        (GOODWILL, PAYABLE, done.goodwill),
    ]
    post(
        session,
        "correction",
        correction.id,
        transfers,
        store=store,
        receipt=correction.receipt,
        currency=correction.currency,
        at_us=correction.made_us,
    )


def _left_in_all(session: Session, receipt: str) -> int:
    left = select(AllowanceRow.captured - AllowanceRow.reserved - AllowanceRow.settled).where(
        AllowanceRow.receipt == receipt, AllowanceRow.scope == "total"
    )
    return session.scalar(left) or 0
