"""Looking into the books, and past the triggers that guard them."""

from uuid import UUID

from sqlalchemy import Uuid, insert, text

from portal.domain import audit, ledger, wallets
from portal.model import Wallet


def left(session, wallet) -> list[int]:
    """What is left of each grant, in spending order."""
    return [share.grant.remaining for share in wallets.composition(session, wallet)]


def past_the_triggers(session, statement):
    """Do what nobody may: change a row behind the ledger's back."""
    if session.get_bind().dialect.name == "sqlite":
        for table in ("wallet_entry", "journal_entry", "journal_line", "grant_use", "audit_event"):
            session.execute(text(f"DROP TRIGGER IF EXISTS {table}_no_update"))
            session.execute(text(f"DROP TRIGGER IF EXISTS {table}_no_delete"))
        session.execute(statement)
    else:
        session.execute(text("SET LOCAL session_replication_role = replica"))
        session.execute(statement)
        session.execute(text("SET LOCAL session_replication_role = origin"))
    session.expire_all()


def named(made: ledger.OpeningRows) -> dict[type, list[dict]]:
    """Give rows made in bulk by table as the model has them, with the names of their columns."""
    found = {model: [dict(zip(ledger.OPENING_COLUMNS[model], row, strict=True)) for row in rows] for model, rows in made.tables()}
    for model, rows in found.items():
        keys = [column.key for column in model.__table__.c if isinstance(column.type, Uuid)]
        for row in rows:
            row |= {key: UUID(row[key]) for key in keys if isinstance(row[key], str)}
    return found


def keep(session, made: ledger.OpeningRows, by) -> None:
    """Write rows made in bulk, and the events that an import writes beside them."""
    for model, rows in named(made).items():
        session.execute(insert(model), rows)
    for wallet in named(made)[Wallet]:
        facts = {"currency": wallet["currency"], "amount": wallet["balance"]}
        audit.record(session, "wallet.opened", by=by, customer_id=wallet["customer_id"], facts=facts)
