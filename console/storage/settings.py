"""How the desk was left: preferences, the window, where it worked last."""

from typing import TypeVar

import msgspec
from sqlalchemy import select
from sqlalchemy.dialects.sqlite import insert

from console.storage.database import Database, settings

T = TypeVar("T")


class WindowState(msgspec.Struct, frozen=True):
    """``geometry``: as QWidget.saveGeometry gives it."""

    geometry: bytes = b""
    screen: str = "live_floor"


class LastPlace(msgspec.Struct, frozen=True):
    """``store_url`` None: the embedded store."""

    store_url: str | None = None
    user: str = ""
    store: str = ""


class Settings:
    """One value for a name. Methods raise ``database.Unusable``."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self, name: str, otherwise: T) -> T:
        """What was put last; ``otherwise``, which says the type, where nothing was, or nothing of that form."""
        with self._database.transaction() as connection:
            body = connection.execute(select(settings.c.value).where(settings.c.name == name)).scalar_one_or_none()
        if body is None:
            return otherwise
        try:
            return msgspec.json.decode(body, type=type(otherwise))
        except msgspec.DecodeError:
            return otherwise

    def put(self, name: str, value: object) -> None:
        body = msgspec.json.encode(value)
        statement = insert(settings).values(name=name, value=body)
        with self._database.transaction() as connection:
            connection.execute(statement.on_conflict_do_update(index_elements=["name"], set_={"value": body}))
