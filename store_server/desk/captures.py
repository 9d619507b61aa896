"""Payments of receipts: the money that was agreed at the gate is captured once the receipt is known."""

from collections.abc import Callable
from functools import partial

from sqlalchemy.orm import Session

from store_client.contract.money import Money
from store_server.cart.ledger import PROVIDER, RECEIVABLE, post
from store_server.desk.movement import Movement
from store_server.desk.provider import Answer
from store_server.desk.why import Why
from store_server.storage.movements import PaymentRow


class Captures(Movement[PaymentRow]):
    row = PaymentRow
    first = "pending"
    done = "captured"

    def _sending(self, row: PaymentRow) -> Callable[[], Answer]:
        return partial(self._provider.capture, row.id, row.payment_token, Money(row.amount_minor, row.currency))

    def _asking(self, row: PaymentRow) -> Callable[[], Answer]:
        return partial(self._provider.ask, row.id)

    def _finish(self, session: Session, row: PaymentRow, *, is_done: bool) -> None:
        if is_done:
            keep_capture(session, row, self._now_us())

    def _note(self, session: Session, row: PaymentRow, why: Why) -> None:  # noqa: ARG002  a payment keeps the last
        row.detail = why.detail


def keep_capture(session: Session, row: PaymentRow, now_us: int) -> None:
    """What the receipt owed is with the provider."""
    post(
        session,
        "capture",
        row.id,
        [(PROVIDER, RECEIVABLE, row.amount_minor)],
        store=row.store,
        receipt=row.receipt,
        currency=row.currency,
        at_us=now_us,
    )
