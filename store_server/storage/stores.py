"""Stores, their planograms, products and cameras, as their devices describe them; what was stays readable."""

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from store_server.storage.base import Base


class StoreRow(Base):
    """``body``: contract.store.Store."""

    __tablename__ = "stores"

    id: Mapped[str] = mapped_column(primary_key=True)
    body: Mapped[str]


class PlanogramRow(Base):
    """``body``: contract.planogram.Planogram, which holds from ``valid_from_us`` until the next one does."""

    __tablename__ = "planograms"

    store: Mapped[str] = mapped_column(ForeignKey("stores.id"), primary_key=True)
    valid_from_us: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int]
    body: Mapped[str]


class ProductRow(Base):
    """``body``: contract.product.Product, held in [valid_from_us, valid_to_us); ``search``: what q looks in."""

    __tablename__ = "products"
    __table_args__ = (Index("ix_products_name", "name", "gtin"),)

    store: Mapped[str] = mapped_column(ForeignKey("stores.id"), primary_key=True)
    gtin: Mapped[str] = mapped_column(primary_key=True)
    valid_from_us: Mapped[int] = mapped_column(primary_key=True)
    valid_to_us: Mapped[int | None]
    name: Mapped[str]
    search: Mapped[str]
    body: Mapped[str]


class CameraRow(Base):
    """``body``: contract.camera.Camera."""

    __tablename__ = "cameras"

    store: Mapped[str] = mapped_column(ForeignKey("stores.id"), primary_key=True)
    id: Mapped[str] = mapped_column(primary_key=True)
    position: Mapped[int]
    body: Mapped[str]


class CounterRow(Base):
    """Numbers by which people speak of things; taken in the transaction that uses them, so that none is skipped."""

    __tablename__ = "counters"
    __table_args__ = (CheckConstraint("last >= 0", name="last"),)

    store: Mapped[str] = mapped_column(primary_key=True)
    noun: Mapped[str] = mapped_column(primary_key=True)
    last: Mapped[int]
