"""What the store keeps with each event, and the copies that belong to a case.

An exhibit is written before its case's evidence is closed, and never touched after that.
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

COLUMNS = '"case", trip, since_us'
"""Of a case's evidence: what is never another."""


def upgrade() -> None:
    _make_sightings()
    _make_exhibits()
    if op.get_bind().dialect.name == "sqlite":
        _guard_sqlite()
    else:
        _guard_postgresql()


def _make_sightings() -> None:
    op.create_table(
        "pictures",
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("store", sa.Text(), nullable=False),
        sa.Column("at_us", sa.BigInteger(), nullable=False),
        sa.Column("jpeg", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["store"], ["stores.id"], name=op.f("fk_pictures_store")),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_pictures")),
    )
    op.create_index("ix_pictures_at_us", "pictures", ["store", "at_us"])
    op.create_table(
        "sightings",
        sa.Column("event", sa.Text(), nullable=False),
        sa.Column("store", sa.Text(), nullable=False),
        sa.Column("at_us", sa.BigInteger(), nullable=False),
        sa.Column("seen", sa.Text(), nullable=True),
        sa.Column("revision", sa.BigInteger(), nullable=True),
        sa.Column("read", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint("(revision IS NULL) = (read IS NULL)", name=op.f("ck_sightings_read_for_a_revision")),
        sa.ForeignKeyConstraint(["store"], ["stores.id"], name=op.f("fk_sightings_store")),
        sa.PrimaryKeyConstraint("event", name=op.f("pk_sightings")),
    )
    op.create_index("ix_sightings_at_us", "sightings", ["store", "at_us"])


def _make_exhibits() -> None:
    op.create_table(
        "case_evidence",
        sa.Column("case", sa.Text(), nullable=False),
        sa.Column("trip", sa.Text(), nullable=False),
        sa.Column("since_us", sa.BigInteger(), nullable=False),
        sa.Column("copied_us", sa.BigInteger(), nullable=True),
        sa.Column("manifest", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "(copied_us IS NULL) = (manifest IS NULL)", name=op.f("ck_case_evidence_manifest_when_copied")
        ),
        sa.ForeignKeyConstraint(["case"], ["cases.id"], name=op.f("fk_case_evidence_case")),
        sa.ForeignKeyConstraint(["trip"], ["trips.id"], name=op.f("fk_case_evidence_trip")),
        sa.PrimaryKeyConstraint("case", name=op.f("pk_case_evidence")),
    )
    waiting = sa.text("copied_us IS NULL")
    op.create_index(
        "ix_case_evidence_waiting", "case_evidence", ["case"], sqlite_where=waiting, postgresql_where=waiting
    )
    op.create_table(
        "exhibits",
        sa.Column("case", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("size = length(data)", name=op.f("ck_exhibits_length")),
        sa.ForeignKeyConstraint(["case"], ["case_evidence.case"], name=op.f("fk_exhibits_case")),
        sa.PrimaryKeyConstraint("case", "name", name=op.f("pk_exhibits")),
    )
    op.create_index("ix_exhibits_sha256", "exhibits", ["case", "sha256"])


def _guard_sqlite() -> None:
    refuse = "BEGIN SELECT RAISE(ABORT, '{}'); END"
    for change in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER exhibits_no_{change.lower()} BEFORE {change} ON exhibits FOR EACH ROW "
            + refuse.format("exhibits never change")
        )
    op.execute(
        "CREATE TRIGGER exhibits_closed BEFORE INSERT ON exhibits FOR EACH ROW "
        'WHEN (SELECT copied_us FROM case_evidence WHERE "case" = NEW."case") IS NOT NULL '
        + refuse.format("the evidence of this case is closed")
    )
    op.execute(
        "CREATE TRIGGER case_evidence_no_delete BEFORE DELETE ON case_evidence FOR EACH ROW "
        + refuse.format("case_evidence never change")
    )
    op.execute(
        f"CREATE TRIGGER case_evidence_no_update BEFORE UPDATE OF {COLUMNS} ON case_evidence FOR EACH ROW "
        + refuse.format("case_evidence never change")
    )
    op.execute(
        "CREATE TRIGGER case_evidence_closed BEFORE UPDATE ON case_evidence FOR EACH ROW "
        "WHEN OLD.copied_us IS NOT NULL " + refuse.format("the evidence of this case is closed")
    )


def _guard_postgresql() -> None:
    for table in ("exhibits", "case_evidence"):
        op.execute(
            f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )
        op.execute(f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} EXECUTE FUNCTION refuse_change()")
    op.execute(
        "CREATE TRIGGER exhibits_no_update BEFORE UPDATE ON exhibits FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    )
    op.execute(
        f"CREATE TRIGGER case_evidence_no_update BEFORE UPDATE OF {COLUMNS} ON case_evidence "
        "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    )
    op.execute(
        "CREATE TRIGGER case_evidence_closed BEFORE UPDATE ON case_evidence FOR EACH ROW "
        "WHEN (OLD.copied_us IS NOT NULL) EXECUTE FUNCTION refuse_change()"
    )
    op.execute(
        "CREATE FUNCTION refuse_late_exhibit() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        'IF (SELECT copied_us FROM case_evidence WHERE "case" = NEW."case" FOR SHARE) IS NOT NULL THEN '
        "RAISE EXCEPTION 'the evidence of this case is closed' USING ERRCODE = 'integrity_constraint_violation'; "
        "END IF; RETURN NEW; END $$"
    )
    op.execute(
        "CREATE TRIGGER exhibits_closed BEFORE INSERT ON exhibits FOR EACH ROW EXECUTE FUNCTION refuse_late_exhibit()"
    )
