"""What a wallet needs to prove itself: limits and requests, statements, and what each use left of a grant.

Revision 0002, after 0001.
"""

import sqlalchemy as sa
from alembic import op

from portal.model.base import Ascii, UtcDateTime

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_LEFT_AFTER = """
    UPDATE grant_use SET seq = found.seq, remaining_after = found.left_after
    FROM (
        SELECT u.id, e.seq, g.amount - sum(u.amount) OVER (PARTITION BY u.grant_id ORDER BY e.seq, u.id) AS left_after
        FROM grant_use u JOIN wallet_entry e ON e.id = u.entry_id JOIN credit_grant g ON g.id = u.grant_id
    ) AS found
    WHERE grant_use.id = found.id
"""
_MADE_BY = "UPDATE credit_grant SET seq = (SELECT e.seq FROM wallet_entry e WHERE e.id = credit_grant.entry_id)"
_EMPTIED_BY = """
    UPDATE credit_grant SET emptied_seq = coalesce((SELECT max(u.seq) FROM grant_use u WHERE u.grant_id = credit_grant.id), seq)
    WHERE remaining = 0
"""


def upgrade() -> None:
    create_tables()
    op.add_column("business_entity", sa.Column("expiry_notice_days", sa.Integer(), server_default="14", nullable=False))
    op.add_column("journal_entry", sa.Column("transfer_id", sa.Uuid(), nullable=True))
    op.create_index("ix_journal_entry_reason", "journal_entry", ["customer_id", "reason", "posted_at", "id"], unique=False)
    here = sa.text("transfer_id IS NOT NULL")
    op.create_index("ix_journal_entry_transfer", "journal_entry", ["transfer_id"], unique=False, sqlite_where=here, postgresql_where=here)
    op.add_column("credit_grant", sa.Column("seq", sa.BigInteger(), server_default="0", nullable=False))
    op.add_column("credit_grant", sa.Column("emptied_seq", sa.BigInteger(), nullable=True))
    op.create_index("ix_credit_grant_emptied", "credit_grant", ["wallet_id", "emptied_seq"], unique=False)
    number_grant_uses()
    op.execute(_MADE_BY)
    op.execute(_EMPTIED_BY)


def number_grant_uses() -> None:
    """Write beside each use of a grant the entry's number and what was left; the table is append-only before and after."""
    sqlite = op.get_bind().dialect.name == "sqlite"
    op.add_column("grant_use", sa.Column("seq", sa.BigInteger(), nullable=True))
    op.add_column("grant_use", sa.Column("remaining_after", sa.BigInteger(), nullable=True))
    if sqlite:
        for act in ("update", "delete"):
            op.execute(f"DROP TRIGGER grant_use_no_{act}")
    else:
        op.execute("ALTER TABLE grant_use DISABLE TRIGGER grant_use_append_only")
    op.execute(_LEFT_AFTER)
    with op.batch_alter_table("grant_use") as table:
        table.alter_column("seq", existing_type=sa.BigInteger(), nullable=False)
        table.alter_column("remaining_after", existing_type=sa.BigInteger(), nullable=False)
        table.create_check_constraint(op.f("ck_grant_use_remaining_after"), "remaining_after >= 0")
        table.drop_index("ix_grant_use_grant_id")
    op.create_index("ix_grant_use_grant", "grant_use", ["grant_id", "seq"], unique=False)
    if sqlite:
        for act in ("UPDATE", "DELETE"):
            refusal = "SELECT RAISE(ABORT, 'grant_use is append-only')"
            op.execute(f"CREATE TRIGGER grant_use_no_{act.lower()} BEFORE {act} ON grant_use BEGIN {refusal}; END")
    else:
        op.execute("ALTER TABLE grant_use ENABLE TRIGGER grant_use_append_only")


