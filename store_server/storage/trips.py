"""Trips, their events and their paths."""

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from store_server.storage.base import Base


class TripRow(Base):
    """``billed_us``: when the trip was done with: its receipt issued, or nothing to bill. ``is_orphan``: nobody watched
    it for a while, or saw it leave. ``tracks``: JSON list of the tracks that were this trip's people."""

    __tablename__ = "trips"
    __table_args__ = (
        UniqueConstraint("store", "visit"),
        CheckConstraint("left_us IS NULL OR left_us >= entered_us", name="left_after_entered"),
        CheckConstraint("billed_us IS NULL OR left_us IS NOT NULL", name="billed_after_left"),
        Index("ix_trips_store_entered_us", "store", "entered_us", "id"),
        Index("ix_trips_store_billed_us", "store", "billed_us"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    store: Mapped[str] = mapped_column(ForeignKey("stores.id"))
    visit: Mapped[int]
    entered_us: Mapped[int]
    gate: Mapped[str]
    people: Mapped[int]
    code: Mapped[str]
    payment_token: Mapped[str]
    card: Mapped[str]
    left_us: Mapped[int | None]
    left_gate: Mapped[str | None]
    billed_us: Mapped[int | None]
    is_orphan: Mapped[bool] = mapped_column(default=False)
    tracks: Mapped[str] = mapped_column(default="[]", server_default="[]")


class TripEventRow(Base):
    """One event of one trip (a hand-over belongs to two). ``body``: one of contract.live.Event."""

    __tablename__ = "trip_events"
    __table_args__ = (Index("ix_trip_events_event", "event"),)

    trip: Mapped[str] = mapped_column(ForeignKey("trips.id"), primary_key=True)
    event: Mapped[str] = mapped_column(primary_key=True)
    at_us: Mapped[int]
    body: Mapped[str]


class TripPathRow(Base):
    """A stretch of a path. ``points``: msgpack of [[µs, x, y], …], at most one a second."""

    __tablename__ = "trip_paths"

    trip: Mapped[str] = mapped_column(ForeignKey("trips.id"), primary_key=True)
    from_us: Mapped[int] = mapped_column(primary_key=True)
    points: Mapped[bytes] = mapped_column(LargeBinary)
