"""Adding to and deducting from a wallet by hand."""

from datetime import datetime

from sqlalchemy.orm import Session

from portal.domain import audit, ledger, messages
from portal.domain.actors import Actor
from portal.domain.errors import Refusal
from portal.domain.ledger import REASONS, Reason
from portal.model import Customer, Wallet, WalletEntry
from portal.values import clock, money
from portal.values.text import clean, clean_line

NOTE_LENGTH = 2000
LINE_LENGTH = 255


class AmountMissing(Refusal):
    """Nothing would move."""

    def __init__(self):
        super().__init__("An entry moves more than zero.", field="amount")


class AmountTooLarge(Refusal):
    """More than any wallet holds."""

    def __init__(self, currency: str):
        super().__init__(f"A wallet holds at most {money.format_amount(money.MAX_MINOR, currency)} {currency}.", field="amount")


class ReasonMismatch(Refusal):
    """The reason is for the other direction."""

    def __init__(self, reason: Reason, amount: int):
        way, others = ("add", "added") if amount > 0 else ("deduct", "deducted")
        names = ", ".join(other.label for other in REASONS.values() if other.allows(amount))
        super().__init__(f"{reason.label} does not {way} credit. Credit is {others} for: {names}.", field="reason")


class ExpiryPast(Refusal):
    """Credit that has ended already would be no credit."""

    def __init__(self):
        super().__init__("This day is over. Credit ends today or later, or not at all.", field="expires_on")


def adjust(
    session: Session,
    wallet: Wallet,
    amount: int,
    *,
    reason: str,
    key: str,
    key_scope: str = "",
    note: str = "",
    customer_text: str = "",
    reference: str = "",
    expires_at: datetime | None = None,
    kind: str | None = None,
    by: Actor,
) -> WalletEntry:
    """Post one entry to the wallet's ledger, in minor units; a negative amount deducts.

    It is recorded, and told to the contacts who get wallet activity, in the same transaction. The same key with the same
    content gives the first entry again and does nothing else. `key_scope` is the actor's door where none is given.

    :raises InsufficientBalance, WalletFrozen, WalletClosed, WalletFull, KeyReused: see `ledger.post`.
    :raises Refusal: for a zero, a reason of the other direction, an expiry that is past or of deducted credit.
    """
    why = _check(wallet, amount, reason, expires_at)
    texts = {
        "note": _fitting(clean(note), NOTE_LENGTH, "note"),
        "customer_text": _fitting(clean_line(customer_text), LINE_LENGTH, "customer_text"),
        "reference": _fitting(clean_line(reference), LINE_LENGTH, "reference"),
    }
    posting = ledger.post(
        session,
        wallet.id,
        amount,
        reason=reason,
        account=why.account,
        kind=kind or why.kind,
        key_scope=key_scope or by.origin,
        key=key,
        expires_at=expires_at,
        by=by,
        **texts,
    )
    if not posting.replayed:
        _record(session, wallet, posting.entry, why, texts, expires_at, by)
        _tell(session, wallet, posting.entry, why, texts, expires_at)
    return posting.entry


def _check(wallet: Wallet, amount: int, reason: str, expires_at: datetime | None) -> Reason:
    if not amount:
        raise AmountMissing
    if abs(amount) > money.MAX_MINOR:
        raise AmountTooLarge(wallet.currency)
    why = REASONS.get(reason)
    if why is None:
        raise Refusal("A reason is missing: choose why the balance changes.", field="reason")
    if not why.allows(amount):
        raise ReasonMismatch(why, amount)
    if expires_at is not None and amount < 0:
        raise Refusal("Only added credit can end on a day.", field="expires_on")
    if expires_at is not None and expires_at <= clock.now():
        raise ExpiryPast
    return why


def _fitting(text: str, length: int, field: str) -> str:
    if len(text) > length:
        raise Refusal(f"This is {len(text):,} characters long; {length:,} fit.", field=field)
    return text


def _record(session: Session, wallet: Wallet, entry: WalletEntry, why: Reason, texts: dict, expires_at: datetime | None, by: Actor) -> None:
    facts = {
        "amount": entry.amount,
        "currency": wallet.currency,
        "before": entry.balance_before,
        "after": entry.balance_after,
        "reason": why.key,
        "entry_id": entry.id,
        "expires_at": expires_at,
        **texts,
    }
    audit.record_at_once(
        session,
        "wallet.adjusted",
        by=by,
        customer_id=wallet.customer_id,
        subject=wallet,
        subject_name=wallet.name or wallet.currency,
        facts={name: value for name, value in facts.items() if value not in (None, "")},
    )


def _tell(session: Session, wallet: Wallet, entry: WalletEntry, why: Reason, texts: dict, expires_at: datetime | None) -> None:
    facts = {
        "amount": entry.amount,
        "before": entry.balance_before,
        "after": entry.balance_after,
        "currency": wallet.currency,
        "reason": why.customer_label,
        "posted_at": entry.posted_at.isoformat(),
    }
    if texts["customer_text"]:
        facts["text"] = texts["customer_text"]
    if expires_at is not None:
        facts["expires_at"] = expires_at.isoformat()
    messages.tell(
        session,
        session.get_one(Customer, wallet.customer_id),
        topic="wallet",
        letter="wallet_credited" if entry.amount > 0 else "wallet_debited",
        facts=facts,
        links={"open_wallet": {"purpose": "sign_in", "target": f"/account/wallets/{wallet.id}"}},
        key=f"wallet-entry:{entry.id}",
    )
