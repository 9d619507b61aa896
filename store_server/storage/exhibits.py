"""The evidence that belongs to a case: its own copies, which nobody can change, add to, or take away."""

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, text
from sqlalchemy.orm import Mapped, mapped_column

from store_server.storage.base import Base


class CaseEvidenceRow(Base):
    """``copied_us`` None: what was kept with the last events is still being gathered; nothing expires meanwhile.
    From then on the case's exhibits are closed; ``manifest``: SHA-256 over their list."""

    __tablename__ = "case_evidence"
    __table_args__ = (
        CheckConstraint("(copied_us IS NULL) = (manifest IS NULL)", name="manifest_when_copied"),
        Index(
            "ix_case_evidence_waiting",
            "case",
            sqlite_where=text("copied_us IS NULL"),
            postgresql_where=text("copied_us IS NULL"),
        ),
    )

    case: Mapped[str] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    trip: Mapped[str] = mapped_column(ForeignKey("trips.id"))
    since_us: Mapped[int]
    copied_us: Mapped[int | None]
    manifest: Mapped[str | None]


class ExhibitRow(Base):
    """One file of a case's evidence. ``name``: its path in the case file; ``sha256``, ``size`` (bytes): of ``data``."""

    __tablename__ = "exhibits"
    __table_args__ = (
        CheckConstraint("size = length(data)", name="length"),
        Index("ix_exhibits_sha256", "case", "sha256"),
    )

    case: Mapped[str] = mapped_column(ForeignKey("case_evidence.case"), primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str]
    sha256: Mapped[str]
    size: Mapped[int]
    data: Mapped[bytes] = mapped_column(LargeBinary)
