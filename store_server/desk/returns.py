"""Refunds on their way: what a correction owes to the shopper goes back."""

from collections.abc import Callable
from functools import partial

from sqlalchemy.orm import Session

from store_client.contract.money import Money
from store_server.cart.ledger import PROVIDER, RECEIVABLE
from store_server.cause import cause
from store_server.desk.movement import MOST_US, SECOND_US, Movement
from store_server.desk.provider import Answer
from store_server.desk.repayment import pay_back, tell_step, undo
from store_server.desk.why import Why, because
from store_server.storage.movements import PaymentRow, RefundRow

WATCH_US = 20 * SECOND_US
LAST_US = 2 * MOST_US
"""So long before the provider forgets a refund it is asked for the last time, and once more if it keeps silent then."""


class Returns(Movement[RefundRow]):
    row = RefundRow
    first = "approved"
    done = "settled"
    comes_back = True

    def _may_go(self, session: Session, row: RefundRow) -> bool:
        """Once the receipt is paid. If its payment failed, nothing can go back: the debt is lowered instead."""
        payment = session.get_one(PaymentRow, row.payment)
        if payment.state == "captured":
            return True
        row.next_us = self._now_us() + SECOND_US
        if payment.state == "failed":
            row.next_us = None
            row.state = "settled"
            self._note(session, row, because(cause("never_paid")))
            pay_back(session, row, RECEIVABLE, self._now_us())
        return False

    def _sending(self, row: RefundRow) -> Callable[[], Answer]:
        return partial(self._provider.refund, row.key, row.payment, Money(row.amount_minor, row.currency))

    def _asking(self, row: RefundRow) -> Callable[[], Answer]:
        return partial(self._provider.ask, row.key)

    def _finish(self, session: Session, row: RefundRow, *, is_done: bool) -> None:
        if is_done:
            pay_back(session, row, PROVIDER, self._now_us())
        else:
            undo(session, row, self._now_us())

    def _watched_us(self, row: RefundRow, now_us: int) -> int | None:
        """After as long as it is old, for as long as the provider knows of it: most come back in the first minutes."""
        sent_us = row.sent_us or now_us
        last_us = sent_us + self._provider.horizon_us - LAST_US
        return min(now_us + max(now_us - sent_us, WATCH_US), last_us) if now_us < last_us else None

    def _note(self, session: Session, row: RefundRow, why: Why) -> None:
        tell_step(session, row, why, self._now_us())
