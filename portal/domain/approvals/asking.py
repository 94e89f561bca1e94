"""Asking for a movement above one's limit, and taking the request back."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal.domain import ledger
from portal.domain.actors import Actor
from portal.domain.approvals import recording, states
from portal.domain.approvals.refusals import NotYours
from portal.domain.wallets import adjusting, transferring
from portal.domain.wallets.recording import texts
from portal.model import CreditGrant, JournalEntry, Wallet, WalletEntry, WalletRequest
from portal.values import clock


def ask(
    session: Session,
    act: str,
    wallet: Wallet,
    *,
    amount: int = 0,
    reason: str = "",
    key: str,
    key_scope: str = "",
    other_wallet: Wallet | None = None,
    journal_entry: JournalEntry | None = None,
    grant: CreditGrant | None = None,
    note: str = "",
    customer_text: str = "",
    reference: str = "",
    expires_at: datetime | None = None,
    kind: str = "",
    priority: int = 50,
    by: Actor,
) -> WalletRequest:
    """Write down a movement that waits for a second operator; the same key with the same content gives the same request.

    `act` is adjustment (amount in minor units, below zero deducts), transfer (amount to `other_wallet`), reversal (of
    `journal_entry`, exactly) or revocation (of what is left of `grant`). What is refused whatever the wallet holds is
    refused now, what depends on the balance when it is approved.

    :raises KeyReused: when the key stands for another request.
    :raises Refusal: as the act itself would.
    """
    amount, reason = _checked(session, act, wallet, amount, reason, other_wallet, journal_entry, grant, expires_at, kind, priority)
    content = {
        "act": act,
        "wallet_id": wallet.id,
        "amount": amount,
        "reason": reason,
        "other_wallet_id": other_wallet.id if other_wallet else None,
        "journal_entry_id": journal_entry.id if journal_entry else None,
        "grant_id": grant.id if grant else None,
        "kind": kind or "",
        "priority": priority,
        "expires_at": expires_at,
        **texts(note, customer_text, reference)._asdict(),
    }
    asked = ledger.request_digest(**{name: value for name, value in content.items() if (act, name) != ("revocation", "amount")})
    key_scope = key_scope or by.origin
    if (first := _first(session, key_scope, key, asked)) is not None:
        return first
    if adjusting.is_past(expires_at):
        raise adjusting.ExpiryPast
    made = WalletRequest(
        **content,
        customer_id=wallet.customer_id,
        key_scope=key_scope,
        key=key,
        request_hash=asked,
        requester_user_id=by.user_id,
        requester_name=by.name[:255],
        requested_at=clock.now(),
        state="waiting",
    )
    try:
        with session.begin_nested():
            session.add(made)
    except IntegrityError:
        if (first := _first(session, key_scope, key, asked)) is None:
            raise
        return first
    recording.record(session, "wallet.requested", made, wallet, by=by)
    return made


def withdraw(session: Session, request: WalletRequest, *, by: Actor) -> WalletRequest:
    """Take back a request that waits; asking for it twice changes nothing.

    :raises NotYours: when somebody else asked for it; Decided: when it was decided in the meantime.
    """
    if by.user_id != request.requester_user_id:
        raise NotYours
    if request.state != "withdrawn":
        states.settle(session, request, "withdrawn", by=by)
        recording.record(session, "wallet.request_withdrawn", request, session.get_one(Wallet, request.wallet_id), by=by)
    return request


def _checked(
    session: Session,
    act: str,
    wallet: Wallet,
    amount: int,
    reason: str,
    other_wallet: Wallet | None,
    journal_entry: JournalEntry | None,
    grant: CreditGrant | None,
    expires_at: datetime | None,
    kind: str,
    priority: int,
) -> tuple[int, str]:
    """Check what does not depend on the balance; give the amount and the reason as they will be posted."""
    match act:
        case "adjustment":
            adjusting.check(wallet, amount, reason, expires_at=expires_at, kind=kind, priority=priority)
            return amount, reason
        case "transfer":
            transferring.check(session, wallet, other_wallet, abs(amount))
            return -abs(amount), "transfer"
        case "reversal":
            entry = entry_of(session, wallet, journal_entry)
            if (refusal := ledger.reversal_plan(session, wallet.id, entry.id).refusal) and not isinstance(refusal, _MAY_PASS):
                raise refusal
            return -entry.amount, "reversal"
        case "revocation":
            if not grant.remaining:
                raise ledger.GrantEmpty
            return -grant.remaining, "revocation"
    raise ValueError(f"{act} is no act on a wallet")


_MAY_PASS = (ledger.InsufficientBalance, ledger.WalletFrozen, ledger.WalletClosed, ledger.WalletFull, ledger.OtherWalletStill)
"""What stands in the way of a reversal now, and may not when it is approved."""


def entry_of(session: Session, wallet: Wallet, journal_entry: JournalEntry) -> WalletEntry:
    """Give the entry of a wallet that a journal entry posted."""
    return session.scalars(
        select(WalletEntry).where(WalletEntry.journal_entry_id == journal_entry.id, WalletEntry.wallet_id == wallet.id)
    ).one()


def _first(session: Session, key_scope: str, key: str, asked: bytes) -> WalletRequest | None:
    found = session.scalar(select(WalletRequest).where(WalletRequest.key_scope == key_scope, WalletRequest.key == key))
    if found is not None and found.request_hash != asked:
        raise ledger.KeyReused(field="key")
    return found
