"""Letters that look and read like who sends them: logos, and what each part of sending keeps.

Revision 0005, after 0004.
"""

import sqlalchemy as sa
from alembic import op

from portal.model.base import Json, UtcDateTime

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add what each part needs."""
    _origins()
    _outbox()
    _languages()
    _logos()
    _choices()


def _origins() -> None:
    """Keep with each message the address it really went out from, where answers go, whose key signed it, and why."""
    empty = {"server_default": sa.text("''"), "nullable": False}
    op.add_column("email_message", sa.Column("from_name", sa.String(length=255), **empty))
    op.add_column("email_message", sa.Column("from_address", sa.String(length=254), **empty))
    op.add_column("email_message", sa.Column("reply_to", sa.String(length=254), **empty))
    op.add_column("email_message", sa.Column("signed_by", sa.String(length=255), **empty))
    op.add_column("email_message", sa.Column("from_note", sa.Text(), **empty))


def _outbox() -> None:
    """Index what waits in two: what somebody waits for, and the rest; and find who has switched a topic off since."""
    waiting, urgent = "state IN ('queued', 'deferred', 'sending')", "('sign_in', 'security', 'address_verification')"
    op.drop_index("ix_email_message_due", "email_message")
    due, off = sa.text(f"{waiting} AND topic NOT IN {urgent}"), sa.text("NOT wanted")
    op.create_index("ix_email_message_due", "email_message", ["next_attempt_at"], sqlite_where=due, postgresql_where=due)
    op.create_index("ix_preference_receipt_off", "preference_receipt", ["topic", "chosen_at"], sqlite_where=off, postgresql_where=off)


def _languages() -> None:
    """Keep in which of our languages a message was made ready."""
    op.add_column("email_message", sa.Column("language", sa.String(length=40), server_default=sa.text("''"), nullable=False))


def _logos() -> None:
    """Keep the logos of each business entity, and which one is in use."""
    op.add_column("business_entity", sa.Column("logo", sa.String(length=255), server_default=sa.text("''"), nullable=False))
    for side in ("logo_width", "logo_height"):
        op.add_column("business_entity", sa.Column(side, sa.Integer(), server_default="0", nullable=False))
    kinds = ("image/png", "image/jpeg", "image/gif", "image/webp")
    op.create_table(
        "logo",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("business_entity_id", sa.Uuid(), nullable=False),
        sa.Column("digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("media_type", sa.String(length=40), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("author_user_id", sa.Uuid(), nullable=True),
        sa.Column("author_name", sa.String(length=255), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint("media_type IN (" + ", ".join(f"'{kind}'" for kind in kinds) + ")", name=op.f("ck_logo_media_type")),
        sa.CheckConstraint("width > 0 AND height > 0", name=op.f("ck_logo_sides")),
        sa.ForeignKeyConstraint(["author_user_id"], ["user.id"], name=op.f("fk_logo_author_user_id"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(
            ["business_entity_id"], ["business_entity.id"], name=op.f("fk_logo_business_entity_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_logo")),
        sa.UniqueConstraint("business_entity_id", "digest", name=op.f("uq_logo_business_entity_id_digest")),
    )
    op.create_index("ix_logo_digest", "logo", ["digest"])
    _refuse_changes("logo")


def _refuse_changes(table: str) -> None:
    """Make a table append-only, whoever speaks to it."""
    sentence = f"{table} is append-only"
    if op.get_bind().dialect.name == "sqlite":
        for act in ("UPDATE", "DELETE"):
            op.execute(f"CREATE TRIGGER {table}_no_{act.lower()} BEFORE {act} ON {table} BEGIN SELECT RAISE(ABORT, '{sentence}'); END")
        return
    op.execute(
        f"CREATE FUNCTION {table}_is_append_only() RETURNS trigger LANGUAGE plpgsql AS"
        f" $$ BEGIN RAISE EXCEPTION '{sentence}' USING ERRCODE = 'restrict_violation'; END $$"
    )
    op.execute(
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION {table}_is_append_only()"
    )
    op.execute(
        f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION {table}_is_append_only()"
    )


def _choices() -> None:
    """Keep what each merge of two contacts changed, so that it can be undone; let receipts say that nobody chose but Portal itself."""
    how = ("form", "link", "one_click", "import", "api", "undo", "system")
    with op.batch_alter_table("preference_receipt") as table:
        table.drop_constraint(op.f("ck_preference_receipt_how"), type_="check")
        table.create_check_constraint(op.f("ck_preference_receipt_how"), "how IN (" + ", ".join(f"'{one}'" for one in how) + ")")
    if op.get_bind().dialect.name == "sqlite":  # which rebuilt the table, and left the triggers with the old one
        for act in ("UPDATE", "DELETE"):
            refusal = "SELECT RAISE(ABORT, 'preference_receipt is append-only')"
            op.execute(f"CREATE TRIGGER preference_receipt_no_{act.lower()} BEFORE {act} ON preference_receipt BEGIN {refusal}; END")
    op.create_table(
        "contact_merger",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("keep_id", sa.Uuid(), nullable=False),
        sa.Column("gone_id", sa.Uuid(), nullable=False),
        *(sa.Column(name, Json, nullable=False) for name in ("before", "after", "choices", "moved")),
        sa.Column("merged_at", UtcDateTime(), nullable=False),
        sa.Column("undone_at", UtcDateTime(), nullable=True),
        sa.Column("stays", Json, nullable=False),
        sa.ForeignKeyConstraint(["keep_id"], ["contact.id"], name=op.f("fk_contact_merger_keep_id"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["gone_id"], ["contact.id"], name=op.f("fk_contact_merger_gone_id"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact_merger")),
    )
    op.create_index("ix_contact_merger_gone", "contact_merger", ["gone_id", "merged_at"])
    op.create_index("ix_contact_merger_keep", "contact_merger", ["keep_id", "merged_at"])