def create_tables() -> None:
    """Create the tables as the model had them."""
    op.create_table(
        "wallet_limit",
        sa.Column("role", sa.String(length=40), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("amount >= 0", name=op.f("ck_wallet_limit_amount")),
        sa.PrimaryKeyConstraint("role", "currency", name=op.f("pk_wallet_limit")),
    )
    op.create_table(
        "statement",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("wallet_id", sa.Uuid(), nullable=False),
        sa.Column("customer_id", sa.Uuid(), nullable=False),
        sa.Column("code", Ascii(32), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("starts_at", UtcDateTime(), nullable=False),
        sa.Column("ends_at", UtcDateTime(), nullable=False),
        sa.Column("time_zone", sa.String(length=255), nullable=False),
        sa.Column("before_seq", sa.BigInteger(), nullable=False),
        sa.Column("last_seq", sa.BigInteger(), nullable=False),
        sa.Column("opening", sa.BigInteger(), nullable=False),
        sa.Column("closing", sa.BigInteger(), nullable=False),
        sa.Column("head_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("issued_at", UtcDateTime(), nullable=False),
        sa.Column("actor_kind", sa.String(length=40), nullable=False),
        sa.Column("actor_name", sa.String(length=255), nullable=False),
        sa.CheckConstraint("last_seq >= before_seq", name=op.f("ck_statement_seq")),
        sa.CheckConstraint("starts_at < ends_at", name=op.f("ck_statement_period")),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name=op.f("fk_statement_customer_id"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["wallet_id"], ["wallet.id"], name=op.f("fk_statement_wallet_id"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_statement")),
        sa.UniqueConstraint("code", name=op.f("uq_statement_code")),
        sa.UniqueConstraint(
            "wallet_id",
            "starts_at",
            "ends_at",
            "last_seq",
            "time_zone",
            name=op.f("uq_statement_wallet_id_starts_at_ends_at_last_seq_time_zone"),
        ),
    )
    op.create_index(op.f("ix_statement_customer_id"), "statement", ["customer_id"], unique=False)
    op.create_table(
        "wallet_request",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("customer_id", sa.Uuid(), nullable=False),
        sa.Column("wallet_id", sa.Uuid(), nullable=False),
        sa.Column("act", sa.String(length=40), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.Column("other_wallet_id", sa.Uuid(), nullable=True),
        sa.Column("journal_entry_id", sa.Uuid(), nullable=True),
        sa.Column("grant_id", sa.Uuid(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("customer_text", sa.String(length=255), nullable=False),
        sa.Column("reference", sa.String(length=255), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("priority", sa.SmallInteger(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=True),
        sa.Column("key_scope", sa.String(length=40), nullable=False),
        sa.Column("key", sa.String(length=255), nullable=False),
        sa.Column("request_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("requester_user_id", sa.Uuid(), nullable=False),
        sa.Column("requester_name", sa.String(length=255), nullable=False),
        sa.Column("requested_at", UtcDateTime(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("decider_user_id", sa.Uuid(), nullable=True),
        sa.Column("decider_name", sa.String(length=255), nullable=False),
        sa.Column("decided_at", UtcDateTime(), nullable=True),
        sa.Column("decision_note", sa.String(length=255), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint("act IN ('adjustment', 'reversal', 'transfer', 'revocation')", name=op.f("ck_wallet_request_act")),
        sa.CheckConstraint(
            "decider_user_id IS NULL OR state = 'withdrawn' OR decider_user_id <> requester_user_id",
            name=op.f("ck_wallet_request_two_people"),
        ),
        sa.CheckConstraint("state IN ('waiting', 'approved', 'declined', 'withdrawn')", name=op.f("ck_wallet_request_state")),
        sa.CheckConstraint("amount <> 0", name=op.f("ck_wallet_request_not_zero")),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name=op.f("fk_wallet_request_customer_id"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["decider_user_id"], ["user.id"], name=op.f("fk_wallet_request_decider_user_id"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["entry_id"], ["wallet_entry.id"], name=op.f("fk_wallet_request_entry_id"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["grant_id"], ["credit_grant.id"], name=op.f("fk_wallet_request_grant_id"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(
            ["journal_entry_id"], ["journal_entry.id"], name=op.f("fk_wallet_request_journal_entry_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(["other_wallet_id"], ["wallet.id"], name=op.f("fk_wallet_request_other_wallet_id"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["requester_user_id"], ["user.id"], name=op.f("fk_wallet_request_requester_user_id"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["wallet_id"], ["wallet.id"], name=op.f("fk_wallet_request_wallet_id"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wallet_request")),
        sa.UniqueConstraint("key_scope", "key", name=op.f("uq_wallet_request_key_scope_key")),
    )
    op.create_index(op.f("ix_wallet_request_customer_id"), "wallet_request", ["customer_id"], unique=False)
    op.create_index("ix_wallet_request_state", "wallet_request", ["state", "requested_at", "id"], unique=False)
    op.create_index(op.f("ix_wallet_request_wallet_id"), "wallet_request", ["wallet_id"], unique=False)
