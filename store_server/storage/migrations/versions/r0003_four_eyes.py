"""Decisions above a limit wait for a second person; debits; limits that splitting does not get round."""

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass
