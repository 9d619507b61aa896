"""Postings: what each happening moves between which accounts."""

from collections.abc import Iterable
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from store_client.contract.ids import new_id
from store_server.storage.ledger import TransferRow

Posting = Literal["sale", "capture", "correction", "refund", "reversal", "void", "debit"]

RECEIVABLE = "receivable"  # what shoppers owe
SALES = "sales"
PAYABLE = "refunds_payable"  # what is owed to shoppers
PROVIDER = "provider"  # what the payment provider holds for the store
GOODWILL = "goodwill"
WRITTEN_OFF = "written_off"


def tax_account(rate: int) -> str:
    return f"tax:{rate}"


def transfers_of(session: Session, posting: Posting, subject: str) -> list[tuple[str, str, int]]:
    """What one happening posted, as (debit, credit, minor units)."""
    rows = session.execute(
        select(TransferRow.debit, TransferRow.credit, TransferRow.minor)
        .where(TransferRow.posting == posting, TransferRow.subject == subject)
        .order_by(TransferRow.position)
    )
    return [(debit, credit, minor) for debit, credit, minor in rows]


def post(
    session: Session,
    posting: Posting,
    subject: str,
    transfers: Iterable[tuple[str, str, int]],
    *,
    store: str,
    receipt: str,
    currency: str,
    at_us: int,
) -> None:
    """Writes (debit, credit, minor units) of one happening; amounts of nothing are left out.

    The same posting of the same subject a second time breaks a constraint, and with it the transaction.
    """
    moving = [transfer for transfer in transfers if transfer[2] != 0]
    session.add_all(
        TransferRow(
            id=new_id(at_us // 1000),
            store=store,
            receipt=receipt,
            posting=posting,
            subject=subject,
            position=position,
            at_us=at_us,
            debit=debit,
            credit=credit,
            minor=minor,
            currency=currency,
        )
        for position, (debit, credit, minor) in enumerate(moving)
    )
