"""Receipts as the desk finds and reads them."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from store_client.contract.decoding import from_json
from store_client.contract.moment import from_micros, to_micros
from store_client.contract.money import Money
from store_client.contract.page import Page
from store_client.contract.receipt import Doubt, PaymentState, Receipt, ReceiptLine, ReceiptSummary
from store_server.cart.catalogue import store_of
from store_server.desk.allowance import allowances_of
from store_server.desk.cursor import Number, Text, checked_limit, make_page, read_cursor
from store_server.desk.receipt_search import Found, Sought, search
from store_server.desk.standing import corrections_of, lines_of, standing_lines
from store_server.refusal import Refusal
from store_server.storage.cases import CaseRow
from store_server.storage.database import Database
from store_server.storage.movements import DebitRow, PaymentRow
from store_server.storage.receipts import ReceiptLineRow, ReceiptRow

_PAYMENT: dict[str, PaymentState] = {
    "pending": "pending",
    "submitting": "pending",
    "captured": "captured",
    "failed": "failed",
    "in_doubt": "in_doubt",
}


class Receipts:
    def __init__(self, database: Database) -> None:
        self._database = database

    def page(
        self,
        store: str,
        *,
        since: datetime | None = None,
        until: datetime | None = None,
        q: str = "",
        min_minor: int | None = None,
        max_minor: int | None = None,
        last4: str | None = None,
        cursor: str | None = None,
        limit: int = 100,
    ) -> Page[ReceiptSummary]:
        """Newest first, issued in [since, until). ``q``: words (or their beginnings) of product names, a GTIN, or a
        receipt or visit number. Refusal("not-found") without the store."""
        sought = Sought(
            store=store,
            q=q,
            since_us=None if since is None else to_micros(since),
            until_us=None if until is None else to_micros(until),
            min_minor=min_minor,
            max_minor=max_minor,
            last4=last4,
            after=read_cursor(cursor, tuple[Number, Text]),
        )
        limit = checked_limit(limit)
        with self._database.read() as session:
            store_of(session, store)
            found = search(session, sought, limit)
            return make_page(found, limit, _summary, lambda row: (row[0].issued_us, row[0].id))

    def get(self, receipt: str) -> Receipt:
        """The document, its corrections and what stands now."""
        with self._database.read() as session:
            return read_receipt(session, receipt)


def read_receipt(session: Session, receipt: str) -> Receipt:
    row = session.get(ReceiptRow, receipt)
    if row is None:
        raise Refusal("not-found", f"there is no receipt {receipt}")
    payment = session.scalar(select(PaymentRow).where(PaymentRow.receipt == receipt))
    cases = session.scalars(
        select(CaseRow.id).where(CaseRow.receipt == receipt).order_by(CaseRow.opened_us, CaseRow.id)
    )
    return _receipt(session, row, payment, list(cases))


def _summary(found: Found) -> ReceiptSummary:
    row, changed, payment = found
    return ReceiptSummary(
        id=row.id,
        store=row.store,
        number=row.number,
        visit=row.visit,
        issued_at=from_micros(row.issued_us),
        total=Money(row.total_minor, row.currency),
        stands=Money(row.total_minor + int(changed), row.currency),
        units=row.units,
        card=row.card,
        first_product=row.first_product,
        is_doubtful=row.is_doubtful,
        payment=_PAYMENT[payment],
    )


def _receipt(session: Session, row: ReceiptRow, payment: PaymentRow | None, cases: list[str]) -> Receipt:
    corrections = corrections_of(session, row.id)
    changed = sum(one.gross.minor - one.goodwill.minor for one in corrections if not one.is_void)
    return Receipt(
        id=row.id,
        store=row.store,
        number=row.number,
        trip=row.trip,
        visit=row.visit,
        issued_at=from_micros(row.issued_us),
        left_at=from_micros(row.left_us),
        lines=[_line(line, row.currency) for line in lines_of(session, row.id)],
        net=Money(row.net_minor, row.currency),
        tax=Money(row.tax_minor, row.currency),
        total=Money(row.total_minor, row.currency),
        card=row.card,
        hash=row.hash,
        is_doubtful=row.is_doubtful,
        corrections=corrections,
        standing=standing_lines(session, row.id, row.currency),
        stands=Money(row.total_minor + changed, row.currency),
        refundable=Money(allowances_of(session, row.id)["total", 0], row.currency),
        payment=_PAYMENT["pending" if payment is None else payment.state],
        cases=cases,
        doubts=_doubts(session, row, payment),
    )


def _doubts(session: Session, row: ReceiptRow, payment: PaymentRow | None) -> list[Doubt]:
    forgotten = (DebitRow.state == "in_doubt", DebitRow.is_forgotten)
    query = select(DebitRow).where(DebitRow.receipt == row.id, *forgotten).order_by(DebitRow.made_us, DebitRow.id)
    doubts = [
        Doubt(kind="debit", key=debit.id, amount=Money(debit.amount_minor, debit.currency), case=debit.case)
        for debit in session.scalars(query)
    ]
    if payment is not None and payment.state == "in_doubt" and payment.is_forgotten:
        doubts.insert(0, Doubt(kind="payment", key=payment.id, amount=Money(payment.amount_minor, payment.currency)))
    return doubts


def _line(row: ReceiptLineRow, currency: str) -> ReceiptLine:
    return ReceiptLine(
        line=row.line,
        gtin=row.gtin,
        name=row.name,
        quantity=row.quantity,
        unit_price=Money(row.unit_price_minor, currency),
        discount=Money(row.discount_minor, currency),
        tax_rate=row.tax_rate,
        net=Money(row.net_minor, currency),
        tax=Money(row.tax_minor, currency),
        gross=Money(row.gross_minor, currency),
        confidence=row.confidence,
        plates=from_json(row.plates, list[str]),
        events=from_json(row.events, list[str]),
        taken_at=None if row.taken_us is None else from_micros(row.taken_us),
        reasons=from_json(row.reasons, list[str]),
    )
