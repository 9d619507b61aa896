"""What earlier cases have in common with one: facts to weigh, never an accusation."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session, aliased

from store_client.contract.case import Decision, EarlierCase, Signals
from store_client.contract.decoding import from_json
from store_client.contract.moment import from_micros
from store_client.contract.money import Money
from store_server.desk.case_reading import state_of
from store_server.storage.cases import CasePlateRow, CaseRow
from store_server.storage.movements import PaymentRow, RefundRow

MOST = 20
"""So many of each kind, the newest: more would be read by nobody."""


def signals_of(session: Session, row: CaseRow, now_us: int) -> Signals:
    payment = session.execute(
        select(PaymentRow.payment_token, PaymentRow.currency).where(PaymentRow.receipt == row.receipt)
    ).one()
    same_payment = _earlier(session, row, _of_payment(row, payment.payment_token)) if payment.payment_token else []
    return Signals(
        same_payment=[_told(session, one, now_us, payment.currency) for one in same_payment],
        same_plate=[_told(session, one, now_us, payment.currency) for one in _earlier(session, row, _of_plates(row))],
    )


def _of_payment(row: CaseRow, token: str) -> ColumnElement[bool]:
    paid = select(PaymentRow.receipt).where(PaymentRow.store == row.store, PaymentRow.payment_token == token)
    return CaseRow.receipt.in_(paid)


def _of_plates(row: CaseRow) -> ColumnElement[bool]:
    mine, other = aliased(CasePlateRow), aliased(CasePlateRow)
    same = select(other.case).join(mine, (mine.store == other.store) & (mine.plate == other.plate))
    return CaseRow.id.in_(same.where(mine.case == row.id))


def _earlier(session: Session, row: CaseRow, alike: ColumnElement[bool]) -> Sequence[CaseRow]:
    query = select(CaseRow).where(CaseRow.store == row.store, CaseRow.number < row.number, alike)
    return session.scalars(query.order_by(CaseRow.number.desc()).limit(MOST)).all()


def _told(session: Session, row: CaseRow, now_us: int, currency: str) -> EarlierCase:
    settled = select(func.coalesce(func.sum(RefundRow.amount_minor), 0)).where(
        RefundRow.case == row.id, RefundRow.state == "settled"
    )
    decision = None if row.decision is None else from_json(row.decision, Decision)
    plates = session.scalars(select(CasePlateRow.plate).where(CasePlateRow.case == row.id).order_by(CasePlateRow.plate))
    return EarlierCase(
        id=row.id,
        number=row.number,
        opened_at=from_micros(row.opened_us),
        state=state_of(row, now_us),
        summary=row.summary,
        reason=None if decision is None else decision.reason,
        refunded=Money(int(session.scalar(settled) or 0), currency),
        plates=list(plates),
    )
