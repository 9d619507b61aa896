"""The database: SQLite for one store, PostgreSQL for a chain, by URL.

SQLite runs with WAL and synchronous=FULL: what was committed survives a power cut. Its writers queue on a lock of this
process before they ask SQLite, so that none starves in SQLite's own polling.
"""

import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import URL, Connection, Engine, create_engine, event, func, select
from sqlalchemy.engine import make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import Session
from sqlalchemy.pool import ConnectionPoolEntry

from store_server.refusal import Refusal
from store_server.storage.audit import taken_deeds

BUSY_MS = 15_000
STAY, MOST = 6, 30
"""Connections that stay open, and that there may be at once. Each keeps pages and statements of its own, megabytes of them:
a rush must not leave them behind."""
_WRITING = "floorwalker_writing"
_MIGRATING = 0x666F726D  # any number that nothing else of ours locks
_FULL = {sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR_WRITE, sqlite3.SQLITE_IOERR_FSYNC}
_PG_FULL = {"53100", "53200"}  # disk_full, out_of_memory


class DatabaseUnusable(Exception):
    """The database cannot be opened, or was made by a newer program. One line that says which."""


def sqlite_url(path: Path) -> str:
    """Of a file, whatever is in the names of its folders: ``?`` and ``%`` mean something in a URL."""
    return URL.create("sqlite", database=str(path)).render_as_string()


class Database:
    """``url``: as SQLAlchemy has it, ``sqlite:///path`` or ``postgresql+psycopg://…``."""

    def __init__(self, url: str) -> None:
        try:
            parsed = make_url(url)
            if parsed.drivername in ("postgresql", "postgres"):
                parsed = parsed.set(drivername="postgresql+psycopg")
            if parsed.get_backend_name() == "sqlite" and parsed.database in (None, "", ":memory:"):
                raise DatabaseUnusable(f"{url!r} is kept in memory alone: name a file, as in sqlite:///store.sqlite")
            self.engine: Engine = create_engine(
                parsed, pool_size=STAY, max_overflow=MOST - STAY, pool_use_lifo=True, pool_pre_ping=True
            )
        except (ArgumentError, NoSuchModuleError) as error:
            raise DatabaseUnusable(f"not the address of a database: {url!r}") from error
        self.is_sqlite = self.engine.dialect.name == "sqlite"
        self._writers = threading.Lock()
        self._conclude: Callable[[Session], None] = _refuse_deeds
        if self.is_sqlite:
            event.listen(self.engine, "connect", _prepare)
        event.listen(self.engine, "begin", _begin)
        self._writing = self.engine.execution_options(**{_WRITING: True})

    def before_commit(self, conclude: Callable[[Session], None]) -> None:
        """``conclude`` is called last in every writing transaction; if it raises, nothing is written."""
        self._conclude = conclude

    def migrate(self) -> None:
        """Brings the schema to this program's version. Raises DatabaseUnusable; safe to call at every start."""
        known, newest = _revisions()
        try:
            with self._turn(), self._writing.begin() as connection:
                if not self.is_sqlite:  # others that start at the same moment wait until the schema is there
                    connection.execute(select(func.pg_advisory_xact_lock(_MIGRATING)))
                present = set(MigrationContext.configure(connection).get_current_heads())
                if not present <= known:
                    raise DatabaseUnusable(
                        f"the database is of version {', '.join(sorted(present - known))}, which is newer than this "
                        "program knows: start the newer program, or restore a copy from before"
                    )
                if present != newest:
                    config = _config()
                    config.attributes["connection"] = connection
                    command.upgrade(config, "head")
        except SQLAlchemyError as error:
            raise DatabaseUnusable(f"the database cannot be used: {_first_line(error)}") from error

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A session that sees one state of the database and writes nothing."""
        with _told(), Session(self.engine) as session:
            yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        """One transaction: committed when the block ends, undone if it raises.

        Raises Refusal("unavailable") if the disk is full or the database is gone; then nothing was written.
        """
        with _told(), self._turn(), Session(self._writing) as session, session.begin():
            yield session
            self._conclude(session)

    @contextmanager
    def _turn(self) -> Iterator[None]:
        """One writer of this program at a time on SQLite; PostgreSQL sorts them out itself."""
        if not self.is_sqlite:
            yield
        elif self._writers.acquire(timeout=BUSY_MS / 1000):
            try:
                yield
            finally:
                self._writers.release()
        else:
            raise Refusal("unavailable", "the store's database is busy: try again in a moment")

    def close(self) -> None:
        self.engine.dispose()


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    return config


@cache
def _revisions() -> tuple[frozenset[str], frozenset[str]]:
    """All that this program knows, and the newest. Read once: it takes longer than to ask a database for its own."""
    scripts = ScriptDirectory.from_config(_config())
    return frozenset(one.revision for one in scripts.walk_revisions()), frozenset(scripts.get_heads())


def _refuse_deeds(session: Session) -> None:
    """What is to be in the audit log is not done where there is none."""
    if taken_deeds(session):
        raise RuntimeError("a transaction has deeds to tell, and this database has no audit log: make desk.audit.Audit")


@contextmanager
def _told() -> Iterator[None]:
    """Says in one sentence what a database could not do."""
    try:
        yield
    except PoolTimeout as error:
        raise Refusal("unavailable", "the store's database is busy: try again in a moment") from error
    except DBAPIError as error:
        cause = error.orig
        code = getattr(cause, "sqlite_errorcode", None)
        if code in _FULL or getattr(cause, "sqlstate", None) in _PG_FULL:
            raise Refusal(
                "unavailable", "the store's disk is full: nothing was written; make room and try again"
            ) from error
        if error.connection_invalidated or isinstance(error, OperationalError):
            raise Refusal("unavailable", f"the store's database does not answer: {_first_line(error)}") from error
        raise


def _first_line(error: SQLAlchemyError) -> str:
    cause = error.orig if isinstance(error, DBAPIError) else error
    return (str(cause).strip() or type(cause).__name__).splitlines()[0]


def _prepare(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
    connection.isolation_level = None  # the driver begins nothing by itself: _begin says how
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout={BUSY_MS}")
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=FULL")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.execute("PRAGMA recursive_triggers=ON")  # INSERT OR REPLACE deletes, and must not get round a trigger
    cursor.close()


def _begin(connection: Connection) -> None:
    """A writer takes SQLite's lock at once: asking for it after reading fails if another wrote in between."""
    if connection.dialect.name == "sqlite":
        is_writing = connection.get_execution_options().get(_WRITING, False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if is_writing else "BEGIN")
    elif not connection.get_execution_options().get(_WRITING, False):
        connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
