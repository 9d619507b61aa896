"""Decisions above a limit wait for a second person; debits; limits that splitting does not get round; apps of shoppers.

A case has a correction for each of its rounds: one that was refused, and the next. SQLite can add a column with a CHECK
over its row and no other constraint, so that the corrections are made anew there; everything else is added.
"""

import json

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

ADDED = {
    "cases": (
        "language TEXT DEFAULT 'en' NOT NULL",
        "round BIGINT DEFAULT 0 NOT NULL",
        "proposal TEXT CONSTRAINT ck_cases_awaiting_with_proposal "
        "CHECK ((state = 'awaiting_approval') = (proposal IS NOT NULL))",
        "proposed_by_id TEXT CONSTRAINT ck_cases_proposed_by_somebody "
        "CHECK ((state = 'awaiting_approval') = (proposed_by_id IS NOT NULL))",
        "proposed_by TEXT",
        "expires_us BIGINT CONSTRAINT ck_cases_awaiting_for_a_time "
        "CHECK ((state = 'awaiting_approval') = (expires_us IS NOT NULL))",
        "app TEXT CONSTRAINT fk_cases_app REFERENCES apps (id)",
    ),
    "refunds": (
        "needs_approval BOOLEAN DEFAULT false NOT NULL",
        "by_name TEXT DEFAULT '' NOT NULL",
        'approved_by TEXT CONSTRAINT ck_refunds_another_approves CHECK (approved_by <> "by")',
        "approved_by_name TEXT CONSTRAINT ck_refunds_approved_first "
        "CHECK (approved_by IS NOT NULL OR NOT needs_approval "
        "OR state IN ('draft', 'proposed', 'awaiting_approval', 'failed'))",
        "is_forgotten BOOLEAN DEFAULT false NOT NULL CONSTRAINT ck_refunds_waits "
        "CHECK (state <> 'awaiting_approval' OR next_us IS NULL)",
    ),
}
FIXED = {
    "debits": 'id, store, receipt, "case", correction, payment_token, made_us, is_agreed, amount_minor, currency',
    "limit_uses": "refund, scope, key, minor, at_us",
    "limits": "scope, key",
}
ONCE = {"approval": "needs_approval", "approver": "approved_by, approved_by_name"}
LIVING = sa.text("state NOT IN ('failed', 'reversed')")


def upgrade() -> None:
    _make_apps()
    for table, columns in ADDED.items():
        for column in columns:
            op.execute(f"ALTER TABLE {table} ADD COLUMN {column}")
    op.create_index("ix_cases_state", "cases", ["store", "state", "due_us"])
    op.create_index("ix_cases_expires_us", "cases", ["expires_us"])
    op.create_index("ix_payments_payment_token", "payments", ["store", "payment_token"])
    op.create_index(
        "uq_refunds_one_living", "refunds", ["case"], unique=True, sqlite_where=LIVING, postgresql_where=LIVING
    )
    op.execute("UPDATE refunds SET by_name = coalesce((SELECT name FROM users WHERE users.id = refunds.by), '')")
    if _is_sqlite():
        _make_corrections_anew()
    else:
        _alter_corrections()
    op.execute('UPDATE cases SET round = 1 WHERE id IN (SELECT "case" FROM corrections)')
    _make_approvals()
    _make_limits()
    _make_debits()
    _make_plates()
    _guard()


def _is_sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"


