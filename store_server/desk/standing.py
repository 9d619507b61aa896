"""A receipt folded with its corrections: what stands now.

A correction whose refund failed or came back is void: the shopper has paid what was billed and has nothing of it back,
so that stands again until it is decided anew.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import Session

from store_client.contract.moment import from_micros
from store_client.contract.money import Money
from store_client.contract.receipt import Correction, CorrectionLine, StandingLine
from store_server.cart.prices import NOTHING, Amount
from store_server.desk.allowance import allowances_of
from store_server.desk.outcome import Standing
from store_server.storage.corrections import CorrectionLineRow, CorrectionRow
from store_server.storage.movements import RefundRow
from store_server.storage.receipts import ReceiptLineRow

VOID = ("failed", "reversed")
"""States of a refund that undo its correction."""


def lines_of(session: Session, receipt: str) -> Sequence[ReceiptLineRow]:
    return session.scalars(
        select(ReceiptLineRow).where(ReceiptLineRow.receipt == receipt).order_by(ReceiptLineRow.line)
    ).all()


def standing_of(session: Session, receipt: str) -> dict[int, Standing]:
    """Every line of ``receipt`` as it stands, by its number."""
    left = allowances_of(session, receipt)
    units: Counter[int] = Counter()
    gone: defaultdict[int, Amount] = defaultdict(lambda: NOTHING)
    for line in _changed_lines(session, receipt):
        if line.line is not None:
            units[line.line] += line.quantity
            if line.quantity < 0:
                gone[line.line] -= Amount(line.net_minor, line.tax_minor)
    return {
        row.line: Standing(
            line=row.line,
            gtin=row.gtin,
            billed=row.quantity,
            quantity=row.quantity + units[row.line],
            refundable=left["units", row.line],
            unit_price=row.unit_price_minor,
            tax_rate=row.tax_rate,
            amount=Amount(row.net_minor, row.tax_minor),
            gone=gone[row.line],
        )
        for row in lines_of(session, receipt)
    }


def standing_lines(session: Session, receipt: str, currency: str) -> list[StandingLine]:
    """The same for the wire, with the money of each line."""
    left = allowances_of(session, receipt)
    amounts: dict[int, Amount] = {}
    for changed in _changed_lines(session, receipt):
        if changed.line is not None:
            change = Amount(changed.net_minor, changed.tax_minor)
            amounts[changed.line] = amounts.get(changed.line, NOTHING) + change
    standing = []
    for number, line in standing_of(session, receipt).items():
        amount = line.amount + amounts.get(number, NOTHING)
        standing.append(
            StandingLine(
                line=number,
                quantity=line.quantity,
                net=Money(amount.net, currency),
                tax=Money(amount.tax, currency),
                gross=Money(amount.gross, currency),
                refundable_quantity=line.refundable,
                refundable=Money(min(left["line", number], left["total", 0]), currency),
            )
        )
    return standing


def corrections_of(session: Session, receipt: str) -> list[Correction]:
    """In the order in which they were made."""
    rows = session.execute(
        select(CorrectionRow, RefundRow.id, RefundRow.state)
        .outerjoin(RefundRow, RefundRow.correction == CorrectionRow.id)
        .where(CorrectionRow.receipt == receipt)
        .order_by(CorrectionRow.made_us, CorrectionRow.round, CorrectionRow.id)
    )
    return [_correction(session, row, refund, is_void=state in VOID) for row, refund, state in rows.all()]


def holds() -> ColumnElement[bool]:
    """Of a CorrectionRow in a query: that it is not void."""
    return ~exists().where(RefundRow.correction == CorrectionRow.id, RefundRow.state.in_(VOID))


def _correction(session: Session, row: CorrectionRow, refund: str | None, *, is_void: bool) -> Correction:
    lines = session.scalars(
        select(CorrectionLineRow).where(CorrectionLineRow.correction == row.id).order_by(CorrectionLineRow.position)
    )
    return Correction(
        id=row.id,
        receipt=row.receipt,
        case=row.case,
        made_at=from_micros(row.made_us),
        made_by=row.made_by,
        reason=row.reason,
        lines=[
            CorrectionLine(
                line=line.line,
                gtin=line.gtin,
                quantity=line.quantity,
                tax_rate=line.tax_rate,
                net=Money(line.net_minor, row.currency),
                tax=Money(line.tax_minor, row.currency),
                gross=Money(line.gross_minor, row.currency),
            )
            for line in lines
        ],
        goodwill=Money(row.goodwill_minor, row.currency),
        net=Money(row.net_minor, row.currency),
        tax=Money(row.tax_minor, row.currency),
        gross=Money(row.gross_minor, row.currency),
        refund=refund,
        is_void=is_void,
    )


def _changed_lines(session: Session, receipt: str) -> Sequence[CorrectionLineRow]:
    return session.scalars(
        select(CorrectionLineRow)
        .join(CorrectionRow, CorrectionRow.id == CorrectionLineRow.correction)
        .where(CorrectionRow.receipt == receipt, holds())
    ).all()
