"""The audit log: a hash chain that nothing but an insert can touch."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

NO_HASH = "0" * 64


def upgrade() -> None:
    op.create_table(
        "audit",
        sa.Column("position", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at_us", sa.BigInteger(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("previous", sa.Text(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("signature", sa.Text(), nullable=False),
        sa.CheckConstraint("position >= 1", name=op.f("ck_audit_position")),
        sa.PrimaryKeyConstraint("position", name=op.f("pk_audit")),
        sa.UniqueConstraint("hash", name=op.f("uq_audit_hash")),
        sa.UniqueConstraint("previous", name=op.f("uq_audit_previous")),
    )
    with op.batch_alter_table("audit", schema=None) as batch_op:
        batch_op.create_index("ix_audit_action", ["action", "position"], unique=False)
        batch_op.create_index("ix_audit_at_us", ["at_us"], unique=False)
        batch_op.create_index("ix_audit_by", ["by", "position"], unique=False)
        batch_op.create_index("ix_audit_subject", ["subject", "position"], unique=False)
    if op.get_bind().dialect.name == "sqlite":
        _guard_sqlite()
    else:
        _guard_postgresql()


def _guard_sqlite() -> None:
    for change in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER audit_no_{change.lower()} BEFORE {change} ON audit FOR EACH ROW "
            "BEGIN SELECT RAISE(ABORT, 'audit never change'); END"
        )
    op.execute(
        "CREATE TRIGGER audit_only_next BEFORE INSERT ON audit FOR EACH ROW "
        "WHEN NEW.position <> COALESCE((SELECT max(position) FROM audit), 0) + 1 "
        "OR NEW.previous <> COALESCE((SELECT hash FROM audit ORDER BY position DESC LIMIT 1), "
        f"'{NO_HASH}') "
        "BEGIN SELECT RAISE(ABORT, 'audit takes nothing but the next entry'); END"
    )


def _guard_postgresql() -> None:
    for change in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER audit_no_{change.lower()} BEFORE {change} ON audit "
            "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )
    op.execute("CREATE TRIGGER audit_no_truncate BEFORE TRUNCATE ON audit EXECUTE FUNCTION refuse_change()")
    op.execute(
        "CREATE FUNCTION refuse_but_next() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "IF NEW.position <> COALESCE((SELECT max(position) FROM audit), 0) + 1 "
        "OR NEW.previous <> COALESCE((SELECT hash FROM audit ORDER BY position DESC LIMIT 1), "
        f"'{NO_HASH}') "
        "THEN RAISE EXCEPTION 'audit takes nothing but the next entry' "
        "USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NEW; END $$"
    )
    op.execute("CREATE TRIGGER audit_only_next BEFORE INSERT ON audit FOR EACH ROW EXECUTE FUNCTION refuse_but_next()")
