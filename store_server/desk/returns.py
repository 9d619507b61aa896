"""Refunds on their way: what a correction owes to the shopper goes back."""

from collections.abc import Callable, Iterable
from functools import partial

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from store_client.contract.money import Money
from store_server.cart.ledger import PAYABLE, PROVIDER, RECEIVABLE, Posting, post, transfers_of
from store_server.desk.allowance import Claim, claims_of, release, settle, unsettle
from store_server.desk.history import note
from store_server.desk.movement import SECOND_US, Movement
from store_server.desk.provider import Answer
from store_server.storage.audit import STORE, tell
from store_server.storage.corrections import CorrectionLineRow, CorrectionRow
from store_server.storage.movements import PaymentRow, RefundRow, RefundStepRow

_WORDS = {
    "settled": "refund settled",
    "failed": "refund failed",
    "in_doubt": "refund in doubt",
    "reversed": "refund reversed",
}

WATCH_US = 20 * SECOND_US


class Returns(Movement[RefundRow]):
    row = RefundRow
    first = "approved"
    done = "settled"

    def _may_go(self, session: Session, row: RefundRow) -> bool:
        """Once the receipt is paid. If its payment failed, nothing can go back: the debt is lowered instead."""
        payment = session.get_one(PaymentRow, row.payment)
        if payment.state == "captured":
            return True
        row.next_us = self._now_us() + SECOND_US
        if payment.state == "failed":
            row.next_us = None
            row.state = "settled"
            self._note(session, row, "the receipt was never paid: what is owed for it is lowered")
            self._book(session, row, RECEIVABLE)
        return False

    def _sending(self, row: RefundRow) -> Callable[[], Answer]:
        return partial(self._provider.refund, row.key, row.payment, Money(row.amount_minor, row.currency))

    def _asking(self, row: RefundRow) -> Callable[[], Answer]:
        return partial(self._provider.ask, row.key)

    def _finish(self, session: Session, row: RefundRow, *, is_done: bool) -> None:
        if is_done:
            self._book(session, row, PROVIDER)
            return
        if row.state == "reversed":
            unsettle(session, row.receipt, _claims(session, row))
            self._post(session, row, "reversal", [(PROVIDER, PAYABLE, row.amount_minor)])
        else:
            release(session, row.receipt, _claims(session, row))
        corrected = transfers_of(session, "correction", row.correction)
        self._post(session, row, "void", [(credit, debit, minor) for debit, credit, minor in corrected])

    def _watched_us(self, row: RefundRow, now_us: int) -> int | None:
        """After as long as it is old, for as long as the provider knows of it: most come back in the first minutes."""
        age_us = now_us - (row.sent_us or now_us)
        return now_us + max(age_us, WATCH_US) if age_us < self._provider.horizon_us else None

    def _book(self, session: Session, row: RefundRow, account: str) -> None:
        settle(session, row.receipt, _claims(session, row))
        self._post(session, row, "refund", [(PAYABLE, account, row.amount_minor)])

    def _post(
        self, session: Session, row: RefundRow, posting: Posting, transfers: Iterable[tuple[str, str, int]]
    ) -> None:
        post(
            session,
            posting,
            row.id,
            transfers,
            store=row.store,
            receipt=row.receipt,
            currency=row.currency,
            at_us=self._now_us(),
        )

    def _note(self, session: Session, row: RefundRow, detail: str) -> None:
        last = session.scalar(select(func.max(RefundStepRow.position)).where(RefundStepRow.refund == row.id))
        now_us = self._now_us()
        step = RefundStepRow(refund=row.id, position=(last or 0) + 1, at_us=now_us, state=row.state, detail=detail)
        session.add(step)
        session.flush()
        told = {"refund": row.id, "minor": row.amount_minor, "currency": row.currency}
        if row.state in _WORDS:
            note(session, row.case, now_us, STORE, _WORDS[row.state], detail, told)
        else:
            tell(session, STORE, f"refund_{row.state}", f"case:{row.case}", told)


def _claims(session: Session, row: RefundRow) -> list[Claim]:
    correction = session.get_one(CorrectionRow, row.correction)
    lines = session.scalars(select(CorrectionLineRow).where(CorrectionLineRow.correction == row.correction)).all()
    return claims_of(correction, lines)
