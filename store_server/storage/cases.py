"""Cases: disputes of a receipt, who holds them, and what was done."""

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from store_server.storage.base import Base


class CaseRow(Base):
    """``version`` counts changes; ``lease_token`` counts claims; ``round`` counts corrections. ``assignee``: the name
    of who holds the case, proposed or decided it. ``decision``, ``proposal``: contract.case as JSON. ``app``: through
    which the shopper opened it."""

    __tablename__ = "cases"
    __table_args__ = (
        UniqueConstraint("store", "number"),
        CheckConstraint("state IN ('open', 'claimed', 'awaiting_approval', 'decided', 'closed')", name="state"),
        CheckConstraint("(state = 'claimed') = (lease_expires_us IS NOT NULL)", name="claimed_for_a_time"),
        CheckConstraint("state <> 'claimed' OR assignee_id IS NOT NULL", name="claimed_by_somebody"),
        CheckConstraint("(state IN ('decided', 'closed')) = (decision IS NOT NULL)", name="decided_with_decision"),
        CheckConstraint("(state = 'awaiting_approval') = (proposal IS NOT NULL)", name="awaiting_with_proposal"),
        CheckConstraint("(state = 'awaiting_approval') = (proposed_by_id IS NOT NULL)", name="proposed_by_somebody"),
        CheckConstraint("(state = 'awaiting_approval') = (expires_us IS NOT NULL)", name="awaiting_for_a_time"),
        Index(
            "uq_cases_one_living",
            "receipt",
            unique=True,
            sqlite_where=text("state IN ('open', 'claimed', 'awaiting_approval')"),
            postgresql_where=text("state IN ('open', 'claimed', 'awaiting_approval')"),
        ),
        Index("ix_cases_due_us", "store", "due_us", "id"),
        Index("ix_cases_receipt", "receipt"),
        Index("ix_cases_state", "store", "state", "due_us"),
        Index("ix_cases_expires_us", "expires_us"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    store: Mapped[str] = mapped_column(ForeignKey("stores.id"))
    number: Mapped[int]
    receipt: Mapped[str] = mapped_column(ForeignKey("receipts.id"))
    state: Mapped[str]
    version: Mapped[int]
    opened_us: Mapped[int]
    due_us: Mapped[int]
    channel: Mapped[str]
    message: Mapped[str]
    claimed_worth_minor: Mapped[int]
    summary: Mapped[str]
    assignee_id: Mapped[str | None]
    assignee: Mapped[str | None]
    lease_token: Mapped[int] = mapped_column(default=0)
    lease_expires_us: Mapped[int | None]
    decision: Mapped[str | None]
    language: Mapped[str] = mapped_column(default="en", server_default="en")
    round: Mapped[int] = mapped_column(default=0, server_default="0")
    proposal: Mapped[str | None]
    proposed_by_id: Mapped[str | None]
    proposed_by: Mapped[str | None]
    expires_us: Mapped[int | None]
    app: Mapped[str | None] = mapped_column(ForeignKey("apps.id"))


class CaseApprovalRow(Base):
    """What became of a proposal; never changed. ``by_id`` None: it expired. ``proposal``: contract.case.Proposal as
    JSON, so that what was refused stays readable."""

    __tablename__ = "case_approvals"
    __table_args__ = (
        CheckConstraint("by_id <> proposed_by_id", name="another_approves"),
        CheckConstraint("by_id IS NOT NULL OR NOT is_approved", name="approved_by_somebody"),
    )

    case: Mapped[str] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    round: Mapped[int] = mapped_column(primary_key=True)
    at_us: Mapped[int]
    proposed_by_id: Mapped[str]
    by_id: Mapped[str | None]
    by: Mapped[str]
    is_approved: Mapped[bool]
    note: Mapped[str]
    proposal: Mapped[str]


class CasePlateRow(Base):
    """From which plates the lines came that a case is about: cases of one plate are looked for by it."""

    __tablename__ = "case_plates"
    __table_args__ = (Index("ix_case_plates_case", "case"),)

    store: Mapped[str] = mapped_column(ForeignKey("stores.id"), primary_key=True)
    plate: Mapped[str] = mapped_column(primary_key=True)
    case: Mapped[str] = mapped_column(ForeignKey("cases.id"), primary_key=True)


class CaseLineRow(Base):
    """What the shopper says of a line of the receipt."""

    __tablename__ = "case_lines"
    __table_args__ = (CheckConstraint("claimed_quantity >= 0", name="claimed"),)

    case: Mapped[str] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    line: Mapped[int] = mapped_column(primary_key=True)
    claimed_quantity: Mapped[int]


class CaseAddedRow(Base):
    """What the shopper says was taken and is not on the receipt."""

    __tablename__ = "case_added"
    __table_args__ = (CheckConstraint("quantity > 0", name="quantity"),)

    case: Mapped[str] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    gtin: Mapped[str]
    quantity: Mapped[int]


class CaseHistoryRow(Base):
    """What was done to the case; added to and never changed. ``causes``: contract.cause as JSON, what ``detail`` says."""

    __tablename__ = "case_history"

    case: Mapped[str] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    at_us: Mapped[int]
    by: Mapped[str]
    what: Mapped[str]
    detail: Mapped[str]
    causes: Mapped[str] = mapped_column(default="[]", server_default="[]")
