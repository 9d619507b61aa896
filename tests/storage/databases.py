"""Fixtures: a shop on SQLite, and the same on PostgreSQL. The schema is made once, and copied."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from store_client.contract.ids import new_id
from store_server.storage.database import Database
from tests.desk.shop import Shop
from tests.storage import postgres


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated database without rows."""
    path = tmp_path_factory.mktemp("template") / "store.db"
    _migrate(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def postgres_address() -> Iterator[str]:
    """The address of a server, with {name} for the database; ``template`` is one that is migrated."""
    with postgres.running() as address:
        _create(address, "template", "template0")
        _migrate(address.format(name="template"))
        yield address


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a database of the test's own."""
    if request.param == "sqlite":
        return _copy(request.getfixturevalue("sqlite_template"), tmp_path)
    address: str = request.getfixturevalue("postgres_address")
    name = f"fw_{new_id().replace('-', '')}"
    _create(address, name, "template")
    return address.format(name=name)


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


def _create(address: str, name: str, template: str) -> None:
    with psycopg.connect(address.format(name="postgres"), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
