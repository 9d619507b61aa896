"""Tracks of trips, so that a shopper keeps their trip when the store starts again; more that never changes.

What a shopper claimed and what staff changed in a cart are documents. Of money on its way the state changes, and
neither the amount nor the key; of an allowance what is reserved and settled, and never what was captured.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

DOCUMENTS_BEFORE = (
    "receipts",
    "receipt_lines",
    "corrections",
    "correction_lines",
    "ledger",
    "refund_steps",
    "case_history",
    "remembered",
)
DOCUMENTS = ("case_lines", "case_added", "cart_changes")
FIXED = {
    "payments": "id, receipt, store, payment_token, amount_minor, currency",
    "refunds": 'id, key, store, receipt, "case", correction, payment, "by", amount_minor, currency',
    "allowances": "receipt, scope, key, captured",
}


def upgrade() -> None:
    op.add_column("trips", sa.Column("tracks", sa.Text(), nullable=False, server_default="[]"))
    for table in DOCUMENTS:
        _refuse(table, "update", "UPDATE")
        _refuse(table, "delete", "DELETE")
    for table, columns in FIXED.items():
        _refuse(table, "update", f"UPDATE OF {columns}")
        _refuse(table, "delete", "DELETE")
    if op.get_bind().dialect.name != "sqlite":
        for table in (*DOCUMENTS_BEFORE, *DOCUMENTS, *FIXED):
            op.execute(
                f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} EXECUTE FUNCTION refuse_change()"
            )


def _refuse(table: str, name: str, change: str) -> None:
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    act = f"BEGIN SELECT RAISE(ABORT, '{table} never change'); END" if is_sqlite else "EXECUTE FUNCTION refuse_change()"
    op.execute(f"CREATE TRIGGER {table}_no_{name} BEFORE {change} ON {table} FOR EACH ROW {act}")
