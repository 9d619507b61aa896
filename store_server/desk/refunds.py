"""Refunds as the desk reads them."""

from typing import get_args

from sqlalchemy import select

from store_client.contract.moment import from_micros
from store_client.contract.money import Money
from store_client.contract.refund import Refund, RefundState, RefundStep
from store_server.refusal import Refusal
from store_server.storage.database import Database
from store_server.storage.movements import RefundRow, RefundStepRow

_STATES: dict[str, RefundState] = {state: state for state in get_args(RefundState)}


class Refunds:
    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self, refund: str) -> Refund:
        with self._database.read() as session:
            row = session.get(RefundRow, refund)
            if row is None:
                raise Refusal("not-found", f"there is no refund {refund}")
            steps = session.scalars(
                select(RefundStepRow).where(RefundStepRow.refund == refund).order_by(RefundStepRow.position)
            )
            return Refund(
                id=row.id,
                store=row.store,
                receipt=row.receipt,
                case=row.case,
                correction=row.correction,
                amount=Money(row.amount_minor, row.currency),
                state=_STATES[row.state],
                attempts=row.attempts,
                steps=[RefundStep(from_micros(step.at_us), _STATES[step.state], step.detail) for step in steps],
            )
