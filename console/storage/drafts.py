"""Decisions that are being made: kept while they are edited, gone when they are decided."""

import threading

import msgspec
from sqlalchemy import delete, select
from sqlalchemy.dialects.sqlite import insert

from console.domain.draft import Draft
from console.storage.database import Database, drafts
from store_client.contract.decoding import from_json
from store_client.contract.unreadable import UNREADABLE


class Drafts:
    """Each user has their own, one a case. Methods raise ``Unusable``. ``turn``: held by who writes, so that none is written
    after a newer one, or after it was dropped; and by who reads what may just be on its way to the disk."""

    def __init__(self, database: Database) -> None:
        self.turn = threading.Lock()
        self._database = database

    def put(self, store: str, user: str, draft: Draft) -> None:
        body = msgspec.json.encode(draft)
        statement = insert(drafts).values(store=store, user=user, case=draft.case, body=body)
        with self._database.transaction() as connection:
            connection.execute(
                statement.on_conflict_do_update(index_elements=["store", "user", "case"], set_={"body": body})
            )

    def get(self, store: str, user: str, case: str) -> Draft | None:
        """None where there is none, or one of a form that this version does not know."""
        of_case = select(drafts.c.body).where(drafts.c.store == store, drafts.c.case == case)
        with self._database.transaction() as connection:
            found = connection.execute(
                of_case.where(drafts.c.user.in_((user, ""))).order_by(drafts.c.user.desc()).limit(1)
            )
            body = found.scalar_one_or_none()
        if body is None:
            return None
        try:
            return from_json(body, Draft)
        except UNREADABLE:
            return None

    def drop(self, store: str, user: str, case: str) -> None:
        of_case = delete(drafts).where(drafts.c.store == store, drafts.c.case == case)
        with self._database.transaction() as connection:
            connection.execute(of_case.where(drafts.c.user.in_((user, ""))))
