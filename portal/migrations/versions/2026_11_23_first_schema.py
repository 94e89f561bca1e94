"""The first schema: everything of customers, contacts, wallets, sign-in, mail, imports and the record of acts.

Revision 0001, after nothing.
"""

import sqlalchemy as sa
from alembic import op

from portal.model.base import Ascii, Json, UtcDateTime

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

APPEND_ONLY = ("wallet_entry", "journal_entry", "journal_line", "grant_use", "audit_event", "preference_receipt")


def upgrade() -> None:
    create_tables()
    for table in APPEND_ONLY:
        refuse_changes(table)
    index_search()


def refuse_changes(table: str) -> None:
    """Make a table append-only, whoever speaks to it."""
    sentence = f"{table} is append-only"
    if op.get_bind().dialect.name == "sqlite":
        for act in ("UPDATE", "DELETE"):
            op.execute(f"CREATE TRIGGER {table}_no_{act.lower()} BEFORE {act} ON {table} BEGIN SELECT RAISE(ABORT, '{sentence}'); END")
    else:
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


def index_search() -> None:
    """Lay the trigram index over the search documents; domain/search.py keeps SQLite's in step."""
    if op.get_bind().dialect.name == "sqlite":
        op.execute("CREATE VIRTUAL TABLE search_index USING fts5(body, content='search_document', content_rowid='id', tokenize='trigram')")
    else:
        op.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
        op.execute("CREATE INDEX ix_search_document_body ON search_document USING gin (body gin_trgm_ops)")


