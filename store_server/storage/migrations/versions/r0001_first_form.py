"""The first form of the database, and the triggers that keep documents from changing."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "counters",
        sa.Column("store", sa.Text(), nullable=False),
        sa.Column("noun", sa.Text(), nullable=False),
        sa.Column("last", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("last >= 0", name=op.f("ck_counters_last")),
        sa.PrimaryKeyConstraint("store", "noun", name=op.f("pk_counters")),
    )
    op.create_table(
        "remembered",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("at_us", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_remembered")),
    )
    op.create_table(
        "sign_in_attempts",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.Column("first_at", sa.BigInteger(), nullable=False),
        sa.Column("locked_until", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_sign_in_attempts")),
    )
    with op.batch_alter_table("sign_in_attempts", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sign_in_attempts_first_at"), ["first_at"], unique=False)

    op.create_table(
        "stores",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stores")),
    )
    op.create_table(
        "users",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("refund_limit", sa.BigInteger(), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "role IN ('staff','reviewer','agent','supervisor','admin','auditor')", name=op.f("ck_users_role")
        ),
        sa.CheckConstraint("refund_limit >= 0", name=op.f("ck_users_refund_limit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_users")),
        sa.UniqueConstraint("name", name=op.f("uq_users_name")),
    )
    op.create_table(
        "words",
        sa.Column("store", sa.Text(), nullable=False),
        sa.Column("word", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("store", "word", name=op.f("pk_words")),
    )
    op.create_table(
        "cameras",
        sa.Column("store", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["store"], ["stores.id"], name=op.f("fk_cameras_store")),
        sa.PrimaryKeyConstraint("store", "id", name=op.f("pk_cameras")),
    )
    op.create_table(
        "findings",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("store", sa.Text(), nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.Column("at_us", sa.BigInteger(), nullable=False),
        sa.Column("trip", sa.Text(), nullable=True),
        sa.Column("other", sa.Text(), nullable=True),
        sa.Column("body", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["store"], ["stores.id"], name=op.f("fk_findings_store")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_findings")),
    )
    with op.batch_alter_table("findings", schema=None) as batch_op:
        batch_op.create_index("ix_findings_at_us", ["store", "at_us"], unique=False)
        batch_op.create_index("ix_findings_other", ["other"], unique=False)
        batch_op.create_index("ix_findings_trip", ["trip"], unique=False)

    op.create_table(
        "planograms",
        sa.Column("store", sa.Text(), nullable=False),
        sa.Column("valid_from_us", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["store"], ["stores.id"], name=op.f("fk_planograms_store")),
        sa.PrimaryKeyConstraint("store", "valid_from_us", name=op.f("pk_planograms")),
    )
    op.create_table(
        "products",
        sa.Column("store", sa.Text(), nullable=False),
        sa.Column("gtin", sa.Text(), nullable=False),
        sa.Column("valid_from_us", sa.BigInteger(), nullable=False),
        sa.Column("valid_to_us", sa.BigInteger(), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("search", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["store"], ["stores.id"], name=op.f("fk_products_store")),
        sa.PrimaryKeyConstraint("store", "gtin", "valid_from_us", name=op.f("pk_products")),
    )
    with op.batch_alter_table("products", schema=None) as batch_op:
        batch_op.create_index("ix_products_name", ["name", "gtin"], unique=False)

    op.create_table(
        "sessions",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("began_at", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("stepped_up_until", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_sessions_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sessions")),
    )
    with op.batch_alter_table("sessions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sessions_user_id"), ["user_id"], unique=False)

    op.create_table(
        "trips",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("store", sa.Text(), nullable=False),
        sa.Column("visit", sa.BigInteger(), nullable=False),
        sa.Column("entered_us", sa.BigInteger(), nullable=False),
        sa.Column("gate", sa.Text(), nullable=False),
        sa.Column("people", sa.BigInteger(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("payment_token", sa.Text(), nullable=False),
        sa.Column("card", sa.Text(), nullable=False),
        sa.Column("left_us", sa.BigInteger(), nullable=True),
        sa.Column("left_gate", sa.Text(), nullable=True),
        sa.Column("billed_us", sa.BigInteger(), nullable=True),
        sa.Column("is_orphan", sa.Boolean(), nullable=False),
        sa.CheckConstraint("billed_us IS NULL OR left_us IS NOT NULL", name=op.f("ck_trips_billed_after_left")),
        sa.CheckConstraint("left_us IS NULL OR left_us >= entered_us", name=op.f("ck_trips_left_after_entered")),
        sa.ForeignKeyConstraint(["store"], ["stores.id"], name=op.f("fk_trips_store")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trips")),
        sa.UniqueConstraint("store", "visit", name=op.f("uq_trips_store_visit")),
    )
    with op.batch_alter_table("trips", schema=None) as batch_op:
        batch_op.create_index("ix_trips_store_billed_us", ["store", "billed_us"], unique=False)
        batch_op.create_index("ix_trips_store_entered_us", ["store", "entered_us", "id"], unique=False)

    op.create_table(
        "cart_changes",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("trip", sa.Text(), nullable=False),
        sa.Column("at_us", sa.BigInteger(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("gtin", sa.Text(), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.CheckConstraint("quantity <> 0", name=op.f("ck_cart_changes_quantity")),
        sa.ForeignKeyConstraint(["trip"], ["trips.id"], name=op.f("fk_cart_changes_trip")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cart_changes")),
    )
    with op.batch_alter_table("cart_changes", schema=None) as batch_op:
        batch_op.create_index("ix_cart_changes_trip", ["trip"], unique=False)

    op.create_table(
        "carts",
        sa.Column("trip", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("units", sa.BigInteger(), nullable=False),
        sa.Column("total_minor", sa.BigInteger(), nullable=False),
        sa.Column("is_doubtful", sa.Boolean(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.CheckConstraint("units >= 0 AND total_minor >= 0", name=op.f("ck_carts_not_negative")),
        sa.ForeignKeyConstraint(["trip"], ["trips.id"], name=op.f("fk_carts_trip")),
        sa.PrimaryKeyConstraint("trip", name=op.f("pk_carts")),
    )
    op.create_table(
        "receipts",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("store", sa.Text(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("trip", sa.Text(), nullable=False),
        sa.Column("visit", sa.BigInteger(), nullable=False),
        sa.Column("issued_us", sa.BigInteger(), nullable=False),
        sa.Column("left_us", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("net_minor", sa.BigInteger(), nullable=False),
        sa.Column("tax_minor", sa.BigInteger(), nullable=False),
        sa.Column("total_minor", sa.BigInteger(), nullable=False),
        sa.Column("units", sa.BigInteger(), nullable=False),
        sa.Column("first_product", sa.Text(), nullable=False),
        sa.Column("card", sa.Text(), nullable=False),
        sa.Column("last4", sa.Text(), nullable=False),
        sa.Column("is_doubtful", sa.Boolean(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.CheckConstraint("net_minor + tax_minor = total_minor AND total_minor >= 0", name=op.f("ck_receipts_sums")),
        sa.ForeignKeyConstraint(["store"], ["stores.id"], name=op.f("fk_receipts_store")),
        sa.ForeignKeyConstraint(["trip"], ["trips.id"], name=op.f("fk_receipts_trip")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_receipts")),
        sa.UniqueConstraint("store", "number", name=op.f("uq_receipts_store_number")),
        sa.UniqueConstraint("trip", name=op.f("uq_receipts_trip")),
    )
    with op.batch_alter_table("receipts", schema=None) as batch_op:
        batch_op.create_index("ix_receipts_issued_us", ["store", "issued_us", "id"], unique=False)
        batch_op.create_index("ix_receipts_last4", ["store", "last4"], unique=False)
        batch_op.create_index("ix_receipts_total_minor", ["store", "total_minor"], unique=False)
        batch_op.create_index("ix_receipts_visit", ["store", "visit"], unique=False)

    op.create_table(
        "tokens",
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("session_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("used_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("kind IN ('access','refresh')", name=op.f("ck_tokens_kind")),
        sa.ForeignKeyConstraint(["session_id"], ["sessions.id"], name=op.f("fk_tokens_session_id")),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_tokens")),
    )
    with op.batch_alter_table("tokens", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_tokens_expires_at"), ["expires_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_tokens_session_id"), ["session_id"], unique=False)

    op.create_table(
        "trip_events",
        sa.Column("trip", sa.Text(), nullable=False),
        sa.Column("event", sa.Text(), nullable=False),
        sa.Column("at_us", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["trip"], ["trips.id"], name=op.f("fk_trip_events_trip")),
        sa.PrimaryKeyConstraint("trip", "event", name=op.f("pk_trip_events")),
    )
    with op.batch_alter_table("trip_events", schema=None) as batch_op:
        batch_op.create_index("ix_trip_events_event", ["event"], unique=False)

    op.create_table(
        "trip_paths",
        sa.Column("trip", sa.Text(), nullable=False),
        sa.Column("from_us", sa.BigInteger(), nullable=False),
        sa.Column("points", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["trip"], ["trips.id"], name=op.f("fk_trip_paths_trip")),
        sa.PrimaryKeyConstraint("trip", "from_us", name=op.f("pk_trip_paths")),
    )
    op.create_table(
        "allowances",
        sa.Column("receipt", sa.Text(), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("key", sa.BigInteger(), nullable=False),
        sa.Column("captured", sa.BigInteger(), nullable=False),
        sa.Column("reserved", sa.BigInteger(), nullable=False),
        sa.Column("settled", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("scope IN ('total', 'line', 'units', 'rate', 'tax')", name=op.f("ck_allowances_scope")),
        sa.CheckConstraint(
            "reserved >= 0 AND settled >= 0 AND reserved + settled <= captured", name=op.f("ck_allowances_covered")
        ),
        sa.ForeignKeyConstraint(["receipt"], ["receipts.id"], name=op.f("fk_allowances_receipt")),
        sa.PrimaryKeyConstraint("receipt", "scope", "key", name=op.f("pk_allowances")),
    )
    op.create_table(
        "cases",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("store", sa.Text(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("receipt", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("opened_us", sa.BigInteger(), nullable=False),
        sa.Column("due_us", sa.BigInteger(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("claimed_worth_minor", sa.BigInteger(), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("assignee_id", sa.Text(), nullable=True),
        sa.Column("assignee", sa.Text(), nullable=True),
        sa.Column("lease_token", sa.BigInteger(), nullable=False),
        sa.Column("lease_expires_us", sa.BigInteger(), nullable=True),
        sa.Column("decision", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "(state = 'claimed') = (lease_expires_us IS NOT NULL)", name=op.f("ck_cases_claimed_for_a_time")
        ),
        sa.CheckConstraint(
            "(state IN ('decided', 'closed')) = (decision IS NOT NULL)", name=op.f("ck_cases_decided_with_decision")
        ),
        sa.CheckConstraint("state <> 'claimed' OR assignee_id IS NOT NULL", name=op.f("ck_cases_claimed_by_somebody")),
        sa.CheckConstraint(
            "state IN ('open', 'claimed', 'awaiting_approval', 'decided', 'closed')", name=op.f("ck_cases_state")
        ),
        sa.ForeignKeyConstraint(["receipt"], ["receipts.id"], name=op.f("fk_cases_receipt")),
        sa.ForeignKeyConstraint(["store"], ["stores.id"], name=op.f("fk_cases_store")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cases")),
        sa.UniqueConstraint("store", "number", name=op.f("uq_cases_store_number")),
    )
    with op.batch_alter_table("cases", schema=None) as batch_op:
        batch_op.create_index("ix_cases_due_us", ["store", "due_us", "id"], unique=False)
        batch_op.create_index("ix_cases_receipt", ["receipt"], unique=False)
        batch_op.create_index(
            "uq_cases_one_living",
            ["receipt"],
            unique=True,
            sqlite_where=sa.text("state IN ('open', 'claimed', 'awaiting_approval')"),
            postgresql_where=sa.text("state IN ('open', 'claimed', 'awaiting_approval')"),
        )

    op.create_table(
        "ledger",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("store", sa.Text(), nullable=False),
        sa.Column("receipt", sa.Text(), nullable=False),
        sa.Column("posting", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("at_us", sa.BigInteger(), nullable=False),
        sa.Column("debit", sa.Text(), nullable=False),
        sa.Column("credit", sa.Text(), nullable=False),
        sa.Column("minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.CheckConstraint("debit <> credit", name=op.f("ck_ledger_two_accounts")),
        sa.CheckConstraint("minor > 0", name=op.f("ck_ledger_minor")),
        sa.ForeignKeyConstraint(["receipt"], ["receipts.id"], name=op.f("fk_ledger_receipt")),
        sa.ForeignKeyConstraint(["store"], ["stores.id"], name=op.f("fk_ledger_store")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger")),
        sa.UniqueConstraint("posting", "subject", "position", name=op.f("uq_ledger_posting_subject_position")),
    )
    with op.batch_alter_table("ledger", schema=None) as batch_op:
        batch_op.create_index("ix_ledger_receipt", ["receipt"], unique=False)

    op.create_table(
        "payments",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("receipt", sa.Text(), nullable=False),
        sa.Column("store", sa.Text(), nullable=False),
        sa.Column("payment_token", sa.Text(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("attempts", sa.BigInteger(), nullable=False),
        sa.Column("sent_us", sa.BigInteger(), nullable=True),
        sa.Column("next_us", sa.BigInteger(), nullable=True),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "state IN ('pending', 'submitting', 'captured', 'failed', 'in_doubt')", name=op.f("ck_payments_state")
        ),
        sa.CheckConstraint("amount_minor >= 0", name=op.f("ck_payments_amount")),
        sa.ForeignKeyConstraint(["receipt"], ["receipts.id"], name=op.f("fk_payments_receipt")),
        sa.ForeignKeyConstraint(["store"], ["stores.id"], name=op.f("fk_payments_store")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payments")),
        sa.UniqueConstraint("receipt", name=op.f("uq_payments_receipt")),
    )
    with op.batch_alter_table("payments", schema=None) as batch_op:
        batch_op.create_index("ix_payments_next_us", ["next_us"], unique=False)

    op.create_table(
        "receipt_lines",
        sa.Column("receipt", sa.Text(), nullable=False),
        sa.Column("line", sa.BigInteger(), nullable=False),
        sa.Column("gtin", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("unit_price_minor", sa.BigInteger(), nullable=False),
        sa.Column("discount_minor", sa.BigInteger(), nullable=False),
        sa.Column("tax_rate", sa.BigInteger(), nullable=False),
        sa.Column("net_minor", sa.BigInteger(), nullable=False),
        sa.Column("tax_minor", sa.BigInteger(), nullable=False),
        sa.Column("gross_minor", sa.BigInteger(), nullable=False),
        sa.Column("confidence", sa.Double(), nullable=False),
        sa.Column("taken_us", sa.BigInteger(), nullable=True),
        sa.Column("plates", sa.Text(), nullable=False),
        sa.Column("events", sa.Text(), nullable=False),
        sa.Column("reasons", sa.Text(), nullable=False),
        sa.CheckConstraint("line > 0 AND quantity > 0", name=op.f("ck_receipt_lines_counts")),
        sa.CheckConstraint(
            "net_minor + tax_minor = gross_minor AND net_minor >= 0 AND tax_minor >= 0",
            name=op.f("ck_receipt_lines_sums"),
        ),
        sa.ForeignKeyConstraint(["receipt"], ["receipts.id"], name=op.f("fk_receipt_lines_receipt")),
        sa.PrimaryKeyConstraint("receipt", "line", name=op.f("pk_receipt_lines")),
    )
    op.create_table(
        "receipt_words",
        sa.Column("store", sa.Text(), nullable=False),
        sa.Column("word", sa.Text(), nullable=False),
        sa.Column("issued_us", sa.BigInteger(), nullable=False),
        sa.Column("receipt", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["receipt"], ["receipts.id"], name=op.f("fk_receipt_words_receipt")),
        sa.PrimaryKeyConstraint("store", "word", "issued_us", "receipt", name=op.f("pk_receipt_words")),
    )
    with op.batch_alter_table("receipt_words", schema=None) as batch_op:
        batch_op.create_index("ix_receipt_words_receipt", ["receipt", "word"], unique=False)

    op.create_table(
        "case_added",
        sa.Column("case", sa.Text(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("gtin", sa.Text(), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_case_added_quantity")),
        sa.ForeignKeyConstraint(["case"], ["cases.id"], name=op.f("fk_case_added_case")),
        sa.PrimaryKeyConstraint("case", "position", name=op.f("pk_case_added")),
    )
    op.create_table(
        "case_history",
        sa.Column("case", sa.Text(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("at_us", sa.BigInteger(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["case"], ["cases.id"], name=op.f("fk_case_history_case")),
        sa.PrimaryKeyConstraint("case", "position", name=op.f("pk_case_history")),
    )
    op.create_table(
        "case_lines",
        sa.Column("case", sa.Text(), nullable=False),
        sa.Column("line", sa.BigInteger(), nullable=False),
        sa.Column("claimed_quantity", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("claimed_quantity >= 0", name=op.f("ck_case_lines_claimed")),
        sa.ForeignKeyConstraint(["case"], ["cases.id"], name=op.f("fk_case_lines_case")),
        sa.PrimaryKeyConstraint("case", "line", name=op.f("pk_case_lines")),
    )
    op.create_table(
        "corrections",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("receipt", sa.Text(), nullable=False),
        sa.Column("case", sa.Text(), nullable=False),
        sa.Column("made_us", sa.BigInteger(), nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("goodwill_minor", sa.BigInteger(), nullable=False),
        sa.Column("net_minor", sa.BigInteger(), nullable=False),
        sa.Column("tax_minor", sa.BigInteger(), nullable=False),
        sa.Column("gross_minor", sa.BigInteger(), nullable=False),
        sa.Column("written_off_minor", sa.BigInteger(), nullable=False),
        sa.Column("returned_minor", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "goodwill_minor >= 0 AND written_off_minor >= 0 AND returned_minor >= 0",
            name=op.f("ck_corrections_not_negative"),
        ),
        sa.CheckConstraint("net_minor + tax_minor = gross_minor", name=op.f("ck_corrections_sums")),
        sa.CheckConstraint(
            "returned_minor - written_off_minor = goodwill_minor - gross_minor", name=op.f("ck_corrections_balanced")
        ),
        sa.ForeignKeyConstraint(["case"], ["cases.id"], name=op.f("fk_corrections_case")),
        sa.ForeignKeyConstraint(["receipt"], ["receipts.id"], name=op.f("fk_corrections_receipt")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_corrections")),
        sa.UniqueConstraint("case", name=op.f("uq_corrections_case")),
    )
    with op.batch_alter_table("corrections", schema=None) as batch_op:
        batch_op.create_index("ix_corrections_receipt", ["receipt", "made_us"], unique=False)

    op.create_table(
        "correction_lines",
        sa.Column("correction", sa.Text(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("line", sa.BigInteger(), nullable=True),
        sa.Column("gtin", sa.Text(), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("tax_rate", sa.BigInteger(), nullable=False),
        sa.Column("net_minor", sa.BigInteger(), nullable=False),
        sa.Column("tax_minor", sa.BigInteger(), nullable=False),
        sa.Column("gross_minor", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "(quantity < 0) = (gross_minor < 0) OR gross_minor = 0", name=op.f("ck_correction_lines_signs")
        ),
        sa.CheckConstraint(
            "net_minor + tax_minor = gross_minor AND quantity <> 0", name=op.f("ck_correction_lines_sums")
        ),
        sa.ForeignKeyConstraint(["correction"], ["corrections.id"], name=op.f("fk_correction_lines_correction")),
        sa.PrimaryKeyConstraint("correction", "position", name=op.f("pk_correction_lines")),
    )
    op.create_table(
        "refunds",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("store", sa.Text(), nullable=False),
        sa.Column("receipt", sa.Text(), nullable=False),
        sa.Column("case", sa.Text(), nullable=False),
        sa.Column("correction", sa.Text(), nullable=False),
        sa.Column("payment", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("attempts", sa.BigInteger(), nullable=False),
        sa.Column("sent_us", sa.BigInteger(), nullable=True),
        sa.Column("next_us", sa.BigInteger(), nullable=True),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "state IN ('draft', 'proposed', 'awaiting_approval', 'approved', 'submitting', 'settled', 'failed', 'in_doubt', 'reversed')",
            name=op.f("ck_refunds_state"),
        ),
        sa.CheckConstraint("amount_minor > 0", name=op.f("ck_refunds_amount")),
        sa.ForeignKeyConstraint(["case"], ["cases.id"], name=op.f("fk_refunds_case")),
        sa.ForeignKeyConstraint(["correction"], ["corrections.id"], name=op.f("fk_refunds_correction")),
        sa.ForeignKeyConstraint(["payment"], ["payments.id"], name=op.f("fk_refunds_payment")),
        sa.ForeignKeyConstraint(["receipt"], ["receipts.id"], name=op.f("fk_refunds_receipt")),
        sa.ForeignKeyConstraint(["store"], ["stores.id"], name=op.f("fk_refunds_store")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_refunds")),
        sa.UniqueConstraint("correction", name=op.f("uq_refunds_correction")),
        sa.UniqueConstraint("key", name=op.f("uq_refunds_key")),
    )
    with op.batch_alter_table("refunds", schema=None) as batch_op:
        batch_op.create_index("ix_refunds_next_us", ["next_us"], unique=False)
        batch_op.create_index("ix_refunds_receipt", ["receipt"], unique=False)

    op.create_table(
        "refund_steps",
        sa.Column("refund", sa.Text(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("at_us", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["refund"], ["refunds.id"], name=op.f("fk_refund_steps_refund")),
        sa.PrimaryKeyConstraint("refund", "position", name=op.f("pk_refund_steps")),
    )

    _forbid_changes()


DOCUMENTS = (
    "receipts",
    "receipt_lines",
    "corrections",
    "correction_lines",
    "ledger",
    "refund_steps",
    "case_history",
    "remembered",
)


def _forbid_changes() -> None:
    """Documents are added and never changed, whoever asks the database."""
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    if not is_sqlite:
        op.execute(
            "CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION '% never change', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation'; END $$"
        )
    for table in DOCUMENTS:
        for change in ("UPDATE", "DELETE"):
            act = (
                f"BEGIN SELECT RAISE(ABORT, '{table} never change'); END"
                if is_sqlite
                else "EXECUTE FUNCTION refuse_change()"
            )
            op.execute(f"CREATE TRIGGER {table}_no_{change.lower()} BEFORE {change} ON {table} FOR EACH ROW {act}")
