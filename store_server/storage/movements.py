"""Money on its way: payments of receipts, refunds and debits of corrections, and the steps each went through."""

from sqlalchemy import CheckConstraint, ForeignKey, Index, false, text
from sqlalchemy.orm import Mapped, mapped_column

from store_server.storage.base import Base


class PaymentRow(Base):
    """``id`` is the key under which the provider is asked: made once, stored before sending, unique for ever.

    ``next_us``: when the movement is due to be looked at; None when there is nothing more to do. ``sent_us``: when it
    was first handed to the provider. ``is_forgotten``: the provider cannot say what became of it.
    """

    __tablename__ = "payments"
    __table_args__ = (
        CheckConstraint("state IN ('pending', 'submitting', 'captured', 'failed', 'in_doubt')", name="state"),
        CheckConstraint("amount_minor >= 0", name="amount"),
        Index("ix_payments_next_us", "next_us"),
        Index("ix_payments_payment_token", "store", "payment_token"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    receipt: Mapped[str] = mapped_column(ForeignKey("receipts.id"), unique=True)
    store: Mapped[str] = mapped_column(ForeignKey("stores.id"))
    payment_token: Mapped[str]
    amount_minor: Mapped[int]
    currency: Mapped[str]
    state: Mapped[str]
    attempts: Mapped[int] = mapped_column(default=0)
    sent_us: Mapped[int | None]
    next_us: Mapped[int | None]
    reference: Mapped[str] = mapped_column(default="")
    detail: Mapped[str] = mapped_column(default="")
    is_forgotten: Mapped[bool] = mapped_column(default=False, server_default=false())


class RefundRow(Base):
    """Like a payment, the other way: what was captured under ``payment`` goes back. ``by``, ``approved_by``: ids of the
    users who proposed and approved it, with their names."""

    __tablename__ = "refunds"
    __table_args__ = (
        CheckConstraint(
            "state IN ('draft', 'proposed', 'awaiting_approval', 'approved', 'submitting', 'settled', 'failed', "
            "'in_doubt', 'reversed')",
            name="state",
        ),
        CheckConstraint("amount_minor > 0", name="amount"),
        CheckConstraint('approved_by <> "by"', name="another_approves"),
        CheckConstraint(
            "approved_by IS NOT NULL OR NOT needs_approval "
            "OR state IN ('draft', 'proposed', 'awaiting_approval', 'failed')",
            name="approved_first",
        ),
        CheckConstraint("state <> 'awaiting_approval' OR next_us IS NULL", name="waits"),
        Index("ix_refunds_next_us", "next_us"),
        Index("ix_refunds_receipt", "receipt"),
        Index(
            "uq_refunds_one_living",
            "case",
            unique=True,
            sqlite_where=text("state NOT IN ('failed', 'reversed')"),
            postgresql_where=text("state NOT IN ('failed', 'reversed')"),
        ),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    store: Mapped[str] = mapped_column(ForeignKey("stores.id"))
    receipt: Mapped[str] = mapped_column(ForeignKey("receipts.id"))
    case: Mapped[str] = mapped_column(ForeignKey("cases.id"))
    correction: Mapped[str] = mapped_column(ForeignKey("corrections.id"), unique=True)
    payment: Mapped[str] = mapped_column(ForeignKey("payments.id"))
    by: Mapped[str]
    amount_minor: Mapped[int]
    currency: Mapped[str]
    state: Mapped[str]
    attempts: Mapped[int] = mapped_column(default=0)
    sent_us: Mapped[int | None]
    next_us: Mapped[int | None]
    reference: Mapped[str] = mapped_column(default="")
    needs_approval: Mapped[bool] = mapped_column(default=False, server_default=false())
    by_name: Mapped[str] = mapped_column(default="", server_default="")
    approved_by: Mapped[str | None]
    approved_by_name: Mapped[str | None]
    is_forgotten: Mapped[bool] = mapped_column(default=False, server_default=false())


class RefundStepRow(Base):
    """Steps are added and never changed. ``causes``: contract.cause as JSON, what ``detail`` says."""

    __tablename__ = "refund_steps"

    refund: Mapped[str] = mapped_column(ForeignKey("refunds.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    at_us: Mapped[int]
    state: Mapped[str]
    detail: Mapped[str]
    causes: Mapped[str] = mapped_column(default="[]", server_default="[]")


class DebitRow(Base):
    """An increase after the sale. ``id`` is the key under which the provider is asked, as of a payment; ``detail``: its
    words. What is written off is a document and nothing more."""

    __tablename__ = "debits"
    __table_args__ = (
        CheckConstraint(
            "state IN ('written_off', 'pending', 'submitting', 'captured', 'failed', 'in_doubt')", name="state"
        ),
        CheckConstraint("is_agreed = (state <> 'written_off')", name="never_silently"),
        CheckConstraint("state <> 'written_off' OR next_us IS NULL", name="written_off_stays"),
        CheckConstraint("amount_minor > 0", name="amount"),
        Index("ix_debits_next_us", "next_us"),
        Index("ix_debits_receipt", "receipt"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    store: Mapped[str] = mapped_column(ForeignKey("stores.id"))
    receipt: Mapped[str] = mapped_column(ForeignKey("receipts.id"))
    case: Mapped[str] = mapped_column(ForeignKey("cases.id"))
    correction: Mapped[str] = mapped_column(ForeignKey("corrections.id"), unique=True)
    payment_token: Mapped[str]
    made_us: Mapped[int]
    is_agreed: Mapped[bool]
    amount_minor: Mapped[int]
    currency: Mapped[str]
    state: Mapped[str]
    attempts: Mapped[int] = mapped_column(default=0)
    sent_us: Mapped[int | None]
    next_us: Mapped[int | None]
    reference: Mapped[str] = mapped_column(default="")
    detail: Mapped[str] = mapped_column(default="")
    is_forgotten: Mapped[bool] = mapped_column(default=False, server_default=false())