def create_tables() -> None:
    """Create the tables as the model had them."""

    op.create_table(
        "attempt",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("counted_by", sa.String(length=255), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("facts", Json, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attempt")),
    )
    op.create_index("ix_attempt_counted", "attempt", ["kind", "counted_by", "at"], unique=False)
    op.create_table(
        "business_entity",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("legal_name", sa.String(length=255), nullable=False),
        sa.Column("address_line", sa.String(length=255), nullable=False),
        sa.Column("country", sa.String(), nullable=False),
        sa.Column("locale", sa.String(length=40), nullable=False),
        sa.Column("time_zone", sa.String(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("colour", sa.String(length=40), nullable=False),
        sa.Column("is_default", sa.Boolean(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_business_entity")),
    )
    op.create_index(
        "uq_business_entity_default",
        "business_entity",
        ["is_default"],
        unique=True,
        sqlite_where=sa.text("is_default"),
        postgresql_where=sa.text("is_default"),
    )
    op.create_table(
        "idempotency_key",
        sa.Column("scope", sa.String(length=40), nullable=False),
        sa.Column("key", sa.String(length=255), nullable=False),
        sa.Column("request_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("answer", Json, nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("scope", "key", name=op.f("pk_idempotency_key")),
    )
    op.create_index("ix_idempotency_key_created", "idempotency_key", ["created_at"], unique=False)
    op.create_table(
        "topic_setting",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("topic", sa.String(length=40), nullable=False),
        sa.Column("label", sa.String(length=255), nullable=False),
        sa.Column("hint", sa.String(length=255), nullable=False),
        sa.Column("hidden", sa.Boolean(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_topic_setting")),
        sa.UniqueConstraint("topic", name=op.f("uq_topic_setting_topic")),
    )
    op.create_table(
        "user",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("email_key", Ascii(254), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("password_hash", sa.String(length=255), nullable=True),
        sa.Column("password_changed_at", UtcDateTime(), nullable=True),
        sa.Column("locale", sa.String(length=40), nullable=True),
        sa.Column("time_zone", sa.String(), nullable=True),
        sa.Column("display", Json, nullable=False),
        sa.Column("deactivated_at", UtcDateTime(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user")),
        sa.UniqueConstraint("email_key", name=op.f("uq_user_email_key")),
    )
    op.create_table(
        "custom_attribute",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("business_entity_id", sa.Uuid(), nullable=True),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("label", sa.String(length=255), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("required", sa.Boolean(), nullable=False),
        sa.Column("default", Json, nullable=True),
        sa.Column("choices", Json, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('text', 'whole', 'decimal', 'yes_no', 'date', 'choice', 'list', 'json')", name=op.f("ck_custom_attribute_kind")
        ),
        sa.ForeignKeyConstraint(
            ["business_entity_id"], ["business_entity.id"], name=op.f("fk_custom_attribute_business_entity_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_custom_attribute")),
        sa.UniqueConstraint("business_entity_id", "key", name=op.f("uq_custom_attribute_business_entity_id_key")),
    )
    op.create_index(op.f("ix_custom_attribute_business_entity_id"), "custom_attribute", ["business_entity_id"], unique=False)
    op.create_table(
        "customer",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("name_key", Ascii(255), nullable=False),
        sa.Column("external_id", Ascii(255), nullable=True),
        sa.Column("email", sa.String(length=254), nullable=True),
        sa.Column("email_key", Ascii(254), nullable=True),
        sa.Column("phone", sa.String(length=40), nullable=True),
        sa.Column("business_entity_id", sa.Uuid(), nullable=False),
        sa.Column("parent_id", sa.Uuid(), nullable=True),
        sa.Column("locale", sa.String(length=40), nullable=True),
        sa.Column("time_zone", sa.String(), nullable=True),
        sa.Column("currency", sa.String(length=3), nullable=True),
        sa.Column("auto_charge", sa.Boolean(), nullable=False),
        sa.Column("communications", sa.Boolean(), nullable=False),
        sa.Column("support_access", sa.Boolean(), nullable=False),
        sa.Column("tax_exempt", sa.Boolean(), nullable=False),
        sa.Column("tax_exempt_reason", sa.String(length=255), nullable=False),
        sa.Column("tax_exempt_evidence", sa.Text(), nullable=False),
        sa.Column("tax_exempt_until", UtcDateTime(), nullable=True),
        sa.Column("custom_data", Json, nullable=False),
        sa.Column("attributes", Json, nullable=False),
        sa.Column("notes", sa.Text(), nullable=False),
        sa.Column("status", sa.String(length=40), nullable=False),
        sa.Column("archived_at", UtcDateTime(), nullable=True),
        sa.Column("erased_at", UtcDateTime(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint("status IN ('active', 'archived')", name=op.f("ck_customer_status")),
        sa.CheckConstraint("(email IS NULL) = (email_key IS NULL)", name=op.f("ck_customer_email_and_key")),
        sa.CheckConstraint("length(name) BETWEEN 1 AND 255", name=op.f("ck_customer_name_length")),
        sa.CheckConstraint("parent_id IS NULL OR parent_id <> id", name=op.f("ck_customer_not_its_own_parent")),
        sa.ForeignKeyConstraint(
            ["business_entity_id"], ["business_entity.id"], name=op.f("fk_customer_business_entity_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(["parent_id"], ["customer.id"], name=op.f("fk_customer_parent_id"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_customer")),
        sa.UniqueConstraint("email_key", name=op.f("uq_customer_email_key")),
        sa.UniqueConstraint("external_id", name=op.f("uq_customer_external_id")),
    )
    op.create_index(op.f("ix_customer_business_entity_id"), "customer", ["business_entity_id"], unique=False)
    op.create_index("ix_customer_created", "customer", ["created_at", "id"], unique=False)
    op.create_index("ix_customer_name_key", "customer", ["name_key", "id"], unique=False)
    op.create_index(op.f("ix_customer_parent_id"), "customer", ["parent_id"], unique=False)
    op.create_index("ix_customer_status_name", "customer", ["status", "name_key", "id"], unique=False)
    op.create_index(
        "ix_customer_tax_exempt",
        "customer",
        ["name_key", "id"],
        unique=False,
        sqlite_where=sa.text("tax_exempt"),
        postgresql_where=sa.text("tax_exempt"),
    )
    op.create_index("ix_customer_updated", "customer", ["updated_at", "id"], unique=False)
    op.create_table(
        "import_job",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("mode", sa.String(length=40), nullable=False),
        sa.Column("mapping", Json, nullable=False),
        sa.Column("business_entity_id", sa.Uuid(), nullable=True),
        sa.Column("total_rows", sa.Integer(), nullable=False),
        sa.Column("done_rows", sa.Integer(), nullable=False),
        sa.Column("counts", Json, nullable=False),
        sa.Column("failure", sa.Text(), nullable=False),
        sa.Column("actor_user_id", sa.Uuid(), nullable=True),
        sa.Column("actor_name", sa.String(length=255), nullable=False),
        sa.Column("claimed_until", UtcDateTime(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("started_at", UtcDateTime(), nullable=True),
        sa.Column("finished_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint("mode IN ('all_or_nothing', 'valid_rows')", name=op.f("ck_import_job_mode")),
        sa.CheckConstraint(
            "state IN ('uploaded', 'checking', 'refused', 'ready', 'waiting', 'running', 'done', 'failed', 'cancelled', 'undone')",
            name=op.f("ck_import_job_state"),
        ),
        sa.ForeignKeyConstraint(["actor_user_id"], ["user.id"], name=op.f("fk_import_job_actor_user_id"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(
            ["business_entity_id"], ["business_entity.id"], name=op.f("fk_import_job_business_entity_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_job")),
    )
    op.create_index("ix_import_job_state", "import_job", ["state", "created_at"], unique=False)
    op.create_table(
        "membership",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.String(length=40), nullable=False),
        sa.Column("business_entity_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint("length(role) > 0", name=op.f("ck_membership_role")),
        sa.ForeignKeyConstraint(
            ["business_entity_id"], ["business_entity.id"], name=op.f("fk_membership_business_entity_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_membership_user_id"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_membership")),
    )
    op.create_index(
        "uq_membership_entity",
        "membership",
        ["user_id", "business_entity_id"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_index(
        "uq_membership_everywhere",
        "membership",
        ["user_id"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL AND business_entity_id IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL AND business_entity_id IS NULL"),
    )
    op.create_table(
        "sender",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("business_entity_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("address", sa.String(length=255), nullable=False),
        sa.Column("reply_to", sa.String(length=255), nullable=False),
        sa.Column("is_default", sa.Boolean(), nullable=False),
        sa.Column("dkim_domain", sa.String(length=255), nullable=False),
        sa.Column("dkim_selector", sa.String(length=40), nullable=False),
        sa.Column("dkim_private_key", sa.Text(), nullable=True),
        sa.Column("dns_state", sa.String(length=40), nullable=False),
        sa.Column("dns_checked_at", UtcDateTime(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["business_entity_id"], ["business_entity.id"], name=op.f("fk_sender_business_entity_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sender")),
    )
    op.create_index(op.f("ix_sender_business_entity_id"), "sender", ["business_entity_id"], unique=False)
    op.create_index(
        "uq_sender_default",
        "sender",
        ["business_entity_id"],
        unique=True,
        sqlite_where=sa.text("is_default"),
        postgresql_where=sa.text("is_default"),
    )
    op.create_table(
        "sign_in_request",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("email_key", sa.String(length=254), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("browser_digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("code_salt", sa.LargeBinary(length=32), nullable=True),
        sa.Column("code_digest", sa.LargeBinary(length=32), nullable=True),
        sa.Column("code_tries", sa.Integer(), nullable=False),
        sa.Column("target", sa.Text(), nullable=False),
        sa.Column("ip", sa.String(length=45), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.Column("used_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_sign_in_request_user_id"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_request")),
    )
    op.create_index(op.f("ix_sign_in_request_email_key"), "sign_in_request", ["email_key"], unique=False)
    op.create_table(
        "suppression",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("email_key", sa.String(length=254), nullable=False),
        sa.Column("scope", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.Column("note", sa.String(length=255), nullable=False),
        sa.Column("actor_user_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("released_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["actor_user_id"], ["user.id"], name=op.f("fk_suppression_actor_user_id"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suppression")),
    )
    op.create_index(
        "uq_suppression",
        "suppression",
        ["email_key", "scope"],
        unique=True,
        sqlite_where=sa.text("released_at IS NULL"),
        postgresql_where=sa.text("released_at IS NULL"),
    )
    op.create_table(
        "address",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("customer_id", sa.Uuid(), nullable=False),
        sa.Column("line1", sa.String(length=255), nullable=False),
        sa.Column("line2", sa.String(length=255), nullable=False),
        sa.Column("line3", sa.String(length=255), nullable=False),
        sa.Column("city", sa.String(length=255), nullable=False),
        sa.Column("city_key", Ascii(255), nullable=False),
        sa.Column("state", sa.String(length=255), nullable=False),
        sa.Column("postal_code", sa.String(length=40), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("phone", sa.String(length=40), nullable=False),
        sa.Column("is_billing", sa.Boolean(), nullable=False),
        sa.Column("is_shipping", sa.Boolean(), nullable=False),
        sa.Column("deleted_at", UtcDateTime(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint("deleted_at IS NULL OR NOT (is_billing OR is_shipping)", name=op.f("ck_address_deleted_is_no_default")),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name=op.f("fk_address_customer_id"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_address")),
    )
    op.create_index(
        "ix_address_billing_city",
        "address",
        ["city_key", "customer_id"],
        unique=False,
        sqlite_where=sa.text("is_billing"),
        postgresql_where=sa.text("is_billing"),
    )
    op.create_index(
        "ix_address_billing_country",
        "address",
        ["country", "customer_id"],
        unique=False,
        sqlite_where=sa.text("is_billing"),
        postgresql_where=sa.text("is_billing"),
    )
    op.create_index(op.f("ix_address_customer_id"), "address", ["customer_id"], unique=False)
    op.create_index(
        "uq_address_billing",
        "address",
        ["customer_id"],
        unique=True,
        sqlite_where=sa.text("is_billing"),
        postgresql_where=sa.text("is_billing"),
    )
    op.create_index(
        "uq_address_shipping",
        "address",
        ["customer_id"],
        unique=True,
        sqlite_where=sa.text("is_shipping"),
        postgresql_where=sa.text("is_shipping"),
    )
    op.create_table(
        "audit_event",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("action", sa.String(length=40), nullable=False),
        sa.Column("customer_id", sa.Uuid(), nullable=True),
        sa.Column("subject_kind", sa.String(length=40), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=True),
        sa.Column("subject_name", sa.String(length=255), nullable=False),
        sa.Column("changes", Json, nullable=False),
        sa.Column("facts", Json, nullable=False),
        sa.Column("actor_kind", sa.String(length=40), nullable=False),
        sa.Column("actor_user_id", sa.Uuid(), nullable=True),
        sa.Column("actor_name", sa.String(length=255), nullable=False),
        sa.Column("on_behalf_of", sa.String(length=255), nullable=False),
        sa.Column("origin", sa.String(length=40), nullable=False),
        sa.Column("ip", sa.String(length=45), nullable=False),
        sa.Column("device", sa.String(length=255), nullable=False),
        sa.Column("request_id", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(["actor_user_id"], ["user.id"], name=op.f("fk_audit_event_actor_user_id"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name=op.f("fk_audit_event_customer_id"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_event")),
    )
    op.create_index("ix_audit_event_actor", "audit_event", ["actor_user_id", "at", "id"], unique=False)
    op.create_index("ix_audit_event_at", "audit_event", ["at", "id"], unique=False)
    op.create_index("ix_audit_event_customer", "audit_event", ["customer_id", "at", "id"], unique=False)
    op.create_table(
        "contact",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("customer_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("first_name", sa.String(length=255), nullable=False),
        sa.Column("last_name", sa.String(length=255), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("email_key", Ascii(254), nullable=False),
        sa.Column("phone", sa.String(length=40), nullable=False),
        sa.Column("job_title", sa.String(length=255), nullable=False),
        sa.Column("locale", sa.String(length=40), nullable=True),
        sa.Column("time_zone", sa.String(), nullable=True),
        sa.Column("is_primary", sa.Boolean(), nullable=False),
        sa.Column("portal_role", sa.String(length=40), nullable=False),
        sa.Column("verified_at", UtcDateTime(), nullable=True),
        sa.Column("bounce_state", sa.String(length=40), nullable=False),
        sa.Column("bounced_at", UtcDateTime(), nullable=True),
        sa.Column("removed_at", UtcDateTime(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint("bounce_state IN ('none', 'soft', 'hard', 'complained')", name=op.f("ck_contact_bounce_state")),
        sa.CheckConstraint("portal_role IN ('none', 'viewer', 'billing_manager', 'owner')", name=op.f("ck_contact_portal_role")),
        sa.CheckConstraint("removed_at IS NULL OR NOT is_primary", name=op.f("ck_contact_primary_is_kept")),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name=op.f("fk_contact_customer_id"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_contact_user_id"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact")),
    )
    op.create_index(
        "ix_contact_bounced",
        "contact",
        ["customer_id"],
        unique=False,
        sqlite_where=sa.text("is_primary AND bounce_state <> 'none'"),
        postgresql_where=sa.text("is_primary AND bounce_state <> 'none'"),
    )
    op.create_index(op.f("ix_contact_email_key"), "contact", ["email_key"], unique=False)
    op.create_index(op.f("ix_contact_user_id"), "contact", ["user_id"], unique=False)
    op.create_index(
        "uq_contact_email",
        "contact",
        ["customer_id", "email_key"],
        unique=True,
        sqlite_where=sa.text("removed_at IS NULL"),
        postgresql_where=sa.text("removed_at IS NULL"),
    )
    op.create_index(
        "uq_contact_primary",
        "contact",
        ["customer_id"],
        unique=True,
        sqlite_where=sa.text("is_primary"),
        postgresql_where=sa.text("is_primary"),
    )
    op.create_table(
        "contact_default",
        sa.Column("customer_id", sa.Uuid(), nullable=False),
        sa.Column("topic", sa.String(length=40), nullable=False),
        sa.Column("wanted", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name=op.f("fk_contact_default_customer_id"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("customer_id", "topic", name=op.f("pk_contact_default")),
    )
    op.create_table(
        "import_file",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("job_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("encoding", sa.String(length=40), nullable=False),
        sa.Column("delimiter", sa.String(), nullable=False),
        sa.Column("header", Json, nullable=False),
        sa.CheckConstraint("kind IN ('customers', 'contacts')", name=op.f("ck_import_file_kind")),
        sa.ForeignKeyConstraint(["job_id"], ["import_job.id"], name=op.f("fk_import_file_job_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_file")),
        sa.UniqueConstraint("job_id", "kind", name=op.f("uq_import_file_job_id_kind")),
    )
    op.create_table(
        "import_problem",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("job_id", sa.Uuid(), nullable=False),
        sa.Column("file_kind", sa.String(length=40), nullable=False),
        sa.Column("row", sa.Integer(), nullable=False),
        sa.Column("column", sa.String(length=255), nullable=False),
        sa.Column("customer", sa.String(length=255), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("suggestion", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["job_id"], ["import_job.id"], name=op.f("fk_import_problem_job_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_problem")),
    )
    op.create_index("ix_import_problem_row", "import_problem", ["job_id", "file_kind", "row"], unique=False)
    op.create_table(
        "import_row",
        sa.Column("job_id", sa.Uuid(), nullable=False),
        sa.Column("file_kind", sa.String(length=40), nullable=False),
        sa.Column("row", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(length=40), nullable=False),
        sa.Column("customer_id", sa.Uuid(), nullable=True),
        sa.Column("mended", Json, nullable=False),
        sa.Column("before", Json, nullable=False),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name=op.f("fk_import_row_customer_id"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["job_id"], ["import_job.id"], name=op.f("fk_import_row_job_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("job_id", "file_kind", "row", name=op.f("pk_import_row")),
    )
    op.create_table(
        "journal_entry",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("customer_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("customer_text", sa.String(length=255), nullable=False),
        sa.Column("reference", sa.String(length=255), nullable=False),
        sa.Column("reverses_id", sa.Uuid(), nullable=True),
        sa.Column("key_scope", sa.String(length=40), nullable=False),
        sa.Column("key", sa.String(length=255), nullable=False),
        sa.Column("request_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("actor_kind", sa.String(length=40), nullable=False),
        sa.Column("actor_user_id", sa.Uuid(), nullable=True),
        sa.Column("actor_name", sa.String(length=255), nullable=False),
        sa.Column("approver_user_id", sa.Uuid(), nullable=True),
        sa.Column("approver_name", sa.String(length=255), nullable=False),
        sa.Column("origin", sa.String(length=40), nullable=False),
        sa.Column("posted_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint("reverses_id IS NULL OR reverses_id <> id", name=op.f("ck_journal_entry_not_itself")),
        sa.ForeignKeyConstraint(["actor_user_id"], ["user.id"], name=op.f("fk_journal_entry_actor_user_id"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["approver_user_id"], ["user.id"], name=op.f("fk_journal_entry_approver_user_id"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name=op.f("fk_journal_entry_customer_id"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["reverses_id"], ["journal_entry.id"], name=op.f("fk_journal_entry_reverses_id"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_journal_entry")),
        sa.UniqueConstraint("key_scope", "key", name=op.f("uq_journal_entry_key_scope_key")),
        sa.UniqueConstraint("reverses_id", name=op.f("uq_journal_entry_reverses_id")),
    )
    op.create_index("ix_journal_entry_customer", "journal_entry", ["customer_id", "posted_at", "id"], unique=False)
    op.create_table(
        "search_document",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("customer_id", sa.Uuid(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name=op.f("fk_search_document_customer_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search_document")),
        sa.UniqueConstraint("customer_id", name=op.f("uq_search_document_customer_id")),
    )
    op.create_table(
        "tax_id",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("customer_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("value", Ascii(64), nullable=False),
        sa.Column("register_state", sa.String(length=40), nullable=False),
        sa.Column("register_checked_at", UtcDateTime(), nullable=True),
        sa.Column("register_name", sa.String(length=255), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint("register_state IN ('unknown', 'valid', 'invalid')", name=op.f("ck_tax_id_register_state")),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name=op.f("fk_tax_id_customer_id"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tax_id")),
        sa.UniqueConstraint("customer_id", "kind", "value", name=op.f("uq_tax_id_customer_id_kind_value")),
    )
    op.create_index(op.f("ix_tax_id_value"), "tax_id", ["value"], unique=False)
    op.create_table(
        "wallet",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("customer_id", sa.Uuid(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("balance", sa.BigInteger(), nullable=False),
        sa.Column("floor", sa.BigInteger(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("status", sa.String(length=40), nullable=False),
        sa.Column("status_reason", sa.String(length=255), nullable=False),
        sa.Column("is_main", sa.Boolean(), nullable=False),
        sa.Column("low_balance", sa.BigInteger(), nullable=True),
        sa.Column("low_balance_told_at", UtcDateTime(), nullable=True),
        sa.Column("opened_at", UtcDateTime(), nullable=False),
        sa.Column("last_entry_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint("status <> 'closed' OR balance = 0", name=op.f("ck_wallet_closed_is_empty")),
        sa.CheckConstraint("status IN ('open', 'frozen', 'closed')", name=op.f("ck_wallet_status")),
        sa.CheckConstraint("balance >= floor", name=op.f("ck_wallet_floor")),
        sa.CheckConstraint("length(currency) = 3", name=op.f("ck_wallet_currency")),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name=op.f("fk_wallet_customer_id"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wallet")),
        sa.UniqueConstraint("customer_id", "currency", name=op.f("uq_wallet_customer_id_currency")),
    )
    op.create_index(
        "ix_wallet_main_balance",
        "wallet",
        ["currency", "balance", "customer_id"],
        unique=False,
        sqlite_where=sa.text("is_main"),
        postgresql_where=sa.text("is_main"),
    )
    op.create_index(
        "uq_wallet_main", "wallet", ["customer_id"], unique=True, sqlite_where=sa.text("is_main"), postgresql_where=sa.text("is_main")
    )
    op.create_table(
        "browser_session",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("side", sa.String(length=40), nullable=False),
        sa.Column("contact_id", sa.Uuid(), nullable=True),
        sa.Column("viewing_customer_id", sa.Uuid(), nullable=True),
        sa.Column("view_reason", sa.String(length=255), nullable=False),
        sa.Column("method", sa.String(length=40), nullable=False),
        sa.Column("device", sa.String(length=255), nullable=False),
        sa.Column("ip", sa.String(length=45), nullable=False),
        sa.Column("proved_at", UtcDateTime(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("seen_at", UtcDateTime(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.Column("end_reason", sa.String(length=40), nullable=False),
        sa.CheckConstraint("side <> 'console' OR contact_id IS NULL", name=op.f("ck_browser_session_console_has_no_contact")),
        sa.CheckConstraint("side IN ('console', 'portal')", name=op.f("ck_browser_session_side")),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_browser_session_contact_id"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_browser_session_user_id"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(
            ["viewing_customer_id"], ["customer.id"], name=op.f("fk_browser_session_viewing_customer_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_browser_session")),
        sa.UniqueConstraint("digest", name=op.f("uq_browser_session_digest")),
    )
    op.create_index(op.f("ix_browser_session_user_id"), "browser_session", ["user_id"], unique=False)
    op.create_table(
        "email_message",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("customer_id", sa.Uuid(), nullable=True),
        sa.Column("contact_id", sa.Uuid(), nullable=True),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("sender_id", sa.Uuid(), nullable=False),
        sa.Column("to_address", sa.String(length=254), nullable=False),
        sa.Column("to_key", Ascii(254), nullable=False),
        sa.Column("to_name", sa.String(length=255), nullable=False),
        sa.Column("letter", sa.String(length=40), nullable=False),
        sa.Column("topic", sa.String(length=40), nullable=False),
        sa.Column("locale", sa.String(length=40), nullable=False),
        sa.Column("time_zone", sa.String(), nullable=False),
        sa.Column("facts", Json, nullable=False),
        sa.Column("links", Json, nullable=False),
        sa.Column("why", sa.String(length=255), nullable=False),
        sa.Column("subject", sa.String(length=255), nullable=False),
        sa.Column("dedup_key", sa.String(length=120), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("rule", sa.String(length=40), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_attempt_at", UtcDateTime(), nullable=False),
        sa.Column("claimed_until", UtcDateTime(), nullable=True),
        sa.Column("reply", sa.Text(), nullable=False),
        sa.Column("message_id", sa.String(length=255), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("sent_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint(
            "state IN ('queued', 'sending', 'sent', 'delivered', 'deferred', 'bounced', 'complained', 'suppressed', 'failed')",
            name=op.f("ck_email_message_state"),
        ),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_email_message_contact_id"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name=op.f("fk_email_message_customer_id"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["sender_id"], ["sender.id"], name=op.f("fk_email_message_sender_id"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_email_message_user_id"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_email_message")),
        sa.UniqueConstraint("dedup_key", name=op.f("uq_email_message_dedup_key")),
    )
    op.create_index("ix_email_message_contact", "email_message", ["contact_id", "created_at", "id"], unique=False)
    op.create_index("ix_email_message_created", "email_message", ["created_at", "id"], unique=False)
    op.create_index("ix_email_message_customer", "email_message", ["customer_id", "created_at", "id"], unique=False)
    op.create_index(
        "ix_email_message_due",
        "email_message",
        ["next_attempt_at"],
        unique=False,
        sqlite_where=sa.text("state IN ('queued', 'deferred', 'sending')"),
        postgresql_where=sa.text("state IN ('queued', 'deferred', 'sending')"),
    )
    op.create_index("ix_email_message_to", "email_message", ["to_key", "created_at", "id"], unique=False)
    op.create_table(
        "import_piece",
        sa.Column("file_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["file_id"], ["import_file.id"], name=op.f("fk_import_piece_file_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("file_id", "number", name=op.f("pk_import_piece")),
    )
    op.create_table(
        "journal_line",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("journal_entry_id", sa.Uuid(), nullable=False),
        sa.Column("account", sa.String(length=40), nullable=False),
        sa.Column("wallet_id", sa.Uuid(), nullable=True),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("debit", sa.BigInteger(), nullable=False),
        sa.Column("credit", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "account IN ('wallet_liability', 'promotional_expense', 'refunds', 'receivable', 'cash', 'breakage', 'opening_balance', 'transfer')",
            name=op.f("ck_journal_line_account"),
        ),
        sa.CheckConstraint("(debit > 0 AND credit = 0) OR (debit = 0 AND credit > 0)", name=op.f("ck_journal_line_one_side")),
        sa.ForeignKeyConstraint(
            ["journal_entry_id"], ["journal_entry.id"], name=op.f("fk_journal_line_journal_entry_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(["wallet_id"], ["wallet.id"], name=op.f("fk_journal_line_wallet_id"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_journal_line")),
    )
    op.create_index(op.f("ix_journal_line_journal_entry_id"), "journal_line", ["journal_entry_id"], unique=False)
    op.create_table(
        "preference_receipt",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("contact_id", sa.Uuid(), nullable=False),
        sa.Column("topic", sa.String(length=40), nullable=False),
        sa.Column("before", sa.Boolean(), nullable=False),
        sa.Column("wanted", sa.Boolean(), nullable=False),
        sa.Column("how", sa.String(length=40), nullable=False),
        sa.Column("wording", sa.Text(), nullable=False),
        sa.Column("actor_kind", sa.String(length=40), nullable=False),
        sa.Column("actor_user_id", sa.Uuid(), nullable=True),
        sa.Column("actor_name", sa.String(length=255), nullable=False),
        sa.Column("undoes_id", sa.Uuid(), nullable=True),
        sa.Column("chosen_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint("how IN ('form', 'link', 'one_click', 'import', 'api', 'undo')", name=op.f("ck_preference_receipt_how")),
        sa.ForeignKeyConstraint(["actor_user_id"], ["user.id"], name=op.f("fk_preference_receipt_actor_user_id"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_preference_receipt_contact_id"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(
            ["undoes_id"], ["preference_receipt.id"], name=op.f("fk_preference_receipt_undoes_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_preference_receipt")),
    )
    op.create_index("ix_preference_receipt_contact", "preference_receipt", ["contact_id", "topic", "chosen_at"], unique=False)
    op.create_table(
        "wallet_entry",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("wallet_id", sa.Uuid(), nullable=False),
        sa.Column("journal_entry_id", sa.Uuid(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("balance_after", sa.BigInteger(), nullable=False),
        sa.Column("posted_at", UtcDateTime(), nullable=False),
        sa.Column("prev_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("hash", sa.LargeBinary(length=32), nullable=False),
        sa.CheckConstraint("amount <> 0", name=op.f("ck_wallet_entry_not_zero")),
        sa.CheckConstraint("seq > 0", name=op.f("ck_wallet_entry_seq")),
        sa.ForeignKeyConstraint(
            ["journal_entry_id"], ["journal_entry.id"], name=op.f("fk_wallet_entry_journal_entry_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(["wallet_id"], ["wallet.id"], name=op.f("fk_wallet_entry_wallet_id"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wallet_entry")),
        sa.UniqueConstraint("wallet_id", "seq", name=op.f("uq_wallet_entry_wallet_id_seq")),
    )
    op.create_index(op.f("ix_wallet_entry_journal_entry_id"), "wallet_entry", ["journal_entry_id"], unique=False)
    op.create_index("ix_wallet_entry_posted", "wallet_entry", ["wallet_id", "posted_at"], unique=False)
    op.create_table(
        "credit_grant",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("wallet_id", sa.Uuid(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("priority", sa.SmallInteger(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("remaining", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=True),
        sa.Column("announced_at", UtcDateTime(), nullable=True),
        sa.Column("revoked_at", UtcDateTime(), nullable=True),
        sa.Column("granted_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint("kind IN ('paid', 'promotional')", name=op.f("ck_credit_grant_kind")),
        sa.CheckConstraint("amount > 0", name=op.f("ck_credit_grant_amount")),
        sa.CheckConstraint("remaining BETWEEN 0 AND amount", name=op.f("ck_credit_grant_remaining")),
        sa.ForeignKeyConstraint(["entry_id"], ["wallet_entry.id"], name=op.f("fk_credit_grant_entry_id"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["wallet_id"], ["wallet.id"], name=op.f("fk_credit_grant_wallet_id"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_credit_grant")),
        sa.UniqueConstraint("entry_id", name=op.f("uq_credit_grant_entry_id")),
    )
    op.create_index(
        "ix_credit_grant_expiry",
        "credit_grant",
        ["expires_at"],
        unique=False,
        sqlite_where=sa.text("remaining > 0 AND expires_at IS NOT NULL"),
        postgresql_where=sa.text("remaining > 0 AND expires_at IS NOT NULL"),
    )
    op.create_index(
        "ix_credit_grant_left",
        "credit_grant",
        ["wallet_id", "priority", "expires_at"],
        unique=False,
        sqlite_where=sa.text("remaining > 0"),
        postgresql_where=sa.text("remaining > 0"),
    )
    op.create_table(
        "email_attempt",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("message_id", sa.Uuid(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("outcome", sa.String(length=40), nullable=False),
        sa.Column("code", sa.Integer(), nullable=True),
        sa.Column("reply", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["message_id"], ["email_message.id"], name=op.f("fk_email_attempt_message_id"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_email_attempt")),
    )
    op.create_index(op.f("ix_email_attempt_message_id"), "email_attempt", ["message_id"], unique=False)
    op.create_table(
        "email_link",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("purpose", sa.String(length=40), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("contact_id", sa.Uuid(), nullable=True),
        sa.Column("message_id", sa.Uuid(), nullable=True),
        sa.Column("request_id", sa.Uuid(), nullable=True),
        sa.Column("target", sa.Text(), nullable=False),
        sa.Column("topic", sa.String(length=40), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=True),
        sa.Column("used_at", UtcDateTime(), nullable=True),
        sa.Column("revoked_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint(
            "purpose IN ('sign_in', 'invite', 'preferences', 'unsubscribe', 'verify_address', 'statement', 'stop_email_change')",
            name=op.f("ck_email_link_purpose"),
        ),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_email_link_contact_id"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["message_id"], ["email_message.id"], name=op.f("fk_email_link_message_id"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["request_id"], ["sign_in_request.id"], name=op.f("fk_email_link_request_id"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_email_link_user_id"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_email_link")),
        sa.UniqueConstraint("digest", name=op.f("uq_email_link_digest")),
    )
    op.create_index(op.f("ix_email_link_contact_id"), "email_link", ["contact_id"], unique=False)
    op.create_index(op.f("ix_email_link_request_id"), "email_link", ["request_id"], unique=False)
    op.create_index(op.f("ix_email_link_user_id"), "email_link", ["user_id"], unique=False)
    op.create_table(
        "preference",
        sa.Column("contact_id", sa.Uuid(), nullable=False),
        sa.Column("topic", sa.String(length=40), nullable=False),
        sa.Column("wanted", sa.Boolean(), nullable=False),
        sa.Column("receipt_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_preference_contact_id"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["receipt_id"], ["preference_receipt.id"], name=op.f("fk_preference_receipt_id"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("contact_id", "topic", name=op.f("pk_preference")),
    )
    op.create_table(
        "grant_use",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("grant_id", sa.Uuid(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("rule", sa.String(length=40), nullable=False),
        sa.CheckConstraint("amount <> 0", name=op.f("ck_grant_use_not_zero")),
        sa.ForeignKeyConstraint(["entry_id"], ["wallet_entry.id"], name=op.f("fk_grant_use_entry_id"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["grant_id"], ["credit_grant.id"], name=op.f("fk_grant_use_grant_id"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_grant_use")),
    )
    op.create_index(op.f("ix_grant_use_entry_id"), "grant_use", ["entry_id"], unique=False)
    op.create_index(op.f("ix_grant_use_grant_id"), "grant_use", ["grant_id"], unique=False)
