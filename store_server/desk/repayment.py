"""What a refund's states do to the books: who drives it says when, this says what."""

from collections.abc import Iterable

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from store_client.contract.case import CaseStep
from store_server.cart.ledger import PAYABLE, PROVIDER, Posting, post, transfers_of
from store_server.desk.allowance import Claim, claims_of, release, settle, unsettle
from store_server.desk.history import note
from store_server.desk.limits import give_back
from store_server.desk.why import Why
from store_server.storage.audit import STORE, tell
from store_server.storage.corrections import CorrectionLineRow, CorrectionRow
from store_server.storage.movements import RefundRow, RefundStepRow

_STEPS: dict[str, CaseStep] = {
    "settled": "refund settled",
    "failed": "refund failed",
    "in_doubt": "refund in doubt",
    "reversed": "refund reversed",
}


def keep_step(session: Session, row: RefundRow, why: Why, now_us: int) -> None:
    """That ``row`` has come into its present state."""
    last = session.scalar(select(func.max(RefundStepRow.position)).where(RefundStepRow.refund == row.id))
    step = RefundStepRow(
        refund=row.id,
        position=(last or 0) + 1,
        at_us=now_us,
        state=row.state,
        detail=why.detail,
        causes=why.kept,
    )
    session.add(step)
    session.flush()


def tell_step(session: Session, row: RefundRow, why: Why, now_us: int, by: str = STORE) -> None:
    """The same, told in the history of its case, if that is news there, and to the audit log."""
    keep_step(session, row, why, now_us)
    told = amount_of(row)
    if row.state in _STEPS:
        note(session, row.case, now_us, by, _STEPS[row.state], why, told)
    else:
        tell(session, by, f"refund_{row.state}", f"case:{row.case}", told)


def amount_of(row: RefundRow) -> dict[str, object]:
    """What the audit log is told of a refund."""
    return {"refund": row.id, "minor": row.amount_minor, "currency": row.currency}


def pay_back(session: Session, row: RefundRow, account: str, now_us: int) -> None:
    """The money has gone, from ``account``: what was reserved is settled."""
    settle(session, row.receipt, _claims(session, row))
    _post(session, row, "refund", [(PAYABLE, account, row.amount_minor)], now_us)


def undo(session: Session, row: RefundRow, now_us: int) -> None:
    """Nothing of a refund that failed or came back stays: not its reserve, nor its correction, nor what it used of
    limits. ``row`` has its state already."""
    claims = _claims(session, row)
    if row.state == "reversed":
        unsettle(session, row.receipt, claims)
        _post(session, row, "reversal", [(PROVIDER, PAYABLE, row.amount_minor)], now_us)
    else:
        release(session, row.receipt, claims)
    corrected = transfers_of(session, "correction", row.correction)
    _post(session, row, "void", [(credit, debit, minor) for debit, credit, minor in corrected], now_us)
    give_back(session, row.id, now_us)


def _post(
    session: Session, row: RefundRow, posting: Posting, transfers: Iterable[tuple[str, str, int]], now_us: int
) -> None:
    post(
        session,
        posting,
        row.id,
        transfers,
        store=row.store,
        receipt=row.receipt,
        currency=row.currency,
        at_us=now_us,
    )


def _claims(session: Session, row: RefundRow) -> list[Claim]:
    correction = session.get_one(CorrectionRow, row.correction)
    lines = session.scalars(select(CorrectionLineRow).where(CorrectionLineRow.correction == row.correction)).all()
    return claims_of(correction, lines)
