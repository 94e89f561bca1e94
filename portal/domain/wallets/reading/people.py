"""Who moved a wallet lately."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.model import JournalEntry, User, Wallet, WalletEntry

LATELY = 500

_ACTED = (
    select(JournalEntry.actor_user_id, JournalEntry.actor_name)
    .join(WalletEntry, WalletEntry.journal_entry_id == JournalEntry.id)
    .where(JournalEntry.actor_user_id.is_not(None))
)


def people(session: Session, wallet: Wallet, *, also: UUID | None = None) -> list[tuple[UUID, str]]:
    """List (user id, name) of those who posted the latest entries, by name; `also` is listed whether they did or not."""
    acted = _ACTED.where(WalletEntry.wallet_id == wallet.id, WalletEntry.seq > wallet.seq - LATELY)
    found = {row.actor_user_id: row.actor_name for row in session.execute(acted.distinct())}
    if also is not None and also not in found and (user := session.get(User, also)) is not None:
        found[also] = user.shown_name
    return sorted(((user_id, name or "Somebody without a name") for user_id, name in found.items()), key=lambda pair: pair[1].casefold())
