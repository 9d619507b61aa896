"""The desk's own database and its tables."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import (
    URL,
    Column,
    Connection,
    Engine,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    create_engine,
    event,
    text,
)
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import ConnectionPoolEntry

from console.storage.unusable import MadeLater, Unusable

VERSION = 2
BUSY_MS = 5_000

tables = MetaData()
intents = Table(
    "intents",
    tables,
    Column("key", String, primary_key=True),
    Column("kind", String, nullable=False),
    Column("store", String, nullable=False),
    Column("user", String, nullable=False),
    Column("target", String, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("version", Integer, nullable=False),
    Column("made_us", Integer, nullable=False),
    Column("state", String, nullable=False, index=True),
    Column("detail", String, nullable=False, server_default=""),
    Column("tries", Integer, nullable=False, server_default="0"),
    Column("label", String, nullable=False, server_default=""),
)
drafts = Table(
    "drafts",
    tables,
    Column("store", String),
    Column("user", String),
    Column("case", String),
    Column("body", LargeBinary, nullable=False),
    PrimaryKeyConstraint("store", "user", "case"),
)
heads = Table(
    "heads",
    tables,
    Column("id", Integer, primary_key=True),
    Column("place", String, nullable=False, index=True),
    Column("seen_us", Integer, nullable=False),
    Column("verdict", String, nullable=False),
    Column("head", LargeBinary, nullable=False),
)

STEPS = {
    1: (
        "ALTER TABLE intents ADD COLUMN tries INTEGER NOT NULL DEFAULT 1",  # nobody knows: as if it had been sent
        "ALTER TABLE intents ADD COLUMN label VARCHAR NOT NULL DEFAULT ''",
        "UPDATE intents SET state = 'withdrawn' WHERE state = 'refused'",
        "ALTER TABLE drafts RENAME TO drafts_of_version_1",
        'CREATE TABLE drafts (store VARCHAR NOT NULL, user VARCHAR NOT NULL, "case" VARCHAR NOT NULL, '
        'body BLOB NOT NULL, PRIMARY KEY (store, user, "case"))',
        "INSERT INTO drafts SELECT store, '', \"case\", body FROM drafts_of_version_1",
        "DROP TABLE drafts_of_version_1",
    )
}
"""From each version to the next. A draft of version 1 was nobody's in particular: it goes to who opens its case."""


class Database:
    """May be used from any thread; every transaction is on disk before it returns."""

    def __init__(self, path: Path) -> None:
        """Opens it, made new where there is none. Raises Unusable."""
        self._path = path
        self._engine = create_engine(URL.create("sqlite", database=str(path)))  # whatever is in the name of its folder
        event.listen(self._engine, "connect", _set_pragmas)
        event.listen(self._engine, "begin", _begin)
        try:
            self._prepare(self._engine)
        except SQLAlchemyError as error:
            self._engine.dispose()
            raise Unusable(f"{path}: {_reason(error)}") from error
        except Unusable:
            self._engine.dispose()  # another copy may be put in its place
            raise

    def _prepare(self, engine: Engine) -> None:
        with engine.begin() as connection:
            found = connection.execute(text("PRAGMA user_version")).scalar_one()
            if found > VERSION:
                raise MadeLater(self._path)
            for version in range(found or VERSION, VERSION):  # 0: made just now
                for statement in STEPS.get(version, ()):
                    connection.execute(text(statement))
            tables.create_all(connection)
            connection.execute(text(f"PRAGMA user_version = {VERSION}"))

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """Raises Unusable, such as for a full disk; then nothing of it was kept."""
        try:
            with self._engine.begin() as connection:
                yield connection
        except SQLAlchemyError as error:
            raise Unusable(f"{self._path}: {_reason(error)}") from error

    def close(self) -> None:
        self._engine.dispose()


def _set_pragmas(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
    connection.isolation_level = None  # the driver begins nothing by itself, nor ends it before a table is altered
    cursor = connection.cursor()
    for pragma in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON", f"busy_timeout = {BUSY_MS}"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin(connection: Connection) -> None:
    """With the lock at once: to ask for it after reading fails if another thread wrote in between."""
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _reason(error: SQLAlchemyError) -> str:
    cause = getattr(error, "orig", None)
    return str(cause or error).splitlines()[0]
