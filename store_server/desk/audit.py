"""The audit log: who did what, in a hash chain under signed heads (contract.audit says how it is made)."""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from store_client.contract.audit import (
    NO_HASH,
    AuditEntry,
    AuditHead,
    AuditLinks,
    content_of,
    linked,
    signed_text,
)
from store_client.contract.ids import new_id
from store_client.contract.moment import from_micros, to_micros
from store_client.contract.page import Page
from store_server.desk.cursor import Number, checked_limit, make_page, read_cursor
from store_server.refusal import Refusal
from store_server.signing import Signer
from store_server.storage.audit import STORE, AuditRow, Deed, deed, taken_deeds, tell, tell_all
from store_server.storage.database import Database

BEGUN = "log_begun"
LOG = "log:"
"""Of the subject of a chain's first entry, which names it."""
MOST_LINKS = 1_000
_TURN = 0x666C6F6F72  # any number that nothing else of ours locks


@dataclass(slots=True)
class _Alone:
    """What somebody waits for to be kept, and whether it is, or why it cannot be."""

    deed: Deed
    is_over: bool = False
    refused: Refusal | None = None


class Audit:
    """Takes what transactions tell (``storage.audit.tell``) right before they commit. One for each Database.

    Writers wait for each other only from then to the commit. Whoever waits holds locks already, whoever adds asks for
    none, so that nobody waits in a circle.
    """

    def __init__(self, database: Database, signer: Signer, now_us: Callable[[], int]) -> None:
        self._database = database
        self._signer = signer
        self._now_us = now_us
        self._log = ""
        self._guard = threading.Lock()
        self._writing = threading.Lock()
        self._waiting: list[_Alone] = []
        database.before_commit(self._append)

    def record(
        self, session: Session, by: str, action: str, subject: str, detail: Mapping[str, object] | None = None
    ) -> None:
        """In the transaction of ``session``: see storage.audit.tell, which does the same without this object."""
        tell(session, by, action, subject, detail)

    def record_alone(self, by: str, action: str, subject: str, detail: Mapping[str, object] | None = None) -> None:
        """In a transaction apart from any other. Raises Refusal("unavailable") if it cannot be kept.

        Whoever comes while another writes waits, and the first of those then writes for all of them: a wall of cameras
        is looked at at once, and each transaction waits for the disk."""
        alone = _Alone(deed(by, action, subject, detail))
        with self._guard:
            self._waiting.append(alone)
        with self._writing:
            if not alone.is_over:
                self._write_all(alone)
        if alone.refused is not None:
            raise alone.refused

    def _write_all(self, first: "_Alone") -> None:
        """Of all who wait by now."""
        with self._guard:
            together, self._waiting = self._waiting, []
        try:
            with self._database.write() as session:
                tell_all(session, [one.deed for one in together])
        except Refusal as refusal:
            for one in together:
                one.refused = refusal
        except BaseException:  # the others try for themselves
            with self._guard:
                self._waiting[:0] = [one for one in together if one is not first]
            raise
        for one in together:
            one.is_over = True

    # ---- reading

    def page(
        self,
        *,
        by: str | None = None,
        action: str | None = None,
        subject: str | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
        cursor: str | None = None,
        limit: int = 100,
    ) -> Page[AuditEntry]:
        """Newest first."""
        query = select(AuditRow)
        for column, wanted in ((AuditRow.by, by), (AuditRow.action, action), (AuditRow.subject, subject)):
            if wanted is not None:
                query = query.where(column == wanted)
        if since is not None:
            query = query.where(AuditRow.at_us >= to_micros(since))
        if until is not None:
            query = query.where(AuditRow.at_us < to_micros(until))
        before = read_cursor(cursor, tuple[Number])
        if before is not None:
            query = query.where(AuditRow.position < before[0])
        query = query.order_by(AuditRow.position.desc()).limit(checked_limit(limit) + 1)
        with self._database.read() as session:
            return make_page(session.scalars(query).all(), limit, entry_of, lambda row: (row.position,))

    def head(self, count: int | None = None) -> AuditHead:
        """The present head, or that after ``count`` entries. Refusal("not-found") if there are not so many."""
        query = select(AuditRow.position, AuditRow.hash).order_by(AuditRow.position.desc()).limit(1)
        if count is not None:
            query = query.where(AuditRow.position == count)
        with self._database.read() as session:
            found = session.execute(query).first()
            if found is None:
                raise Refusal("not-found", "the audit log has no such entry")
            log = self._name(session)
        text = signed_text(log, found.position, found.hash)
        return AuditHead(
            log=log,
            count=found.position,
            hash=found.hash,
            key=self._signer.public,
            signature=self._signer.sign(text),
        )

    def links(self, after: int) -> AuditLinks:
        """The contents of the entries that follow, reckoned from what is there now."""
        query = select(AuditRow).where(AuditRow.position > after).order_by(AuditRow.position).limit(MOST_LINKS)
        with self._database.read() as session:
            return AuditLinks(after=after, contents=[content_of(entry_of(row)) for row in session.scalars(query)])

    # ---- writing

    def _append(self, session: Session) -> None:
        """Right before the commit: everything else is written by now, and asks for no lock any more."""
        deeds = taken_deeds(session)
        if not deeds:
            return
        session.flush()
        self._take_turn(session)
        newest = select(AuditRow.position, AuditRow.hash).order_by(AuditRow.position.desc()).limit(1)
        last = session.execute(newest).first()
        if last is None:
            deeds.insert(0, Deed(STORE, BEGUN, LOG + new_id(), "{}"))
        position, previous = (0, NO_HASH) if last is None else (last.position, last.hash)
        self._add(session, deeds, position, previous)

    def _take_turn(self, session: Session) -> None:
        """SQLite has one writer anyway; PostgreSQL keeps this lock until the transaction has ended."""
        if not self._database.is_sqlite:
            session.execute(select(func.pg_advisory_xact_lock(_TURN)))

    def _add(self, session: Session, deeds: list[Deed], position: int, previous: str) -> None:
        now_us = self._now_us()
        log = deeds[0].subject.removeprefix(LOG) if position == 0 else self._name(session)
        rows: list[dict[str, object]] = []
        for one in deeds:
            position += 1
            told = {"by": one.by, "action": one.action, "subject": one.subject, "detail": one.detail}
            entry = AuditEntry(position=position, at=from_micros(now_us), hash="", **told)
            follower = linked(previous, content_of(entry))
            rows.append(
                {
                    **told,
                    "position": position,
                    "at_us": now_us,
                    "previous": previous,
                    "hash": follower,
                    "key": self._signer.public,
                    "signature": self._signer.sign(signed_text(log, position, follower)),
                }
            )
            previous = follower
        session.execute(insert(AuditRow), rows)

    def _name(self, session: Session) -> str:
        """Of the log; it never changes once there is one."""
        if not self._log:
            self._log = session.get_one(AuditRow, 1).subject.removeprefix(LOG)
        return self._log


def entry_of(row: AuditRow) -> AuditEntry:
    return AuditEntry(
        position=row.position,
        at=from_micros(row.at_us),
        by=row.by,
        action=row.action,
        subject=row.subject,
        detail=row.detail,
        hash=row.hash,
    )