def _make_apps() -> None:
    op.create_table(
        "apps",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("key_hash", sa.Text(), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_apps")),
        sa.UniqueConstraint("key_hash", name=op.f("uq_apps_key_hash")),
        sa.UniqueConstraint("name", name=op.f("uq_apps_name")),
    )


NOT_NEGATIVE = "goodwill_minor >= 0 AND written_off_minor >= 0 AND debited_minor >= 0 AND returned_minor >= 0"
ONE_WAY = "debited_minor = 0 OR (written_off_minor = 0 AND returned_minor = 0)"
BALANCED = "returned_minor - written_off_minor - debited_minor = goodwill_minor - gross_minor"


def _alter_corrections() -> None:
    op.drop_constraint(op.f("uq_corrections_case"), "corrections", type_="unique")
    op.drop_constraint(op.f("ck_corrections_not_negative"), "corrections", type_="check")
    op.drop_constraint(op.f("ck_corrections_balanced"), "corrections", type_="check")
    op.execute("ALTER TABLE corrections ADD COLUMN round BIGINT DEFAULT 1 NOT NULL")
    op.execute("ALTER TABLE corrections ADD COLUMN debited_minor BIGINT DEFAULT 0 NOT NULL")
    for column in ("round", "debited_minor"):
        op.alter_column("corrections", column, server_default=None)
    op.create_check_constraint(op.f("ck_corrections_not_negative"), "corrections", NOT_NEGATIVE)
    op.create_check_constraint(op.f("ck_corrections_one_way"), "corrections", ONE_WAY)
    op.create_check_constraint(op.f("ck_corrections_balanced"), "corrections", BALANCED)
    op.create_unique_constraint(op.f("uq_corrections_case_round"), "corrections", ["case", "round"])


def _make_corrections_anew() -> None:
    """Rows of other tables refer to corrections all the while: that is looked at when the migration commits."""
    op.execute("PRAGMA defer_foreign_keys = ON")
    op.execute("CREATE TABLE corrections_before AS SELECT * FROM corrections")
    op.drop_table("corrections")
    kinds = {
        "made_us": sa.BigInteger,
        "round": sa.BigInteger,
        "goodwill_minor": sa.BigInteger,
        "net_minor": sa.BigInteger,
        "tax_minor": sa.BigInteger,
        "gross_minor": sa.BigInteger,
        "written_off_minor": sa.BigInteger,
        "returned_minor": sa.BigInteger,
        "debited_minor": sa.BigInteger,
    }
    before = (
        "id",
        "receipt",
        "case",
        "made_us",
        "made_by",
        "reason",
        "currency",
        "goodwill_minor",
        "net_minor",
        "tax_minor",
        "gross_minor",
        "written_off_minor",
        "returned_minor",
    )
    op.create_table(
        "corrections",
        *(sa.Column(name, kinds.get(name, sa.Text)(), nullable=False) for name in (*before, "round", "debited_minor")),
        sa.CheckConstraint("net_minor + tax_minor = gross_minor", name=op.f("ck_corrections_sums")),
        sa.CheckConstraint(NOT_NEGATIVE, name=op.f("ck_corrections_not_negative")),
        sa.CheckConstraint(ONE_WAY, name=op.f("ck_corrections_one_way")),
        sa.CheckConstraint(BALANCED, name=op.f("ck_corrections_balanced")),
        sa.ForeignKeyConstraint(["case"], ["cases.id"], name=op.f("fk_corrections_case")),
        sa.ForeignKeyConstraint(["receipt"], ["receipts.id"], name=op.f("fk_corrections_receipt")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_corrections")),
        sa.UniqueConstraint("case", "round", name=op.f("uq_corrections_case_round")),
    )
    op.create_index("ix_corrections_receipt", "corrections", ["receipt", "made_us"])
    names = ", ".join(f'"{name}"' for name in before)
    op.execute(f"INSERT INTO corrections ({names}, round, debited_minor) SELECT {names}, 1, 0 FROM corrections_before")
    op.drop_table("corrections_before")
    for change in ("update", "delete"):
        _refuse("corrections", change, change.upper())


def _make_approvals() -> None:
    op.create_table(
        "case_approvals",
        sa.Column("case", sa.Text(), nullable=False),
        sa.Column("round", sa.BigInteger(), nullable=False),
        sa.Column("at_us", sa.BigInteger(), nullable=False),
        sa.Column("proposed_by_id", sa.Text(), nullable=False),
        sa.Column("by_id", sa.Text(), nullable=True),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("is_approved", sa.Boolean(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("proposal", sa.Text(), nullable=False),
        sa.CheckConstraint("by_id <> proposed_by_id", name=op.f("ck_case_approvals_another_approves")),
        sa.CheckConstraint("by_id IS NOT NULL OR NOT is_approved", name=op.f("ck_case_approvals_approved_by_somebody")),
        sa.ForeignKeyConstraint(["case"], ["cases.id"], name=op.f("fk_case_approvals_case")),
        sa.PrimaryKeyConstraint("case", "round", name=op.f("pk_case_approvals")),
    )


def _make_limits() -> None:
    scope = "scope IN ('receipt', 'shopper', 'agent_day')"
    op.create_table(
        "limits",
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("used", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("used >= 0", name=op.f("ck_limits_used")),
        sa.CheckConstraint(scope, name=op.f("ck_limits_scope")),
        sa.PrimaryKeyConstraint("scope", "key", name=op.f("pk_limits")),
    )
    op.create_table(
        "limit_uses",
        sa.Column("refund", sa.Text(), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("minor", sa.BigInteger(), nullable=False),
        sa.Column("at_us", sa.BigInteger(), nullable=False),
        sa.Column("ended_us", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("minor > 0", name=op.f("ck_limit_uses_minor")),
        sa.CheckConstraint(scope, name=op.f("ck_limit_uses_scope")),
        sa.ForeignKeyConstraint(["refund"], ["refunds.id"], name=op.f("fk_limit_uses_refund")),
        sa.PrimaryKeyConstraint("refund", "scope", name=op.f("pk_limit_uses")),
    )
    op.create_index("ix_limit_uses_key", "limit_uses", ["scope", "key", "at_us"])
    _count_what_went_back()


def _count_what_went_back() -> None:
    """Refunds from before are counted for their receipts and shoppers; the agents' day ended long ago."""
    owed = (
        "FROM refunds JOIN payments ON payments.id = refunds.payment WHERE refunds.state NOT IN ('failed', 'reversed')"
    )
    asked_us = "(SELECT min(at_us) FROM refund_steps WHERE refund_steps.refund = refunds.id)"
    for scope, key, of in (
        ("receipt", "refunds.receipt", "true"),
        ("shopper", "refunds.store || ':' || payments.payment_token", "payments.payment_token <> ''"),
    ):
        op.execute(
            "INSERT INTO limit_uses (refund, scope, key, minor, at_us) "
            f"SELECT refunds.id, '{scope}', {key}, refunds.amount_minor, coalesce({asked_us}, 0) {owed} AND {of}"
        )
    op.execute(
        "INSERT INTO limits (scope, key, used) SELECT scope, key, sum(minor) FROM limit_uses GROUP BY scope, key"
    )


def _make_debits() -> None:
    op.create_table(
        "debits",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("store", sa.Text(), nullable=False),
        sa.Column("receipt", sa.Text(), nullable=False),
        sa.Column("case", sa.Text(), nullable=False),
        sa.Column("correction", sa.Text(), nullable=False),
        sa.Column("payment_token", sa.Text(), nullable=False),
        sa.Column("made_us", sa.BigInteger(), nullable=False),
        sa.Column("is_agreed", sa.Boolean(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("attempts", sa.BigInteger(), nullable=False),
        sa.Column("sent_us", sa.BigInteger(), nullable=True),
        sa.Column("next_us", sa.BigInteger(), nullable=True),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "state IN ('written_off', 'pending', 'submitting', 'captured', 'failed', 'in_doubt')",
            name=op.f("ck_debits_state"),
        ),
        sa.CheckConstraint("is_agreed = (state <> 'written_off')", name=op.f("ck_debits_never_silently")),
        sa.CheckConstraint("state <> 'written_off' OR next_us IS NULL", name=op.f("ck_debits_written_off_stays")),
        sa.CheckConstraint("amount_minor > 0", name=op.f("ck_debits_amount")),
        sa.ForeignKeyConstraint(["case"], ["cases.id"], name=op.f("fk_debits_case")),
        sa.ForeignKeyConstraint(["correction"], ["corrections.id"], name=op.f("fk_debits_correction")),
        sa.ForeignKeyConstraint(["receipt"], ["receipts.id"], name=op.f("fk_debits_receipt")),
        sa.ForeignKeyConstraint(["store"], ["stores.id"], name=op.f("fk_debits_store")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_debits")),
        sa.UniqueConstraint("correction", name=op.f("uq_debits_correction")),
    )
    op.create_index("ix_debits_next_us", "debits", ["next_us"])
    op.create_index("ix_debits_receipt", "debits", ["receipt"])


def _make_plates() -> None:
    op.create_table(
        "case_plates",
        sa.Column("store", sa.Text(), nullable=False),
        sa.Column("plate", sa.Text(), nullable=False),
        sa.Column("case", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["case"], ["cases.id"], name=op.f("fk_case_plates_case")),
        sa.ForeignKeyConstraint(["store"], ["stores.id"], name=op.f("fk_case_plates_store")),
        sa.PrimaryKeyConstraint("store", "plate", "case", name=op.f("pk_case_plates")),
    )
    op.create_index("ix_case_plates_case", "case_plates", ["case"])
    found = op.get_bind().execute(
        sa.text(
            "SELECT cases.store, cases.id, receipt_lines.plates FROM cases "
            'JOIN case_lines ON case_lines."case" = cases.id '
            "JOIN receipt_lines ON receipt_lines.receipt = cases.receipt AND receipt_lines.line = case_lines.line"
        )
    )
    rows = {(store, plate, case) for store, case, plates in found for plate in json.loads(plates)}
    if rows:
        into = sa.table("case_plates", sa.column("store"), sa.column("plate"), sa.column("case"))
        op.bulk_insert(into, [{"store": store, "plate": plate, "case": case} for store, plate, case in sorted(rows)])


def _guard() -> None:
    for change in ("update", "delete"):
        _refuse("case_approvals", change, change.upper())
    for table, columns in FIXED.items():
        _refuse(table, "update", f"UPDATE OF {columns}")
        _refuse(table, "delete", "DELETE")
    for name, columns in ONCE.items():
        when = "" if name == "approval" else "WHEN (OLD.approved_by IS NOT NULL)"
        _refuse("refunds", name, f"UPDATE OF {columns}", when)
    if not _is_sqlite():
        for table in ("case_approvals", *FIXED):
            op.execute(
                f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} EXECUTE FUNCTION refuse_change()"
            )


def _refuse(table: str, name: str, change: str, when: str = "") -> None:
    act = (
        f"BEGIN SELECT RAISE(ABORT, '{table} never change'); END"
        if _is_sqlite()
        else "EXECUTE FUNCTION refuse_change()"
    )
    op.execute(f"CREATE TRIGGER {table}_no_{name} BEFORE {change} ON {table} FOR EACH ROW {when} {act}")
