"""Payments and debits, too, may be forgotten by the provider."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table in ("payments", "debits"):
        op.add_column(table, sa.Column("is_forgotten", sa.Boolean(), nullable=False, server_default=sa.false()))
