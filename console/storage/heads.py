"""The heads of audit logs that stores have shown to this desk: added to and never changed, for they are evidence."""

import msgspec
from sqlalchemy import Row, insert, select

from console.domain.audit import SOUND, KeptHead
from console.storage.database import Database, heads
from store_client.contract.audit import AuditHead
from store_client.contract.decoding import from_json


class Heads:
    """``place``: the address of a store, or what stands for the embedded one. Methods raise ``Unusable``."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def last(self, place: str) -> KeptHead | None:
        """The last one that was sound: what the store shows next must follow from it."""
        with self._database.transaction() as connection:
            rows = connection.execute(
                select(heads)
                .where(heads.c.place == place, heads.c.verdict.in_(sorted(SOUND)))
                .order_by(heads.c.id.desc())
                .limit(1)
            )
            return next((_kept(row) for row in rows), None)

    def keep(self, place: str, kept: KeptHead) -> None:
        """Nothing is added while the store shows the same as the time before."""
        with self._database.transaction() as connection:
            newest = connection.execute(
                select(heads).where(heads.c.place == place).order_by(heads.c.id.desc()).limit(1)
            ).first()
            if newest is not None and _is_same(_kept(newest), kept):
                return
            connection.execute(
                insert(heads).values(
                    place=place, seen_us=kept.seen_us, verdict=kept.verdict, head=msgspec.json.encode(kept.head)
                )
            )

    def seen(self, place: str) -> list[KeptHead]:
        """All since an auditor last said which log is to be followed, oldest first."""
        with self._database.transaction() as connection:
            rows = connection.execute(select(heads).where(heads.c.place == place).order_by(heads.c.id))
            kept = [_kept(row) for row in rows]
        begun = max((place for place, one in enumerate(kept) if one.verdict == "trusted"), default=0)
        return kept[begun:]


def _is_same(newest: KeptHead, kept: KeptHead) -> bool:
    if kept.verdict == "trusted":
        return False
    is_as_sound = (newest.verdict in SOUND) == (kept.verdict in SOUND)
    return newest.head == kept.head and is_as_sound


def _kept(row: "Row[tuple[object, ...]]") -> KeptHead:
    found = row._mapping
    head = from_json(found["head"], AuditHead)
    return KeptHead(head, found["seen_us"], found["verdict"])
