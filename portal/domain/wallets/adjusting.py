"""Adding to and deducting from a wallet by hand."""

from datetime import datetime

from sqlalchemy.orm import Session

from portal.domain import ledger
from portal.domain.actors import Actor
from portal.domain.errors import Refusal
from portal.domain.ledger import REASONS, Reason
from portal.domain.ledger.reasons import PAID, PROMOTIONAL
from portal.domain.letters.phrases import say
from portal.domain.wallets import recording
from portal.model import Wallet, WalletEntry
from portal.values import clock, money

LAST_PRIORITY = 100


class AmountMissing(Refusal):
    """Nothing would move."""

    def __init__(self):
        super().__init__("An entry moves more than zero.", field="amount")


class AmountTooLarge(Refusal):
    """More than any wallet holds."""

    def __init__(self, currency: str):
        super().__init__("A wallet holds at most {most}.", field="amount", most=money.Money(money.MAX_MINOR, currency))


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
    priority: int = 50,
    approved_by: Actor | None = None,
    by: Actor,
) -> WalletEntry:
    """Post one entry to the wallet's ledger, in minor units; a negative amount deducts.

    It is recorded, and told to the contacts who get wallet activity, in the same transaction. The same key with the same
    content gives the first entry again and does nothing else. `key_scope` is the actor's door where none is given. Added
    credit is spent in the order of its `priority`, the lowest first; `kind` is the reason's own where none is given.

    :raises InsufficientBalance, WalletFrozen, WalletClosed, WalletFull, KeyReused, NeedsApproval: see `ledger.post`.
    :raises Refusal: for a zero, a reason of the other direction, an expiry that is past or of deducted credit.
    """
    why = check(wallet, amount, reason, expires_at=expires_at, kind=kind, priority=priority)
    key_scope = key_scope or by.origin
    if is_past(expires_at) and not ledger.known(session, key_scope, key):
        raise ExpiryPast
    said = recording.texts(note, customer_text, reference)
    entry, replayed = ledger.post(
        session,
        wallet.id,
        amount,
        reason=reason,
        account=why.account,
        kind=kind or why.kind,
        key_scope=key_scope,
        key=key,
        priority=priority,
        expires_at=expires_at,
        approved_by=approved_by,
        by=by,
        **said._asdict(),
    )
    if not replayed:
        recording.record(
            *(session, "wallet.adjusted", wallet, entry, said),
            reason=why.key,
            expires_at=expires_at,
            approved_by=approved_by,
            by=by,
        )
        recording.tell(session, wallet, entry, said, reason=say(why.customer_label), expires_at=expires_at)
    return entry


def is_past(expires_at: datetime | None) -> bool:
    """Tell whether credit that ends then would have ended already."""
    return expires_at is not None and expires_at <= clock.now()


def check(
    wallet: Wallet, amount: int, reason: str, *, expires_at: datetime | None = None, kind: str | None = None, priority: int = 50
) -> Reason:
    """Check what is asked of a wallet without looking at its balance or the clock; give the reason.

    :raises Refusal: at its field.
    """
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
    if kind not in {None, "", PAID, PROMOTIONAL}:
        raise Refusal("Credit is paid or promotional.", field="kind")
    if not 0 <= priority <= LAST_PRIORITY:
        raise Refusal(f"A priority is a number from 0 to {LAST_PRIORITY}: the lowest is spent first.", field="priority")
    return why
