"""Which event of the record belongs to which posting.

An event of a movement names the entry in its facts. An import writes one event for a customer with all that came with it,
or one for a wallet it opened: its posting is known by customer and currency.
"""

from collections import Counter

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from portal.model import AuditEvent

IMPORTED = ("customer.imported", "wallet.opened")
MOVED = ("wallet.adjusted", "wallet.reversed", "wallet.transferred", "wallet.grant_revoked", "wallet.credit_expired")


def token(wallet: Row, entry: Row) -> str:
    """Give the text by which the event of a wallet's entry is known; `entry` has the key_scope of its journal entry."""
    return f"{wallet.customer_id.hex}:{wallet.currency}" if entry.key_scope == "import" else entry.id.hex


def events_of(session: Session, wallet: Row) -> Counter[str]:
    """Count the events of a wallet's customer by the postings they tell of."""
    events = session.execute(
        select(AuditEvent.action, AuditEvent.facts).where(
            AuditEvent.customer_id == wallet.customer_id, AuditEvent.action.in_((*IMPORTED, *MOVED))
        )
    )
    return Counter(filter(None, (_told(wallet, action, facts) for action, facts in events)))


def _told(wallet: Row, action: str, facts: dict) -> str:
    if action in IMPORTED:
        return f"{wallet.customer_id.hex}:{facts.get('currency')}" if facts.get("amount") else ""
    return str(facts.get("entry_id", "")).replace("-", "")
