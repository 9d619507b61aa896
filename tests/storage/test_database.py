"""The database keeps its promises whatever the program believes."""

import threading
from contextlib import ExitStack
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.pool import QueuePool

from store_server.cart.numbers import next_number
from store_server.desk.allowance import Claim, reserve
from store_server.refusal import Refusal
from store_server.storage.database import MOST, STAY, Database, DatabaseUnusable, sqlite_url
from store_server.storage.receipts import AllowanceRow
from store_server.storage.remembered import RememberedRow
from store_server.storage.tables import metadata
from tests.desk.shop import OATS, Shop


def test_the_migrated_schema_is_what_the_tables_say(database_url: str) -> None:
    database = Database(database_url)
    database.migrate()
    database.migrate()  # every start does
    with database.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata()) == []
    database.close()


def test_a_rush_leaves_few_connections_behind(database_url: str) -> None:
    database = Database(database_url)
    with ExitStack() as rush:
        for _ in range(MOST):
            rush.enter_context(database.read()).execute(text("SELECT 1"))
    pool = database.engine.pool
    assert isinstance(pool, QueuePool)
    assert (pool.checkedin(), pool.checkedout()) == (STAY, 0)
    database.close()


@pytest.mark.parametrize("name", ["store?1", "50%41", "a#b", "a b", "Geschäft"])
def test_a_database_lies_in_its_folder_whatever_that_is_called(tmp_path: Path, name: str) -> None:
    path = tmp_path / name / "store.sqlite"
    path.parent.mkdir()
    database = Database(sqlite_url(path))
    database.migrate()
    assert path.is_file()
    database.close()
    assert [one.name for one in tmp_path.iterdir()] == [name]


def test_a_newer_database_is_not_touched(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'store.db'}")
    database.migrate()
    with database.write() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(DatabaseUnusable, match="9999, which is newer"):
        database.migrate()
    database.close()


@pytest.mark.parametrize(
    "url", ["nonsense", "mysterydb://x/y", "sqlite://", "sqlite:///:memory:", "sqlite:////proc/none/store.db"]
)
def test_an_address_of_no_database_is_said_so(url: str) -> None:
    with pytest.raises(DatabaseUnusable):
        Database(url).migrate()


def test_a_file_that_is_no_database_is_said_so(tmp_path: Path) -> None:
    (tmp_path / "store.db").write_bytes(b"not a database, by any means" * 100)
    with pytest.raises(DatabaseUnusable, match="not a database"):
        Database(f"sqlite:///{tmp_path / 'store.db'}").migrate()


def test_a_full_disk_is_said_so_and_nothing_is_half_written(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'store.db'}")
    database.migrate()
    with database.read() as session:
        pages = session.execute(text("PRAGMA page_count")).scalar_one()
        session.execute(text(f"PRAGMA max_page_count = {pages + 2}"))
    with pytest.raises(Refusal, match="disk is full") as refused:
        _remember(database, 100)
    assert refused.value.name == "unavailable"
    with database.read() as session:
        assert session.execute(text("SELECT count(*) FROM remembered")).scalar_one() == 0
    _remember(database, 1)
    database.close()


def _remember(database: Database, rows: int) -> None:
    with database.write() as session:
        for number in range(rows):
            session.add(RememberedRow(key=str(number), user_id="u", fingerprint="f", answer="x" * 1000, at_us=0))
            session.flush()


def test_more_than_was_captured_is_refused_by_the_database_itself(shop: Shop) -> None:
    receipt = shop.sell((OATS, 3))
    for column in (AllowanceRow.reserved, AllowanceRow.settled):
        for scope, too_much in (("total", 598), ("line", 598), ("units", 4), ("rate", 598), ("tax", 40)):
            where = (AllowanceRow.receipt == receipt.id, AllowanceRow.scope == scope)
            with pytest.raises(IntegrityError), shop.database.write() as session:
                session.execute(update(AllowanceRow).where(*where).values({column: too_much}))


def test_reserving_at_once_never_takes_more_than_there_is(shop: Shop) -> None:
    receipt = shop.sell((OATS, 3))
    refused: list[str] = []

    def take() -> None:
        try:
            with shop.database.write() as session:
                reserve(session, receipt.id, [Claim("total", 0, 200)])
        except Refusal as refusal:
            refused.append(refusal.name)

    threads = [threading.Thread(target=take) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert refused == ["not-covered"] * 3
    assert shop.receipts.get(receipt.id).refundable.minor == 597 - 400


def test_numbers_are_taken_by_what_is_committed(shop: Shop) -> None:
    with shop.database.write() as session:
        assert next_number(session, "corner", "case") == 1
        session.rollback()
    with shop.database.write() as session:
        assert [next_number(session, "corner", "case") for _ in range(3)] == [1, 2, 3]
        assert next_number(session, "elsewhere", "case") == 1
