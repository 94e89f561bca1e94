"""Taking back what is left of one grant."""

from sqlalchemy.orm import Session

from portal.domain import ledger
from portal.domain.actors import Actor
from portal.domain.letters.naming import reason_words
from portal.domain.wallets import recording
from portal.model import CreditGrant, Wallet, WalletEntry


def revoke(
    session: Session,
    wallet: Wallet,
    grant: CreditGrant,
    *,
    key: str,
    key_scope: str = "",
    note: str = "",
    customer_text: str = "",
    approved_by: Actor | None = None,
    by: Actor,
) -> WalletEntry:
    """Take back what is left of a grant of the wallet, and tell the customer.

    :raises GrantEmpty: when nothing is left.
    :raises InsufficientBalance, WalletFrozen, WalletClosed, KeyReused, NeedsApproval: see `ledger.post`.
    """
    said = recording.texts(note, customer_text)
    entry, replayed = ledger.revoke(
        *(session, wallet.id, grant.id),
        key_scope=key_scope or by.origin,
        key=key,
        note=said.note,
        customer_text=said.customer_text,
        approved_by=approved_by,
        by=by,
    )
    if not replayed:
        recording.record(
            *(session, "wallet.grant_revoked", wallet, entry, said),
            reason="revocation",
            grant_id=grant.id,
            approved_by=approved_by,
            by=by,
        )
        recording.tell(session, wallet, entry, said, reason=reason_words("revocation"))
    return entry
