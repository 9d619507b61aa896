"""Corrections of receipts: documents of their own, which never change."""

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from store_server.storage.base import Base


class CorrectionRow(Base):
    """Changes of the receipt's amounts, negative to the shopper; ``goodwill_minor`` is a gift on top (positive).

    ``written_off_minor``: what increased and is not charged; ``debited_minor``: what increased and is, for the shopper
    agreed; ``returned_minor``: what goes back, goodwill included. ``round``: which of its case's corrections it is.
    """

    __tablename__ = "corrections"
    __table_args__ = (
        UniqueConstraint("case", "round"),
        CheckConstraint("net_minor + tax_minor = gross_minor", name="sums"),
        CheckConstraint(
            "goodwill_minor >= 0 AND written_off_minor >= 0 AND debited_minor >= 0 AND returned_minor >= 0",
            name="not_negative",
        ),
        CheckConstraint("debited_minor = 0 OR (written_off_minor = 0 AND returned_minor = 0)", name="one_way"),
        CheckConstraint(
            "returned_minor - written_off_minor - debited_minor = goodwill_minor - gross_minor", name="balanced"
        ),
        Index("ix_corrections_receipt", "receipt", "made_us"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    receipt: Mapped[str] = mapped_column(ForeignKey("receipts.id"))
    case: Mapped[str] = mapped_column(ForeignKey("cases.id"))
    round: Mapped[int]
    made_us: Mapped[int]
    made_by: Mapped[str]
    reason: Mapped[str]
    currency: Mapped[str]
    goodwill_minor: Mapped[int]
    net_minor: Mapped[int]
    tax_minor: Mapped[int]
    gross_minor: Mapped[int]
    written_off_minor: Mapped[int]
    debited_minor: Mapped[int]
    returned_minor: Mapped[int]


class CorrectionLineRow(Base):
    """``line``: the receipt's line, None for a product added."""

    __tablename__ = "correction_lines"
    __table_args__ = (
        CheckConstraint("net_minor + tax_minor = gross_minor AND quantity <> 0", name="sums"),
        CheckConstraint("(quantity < 0) = (gross_minor < 0) OR gross_minor = 0", name="signs"),
    )

    correction: Mapped[str] = mapped_column(ForeignKey("corrections.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    line: Mapped[int | None]
    gtin: Mapped[str]
    quantity: Mapped[int]
    tax_rate: Mapped[int]
    net_minor: Mapped[int]
    tax_minor: Mapped[int]
    gross_minor: Mapped[int]
