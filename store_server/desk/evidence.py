"""The evidence of a case as it is looked at. Every look is in the audit log."""

from collections.abc import Sequence
from dataclasses import dataclass

import msgspec
from sqlalchemy import select
from sqlalchemy.orm import Session

from store_client.contract.decoding import converted, from_json
from store_client.contract.evidence import EvidencePicture, Exhibit, ExhibitKind
from store_client.contract.sensor import PositionFix
from store_server.desk.actor import Actor
from store_server.desk.case_reading import case_row
from store_server.desk.exhibit import KINDS, Index, Model, fixes_around
from store_server.desk.looks import Looks
from store_server.refusal import Refusal
from store_server.storage.audit import tell
from store_server.storage.database import Database
from store_server.storage.exhibits import CaseEvidenceRow, ExhibitRow

AROUND_US = 3_000_000
"""So long before and after a picture it is of use to know where people were."""


@dataclass(frozen=True, slots=True)
class Exhibited:
    """The bytes of an exhibit. ``picture``: what it is of, where it is a picture, and ``fixes`` where people were then."""

    data: bytes
    picture: EvidencePicture | None = None
    fixes: Sequence[PositionFix] = ()


class CaseEvidence:
    """Reads the case's own copies and nothing else."""

    def __init__(self, database: Database, looks: Looks) -> None:
        self._database = database
        self._looks = looks

    def get(self, case: str, actor: Actor) -> bytes:
        """Evidence, as JSON. Refusal: "not-found"; "unavailable" while the last of it is still being gathered (a minute at
        most)."""
        require_sight(actor)
        with self._database.read() as session:
            manifest = closed_row(session, case).manifest or ""
            evidence = _joined(session, case, manifest)
        with self._database.write() as session:
            tell(session, actor.name, "evidence_seen", f"case:{case}", {"manifest": manifest})
        return evidence

    def exhibit(self, case: str, sha256: str, actor: Actor) -> Exhibited:
        """Refusal("not-found") for one that is not this case's."""
        require_sight(actor)
        with self._database.read() as session:
            closed_row(session, case)
            row = session.scalars(
                select(ExhibitRow).where(ExhibitRow.case == case, ExhibitRow.sha256 == sha256).limit(1)
            ).first()
            if row is None:
                raise Refusal("not-found", f"the case has no exhibit {sha256}")
            found = _exhibited(session, row)
            name = row.name
        if found.picture is None:
            with self._database.write() as session:
                tell(session, actor.name, "exhibit_seen", f"case:{case}", {"exhibit": name})
        else:
            self._looks.case_pictures(actor, case)
        return found


def _exhibited(session: Session, row: ExhibitRow) -> Exhibited:
    if row.kind != "picture":
        return Exhibited(row.data)
    files = _files(session, row.case, ("index", "positions"))
    pictures = from_json(files["index"], Index).pictures
    picture = next(one for one in pictures if one.sha256 == row.sha256)
    return Exhibited(row.data, picture, fixes_around(files["positions"], picture.at, AROUND_US))


def require_sight(actor: Actor) -> None:
    """Raises Refusal("not-permitted") for who neither works on cases nor approves."""
    if not actor.permissions & {"cases", "approve"}:
        actor.require("cases")


def closed_row(session: Session, case: str) -> CaseEvidenceRow:
    """The case's evidence once it is whole. Raises Refusal: "not-found", "unavailable"."""
    case_row(session, case)
    row = session.get(CaseEvidenceRow, case)
    if row is None:
        raise Refusal("not-found", "no evidence was kept for this case")
    if row.copied_us is None:
        raise Refusal("unavailable", "the evidence is still being gathered: ask again in a moment")
    return row


def exhibits_of(session: Session, case: str) -> list[Exhibit]:
    """In the order of their names."""
    rows = session.execute(
        select(ExhibitRow.name, ExhibitRow.kind, ExhibitRow.sha256, ExhibitRow.size).where(ExhibitRow.case == case)
    )
    exhibits = [
        converted({"name": name, "kind": kind, "sha256": sha256, "bytes": size}, Exhibit)
        for name, kind, sha256, size in rows
    ]
    return sorted(exhibits, key=lambda exhibit: exhibit.name)


def _files(session: Session, case: str, kinds: Sequence[ExhibitKind]) -> dict[str, bytes]:
    rows = session.execute(
        select(ExhibitRow.kind, ExhibitRow.data).where(ExhibitRow.case == case, ExhibitRow.kind.in_(kinds))
    )
    return {row.kind: row.data for row in rows}


def _joined(session: Session, case: str, manifest: str) -> bytes:
    """The files are what Evidence consists of, by its names, and each is JSON: they are put together as they are. Decoded, a
    busy visit is half a million objects."""
    files = _files(session, case, KINDS)
    whole: dict[str, object] = {}
    for kind in ("index", "weights", "positions", "model"):
        whole |= from_json(files[kind], dict[str, msgspec.Raw])
    for kind in ("events", "planogram", "products", "clocks"):
        whole[kind] = msgspec.Raw(files[kind])
    return msgspec.json.encode(whole | {"exhibits": exhibits_of(session, case), "manifest": manifest})


def described(session: Session, case: str) -> tuple[Index, str]:
    """What the evidence holds, and which fusion decided."""
    files = _files(session, case, ("index", "model"))
    return from_json(files["index"], Index), from_json(files["model"], Model).model
