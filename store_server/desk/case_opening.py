"""Opening a case on a receipt."""

from collections import Counter
from collections.abc import Mapping

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from store_client.contract.case import CaseRequest
from store_client.contract.decoding import from_json
from store_client.contract.ids import new_id
from store_client.contract.live import CaseOpened
from store_client.contract.problem import FieldError
from store_client.contract.store import Store
from store_server.cart.catalogue import products_for, store_of
from store_server.cart.numbers import next_number
from store_server.cause import cause, refused
from store_server.desk.case_reading import receipt_row
from store_server.desk.copying import begin_evidence
from store_server.desk.history import note
from store_server.desk.outcome import Standing
from store_server.desk.standing import VOID, lines_of, standing_of
from store_server.desk.why import Why
from store_server.refusal import Refusal
from store_server.storage.cases import CaseAddedRow, CaseLineRow, CasePlateRow, CaseRow
from store_server.storage.movements import RefundRow
from store_server.storage.receipts import ReceiptRow

_HOUR_US = 3_600_000_000
_DAY_US = 24 * _HOUR_US
_UNDECIDED = ("open", "claimed", "awaiting_approval")


def open_case(
    session: Session, request: CaseRequest, by: str, now_us: int, *, app: str | None = None
) -> tuple[CaseRow, CaseOpened]:
    """``by``: the name of who opens it; ``app``: id of the app through which the shopper does. Raises Refusal: "not-found" without the receipt, "conflict" after the store's refund window or while another
    case on it is undecided, "bad-request" for lines and products that are not there."""
    receipt = receipt_row(session, request.receipt, for_update=True)
    store = store_of(session, receipt.store)
    standing = standing_of(session, receipt.id)
    _check(session, request, receipt, store, standing, now_us)
    row = CaseRow(
        id=new_id(now_us // 1000),
        store=store.id,
        number=next_number(session, store.id, "case"),
        receipt=receipt.id,
        state="open",
        version=1,
        opened_us=now_us,
        due_us=_due_us(store, receipt, now_us),
        channel=request.channel,
        message=request.message,
        claimed_worth_minor=_worth(request, standing),
        summary=_summary(session, request, receipt),
        lease_token=0,
        language=request.language,
        app=app,
    )
    session.add(row)
    session.flush()
    session.add_all(
        CaseLineRow(case=row.id, line=line.line, claimed_quantity=line.claimed_quantity) for line in request.lines
    )
    session.add_all(
        CaseAddedRow(case=row.id, position=position, gtin=extra.gtin, quantity=extra.quantity)
        for position, extra in enumerate(request.added, start=1)
    )
    _keep_plates(session, row, request)
    note(session, row.id, now_us, by, "opened", Why(request.channel))
    begin_evidence(session, row, now_us)
    event = CaseOpened(
        epoch="",
        seq=0,
        measured_at=now_us,
        sent_at=now_us,
        id=new_id(now_us // 1000),
        store=store.id,
        case=row.id,
        receipt=receipt.id,
    )
    return row, event


def is_disputable(receipt: ReceiptRow, store: Store, now_us: int) -> bool:
    """Within the store's refund window."""
    return now_us <= receipt.issued_us + store.policies.refund_window_days * _DAY_US


def living_case(session: Session, receipt: str) -> str | None:
    """The id of the case on ``receipt`` that is not decided yet: there is at most one."""
    return session.scalar(select(CaseRow.id).where(CaseRow.receipt == receipt, CaseRow.state.in_(_UNDECIDED)))


def _has_come_back(session: Session, receipt: str) -> bool:
    """Whether what was sent last of ``receipt`` did not reach the shopper, who is owed it still."""
    sent = select(RefundRow.state).where(RefundRow.receipt == receipt, RefundRow.sent_us.is_not(None))
    return session.scalar(sent.order_by(RefundRow.sent_us.desc(), RefundRow.id.desc()).limit(1)) in VOID


def _due_us(store: Store, receipt: ReceiptRow, now_us: int) -> int:
    """By the store's policy, and not after the day on which nothing could go back any more."""
    policies = store.policies
    window_us = receipt.issued_us + policies.refund_window_days * _DAY_US
    due_us = now_us + policies.case_due_hours * _HOUR_US
    return min(due_us, window_us) if now_us <= window_us else due_us


def hasten_due(session: Session, now_us: int) -> None:
    """What was opened while the clock was ahead is due no later than what is opened now."""
    later = (CaseRow.state.in_(_UNDECIDED), CaseRow.opened_us > now_us)
    for store in session.scalars(select(CaseRow.store).where(*later).distinct()).all():
        due_us = now_us + store_of(session, store).policies.case_due_hours * _HOUR_US
        session.execute(
            update(CaseRow).where(*later, CaseRow.store == store, CaseRow.due_us > due_us).values(due_us=due_us)
        )


def _keep_plates(session: Session, row: CaseRow, request: CaseRequest) -> None:
    claimed = {line.line for line in request.lines}
    lines = [line for line in lines_of(session, row.receipt) if line.line in claimed]
    plates = {plate for line in lines for plate in from_json(line.plates, list[str])}
    session.add_all(CasePlateRow(store=row.store, plate=plate, case=row.id) for plate in sorted(plates))


def _check(
    session: Session,
    request: CaseRequest,
    receipt: ReceiptRow,
    store: Store,
    standing: Mapping[int, Standing],
    now_us: int,
) -> None:
    if not (is_disputable(receipt, store, now_us) or _has_come_back(session, receipt.id)):
        days = store.policies.refund_window_days
        raise refused("conflict", cause("window_over", days=days))
    living = living_case(session, receipt.id)
    if living is not None:
        number = session.get_one(CaseRow, living).number
        raise refused("conflict", cause("case_living", number=str(number)))
    errors: list[FieldError] = []
    times = Counter(line.line for line in request.lines)
    for place, line in enumerate(request.lines):
        if line.line not in standing:
            errors.append(FieldError(f"lines[{place}].line", "the receipt has no such line"))
        elif times[line.line] > 1:
            errors.append(FieldError(f"lines[{place}].line", "each line can be claimed once"))
    sold = products_for(session, receipt, [extra.gtin for extra in request.added])
    for place, extra in enumerate(request.added):
        if extra.gtin not in sold:
            errors.append(FieldError(f"added[{place}].gtin", "the store does not sell this product"))
    if not (request.lines or request.added or request.message.strip()):
        errors.append(FieldError("lines", "a case says which line is wrong, what is missing, or has a message"))
    if errors:
        raise Refusal("bad-request", "the case does not fit the receipt", errors)


def _worth(request: CaseRequest, standing: Mapping[int, Standing]) -> int:
    """What would go back if the shopper is right in all, in minor units."""
    worth = 0
    for line in request.lines:
        stands = standing[line.line]
        units = min(max(stands.quantity - line.claimed_quantity, 0), stands.refundable)
        worth += stands.returning(units).gross
    return worth


def _summary(session: Session, request: CaseRequest, receipt: ReceiptRow) -> str:
    """One line for the queue, such as ``Oat drink 2 → 1, +1 missing``."""
    names = {line.line: (line.name, line.quantity) for line in lines_of(session, receipt.id)}
    parts = [f"{names[line.line][0]} {names[line.line][1]} → {line.claimed_quantity}" for line in request.lines]
    parts += [f"+{extra.quantity} {extra.gtin}" for extra in request.added]
    return ", ".join(parts) or request.message.strip()[:100]
