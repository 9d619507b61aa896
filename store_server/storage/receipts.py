"""Receipts, which never change (triggers refuse it), and the allowances that bound what may go back."""

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from store_server.storage.base import Base


class ReceiptRow(Base):
    __tablename__ = "receipts"
    __table_args__ = (
        UniqueConstraint("store", "number"),
        UniqueConstraint("trip"),
        CheckConstraint("net_minor + tax_minor = total_minor AND total_minor >= 0", name="sums"),
        Index("ix_receipts_issued_us", "store", "issued_us", "id"),
        Index("ix_receipts_total_minor", "store", "total_minor"),
        Index("ix_receipts_last4", "store", "last4"),
        Index("ix_receipts_visit", "store", "visit"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    store: Mapped[str] = mapped_column(ForeignKey("stores.id"))
    number: Mapped[int]
    trip: Mapped[str] = mapped_column(ForeignKey("trips.id"))
    visit: Mapped[int]
    issued_us: Mapped[int]
    left_us: Mapped[int]
    currency: Mapped[str]
    net_minor: Mapped[int]
    tax_minor: Mapped[int]
    total_minor: Mapped[int]
    units: Mapped[int]
    first_product: Mapped[str]
    card: Mapped[str]
    last4: Mapped[str]
    is_doubtful: Mapped[bool]
    hash: Mapped[str]


class ReceiptLineRow(Base):
    """``plates``, ``events`` and ``reasons``: JSON lists of text."""

    __tablename__ = "receipt_lines"
    __table_args__ = (
        CheckConstraint("net_minor + tax_minor = gross_minor AND net_minor >= 0 AND tax_minor >= 0", name="sums"),
        CheckConstraint("line > 0 AND quantity > 0", name="counts"),
    )

    receipt: Mapped[str] = mapped_column(ForeignKey("receipts.id"), primary_key=True)
    line: Mapped[int] = mapped_column(primary_key=True)
    gtin: Mapped[str]
    name: Mapped[str]
    quantity: Mapped[int]
    unit_price_minor: Mapped[int]
    discount_minor: Mapped[int]
    tax_rate: Mapped[int]
    net_minor: Mapped[int]
    tax_minor: Mapped[int]
    gross_minor: Mapped[int]
    confidence: Mapped[float]
    taken_us: Mapped[int | None]
    plates: Mapped[str]
    events: Mapped[str]
    reasons: Mapped[str]


class ReceiptWordRow(Base):
    """By which words a receipt is found: the words of its products' names and their GTINs.

    ``issued_us`` is repeated here, so that the newest receipts of a word come from the index alone.
    """

    __tablename__ = "receipt_words"
    __table_args__ = (Index("ix_receipt_words_receipt", "receipt", "word"),)

    store: Mapped[str] = mapped_column(primary_key=True)
    word: Mapped[str] = mapped_column(primary_key=True)
    issued_us: Mapped[int] = mapped_column(primary_key=True)
    receipt: Mapped[str] = mapped_column(ForeignKey("receipts.id"), primary_key=True)


class WordRow(Base):
    """Every word that some receipt of the store has, to find those that begin like what was typed."""

    __tablename__ = "words"

    store: Mapped[str] = mapped_column(primary_key=True)
    word: Mapped[str] = mapped_column(primary_key=True)


class AllowanceRow(Base):
    """How much of a receipt, of a line, of its units, of a tax rate and of its tax may still go back.

    ``scope`` total (key 0, minor units), line (key: line number, minor units), units (key: line number, a count),
    rate and tax (key: basis points, minor units). The CHECK is the last word: whatever Python believes, more than
    was captured can neither be reserved nor settled.
    """

    __tablename__ = "allowances"
    __table_args__ = (
        CheckConstraint("reserved >= 0 AND settled >= 0 AND reserved + settled <= captured", name="covered"),
        CheckConstraint("scope IN ('total', 'line', 'units', 'rate', 'tax')", name="scope"),
    )

    receipt: Mapped[str] = mapped_column(ForeignKey("receipts.id"), primary_key=True)
    scope: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[int] = mapped_column(primary_key=True)
    captured: Mapped[int]
    reserved: Mapped[int] = mapped_column(default=0)
    settled: Mapped[int] = mapped_column(default=0)
