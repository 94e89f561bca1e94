"""What every movement leaves beside the books: an event of the record, and a letter to those who want to know."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy.orm import Session

from portal.domain import audit, messages
from portal.domain.actors import Actor
from portal.domain.errors import Refusal
from portal.domain.letters.phrases import Phrase
from portal.model import Wallet, WalletEntry
from portal.values.text import clean, clean_line

NOTE_LENGTH = 2000
LINE_LENGTH = 255


class Texts(NamedTuple):
    """What is written beside a movement: for operators, for the customer, and a reference."""

    note: str = ""
    customer_text: str = ""
    reference: str = ""


def texts(note: str = "", customer_text: str = "", reference: str = "") -> Texts:
    """Tidy the texts of a movement.

    :raises Refusal: at its field, when one does not fit.
    """
    return Texts(
        _fitting(clean(note), NOTE_LENGTH, "note"),
        _fitting(clean_line(customer_text), LINE_LENGTH, "customer_text"),
        _fitting(clean_line(reference), LINE_LENGTH, "reference"),
    )


def record(
    session: Session,
    action: str,
    wallet: Wallet,
    entry: WalletEntry,
    said: Texts,
    *,
    reason: str,
    approved_by: Actor | None = None,
    by: Actor,
    **facts: object,
) -> None:
    """Write the one event of an entry; `facts` that are empty are left out."""
    known = {
        "amount": entry.amount,
        "currency": wallet.currency,
        "before": entry.balance_before,
        "after": entry.balance_after,
        "reason": reason,
        "entry_id": entry.id,
        "approved_by": approved_by.name if approved_by else "",
        **facts,
        **said._asdict(),
    }
    audit.record_at_once(
        session,
        action,
        by=by,
        customer_id=wallet.customer_id,
        subject=wallet,
        subject_name=wallet.name or wallet.currency,
        facts={name: value for name, value in known.items() if value not in (None, "")},
    )


def tell(
    session: Session,
    wallet: Wallet,
    entry: WalletEntry,
    said: Texts,
    *,
    reason: Phrase,
    before: int | None = None,
    expires_at: datetime | None = None,
    reverses_at: datetime | None = None,
) -> None:
    """Write to those of the customer who get wallet activity.

    `reason` is in the customer's words. `before` is the balance where the movement began, when it took more entries than
    this last one; `reverses_at` when that was posted which it undoes.
    """
    before = entry.balance_before if before is None else before
    facts = {
        "amount": entry.balance_after - before,
        "before": before,
        "after": entry.balance_after,
        "currency": wallet.currency,
        "reason": reason,
        "posted_at": entry.posted_at.isoformat(),
    }
    if said.customer_text:
        facts["text"] = said.customer_text
    if expires_at is not None:
        facts["expires_at"] = expires_at.isoformat()
    if reverses_at is not None:
        facts["reverses_at"] = reverses_at.isoformat()
    messages.tell(
        session,
        messages.written_to(session, wallet.customer_id),
        topic="wallet",
        letter="wallet_credited" if facts["amount"] > 0 else "wallet_debited",
        facts=facts,
        links={"open_wallet": {"purpose": "sign_in", "target": f"/account/wallets/{wallet.id}"}},
        key=f"wallet-entry:{entry.id}",
    )


def _fitting(text: str, length: int, field: str) -> str:
    if len(text) > length:
        raise Refusal(f"This is {len(text):,} characters long; {length:,} fit.", field=field)
    return text
