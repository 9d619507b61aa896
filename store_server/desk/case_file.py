"""Makes case files: the case, its receipt, its money, its evidence and clips of it in one signed archive."""

import hashlib
from collections.abc import Callable, Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from store_client.contract.case_file import (
    MANIFEST,
    RECORD,
    SIGNATURE,
    CaseRecord,
    FileManifest,
    signed_text,
)
from store_client.contract.evidence import Exhibit
from store_client.contract.moment import from_micros
from store_server.archive import packed
from store_server.desk.actor import Actor
from store_server.desk.case_clips import Clips, Films, cut, scenes
from store_server.desk.case_reading import case_row, read_case
from store_server.desk.evidence import closed_row, described, exhibits_of, require_sight
from store_server.desk.receipts import read_receipt
from store_server.desk.refunds import read_debit, read_refund
from store_server.refusal import Refusal
from store_server.sealed import canonical, signature_of
from store_server.signing import Signer
from store_server.storage.audit import tell
from store_server.storage.database import Database
from store_server.storage.exhibits import ExhibitRow
from store_server.storage.movements import DebitRow, RefundRow


class CaseFiles:
    """``films``: what was recorded; None for a store that does not record."""

    def __init__(
        self, database: Database, signer: Signer, now_us: Callable[[], int], films: Films | None = None
    ) -> None:
        self._database = database
        self._signer = signer
        self._now_us = now_us
        self._films = films

    def make(self, case: str, actor: Actor, *, has_leave: bool) -> bytes:
        """The file as the case is now. ``has_leave``: to see faces, which the pictures and clips in it show.

        Refusal: "not-found"; "unavailable" while evidence is still being gathered; "faces-needed" where there are
        pictures; "conflict" if an exhibit is not what was copied."""
        require_sight(actor)
        now_us = self._now_us()
        with self._database.read() as session:
            row = closed_row(session, case)
            exhibits = exhibits_of(session, case)
            if not has_leave and any(exhibit.kind == "picture" for exhibit in exhibits):
                raise Refusal("faces-needed", "its pictures show faces as they are: say why you need to see them first")
            record = _record(session, case, now_us)
            index, model = described(session, case)
            copied = row.manifest or ""
            contents = list(_contents(session, case, exhibits))
        wanted = scenes(record.case, index.pictures)
        clips = Clips() if self._films is None else cut(self._films, wanted)
        content = canonical(record)
        manifest = canonical(
            FileManifest(
                case=case,
                number=record.case.number,
                store=record.case.store,
                made_at=from_micros(now_us),
                made_by=actor.name,
                model=model,
                evidence=copied,
                exhibits=exhibits,
                record=hashlib.sha256(content).hexdigest(),
                clips=[clip for clip, _ in clips.files],
                lacking_clips=clips.lacking,
            )
        )
        signature = signature_of(self._signer, signed_text(manifest))
        heads = [(MANIFEST, manifest), (SIGNATURE, signature), (RECORD, content)]
        films = [(clip.name, data) for clip, data in clips.files]
        file = b"".join(packed([*heads, *contents, *films]))
        with self._database.write() as session:
            sha256 = hashlib.sha256(file).hexdigest()
            tell(session, actor.name, "file_taken", f"case:{case}", {"sha256": sha256, "bytes": len(file)})
        return file


def _record(session: Session, case: str, now_us: int) -> CaseRecord:
    read = read_case(session, case_row(session, case), now_us)
    refunds = session.scalars(select(RefundRow).where(RefundRow.case == case).order_by(RefundRow.id))
    debits = session.scalars(select(DebitRow).where(DebitRow.case == case).order_by(DebitRow.id))
    return CaseRecord(
        case=read,
        receipt=read_receipt(session, read.receipt),
        refunds=[read_refund(session, refund) for refund in refunds],
        debits=[read_debit(session, debit) for debit in debits],
    )


def _contents(session: Session, case: str, exhibits: list[Exhibit]) -> Iterator[tuple[str, bytes]]:
    """One after the other: all pictures of a long trip are some tens of megabytes."""
    for exhibit in exhibits:
        data = session.scalar(select(ExhibitRow.data).where(ExhibitRow.case == case, ExhibitRow.name == exhibit.name))
        if data is None or hashlib.sha256(data).hexdigest() != exhibit.sha256:
            raise Refusal("conflict", f"{exhibit.name} is not what was copied: the store's database was tampered with")
        yield exhibit.name, data
