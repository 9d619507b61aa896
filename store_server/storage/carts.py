"""Carts, and what they are folded from: findings of the sensors and changes by staff."""

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from store_server.storage.base import Base


class FindingRow(Base):
    """The newest revision of a finding. ``trip``: whose cart it changes; a hand-over changes ``other``'s too.

    ``body``: fusion.finding.Finding as JSON.
    """

    __tablename__ = "findings"
    __table_args__ = (
        Index("ix_findings_trip", "trip"),
        Index("ix_findings_other", "other"),
        Index("ix_findings_at_us", "store", "at_us"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    store: Mapped[str] = mapped_column(ForeignKey("stores.id"))
    revision: Mapped[int]
    at_us: Mapped[int]
    trip: Mapped[str | None]
    other: Mapped[str | None]
    body: Mapped[str]


class CartRow(Base):
    """The cart as folded last. ``body``: contract.cart.Cart; the numbers beside it are for lists."""

    __tablename__ = "carts"
    __table_args__ = (CheckConstraint("units >= 0 AND total_minor >= 0", name="not_negative"),)

    trip: Mapped[str] = mapped_column(ForeignKey("trips.id"), primary_key=True)
    version: Mapped[int]
    units: Mapped[int]
    total_minor: Mapped[int]
    is_doubtful: Mapped[bool]
    body: Mapped[str]


class CartChangeRow(Base):
    """Units that staff added (positive) or took back (negative)."""

    __tablename__ = "cart_changes"
    __table_args__ = (CheckConstraint("quantity <> 0", name="quantity"), Index("ix_cart_changes_trip", "trip"))

    id: Mapped[str] = mapped_column(primary_key=True)
    trip: Mapped[str] = mapped_column(ForeignKey("trips.id"))
    at_us: Mapped[int]
    by: Mapped[str]
    gtin: Mapped[str]
    quantity: Mapped[int]
    reason: Mapped[str]
