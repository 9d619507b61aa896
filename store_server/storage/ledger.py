"""The ledger: double entry by its form.

One row moves one amount from one account to another, so debits equal credits whatever is written; rows are added and
never changed, and what gave rise to one can post it only once.
"""

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from store_server.storage.base import Base


class TransferRow(Base):
    """``posting``: what happened (see cart.ledger.Posting); ``subject``: the id of what it happened to."""

    __tablename__ = "ledger"
    __table_args__ = (
        UniqueConstraint("posting", "subject", "position"),
        CheckConstraint("minor > 0", name="minor"),
        CheckConstraint("debit <> credit", name="two_accounts"),
        Index("ix_ledger_receipt", "receipt"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    store: Mapped[str] = mapped_column(ForeignKey("stores.id"))
    receipt: Mapped[str] = mapped_column(ForeignKey("receipts.id"))
    posting: Mapped[str]
    subject: Mapped[str]
    position: Mapped[int]
    at_us: Mapped[int]
    debit: Mapped[str]
    credit: Mapped[str]
    minor: Mapped[int]
    currency: Mapped[str]
