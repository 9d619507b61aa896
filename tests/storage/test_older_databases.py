"""A database of an earlier program is brought up to date with what is in it."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError

import store_server.storage
from store_server.desk.cases import Cases
from store_server.desk.once import Memory
from store_server.desk.receipts import Receipts
from store_server.desk.refunds import Refunds
from store_server.storage.database import Database

REFUND = "0198c0de-0000-7000-8000-00000000000f"
BEFORE_FOUR_EYES = """
INSERT INTO stores (id, body) VALUES ('s', '{}');
INSERT INTO users (id, name, role, password_hash, refund_limit, made_at) VALUES ('u', 'ada', 'agent', 'x', 5000, 1);
INSERT INTO trips (id, store, visit, entered_us, gate, people, code, payment_token, card, left_us, left_gate, billed_us,
 is_orphan, tracks) VALUES ('t', 's', 1, 1, 'in', 1, 'code', 'tok', 'Visa 4242', 2, 'out', 3, false, '[]');
INSERT INTO receipts (id, store, number, trip, visit, issued_us, left_us, currency, net_minor, tax_minor, total_minor,
 units, first_product, card, last4, is_doubtful, hash)
 VALUES ('r', 's', 1, 't', 1, 3, 2, 'EUR', 186, 13, 199, 1, 'Oats', 'Visa 4242', '4242', false, 'h');
INSERT INTO receipt_lines (receipt, line, gtin, name, quantity, unit_price_minor, discount_minor, tax_rate, net_minor,
 tax_minor, gross_minor, confidence, taken_us, plates, events, reasons)
 VALUES ('r', 1, '09520000000011', 'Oats', 1, 199, 0, 700, 186, 13, 199, 1.0, 2, '["1.2.3"]', '[]', '[]');
INSERT INTO allowances (receipt, scope, key, captured, reserved, settled)
 VALUES ('r', 'total', 0, 199, 0, 199), ('r', 'line', 1, 199, 0, 199), ('r', 'units', 1, 1, 0, 1);
INSERT INTO payments (id, receipt, store, payment_token, amount_minor, currency, state, attempts, reference, detail)
 VALUES ('p', 'r', 's', 'tok', 199, 'EUR', 'captured', 1, '', '');
INSERT INTO cases (id, store, number, receipt, state, version, opened_us, due_us, channel, message,
 claimed_worth_minor, summary, assignee_id, assignee, lease_token, decision)
 VALUES ('c', 's', 1, 'r', 'decided', 3, 4, 5, 'agent', '', 199, 'Oats', 'u', 'ada', 1,
 '{"decided_at":"2026-01-01T00:00:00Z","decided_by":"ada","reason":"not_taken","lines":[],"added":[],
 "goodwill":{"minor":0,"currency":"EUR"},"message":"","correction":"0198c0de-0000-7000-8000-00000000000c","refund":"0198c0de-0000-7000-8000-00000000000f"}');
INSERT INTO case_lines ("case", line, claimed_quantity) VALUES ('c', 1, 0);
INSERT INTO case_history ("case", position, at_us, "by", what, detail) VALUES ('c', 1, 4, 'ada', 'opened', 'agent');
INSERT INTO corrections (id, receipt, "case", made_us, made_by, reason, currency, goodwill_minor, net_minor, tax_minor,
 gross_minor, written_off_minor, returned_minor) VALUES ('0198c0de-0000-7000-8000-00000000000c', 'r', 'c', 6, 'ada', 'not_taken', 'EUR', 0, -186, -13, -199, 0, 199);
INSERT INTO correction_lines (correction, position, line, gtin, quantity, tax_rate, net_minor, tax_minor, gross_minor)
 VALUES ('0198c0de-0000-7000-8000-00000000000c', 1, 1, '09520000000011', -1, 700, -186, -13, -199);
INSERT INTO refunds (id, key, store, receipt, "case", correction, payment, "by", amount_minor, currency, state, attempts,
 reference) VALUES ('0198c0de-0000-7000-8000-00000000000f', 'fk', 's', 'r', 'c', '0198c0de-0000-7000-8000-00000000000c', 'p', 'u', 199, 'EUR', 'settled', 1, '');
INSERT INTO refund_steps (refund, position, at_us, state, detail) VALUES ('0198c0de-0000-7000-8000-00000000000f', 1, 6, 'proposed', 'ada');
"""
"""What issue 2 had written of one refunded case, of version 0002."""
OLDER = {
    "0001": BEFORE_FOUR_EYES.replace(" is_orphan, tracks)", " is_orphan)").replace("3, false, '[]');", "3, false);"),
    "0002": BEFORE_FOUR_EYES,
}
"""The same as each version before approvals had it. Those after have only added tables."""


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a database without any table."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'store.db'}"
        return
    url = make_url(request.getfixturevalue("postgres_url"))
    with psycopg.connect(url.render_as_string(), autocommit=True) as connection:
        connection.execute("CREATE DATABASE older")
    yield url.set(database="older").render_as_string()
    with psycopg.connect(url.render_as_string(), autocommit=True) as connection:
        connection.execute("DROP DATABASE older")


@pytest.mark.parametrize("version", OLDER)
def test_what_was_decided_before_there_were_approvals_is_kept(empty_url: str, version: str) -> None:
    database = Database(empty_url)
    config = Config()
    config.set_main_option("script_location", str(Path(store_server.storage.__file__).parent / "migrations"))
    with database.engine.execution_options(floorwalker_writing=True).begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, version)
        for statement in OLDER[version].strip().split(";\n"):
            connection.exec_driver_sql(statement.rstrip(";"))
    database.migrate()

    def now_us() -> int:
        return 10

    memory = Memory(database, now_us)
    refund = Refunds(database, memory, now_us).get(REFUND)
    assert (refund.state, refund.proposed_by, refund.approved_by) == ("settled", "ada", None)
    (correction,) = Receipts(database).get("r").corrections
    assert (correction.refund, correction.gross.minor) == (REFUND, -199)
    case = Cases(database, memory, now_us).get("c")
    assert (case.state, case.language, case.proposal) == ("decided", "en", None)
    assert [(step.what, step.detail, step.causes) for step in case.history] == [("opened", "agent", [])]
    assert [(step.detail, step.causes) for step in refund.steps] == [("ada", [])]
    with database.read() as session:
        limits = session.execute(text("SELECT scope, key, used FROM limits ORDER BY scope")).all()
        assert [tuple(row) for row in limits] == [("receipt", "r", 199), ("shopper", "s:tok", 199)]
        assert session.execute(text("SELECT plate FROM case_plates")).scalar_one() == "1.2.3"
        if database.is_sqlite:
            assert session.execute(text("PRAGMA foreign_key_check")).all() == []
    for change in ("UPDATE corrections SET gross_minor = 0", "DELETE FROM corrections"):
        with pytest.raises(DBAPIError), database.write() as session:
            session.execute(text(change))
    database.close()


@pytest.mark.parametrize("empty_url", ["postgresql"], indirect=True)
def test_servers_that_start_at_once_make_one_schema(empty_url: str) -> None:
    start = "import sys; from store_server.storage.database import Database; Database(sys.argv[1]).migrate()"
    command = [sys.executable, "-c", start, empty_url]
    servers = [subprocess.Popen(command, stderr=subprocess.PIPE, cwd=Path(__file__).parents[2]) for _ in range(3)]
    said = [server.communicate(timeout=60)[1] for server in servers]
    assert [server.returncode for server in servers] == [0, 0, 0], said
