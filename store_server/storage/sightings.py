"""What the store keeps with each event until it is too old: pictures, raw readings, positions, clocks.

No document: it goes by the clock. What a case needs of it is copied into the case (see exhibits).
"""

import zlib
from typing import TypeVar

import msgspec
from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from store_client.contract.decoding import from_msgpack
from store_client.contract.evidence import EvidencePicture, Lacking, PlateTrace, SourceClock
from store_client.contract.sensor import PositionFix
from store_server.storage.base import Base

T = TypeVar("T")


class PictureRow(Base):
    """One picture; several events may name it. ``at_us``: when it was taken."""

    __tablename__ = "pictures"
    __table_args__ = (Index("ix_pictures_at_us", "store", "at_us"),)

    sha256: Mapped[str] = mapped_column(primary_key=True)
    store: Mapped[str] = mapped_column(ForeignKey("stores.id"))
    at_us: Mapped[int]
    jpeg: Mapped[bytes] = mapped_column(LargeBinary)


class SightingRow(Base):
    """What was kept with one finding. ``seen``: Seen, as JSON, from the moment it was told. ``revision``: of the
    finding for whose plates ``read`` was gathered (Read, packed), seconds later; both None until then."""

    __tablename__ = "sightings"
    __table_args__ = (
        CheckConstraint("(revision IS NULL) = (read IS NULL)", name="read_for_a_revision"),
        Index("ix_sightings_at_us", "store", "at_us"),
    )

    event: Mapped[str] = mapped_column(primary_key=True)
    store: Mapped[str] = mapped_column(ForeignKey("stores.id"))
    at_us: Mapped[int]
    seen: Mapped[str | None]
    revision: Mapped[int | None]
    read: Mapped[bytes | None] = mapped_column(LargeBinary)


class Seen(msgspec.Struct, frozen=True):
    """At the moment of an event. ``model``: which fusion decided it."""

    pictures: list[EvidencePicture]
    clocks: list[SourceClock]
    model: str


class Read(msgspec.Struct, frozen=True):
    """Round an event: raw readings of its plates, where everybody was; and what of it there is not."""

    traces: list[PlateTrace]
    fixes: list[PositionFix]
    lacking: list[Lacking]


class Reading(msgspec.Struct, frozen=True):
    """A Read as it is written down: each fix is encoded already."""

    traces: list[PlateTrace]
    fixes: list[msgspec.Raw]
    lacking: list[Lacking]


def packed(value: msgspec.Struct) -> bytes:
    """msgpack, deflated: digits of grams and metres shrink to a third."""
    return zlib.compress(msgspec.msgpack.encode(value), 6)


def unpacked(data: bytes, kind: type[T]) -> T:
    return from_msgpack(zlib.decompress(data), kind)
