"""Copies of the evidence into a case, made when it opens; and the end of what no case needs any more."""

import logging
from collections.abc import Callable

from sqlalchemy import delete, func, insert, literal, select
from sqlalchemy.orm import Session

from store_client.contract.evidence import Exhibit
from store_server.cart.catalogue import store_of
from store_server.clock import Steadiness
from store_server.desk.exhibit import KINDS, PICTURES, Gathered, exhibit_of, manifest_of
from store_server.desk.gathering import Kept, gathered, kept_of
from store_server.sealed import canonical
from store_server.storage.audit import STORE, tell
from store_server.storage.cases import CaseRow
from store_server.storage.database import Database
from store_server.storage.exhibits import CaseEvidenceRow, ExhibitRow
from store_server.storage.receipts import ReceiptRow
from store_server.storage.sightings import PictureRow, SightingRow
from store_server.storage.trips import TripRow

log = logging.getLogger(__name__)

US = 1_000_000
PATIENCE_US = 60 * US
"""So long after a case was opened its evidence may take to come; then it is copied as it is."""
HOUR_US = 3_600 * US
SWEEP_US = 60 * US
SWEPT = 200
"""Rows that go in one transaction, so that nobody waits for it."""
LIVING = ("open", "claimed", "awaiting_approval")


def begin_evidence(session: Session, case: CaseRow, now_us: int) -> None:
    """In the transaction that opens ``case``: copies all that was kept; later what is still to come, before anything
    of it can expire."""
    trip = session.scalar(select(ReceiptRow.trip).where(ReceiptRow.id == case.receipt))
    row = CaseEvidenceRow(case=case.id, trip=trip, since_us=now_us)
    session.add(row)
    session.flush()
    _complete(session, row, case, now_us)


def _complete(session: Session, row: CaseEvidenceRow, case: CaseRow, now_us: int) -> bool:
    """Copies and closes the evidence if nothing more is to come, or it has taken too long."""
    trip = session.get_one(TripRow, row.trip)
    kept = kept_of(session, trip, now_us)
    if not kept.is_whole(now_us) and abs(now_us - row.since_us) < PATIENCE_US:  # the clock may have been set back
        return False
    exhibits = _copy(session, case.id, gathered(session, case, kept, now_us), kept)
    row.copied_us = now_us
    row.manifest = manifest_of(exhibits)
    session.flush()
    tell(session, STORE, "evidence_copied", f"case:{case.id}", {"manifest": row.manifest, "exhibits": len(exhibits)})
    return True


def _copy(session: Session, case: str, evidence: Gathered, kept: Kept) -> list[Exhibit]:
    exhibits = []
    for kind in KINDS:
        content = canonical(getattr(evidence, kind))
        exhibit = exhibit_of(kind, content)
        session.add(
            ExhibitRow(case=case, name=exhibit.name, kind=kind, sha256=exhibit.sha256, size=exhibit.bytes, data=content)
        )
        exhibits.append(exhibit)
    session.flush()
    wanted = {picture.sha256 for picture in kept.pictures}
    if not wanted:
        return exhibits
    pictures = select(
        literal(case),
        literal(PICTURES) + PictureRow.sha256 + literal(".jpg"),
        literal("picture"),
        PictureRow.sha256,
        func.length(PictureRow.jpeg),
        PictureRow.jpeg,
    ).where(PictureRow.sha256.in_(wanted))
    columns = ["case", "name", "kind", "sha256", "size", "data"]
    session.execute(insert(ExhibitRow).from_select(columns, pictures))
    copied = select(ExhibitRow.name, ExhibitRow.sha256, ExhibitRow.size).where(
        ExhibitRow.case == case, ExhibitRow.kind == "picture"
    )
    exhibits += (
        Exhibit(name=name, kind="picture", sha256=sha256, bytes=size) for name, sha256, size in session.execute(copied)
    )
    return exhibits


class EvidenceWorker:
    """Completes what was begun, and lets go of what is too old: of one store, by a Stepper."""

    def __init__(
        self, database: Database, store: str, now_us: Callable[[], int], steadiness: Steadiness | None = None
    ) -> None:
        """``steadiness``: of the clock ``now_us``."""
        self._database = database
        self._store = store
        self._now_us = now_us
        self._steadiness = steadiness or Steadiness()
        self._swept_us = 0

    def step(self) -> int:
        """How many things were done; 0 if there was nothing to do."""
        now_us = self._now_us()
        is_steady = self._steadiness.holds(now_us, self._kept_before)
        return self._begin() + self._complete_waiting() or (self._sweep(now_us) if is_steady else 0)

    def _kept_before(self, at_us: int) -> int | None:
        query = select(func.max(SightingRow.at_us)).where(SightingRow.store == self._store, SightingRow.at_us < at_us)
        with self._database.read() as session:
            return session.scalar(query)

    def _begin(self) -> int:
        """For cases that came by another door, or from an earlier program."""
        query = (
            select(CaseRow.id)
            .outerjoin(CaseEvidenceRow, CaseEvidenceRow.case == CaseRow.id)
            .where(CaseRow.store == self._store, CaseRow.state.in_(LIVING), CaseEvidenceRow.case.is_(None))
        )
        with self._database.read() as session:
            cases = list(session.scalars(query))
        for case in cases:
            with self._database.write() as session:
                begin_evidence(session, session.get_one(CaseRow, case), self._now_us())
        return len(cases)

    def _complete_waiting(self) -> int:
        done = 0
        for case in self._waiting():
            with self._database.write() as session:
                row = session.get_one(CaseEvidenceRow, case, with_for_update=True)
                if row.copied_us is None:
                    done += _complete(session, row, session.get_one(CaseRow, case), self._now_us())
        return done

    def _waiting(self) -> list[str]:
        query = (
            select(CaseEvidenceRow.case)
            .join(CaseRow, CaseRow.id == CaseEvidenceRow.case)
            .where(CaseEvidenceRow.copied_us.is_(None), CaseRow.store == self._store)
        )
        with self._database.read() as session:
            return list(session.scalars(query))

    def _sweep(self, now_us: int) -> int:
        """What is older than the store's policy goes, while no case waits for its copies."""
        if 0 <= now_us - self._swept_us < SWEEP_US or self._waiting():  # the clock may have been set back
            return 0
        with self._database.write() as session:
            hours = store_of(session, self._store).policies.retention_hours_evidence
            oldest_us = now_us - hours * HOUR_US
            count = 0
            for key, table, before_us in (
                (SightingRow.event, SightingRow, oldest_us),
                (PictureRow.sha256, PictureRow, oldest_us - PATIENCE_US),
            ):
                old = select(key).where(table.store == self._store, table.at_us < before_us).limit(SWEPT)
                gone = list(session.scalars(old))
                session.execute(delete(table).where(key.in_(gone)))
                count += len(gone)
        if not count:
            self._swept_us = now_us
        return count
