"""Wallet activity once a day: what the ledger has that a contact was not told yet, in one letter.

Where a contact was told up to is kept by wallet as the number of an entry, which is given under the wallet's lock. So no
entry is left out and none told twice, however long a worker was down and whichever way the clock jumps; and the letter's
key, of the contact and the day where they are, keeps a second one from going out on one day.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import Row, bindparam, select
from sqlalchemy.orm import Session

from portal.domain import communications, messages
from portal.domain.communications.daily import zone_of
from portal.domain.letters.naming import reason_words
from portal.domain.letters.phrases import say, say_some
from portal.model import BusinessEntity, Contact, Customer, EmailMessage, JournalEntry, Wallet, WalletDigest, WalletEntry
from portal.values import locales

LETTER = "wallet_digest"
LISTED = 40
_TOLD_APART = frozenset({"expiry", "import"})
"""The reasons of entries that are no news by themselves: the end of credit is told at once, an opening balance not at all."""
_PIECE = 500

_ENTRIES = (
    select(
        *(WalletEntry.id, WalletEntry.seq, WalletEntry.amount, WalletEntry.balance_after, WalletEntry.posted_at),
        *(JournalEntry.reason, JournalEntry.customer_text),
    )
    .join(JournalEntry, JournalEntry.id == WalletEntry.journal_entry_id)
    .where(
        WalletEntry.wallet_id == bindparam("wallet_id"),
        WalletEntry.seq > bindparam("after"),
        WalletEntry.seq <= bindparam("last"),
    )
    .order_by(WalletEntry.seq)
)


def due(session: Session, now: datetime, *, limit: int, after: UUID | None = None) -> list[UUID]:
    """List the contacts whose letter is due, by id, from after `after`."""
    statement = select(WalletDigest.contact_id).where(WalletDigest.due_at <= now).order_by(WalletDigest.contact_id).limit(limit)
    return list(session.scalars(statement if after is None else statement.where(WalletDigest.contact_id > after)))


def make(session: Session, contact_id: UUID, *, now: datetime) -> EmailMessage | None:
    """Write a contact's letter of the day, and say when the next is due; None where there was nothing to tell, or it is not due.

    :raises NoSender: when there is something to tell, and nobody to write as.
    """
    digest = session.get(WalletDigest, contact_id, with_for_update=True, populate_existing=True)
    if digest is None or digest.due_at is None or digest.due_at > now:
        return None
    contact = session.get_one(Contact, contact_id)
    customer = session.get_one(Customer, contact.customer_id)
    zone = zone_of(session, contact, customer)
    last = not digest.daily
    digest.due_at = None if last or contact.removed_at is not None else communications.next_seven(now, zone)
    wallets = list(
        session.execute(
            select(Wallet.id, Wallet.seq, Wallet.currency, Wallet.name).where(Wallet.customer_id == customer.id).order_by(Wallet.id)
        )
    )
    seen = {str(wallet.id): wallet.seq for wallet in wallets}
    if not _wants(session, contact, customer):
        digest.read_to = seen
        return None
    news = [
        (wallet, entries) for wallet in wallets if (entries := _untold(session, wallet, digest.read_to.get(str(wallet.id), 0), contact_id))
    ]
    if not news:
        digest.read_to = seen
        return None
    day = now.astimezone(locales.zone(zone)).date()
    key = f"{LETTER}:{contact_id}:until-{now.isoformat()}" if last else f"{LETTER}:{contact_id}:{day}"
    made = _write(session, contact, customer, news, key)
    if made is not None or last:  # where there was one on this day already, the next one has it
        digest.read_to = seen
    session.flush()
    return made


def _wants(session: Session, contact: Contact, customer: Customer) -> bool:
    """Tell whether a contact gets wallet activity, by the function that explains it."""
    verdicts = communications.addressees(session, customer, "wallet")
    return any(verdict.contact.id == contact.id and verdict.will for verdict in verdicts)


def _untold(session: Session, wallet: Row, after: int, contact_id: UUID) -> list[Row]:
    """Read the entries since the last letter, without those that came in a letter of their own; none where nothing is news."""
    found = list(session.execute(_ENTRIES, {"wallet_id": wallet.id, "after": after, "last": wallet.seq})) if wallet.seq > after else []
    told = _told(session, [f"wallet-entry:{entry.id}:{contact_id}" for entry in found])
    found = [entry for entry in found if f"wallet-entry:{entry.id}:{contact_id}" not in told]
    return found if any(entry.reason not in _TOLD_APART for entry in found) else []


def _told(session: Session, keys: Sequence[str]) -> set[str]:
    told: set[str] = set()
    for start in range(0, len(keys), _PIECE):
        some = keys[start : start + _PIECE]
        told |= set(session.scalars(select(EmailMessage.dedup_key).where(EmailMessage.dedup_key.in_(some))))
    return told


def _write(session: Session, contact: Contact, customer: Customer, news: list[tuple[Row, list[Row]]], key: str) -> EmailMessage | None:
    entity = session.get_one(BusinessEntity, customer.business_entity_id)
    only = news[0][0] if len(news) == 1 else None
    target = f"/account/wallets/{only.id}" if only else "/account"
    return messages.queue(
        session,
        LETTER,
        to=messages.recipient(contact, customer, entity),
        facts={
            "customer_name": customer.name,
            "contact_name": contact.first_name or contact.last_name or contact.email,
            "entries": sum(len(entries) for _, entries in news),
            "since": min(entry.posted_at for _, entries in news for entry in entries).isoformat(),
            "lines": [line for wallet, entries in news for line in _lines(wallet, entries)],
        },
        links=messages.links_for(contact, {"open_wallet": {"purpose": "sign_in", "target": target}}),
        why=say("You get this as contact of {customer}, because wallet activity is on, once a day.", customer=customer.name),
        key=key,
        entity_id=entity.id,
    )


def _lines(wallet: Row, entries: list[Row]) -> Iterable[dict[str, object]]:
    """Write a wallet's lines for the letter: the balance before, each entry, the balance after; what is too much is summed up."""
    # Translators: wallet_digest, a wallet that has no name of its own
    name = wallet.name or say("Store credit")
    # Translators: wallet_digest, the balance of a wallet before the day’s entries
    before = say("{wallet}, before", wallet=name)
    yield {"what": before, "amount": entries[0].balance_after - entries[0].amount, "currency": wallet.currency}
    listed = entries if len(entries) <= LISTED else entries[: LISTED - 1]
    for entry in listed:
        said = reason_words(entry.reason)
        if entry.customer_text:
            # Translators: wallet_digest, a reason, and what was written to the customer
            said = say("{what}: {text}", what=said, text=entry.customer_text)
        yield {"at": entry.posted_at.isoformat(), "what": said, "amount": entry.amount, "currency": wallet.currency}
    if rest := entries[len(listed) :]:
        # Translators: wallet_digest, credit_expiring: lines that are summed up
        more = say_some("{count} more", "{count} more", len(rest))
        yield {"what": more, "amount": sum(entry.amount for entry in rest), "currency": wallet.currency}
    # Translators: wallet_digest, the balance of a wallet after the day’s entries
    now = say("{wallet}, now", wallet=name)
    yield {"what": now, "amount": entries[-1].balance_after, "currency": wallet.currency}
