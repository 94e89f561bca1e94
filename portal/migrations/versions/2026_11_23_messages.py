"""Every message explained: senders, delivery, suppression, letters and broadcasts; indexes for the ledger's looks.

Revision 0004, after 0003.
"""

import sqlalchemy as sa
from alembic import op

from portal.model.base import Ascii, Json, UtcDateTime

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add what each part needs."""
    _identity()
    _indexes()
    _senders()
    _letters()
    _delivery()
    _mail_log()
    _choices()
    _broadcasts()


def _indexes() -> None:
    """Index the credit that is left in the order it is spent, and what the worker and the visits look for."""
    spending = ("wallet_id", "priority", sa.text("(expires_at IS NULL)"), "expires_at", sa.text("kind DESC"), "granted_at", "id")
    op.drop_index("ix_credit_grant_left", "credit_grant")
    op.drop_index("ix_credit_grant_expiry", "credit_grant")
    _partial_index("ix_credit_grant_spending", "credit_grant", *spending, where="emptied_seq IS NULL")
    ending = "emptied_seq IS NULL AND expires_at IS NOT NULL"
    _partial_index("ix_credit_grant_expiry", "credit_grant", "expires_at", "id", where=ending)
    _partial_index("ix_credit_grant_ending", "credit_grant", "wallet_id", "expires_at", where=ending)
    _partial_index("ix_wallet_fallen", "wallet", "id", where="low_balance_told_at IS NULL AND balance < low_balance")
    _partial_index("ix_wallet_risen", "wallet", "id", where="low_balance_told_at IS NOT NULL AND balance >= low_balance")
    viewed = ("viewing_customer_id", "created_at")
    _partial_index("ix_browser_session_view", "browser_session", *viewed, where="viewing_customer_id IS NOT NULL")


def _partial_index(name: str, table: str, *columns, where: str) -> None:
    op.create_index(name, table, list(columns), unique=False, sqlite_where=sa.text(where), postgresql_where=sa.text(where))


def _identity() -> None:
    """Keep forms that were sent too late; links that say "this was not me"; providers that are the only way in."""
    purposes = ("sign_in", "invite", "preferences", "unsubscribe", "verify_address", "statement", "stop_email_change", "not_me")
    with op.batch_alter_table("email_link") as table:
        table.drop_constraint(op.f("ck_email_link_purpose"), type_="check")
        table.create_check_constraint(op.f("ck_email_link_purpose"), "purpose IN (" + ", ".join(f"'{one}'" for one in purposes) + ")")
    _partial_index("ix_email_link_expiry", "email_link", "expires_at", where="expires_at IS NOT NULL")
    op.add_column("identity_provider", sa.Column("enforced", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.create_table(
        "unsent_form",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("browser_digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("side", sa.String(length=40), nullable=False),
        sa.Column("contact_id", sa.Uuid(), nullable=True),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("page", sa.Text(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint("side IN ('console', 'portal')", name=op.f("ck_unsent_form_side")),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_unsent_form_contact_id"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_unsent_form_user_id"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unsent_form")),
    )
    op.create_index("ix_unsent_form_browser", "unsent_form", ["browser_digest", "created_at"])
    op.create_index("ix_unsent_form_user", "unsent_form", ["user_id", "created_at"])
    op.create_index("ix_unsent_form_expiry", "unsent_form", ["expires_at"])


def _senders() -> None:
    """Keep a sender's keys - the present one, the next, the one before - and what name servers said of their records."""
    for column in (
        sa.Column("dkim_public_key", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("dkim_made_at", UtcDateTime(), nullable=True),
        sa.Column("dkim_next_selector", sa.String(length=40), server_default=sa.text("''"), nullable=False),
        sa.Column("dkim_next_private_key", sa.Text(), nullable=True),
        sa.Column("dkim_next_public_key", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("dkim_former_selector", sa.String(length=40), server_default=sa.text("''"), nullable=False),
        sa.Column("dkim_rotated_at", UtcDateTime(), nullable=True),
        sa.Column("dns_published", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("dns_report", Json, server_default=sa.text("'[]'"), nullable=False),
        sa.Column("dns_due_at", UtcDateTime(), nullable=True),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
    ):
        op.add_column("sender", column)
    _partial_index("ix_sender_due", "sender", "dns_due_at", where="dns_due_at IS NOT NULL")


def _mail_log() -> None:
    """Find messages by what somebody remembers of them; say which one repeats which; keep who reads of wallets once a day."""
    with op.batch_alter_table("email_message") as table:
        table.add_column(sa.Column("subject_key", Ascii(80), server_default=sa.text("''"), nullable=False))
        table.add_column(sa.Column("again_of_id", sa.Uuid(), nullable=True))
        table.create_foreign_key(op.f("fk_email_message_again_of_id"), "email_message", ["again_of_id"], ["id"], ondelete="RESTRICT")
    newest_of = ("created_at", "id")
    op.create_index("ix_email_message_letter", "email_message", ["letter", *newest_of])
    op.create_index("ix_email_message_sender", "email_message", ["sender_id", *newest_of])
    _partial_index("ix_email_message_user", "email_message", "user_id", *newest_of, where="contact_id IS NULL")
    _partial_index("ix_email_message_subject", "email_message", "subject_key", *newest_of, where="subject_key <> ''")
    _partial_index("ix_email_message_state", "email_message", "state", *newest_of, where="state NOT IN ('sent', 'delivered')")
    _partial_index("ix_email_message_again", "email_message", "again_of_id", where="again_of_id IS NOT NULL")
    op.create_table(
        "wallet_digest",
        sa.Column("contact_id", sa.Uuid(), nullable=False),
        sa.Column("daily", sa.Boolean(), nullable=False),
        sa.Column("due_at", UtcDateTime(), nullable=True),
        sa.Column("read_to", Json, nullable=False),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_wallet_digest_contact_id"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("contact_id", name=op.f("pk_wallet_digest")),
    )
    _partial_index("ix_wallet_digest_due", "wallet_digest", "due_at", where="due_at IS NOT NULL")
    op.create_table(
        "statement_month",
        sa.Column("customer_id", sa.Uuid(), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name=op.f("fk_statement_month_customer_id"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("customer_id", "month", name=op.f("pk_statement_month")),
    )
    _partial_index("ix_preference_wanted", "preference", "topic", "contact_id", where="wanted")


def _delivery() -> None:
    """Keep what providers and mailboxes tell of a message, who holds it, and who released an address."""
    with op.batch_alter_table("email_message") as table:
        table.alter_column("rule", existing_type=sa.String(length=40), type_=sa.String(length=255), existing_nullable=False)
    op.add_column("email_message", sa.Column("claim_id", sa.Uuid(), nullable=True))
    op.add_column("email_message", sa.Column("provider_ref", Ascii(120), server_default=sa.text("''"), nullable=False))
    waiting = "state IN ('queued', 'deferred', 'sending')"
    urgent = f"{waiting} AND topic IN ('sign_in', 'security', 'address_verification')"
    _partial_index("ix_email_message_urgent", "email_message", "next_attempt_at", where=urgent)
    _partial_index("ix_email_message_sending", "email_message", "claimed_until", where="state = 'sending'")
    _partial_index("ix_email_message_message_id", "email_message", "message_id", where="message_id <> ''")
    _partial_index("ix_email_message_provider_ref", "email_message", "provider_ref", where="provider_ref <> ''")
    op.create_table(
        "email_event",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("provider", sa.String(length=40), nullable=False),
        sa.Column("provider_event_id", Ascii(200), nullable=False),
        sa.Column("message_id", sa.Uuid(), nullable=True),
        sa.Column("to_key", Ascii(254), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("hard", sa.Boolean(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("received_at", UtcDateTime(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.CheckConstraint("kind IN ('delivered', 'deferred', 'bounced', 'complained')", name=op.f("ck_email_event_kind")),
        sa.ForeignKeyConstraint(["message_id"], ["email_message.id"], name=op.f("fk_email_event_message_id"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_email_event")),
        sa.UniqueConstraint("provider", "provider_event_id", name=op.f("uq_email_event_provider_provider_event_id")),
    )
    op.create_index("ix_email_event_message", "email_event", ["message_id", "at"])
    op.create_index("ix_email_event_to", "email_event", ["to_key", "at"])
    op.create_index("ix_email_event_received", "email_event", ["received_at", "id"])
    for column in ("actor_name", "released_by", "release_note"):
        op.add_column("suppression", sa.Column(column, sa.String(length=255), server_default=sa.text("''"), nullable=False))
    op.create_index("ix_suppression_created", "suppression", ["created_at", "id"])


def _choices() -> None:
    """Keep which contact another one became a part of; links that open one message in the browser."""
    purposes = ("sign_in", "invite", "preferences", "unsubscribe", "verify_address", "statement", "message", "stop_email_change", "not_me")
    with op.batch_alter_table("email_link") as table:
        table.drop_constraint(op.f("ck_email_link_purpose"), type_="check")
        table.create_check_constraint(op.f("ck_email_link_purpose"), "purpose IN (" + ", ".join(f"'{one}'" for one in purposes) + ")")
    op.add_column("contact", sa.Column("merged_into_id", sa.Uuid(), nullable=True))
    _partial_index("ix_contact_merged", "contact", "merged_into_id", where="merged_into_id IS NOT NULL")


def _letters() -> None:
    """Keep every version of the words that operators give a letter, and in which a message was sent."""
    op.create_table(
        "letter_version",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("letter", sa.String(length=40), nullable=False),
        sa.Column("business_entity_id", sa.Uuid(), nullable=True),
        sa.Column("locale", sa.String(length=40), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("is_ours", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("subject", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("preheader", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("body", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("note", sa.String(length=255), server_default=sa.text("''"), nullable=False),
        sa.Column("author_user_id", sa.Uuid(), nullable=True),
        sa.Column("author_name", sa.String(length=255), server_default=sa.text("''"), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint("number > 0", name=op.f("ck_letter_version_number")),
        sa.CheckConstraint("is_ours OR (subject <> '' AND body <> '')", name=op.f("ck_letter_version_words")),
        sa.ForeignKeyConstraint(
            ["business_entity_id"], ["business_entity.id"], name=op.f("fk_letter_version_business_entity_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(["author_user_id"], ["user.id"], name=op.f("fk_letter_version_author_user_id"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letter_version")),
    )
    op.create_index("ix_letter_version_business_entity_id", "letter_version", ["business_entity_id"])
    for name, columns, where in (
        ("uq_letter_version_all", ("letter", "locale", "number"), "business_entity_id IS NULL"),
        ("uq_letter_version_entity", ("letter", "business_entity_id", "locale", "number"), "business_entity_id IS NOT NULL"),
    ):
        op.create_index(name, "letter_version", list(columns), unique=True, sqlite_where=sa.text(where), postgresql_where=sa.text(where))
    with op.batch_alter_table("email_message") as table:
        table.add_column(sa.Column("letter_version_id", sa.Uuid(), nullable=True))
        table.create_foreign_key(
            op.f("fk_email_message_letter_version_id"), "letter_version", ["letter_version_id"], ["id"], ondelete="RESTRICT"
        )
    _refuse_changes("letter_version")


def _broadcasts() -> None:
    """Keep views of the customers, and letters to many."""
    empty = sa.text("''")
    op.create_table(
        "saved_view",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("query", sa.Text(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("shared", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_saved_view_user_id"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_view")),
    )
    _partial_index("ix_saved_view_user", "saved_view", "user_id", where="ended_at IS NULL")
    states = ("draft", "scheduled", "sending", "done", "stopped")
    op.create_table(
        "broadcast",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("topic", sa.String(length=40), nullable=False),
        sa.Column("subject", sa.Text(), server_default=empty, nullable=False),
        sa.Column("preheader", sa.Text(), server_default=empty, nullable=False),
        sa.Column("body", sa.Text(), server_default=empty, nullable=False),
        sa.Column("view", sa.String(length=40), nullable=False),
        sa.Column("view_name", sa.String(length=255), nullable=False),
        sa.Column("query", sa.Text(), server_default=empty, nullable=False),
        sa.Column("time_zone", sa.String(length=40), server_default=sa.text("'UTC'"), nullable=False),
        sa.Column("business_entity_id", sa.Uuid(), nullable=True),
        sa.Column("within", Json, nullable=True),
        sa.Column("count_state", sa.String(length=40), server_default=sa.text("'counting'"), nullable=False),
        sa.Column("count_place", sa.Text(), server_default=empty, nullable=False),
        sa.Column("counts", Json, nullable=False),
        sa.Column("counted_at", UtcDateTime(), nullable=True),
        sa.Column("place", sa.Text(), server_default=empty, nullable=False),
        sa.Column("progress", Json, nullable=False),
        sa.Column("scheduled_at", UtcDateTime(), nullable=True),
        sa.Column("scheduled_by", sa.String(length=255), server_default=empty, nullable=False),
        sa.Column("started_at", UtcDateTime(), nullable=True),
        sa.Column("finished_at", UtcDateTime(), nullable=True),
        sa.Column("stopped_by", sa.String(length=255), server_default=empty, nullable=False),
        sa.Column("stop_done", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("author_user_id", sa.Uuid(), nullable=True),
        sa.Column("author_name", sa.String(length=255), server_default=empty, nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("removed_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint("state IN (" + ", ".join(f"'{state}'" for state in states) + ")", name=op.f("ck_broadcast_state")),
        sa.CheckConstraint("count_state IN ('counting', 'counted')", name=op.f("ck_broadcast_count_state")),
        sa.CheckConstraint("state = 'draft' OR (scheduled_at IS NOT NULL AND removed_at IS NULL)", name=op.f("ck_broadcast_scheduled")),
        sa.CheckConstraint("state <> 'stopped' OR stopped_by <> ''", name=op.f("ck_broadcast_stopped")),
        sa.ForeignKeyConstraint(
            ["business_entity_id"], ["business_entity.id"], name=op.f("fk_broadcast_business_entity_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(["author_user_id"], ["user.id"], name=op.f("fk_broadcast_author_user_id"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_broadcast")),
    )
    op.create_index("ix_broadcast_created", "broadcast", ["created_at", "id"])
    with op.batch_alter_table("email_message") as table:
        table.add_column(sa.Column("broadcast_id", sa.Uuid(), nullable=True))
        table.create_foreign_key(op.f("fk_email_message_broadcast_id"), "broadcast", ["broadcast_id"], ["id"], ondelete="RESTRICT")
    columns = ("broadcast_id", "state", "created_at", "id")
    _partial_index("ix_email_message_broadcast", "email_message", *columns, where="broadcast_id IS NOT NULL")


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
