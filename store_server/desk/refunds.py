"""Refunds and debits as the desk reads them, and what a person does about a doubt."""

from collections.abc import Callable
from typing import get_args

from sqlalchemy import select
from sqlalchemy.orm import Session

from store_client.contract.live import Event
from store_client.contract.moment import from_micros
from store_client.contract.money import Money
from store_client.contract.refund import Debit, DebitState, Refund, RefundState, RefundStep, ResolutionRequest
from store_server.cart.ledger import PROVIDER
from store_server.cause import cause, refused
from store_server.desk.actor import Actor
from store_server.desk.doubts import resolution_cause
from store_server.desk.history import note
from store_server.desk.once import Memory, Once
from store_server.desk.repayment import amount_of, keep_step, pay_back, tell_step, undo
from store_server.desk.standing import VOID
from store_server.desk.why import because, kept_causes
from store_server.refusal import Refusal
from store_server.storage.audit import tell
from store_server.storage.database import Database
from store_server.storage.movements import DebitRow, RefundRow, RefundStepRow

_STATES: dict[str, RefundState] = {state: state for state in get_args(RefundState)}
_DEBITS: dict[str, DebitState] = {state: state for state in get_args(DebitState)}
_ASKABLE = ("submitting", "in_doubt", "settled")


class Refunds:
    def __init__(self, database: Database, memory: Memory, now_us: Callable[[], int]) -> None:
        self._database = database
        self._memory = memory
        self._now_us = now_us

    def get(self, refund: str) -> Refund:
        with self._database.read() as session:
            return read_refund(session, _row(session, refund))

    def debit(self, debit: str) -> Debit:
        with self._database.read() as session:
            row = session.get(DebitRow, debit)
            if row is None:
                raise Refusal("not-found", f"there is no debit {debit}")
            return read_debit(session, row)

    def ask(self, refund: str, actor: Actor, once: Once) -> Refund:
        """Has the provider asked at once what became of it; the answer is read a moment later.

        Refusal("conflict") for what the provider has not been sent, or is done with.
        """
        actor.require("cases")
        now_us = self._now_us()

        def effect(session: Session) -> tuple[Refund, list[Event]]:
            row = _row(session, refund, for_update=True)
            if row.state not in _ASKABLE:
                raise refused("conflict", cause("refund_unasked"))
            row.next_us = now_us
            tell(session, actor.name, "refund_asked", f"case:{row.case}", amount_of(row))
            return read_refund(session, row), []

        return self._memory.once(once, actor, Refund, effect)[0]

    def resolve(self, refund: str, request: ResolutionRequest, actor: Actor, once: Once) -> Refund:
        """Ends a doubt with what a person learned from the provider, or has the refund sent once more.

        Raises Refusal: "conflict" unless the provider itself can say no more, "not-permitted" for who proposed the
        refund, "step-up-needed" without a fresh password.
        """
        actor.require("approve")
        now_us = self._now_us()

        def effect(session: Session) -> tuple[Refund, list[Event]]:
            row = _row(session, refund, for_update=True)
            _resolve(session, row, request, actor, now_us)
            return read_refund(session, row), []

        return self._memory.once(once, actor, Refund, effect)[0]


def _resolve(session: Session, row: RefundRow, request: ResolutionRequest, actor: Actor, now_us: int) -> None:
    if row.state != "in_doubt" or not row.is_forgotten:
        raise refused("conflict", cause("refund_still_asked"))
    if row.by == actor.user_id:
        raise refused("not-permitted", cause("own_refund"))
    actor.require_fresh()
    why = because(resolution_cause(request, actor))
    if request.outcome == "again":
        row.state, row.sent_us, row.next_us = "approved", None, now_us  # the provider's horizon begins anew
        row.is_forgotten = False
        keep_step(session, row, why, now_us)
        note(session, row.case, now_us, actor.name, "refund sent again", why, amount_of(row))
        return
    row.state, row.reference, row.next_us = request.outcome, request.reference, None
    if request.outcome == "settled":
        pay_back(session, row, PROVIDER, now_us)
    else:
        undo(session, row, now_us)
    tell_step(session, row, why, now_us, actor.name)


def _row(session: Session, refund: str, *, for_update: bool = False) -> RefundRow:
    row = session.get(RefundRow, refund, with_for_update=for_update)
    if row is None:
        raise Refusal("not-found", f"there is no refund {refund}")
    return row


def read_refund(session: Session, row: RefundRow) -> Refund:
    steps = session.scalars(
        select(RefundStepRow).where(RefundStepRow.refund == row.id).order_by(RefundStepRow.position)
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
        steps=[_step(step) for step in steps],
        proposed_by=row.by_name,
        approved_by=row.approved_by_name,
        advice=_advice(row),
        key=row.key,
        is_forgotten=row.is_forgotten and row.state == "in_doubt",
    )


def _step(row: RefundStepRow) -> RefundStep:
    return RefundStep(from_micros(row.at_us), _STATES[row.state], row.detail, kept_causes(row.causes))


def read_debit(session: Session, row: DebitRow) -> Debit:
    void = select(RefundRow.id).where(RefundRow.correction == row.correction, RefundRow.state.in_(VOID))
    return Debit(
        id=row.id,
        receipt=row.receipt,
        case=row.case,
        correction=row.correction,
        made_at=from_micros(row.made_us),
        amount=Money(row.amount_minor, row.currency),
        state=_DEBITS[row.state],
        is_agreed=row.is_agreed,
        is_void=session.scalar(void) is not None,
    )


def _advice(row: RefundRow) -> str:
    """What a person has to do, or must not."""
    if row.state == "awaiting_approval":
        return f"Somebody other than {row.by_name} who may approve has to decide on it."
    if row.state == "in_doubt" and row.is_forgotten:
        return (
            f"Ask the payment provider whether it made the refund with the key {row.key}, and say here what you "
            "learned. Do not refund in another way before you know."
        )
    if row.state == "in_doubt":
        return "The store keeps asking the payment provider. Do not refund in another way meanwhile."
    if row.state in ("failed", "reversed"):
        return "The shopper has nothing of it: what was corrected stands again as billed, and can be decided anew."
    return ""
