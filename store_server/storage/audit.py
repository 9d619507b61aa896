"""The audit log, and what a transaction has to tell it.

Whoever does something tells it to its session; when the transaction is about to commit, the log takes all of it at
once (``desk.audit``), so that a deed and its entry are there together or not at all, and the chain is held for no
longer than it takes to add to it.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped, Session, mapped_column

from store_server.storage.base import Base

STORE = "store"
"""Who did what no user did."""
_DEEDS = "deeds"
_LONGEST = 200


class AuditRow(Base):
    """``previous``: hash of the entry before, so that no two can follow the same one; ``signature``: of the head that
    this entry is, under ``key``. Triggers let nothing but the next entry in, and nothing out."""

    __tablename__ = "audit"
    __table_args__ = (
        CheckConstraint("position >= 1", name="position"),
        Index("ix_audit_by", "by", "position"),
        Index("ix_audit_action", "action", "position"),
        Index("ix_audit_subject", "subject", "position"),
        Index("ix_audit_at_us", "at_us"),
    )

    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at_us: Mapped[int]
    by: Mapped[str]
    action: Mapped[str]
    subject: Mapped[str]
    detail: Mapped[str]
    previous: Mapped[str] = mapped_column(unique=True)
    hash: Mapped[str] = mapped_column(unique=True)
    key: Mapped[str]
    signature: Mapped[str]


@dataclass(frozen=True, slots=True)
class Deed:
    """What was done, by whom, to what; ``detail``: a JSON object as text."""

    by: str
    action: str
    subject: str
    detail: str


def deed(by: str, action: str, subject: str, detail: Mapping[str, object] | None = None) -> Deed:
    """For fields see contract.audit.AuditEntry. ``detail`` says what, never the words of a shopper nor anything secret."""
    told = json.dumps(dict(detail or {}), ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    return Deed(_kept(by), _kept(action), _kept(subject), told)


def tell(session: Session, by: str, action: str, subject: str, detail: Mapping[str, object] | None = None) -> None:
    """Puts it into the audit log with the transaction of ``session``. See ``deed``."""
    tell_all(session, [deed(by, action, subject, detail)])


def tell_all(session: Session, deeds: Iterable[Deed]) -> None:
    """In this order. See ``tell``."""
    session.info.setdefault(_DEEDS, []).extend(deeds)


def taken_deeds(session: Session) -> list[Deed]:
    """What was told to ``session``; it is told only once."""
    deeds: list[Deed] = session.info.pop(_DEEDS, [])
    return deeds


def _kept(text: str) -> str:
    """Names come from outside: PostgreSQL keeps no zero character, and nobody needs a long one."""
    return text.replace("\0", "\N{REPLACEMENT CHARACTER}")[:_LONGEST]
