"""kill -9 at any moment: what was decided is refunded, once."""

import random
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

from sqlalchemy import select

from store_server.storage.cases import CaseRow
from store_server.storage.movements import PaymentRow, RefundRow
from tests.desk.busy_shop import HOUR, NERVOUS
from tests.desk.shop import START, Clock, Shop

KILLS = 4


def test_no_kill_loses_or_repeats_a_movement(tmp_path: Path) -> None:
    chance = random.Random(7)
    told: set[int] = set()
    for run in range(KILLS):
        command = [sys.executable, "-m", "tests.desk.busy_shop", str(tmp_path), str(run)]
        child = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2])
        assert child.stdout is not None
        with child.stdout as done:
            told.update(int(done.readline()) for _ in range(chance.randint(1, 8)))
            child.kill()
            child.wait(60)

    shop = Shop(f"sqlite:///{tmp_path / 'store.db'}", tmp_path, Clock(START + KILLS * HOUR), NERVOUS)
    shop.settle(turns=200, seconds=30)
    with shop.database.read() as session:
        decided = session.scalars(select(CaseRow.number).where(CaseRow.state == "decided")).all()
        payments = {row.id: row for row in session.scalars(select(PaymentRow))}
        refunds = session.scalars(select(RefundRow)).all()
    shop.close()
    assert told <= set(decided)  # nothing that was answered is lost
    assert len(refunds) == len(decided)
    assert {row.state for row in payments.values()} <= {"captured", "failed"}
    assert {row.state for row in refunds} <= {"settled", "failed", "reversed"}
    paid = {row.id: row.amount_minor for row in payments.values() if row.state == "captured"}
    back = {row.key: row.amount_minor for row in refunds if row.state != "failed" and row.payment in paid}
    assert _moved(tmp_path) == sorted((paid | back).items())  # and nothing moved twice


def _moved(folder: Path) -> list[tuple[str, int]]:
    """Every movement that the provider made, key and minor units."""
    with closing(sqlite3.connect(folder / "provider.db")) as connection:
        return connection.execute("SELECT key, minor FROM movements WHERE outcome = 'settled' ORDER BY key").fetchall()
