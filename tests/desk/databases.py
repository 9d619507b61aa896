"""Fixtures: a shop on SQLite, and the same on PostgreSQL."""

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from store_client.contract.ids import new_id
from tests.desk.shop import Shop
from tests.storage import postgres


@pytest.fixture(scope="session")
def postgres_address() -> Iterator[str]:
    with postgres.running() as address:
        yield address


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty database."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'store.db'}"
    address: str = request.getfixturevalue("postgres_address")
    name = f"fw_{new_id().replace('-', '')}"
    with psycopg.connect(address.format(name="postgres"), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    return address.format(name=name)


@pytest.fixture
def shop(database_url: str, tmp_path: Path) -> Iterator[Shop]:
    """On both databases."""
    shop = Shop(database_url, tmp_path)
    yield shop
    shop.close()


@pytest.fixture
def corner(tmp_path: Path) -> Iterator[Shop]:
    """On SQLite only: for what is no matter of the database."""
    shop = Shop(f"sqlite:///{tmp_path / 'store.db'}", tmp_path)
    yield shop
    shop.close()
