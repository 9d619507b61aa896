"""What is kept with each event, as it is written and read."""

import hashlib
from collections.abc import Sequence

import msgspec
from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from store_client.contract.decoding import from_json
from store_client.contract.evidence import EvidencePicture, SourceClock
from store_client.jpeg import size_of
from store_server.fusion.finding import Finding
from store_server.fusion.model import MODEL
from store_server.sensing.cameras import Shot
from store_server.storage.carts import FindingRow
from store_server.storage.database import Database
from store_server.storage.sightings import PictureRow, Read, Reading, Seen, SightingRow, packed, unpacked

Scored = tuple[Shot, float]
"""A picture, and how well its camera sees the place of the event."""


class Sightings:
    """Each call is one transaction; called from threads."""

    def __init__(self, database: Database, store: str) -> None:
        self._database = database
        self._store = store

    def unseen(self, event: str) -> Finding | None:
        """The finding that ``event`` tells of, unless it has its pictures already."""
        with self._database.read() as session:
            row = session.get(FindingRow, event)
            sighting = session.get(SightingRow, event)
            if row is None or (sighting is not None and sighting.seen is not None):
                return None
            return _read(row)

    def keep_seen(self, finding: Finding, shots: Sequence[Scored], clocks: Sequence[SourceClock]) -> None:
        pictures = [_picture(finding.id, shot, score) for shot, score in shots]
        with self._database.write() as session:
            for picture, (shot, _) in zip(pictures, shots, strict=True):
                if session.get(PictureRow, picture.sha256) is None:
                    session.add(PictureRow(sha256=picture.sha256, store=self._store, at_us=shot.at_us, jpeg=shot.jpeg))
                    session.flush()
            row = self._row(session, finding)
            row.seen = msgspec.json.encode(Seen(pictures, list(clocks), MODEL)).decode()

    def unread(self, since_us: int, until_us: int, limit: int) -> list[Finding]:
        """Findings of [since, until) round which nothing was read yet, or only for an earlier revision; oldest first."""
        query = (
            select(FindingRow)
            .outerjoin(SightingRow, SightingRow.event == FindingRow.id)
            .where(FindingRow.store == self._store, FindingRow.at_us >= since_us, FindingRow.at_us < until_us)
            .where(_is_unread())
            .order_by(FindingRow.at_us)
            .limit(limit)
        )
        with self._database.read() as session:
            return [_read(row) for row in session.scalars(query)]

    def keep_read(self, finding: Finding, read: Read | Reading) -> None:
        """What was read before stays where less of it is kept by now."""
        with self._database.write() as session:
            row = self._row(session, finding)
            row.revision = finding.revision
            if row.read is None or _readings(read) >= _readings(unpacked(row.read, Read)):
                row.read = packed(read)

    def _row(self, session: Session, finding: Finding) -> SightingRow:
        row = session.get(SightingRow, finding.id)
        if row is None:
            row = SightingRow(event=finding.id, store=self._store, at_us=finding.at_us)
            session.add(row)
        return row


def _readings(read: Read | Reading) -> int:
    return sum(len(trace.grams) for trace in read.traces) + len(read.fixes)


def _is_unread() -> ColumnElement[bool]:
    return or_(SightingRow.revision.is_(None), SightingRow.revision < FindingRow.revision)


def _read(row: FindingRow) -> Finding:
    return from_json(row.body, Finding)


def _picture(event: str, shot: Shot, score: float) -> EvidencePicture:
    width, height = size_of(shot.jpeg)
    return EvidencePicture(
        sha256=hashlib.sha256(shot.jpeg).hexdigest(),
        camera=shot.camera,
        camera_name=shot.name,
        at=shot.at_us,
        clock_error_us=shot.error_us,
        width=width,
        height=height,
        event=event,
        score=score,
    )
