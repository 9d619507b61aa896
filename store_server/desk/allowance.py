"""What may still go back of a receipt: reserved when a refund is proposed, settled when the money has moved.

Every change is one guarded UPDATE; the CHECK on the table stands behind it.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import ColumnElement, CursorResult, select, update
from sqlalchemy.orm import Session

from store_server.cause import cause
from store_server.refusal import Refusal
from store_server.storage.corrections import CorrectionLineRow, CorrectionRow
from store_server.storage.receipts import AllowanceRow

Scope = Literal["total", "line", "units", "rate", "tax"]


@dataclass(frozen=True, slots=True)
class Claim:
    """An amount of one allowance; see storage.receipts.AllowanceRow for ``scope`` and ``key``."""

    scope: Scope
    key: int
    amount: int


def claims_of(correction: CorrectionRow, lines: Iterable[CorrectionLineRow]) -> list[Claim]:
    """What a correction takes of the allowances: of the total what is paid back, of lines and rates what they lose.

    In one order, so that two transactions on one receipt wait for each other in turn.
    """
    sums: defaultdict[tuple[Scope, int], int] = defaultdict(int)
    sums["total", 0] += correction.returned_minor
    for line in lines:
        if line.line is None or line.quantity > 0:
            continue
        sums["line", line.line] -= line.gross_minor
        sums["units", line.line] -= line.quantity
        sums["rate", line.tax_rate] -= line.gross_minor
        sums["tax", line.tax_rate] -= line.tax_minor
    return [Claim(scope, key, amount) for (scope, key), amount in sorted(sums.items()) if amount > 0]


def reserve(session: Session, receipt: str, claims: Iterable[Claim]) -> None:
    """Raises Refusal("not-covered") if any claim is above what is left; the transaction is then to be undone."""
    for claim in claims:
        left = AllowanceRow.captured - AllowanceRow.reserved - AllowanceRow.settled
        taken = _change(
            session, receipt, claim, {"reserved": AllowanceRow.reserved + claim.amount}, left >= claim.amount
        )
        if not taken:
            why = f"more than what may still be refunded of {_name(claim)}"
            raise Refusal("not-covered", why, cause=cause("receipt_returned"))


def settle(session: Session, receipt: str, claims: Iterable[Claim]) -> None:
    for claim in claims:
        _move(
            session,
            receipt,
            claim,
            {"reserved": AllowanceRow.reserved - claim.amount, "settled": AllowanceRow.settled + claim.amount},
        )


def release(session: Session, receipt: str, claims: Iterable[Claim]) -> None:
    """What was reserved may be refunded in another way."""
    for claim in claims:
        _move(session, receipt, claim, {"reserved": AllowanceRow.reserved - claim.amount})


def unsettle(session: Session, receipt: str, claims: Iterable[Claim]) -> None:
    """What had gone back came back to the store, so it may be refunded again."""
    for claim in claims:
        values = {"settled": AllowanceRow.settled - claim.amount}
        if not _change(session, receipt, claim, values, AllowanceRow.settled >= claim.amount):
            raise ValueError(f"{_name(claim)} of receipt {receipt} was not settled")


def allowances_of(session: Session, receipt: str) -> dict[tuple[str, int], int]:
    """What is left, by scope and key."""
    rows = session.scalars(select(AllowanceRow).where(AllowanceRow.receipt == receipt))
    return {(row.scope, row.key): row.captured - row.reserved - row.settled for row in rows}


def _move(session: Session, receipt: str, claim: Claim, values: dict[str, ColumnElement[int]]) -> None:
    if not _change(session, receipt, claim, values, AllowanceRow.reserved >= claim.amount):
        raise ValueError(f"{_name(claim)} of receipt {receipt} was not reserved")


def _change(
    session: Session,
    receipt: str,
    claim: Claim,
    values: dict[str, ColumnElement[int]],
    guard: ColumnElement[bool],
) -> bool:
    result = session.execute(
        update(AllowanceRow)
        .where(AllowanceRow.receipt == receipt, AllowanceRow.scope == claim.scope, AllowanceRow.key == claim.key, guard)
        .values(values)
        .execution_options(synchronize_session=False)
    )
    if not isinstance(result, CursorResult):
        raise TypeError("an UPDATE answers with a cursor")
    return result.rowcount == 1


def _name(claim: Claim) -> str:
    names = {
        "total": "the receipt",
        "line": f"line {claim.key}",
        "units": f"the units of line {claim.key}",
        "rate": f"the goods taxed at {claim.key / 100:g} %",
        "tax": f"the tax at {claim.key / 100:g} %",
    }
    return names[claim.scope]
