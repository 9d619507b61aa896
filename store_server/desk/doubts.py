"""Payments and agreed debits of which the provider can say no more: a person who asked says what became of them."""

from collections.abc import Callable

from sqlalchemy.orm import Session

from store_client.contract.case import CaseStep
from store_client.contract.cause import Cause, CauseCode
from store_client.contract.live import Event
from store_client.contract.receipt import Receipt
from store_client.contract.refund import Outcome, ResolutionRequest
from store_server.cause import cause, refused
from store_server.desk.actor import Actor
from store_server.desk.captures import keep_capture
from store_server.desk.charges import keep_charge
from store_server.desk.history import note, said_of
from store_server.desk.once import Memory, Once
from store_server.desk.receipts import read_receipt
from store_server.desk.why import Why, because
from store_server.refusal import Refusal
from store_server.storage.audit import tell
from store_server.storage.corrections import CorrectionRow
from store_server.storage.database import Database
from store_server.storage.movements import DebitRow, PaymentRow

_PAYMENT = {"settled": "payment_captured", "failed": "payment_failed", "again": "payment_sent_again"}
_DEBIT: dict[Outcome, CaseStep] = {"settled": "debit captured", "failed": "debit failed", "again": "debit sent again"}


class Doubts:
    def __init__(self, database: Database, memory: Memory, now_us: Callable[[], int]) -> None:
        self._database = database
        self._memory = memory
        self._now_us = now_us

    def resolve(self, key: str, request: ResolutionRequest, actor: Actor, once: Once) -> Receipt:
        """Ends the doubt about what was sent under ``key``, or has it sent once more; the receipt that it is of.

        Raises Refusal: "conflict" unless the provider itself can say no more, "not-permitted" for who decided on the
        debit, "step-up-needed" without a fresh password.
        """
        actor.require("approve")
        now_us = self._now_us()

        def effect(session: Session) -> tuple[Receipt, list[Event]]:
            payment = session.get(PaymentRow, key, with_for_update=True)
            row = payment or session.get(DebitRow, key, with_for_update=True)
            if row is None:
                raise Refusal("not-found", f"there is no payment or debit {key}")
            _check(session, row, actor)
            why = because(resolution_cause(request, actor))
            _resolve(row, request, why, now_us)
            _keep(session, row, request, now_us)
            _tell(session, row, request, actor, why, now_us)
            return read_receipt(session, row.receipt), []

        return self._memory.once(once, actor, Receipt, effect)[0]


def resolution_cause(request: ResolutionRequest, actor: Actor) -> Cause:
    code: CauseCode = "sent_again" if request.outcome == "again" else "learned"
    return cause(code, who=actor.name, reference=request.reference, note=request.note)


def _check(session: Session, row: PaymentRow | DebitRow, actor: Actor) -> None:
    if row.state != "in_doubt" or not row.is_forgotten:
        raise refused("conflict", cause("still_asked"))
    if isinstance(row, DebitRow) and session.get_one(CorrectionRow, row.correction).made_by == actor.name:
        raise refused("not-permitted", cause("own_debit"))
    actor.require_fresh()


def _resolve(row: PaymentRow | DebitRow, request: ResolutionRequest, why: Why, now_us: int) -> None:
    row.is_forgotten = False
    row.detail = why.detail
    if request.outcome == "again":
        row.state, row.sent_us, row.next_us = "pending", None, now_us  # the provider's horizon begins anew
    else:
        row.state = "captured" if request.outcome == "settled" else "failed"
        row.reference, row.next_us = request.reference, None


def _keep(session: Session, row: PaymentRow | DebitRow, request: ResolutionRequest, now_us: int) -> None:
    """In the books. A payment that failed leaves owed what is owed."""
    if request.outcome == "again":
        return
    is_done = request.outcome == "settled"
    if isinstance(row, DebitRow):
        keep_charge(session, row, now_us, is_done=is_done)
    elif is_done:
        keep_capture(session, row, now_us)


def _tell(
    session: Session, row: PaymentRow | DebitRow, request: ResolutionRequest, actor: Actor, why: Why, now_us: int
) -> None:
    told: dict[str, object] = {"minor": row.amount_minor, "currency": row.currency}
    if isinstance(row, DebitRow):
        note(session, row.case, now_us, actor.name, _DEBIT[request.outcome], why, {"debit": row.id, **told})
    else:
        told |= {"payment": row.id, **said_of(why)}
        tell(session, actor.name, _PAYMENT[request.outcome], f"receipt:{row.receipt}", told)
