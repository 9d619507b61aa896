"""Deciding a case: the effect beforehand, then the correction, the ledger and the refund in one transaction."""

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from store_client.contract.case import DecisionRequest, Effect, PreviewRequest, StockChange, TaxChange
from store_client.contract.ids import new_id
from store_client.contract.money import Money
from store_server.cart.catalogue import products_at, store_of
from store_server.cart.ledger import GOODWILL, PAYABLE, RECEIVABLE, SALES, WRITTEN_OFF, post, tax_account
from store_server.desk.actor import Actor
from store_server.desk.allowance import claims_of, reserve, settle
from store_server.desk.case_reading import receipt_row
from store_server.desk.outcome import Outcome, outcome
from store_server.desk.standing import VOID, standing_of
from store_server.refusal import Refusal
from store_server.storage.cases import CaseRow
from store_server.storage.corrections import CorrectionLineRow, CorrectionRow
from store_server.storage.movements import PaymentRow, RefundRow, RefundStepRow
from store_server.storage.receipts import AllowanceRow, ReceiptRow


@dataclass(frozen=True, slots=True)
class Worked:
    """What a decision would do, and whether its maker may do it alone."""

    receipt: ReceiptRow
    outcome: Outcome
    needs_approval: bool


def work_out(session: Session, case: CaseRow, request: PreviewRequest | DecisionRequest, actor: Actor) -> Worked:
    """Raises Refusal for what does not fit the receipt, and for more than is left of it."""
    receipt = receipt_row(session, case.receipt)
    store = store_of(session, case.store)
    gtins = {line.replacement_gtin for line in request.lines} | {extra.gtin for extra in request.added}
    done = outcome(
        standing_of(session, receipt.id),
        request.lines,
        request.added,
        request.goodwill,
        products_at(session, store.id, [gtin for gtin in gtins if gtin], receipt.left_us),
        store.tax,
    )
    left = _left_in_all(session, receipt.id)
    if done.returned > left:
        raise Refusal("not-covered", f"{done.returned} minor units are more than the {left} that may still go back")
    before = _returned_before(session, receipt.id)
    return Worked(receipt, done, done.returned > 0 and before + done.returned > actor.refund_limit.minor)


def effect_of(worked: Worked) -> Effect:
    """Changes as the shopper sees them: negative is to them. ``refund`` is positive: what is paid back."""
    currency = worked.receipt.currency
    done = worked.outcome
    amount = done.amount
    return Effect(
        net=Money(amount.net, currency),
        tax=[TaxChange(rate, Money(tax.net, currency), Money(tax.tax, currency)) for rate, tax in done.taxes.items()],
        total=Money(amount.gross - done.goodwill, currency),
        refund=Money(done.returned, currency),
        stock=[StockChange(gtin, units) for gtin, units in done.stock.items()],
        needs_approval=worked.needs_approval,
    )


@dataclass(frozen=True, slots=True)
class Documents:
    correction: str | None = None
    refund: str | None = None


def carry_out(session: Session, case: CaseRow, worked: Worked, reason: str, actor: Actor, now_us: int) -> Documents:
    """Writes the correction and the refund that follow; neither if the decision changes nothing.

    Reserves what goes back, so that the database itself refuses more than was captured.
    """
    done, receipt = worked.outcome, worked.receipt
    if done.is_nothing:
        return Documents()
    correction = _correction(case, worked, reason, actor, now_us)
    session.add(correction)
    session.flush()
    lines = _lines(correction, done)
    session.add_all(lines)
    claims = claims_of(correction, lines)
    reserve(session, receipt.id, claims)
    _post(session, correction, done, receipt.store)
    if not done.returned:
        settle(session, receipt.id, claims)  # nothing has to move: the lines are corrected as of now
        return Documents(correction.id)
    refund = RefundRow(
        id=new_id(now_us // 1000),
        key=new_id(now_us // 1000),
        store=receipt.store,
        receipt=receipt.id,
        case=case.id,
        correction=correction.id,
        payment=session.scalars(select(PaymentRow.id).where(PaymentRow.receipt == receipt.id)).one(),
        by=actor.user_id,
        amount_minor=done.returned,
        currency=receipt.currency,
        state="approved",
        next_us=now_us,
    )
    session.add(refund)
    session.flush()
    limit = f"within the limit of {actor.name}"
    for position, (state, detail) in enumerate((("proposed", actor.name), ("approved", limit)), start=1):
        session.add(RefundStepRow(refund=refund.id, position=position, at_us=now_us, state=state, detail=detail))
    session.flush()
    return Documents(correction.id, refund.id)


def _correction(case: CaseRow, worked: Worked, reason: str, actor: Actor, now_us: int) -> CorrectionRow:
    done, amount = worked.outcome, worked.outcome.amount
    return CorrectionRow(
        id=new_id(now_us // 1000),
        receipt=case.receipt,
        case=case.id,
        made_us=now_us,
        made_by=actor.name,
        reason=reason,
        currency=worked.receipt.currency,
        goodwill_minor=done.goodwill,
        net_minor=amount.net,
        tax_minor=amount.tax,
        gross_minor=amount.gross,
        written_off_minor=done.written_off,
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
    """Less is owed to the shopper, more is owed by them; what replaces is set off, the rest of the more written off."""
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


def _returned_before(session: Session, receipt: str) -> int:
    """What was refunded of the receipt before, by whomever: splitting a refund does not lift the limit."""
    before = select(func.coalesce(func.sum(RefundRow.amount_minor), 0)).where(
        RefundRow.receipt == receipt, RefundRow.state.not_in(VOID)
    )
    return int(session.scalar(before) or 0)
