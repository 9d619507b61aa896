"""Apps that open cases for their shoppers: each has a key, of which the database keeps the hash."""

import hashlib
import json
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select

from store_client.contract.ids import new_id
from store_server.desk.users import FIRST_FILE
from store_server.folder import write_private
from store_server.refusal import Refusal
from store_server.storage.apps import AppRow
from store_server.storage.audit import STORE, tell
from store_server.storage.database import Database

DEMO_APP = "app"
DEMO_FILE = "demo-app.json"


@dataclass(frozen=True, slots=True)
class App:
    """Who asks for a shopper. ``user_id``: the app's own id, under which its idempotency keys are its own."""

    user_id: str
    name: str


class Apps:
    """``now_us``: µs since 1970 of the wall clock."""

    def __init__(self, database: Database, now_us: Callable[[], int]) -> None:
        self._database = database
        self._now_us = now_us

    def put(self, name: str, key: str) -> None:
        """Adds an app, or gives the app of that name another key."""
        with self._database.write() as session:
            row = session.scalar(select(AppRow).where(AppRow.name == name))
            if row is None:
                row = AppRow(id=new_id(), name=name, made_at=self._now_us())
                session.add(row)
            row.key_hash = _hash(key)
            tell(session, STORE, "app_put", f"app:{name}")

    def names(self) -> set[str]:
        with self._database.read() as session:
            return set(session.scalars(select(AppRow.name)))

    def authenticate(self, key: str) -> App:
        """Whose key this is. Raises Refusal("signed-out")."""
        with self._database.read() as session:
            row = session.scalar(select(AppRow).where(AppRow.key_hash == _hash(key)))
        if row is None:
            raise Refusal("signed-out", "this is not the key of an app of this store")
        return App(row.id, row.name)


def ensure_demo_app(apps: Apps, folder: Path) -> str:
    """The key of the demo's app, made at the first start and kept in ``folder``."""
    path = folder / DEMO_FILE
    kept: dict[str, str] = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    key = kept.get(DEMO_APP) or secrets.token_urlsafe(32)
    if DEMO_APP not in kept or DEMO_APP not in apps.names():
        apps.put(DEMO_APP, key)
        write_private(path, json.dumps({DEMO_APP: key}, indent=2) + "\n")
    return key


def ensure_apps(apps: Apps, folder: Path, wanted: Sequence[str]) -> list[str]:
    """Makes those of ``wanted`` that are not there; their keys are added to the file of first passwords, before the
    apps are. Returns which were made."""
    there = apps.names()
    new = [name for name in wanted if name not in there]
    if not new:
        return []
    path = folder / FIRST_FILE
    kept: dict[str, str] = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    keys = {name: secrets.token_urlsafe(32) for name in new}
    write_private(path, json.dumps(kept | {f"app {name}": key for name, key in keys.items()}, indent=2) + "\n")
    for name, key in keys.items():
        apps.put(name, key)
    return new


def _hash(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()
