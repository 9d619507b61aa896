"""Fixtures: a shop on SQLite, and the same on PostgreSQL. The schema is made once, and copied."""

import shutil
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from sqlalchemy import text

from store_server.storage.database import Database
from store_server.storage.tables import metadata
from tests.desk.shop import Shop
from tests.storage import postgres


@cache
def migrated() -> bytes:
    """What is in the file of one: made once, however many shops there are to be."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "store.db"
        _migrate(f"sqlite:///{path}")
        return path.read_bytes()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated database without rows."""
    path = tmp_path_factory.mktemp("template") / "store.db"
    path.write_bytes(migrated())
    return path


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """A migrated database on a server of our own."""
    with postgres.running() as url:
        _migrate(url)
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a database that is migrated and has no rows."""
    if request.param == "sqlite":
        return _copy(request.getfixturevalue("sqlite_template"), tmp_path)
    url: str = request.getfixturevalue("postgres_url")
    empty(url)
    return url


@pytest.fixture
def shop(database_url: str, tmp_path: Path) -> Iterator[Shop]:
    """On both databases."""
    shop = Shop(database_url, tmp_path)
    yield shop
    shop.close()


@pytest.fixture
def corner(sqlite_template: Path, tmp_path: Path) -> Iterator[Shop]:
    """On SQLite only: for what is no matter of the database."""
    shop = Shop(_copy(sqlite_template, tmp_path), tmp_path)
    yield shop
    shop.close()


def _migrate(url: str) -> None:
    database = Database(url)
    database.migrate()
    database.close()


def _copy(template: Path, folder: Path) -> str:
    shutil.copy(template, folder / "store.db")
    return f"sqlite:///{folder / 'store.db'}"


def empty(url: str) -> None:
    """Quicker than a new database for each test, which is a thousand files."""
    database = Database(url)
    with database.write() as session:
        session.execute(text("SET LOCAL session_replication_role = replica"))  # no triggers: documents may go
        session.execute(text(f"TRUNCATE {', '.join(table.name for table in metadata().sorted_tables)}"))
    database.close()
