"""Why money and cases went a step, as causes beside the sentence.

What was written before has none: its sentences never change, and desks go on saying them.
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table in ("case_history", "refund_steps"):
        op.add_column(table, sa.Column("causes", sa.Text(), nullable=False, server_default="[]"))
