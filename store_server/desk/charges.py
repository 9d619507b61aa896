"""Debits on their way: what the shopper agreed to be charged after the sale. One that cannot be is written off."""

from collections.abc import Callable
from functools import partial

from sqlalchemy.orm import Session

from store_client.contract.case import CaseStep
from store_client.contract.money import Money
from store_server.cart.ledger import PROVIDER, RECEIVABLE, WRITTEN_OFF, post
from store_server.desk.history import note
from store_server.desk.movement import Movement
from store_server.desk.provider import Answer
from store_server.desk.why import Why
from store_server.storage.audit import STORE
from store_server.storage.movements import DebitRow

_STEPS: dict[str, CaseStep] = {"captured": "debit captured", "failed": "debit failed", "in_doubt": "debit in doubt"}


class Charges(Movement[DebitRow]):
    row = DebitRow
    first = "pending"
    done = "captured"

    def _sending(self, row: DebitRow) -> Callable[[], Answer]:
        return partial(self._provider.capture, row.id, row.payment_token, Money(row.amount_minor, row.currency))

    def _asking(self, row: DebitRow) -> Callable[[], Answer]:
        return partial(self._provider.ask, row.id)

    def _finish(self, session: Session, row: DebitRow, *, is_done: bool) -> None:
        keep_charge(session, row, self._now_us(), is_done=is_done)

    def _note(self, session: Session, row: DebitRow, why: Why) -> None:
        row.detail = why.detail
        if row.state in _STEPS:
            told = {"debit": row.id, "minor": row.amount_minor, "currency": row.currency}
            note(session, row.case, self._now_us(), STORE, _STEPS[row.state], why, told)


def keep_charge(session: Session, row: DebitRow, now_us: int, *, is_done: bool) -> None:
    """What was owed besides is with the provider, or written off after all."""
    post(
        session,
        "debit",
        row.id,
        [(PROVIDER if is_done else WRITTEN_OFF, RECEIVABLE, row.amount_minor)],
        store=row.store,
        receipt=row.receipt,
        currency=row.currency,
        at_us=now_us,
    )
