"""How wallet activity comes: at once, or in one letter a day; a choice like the others, with its receipt."""

from datetime import datetime, time, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.domain.actors import Actor
from portal.domain.communications import telling
from portal.domain.communications.writing import record, write
from portal.domain.topics import DAILY
from portal.model import BusinessEntity, Contact, Customer, PreferenceReceipt, Wallet, WalletDigest
from portal.values import clock, locales

AT = time(7)
WORDS = {True: "Once a day at 07:00, in one letter", False: "At once, a letter for each movement"}
"""What stands beside the two ways."""
_UNDER_WAY = timedelta(minutes=2)
"""After this long every posting is over that began while daily was still on; the last letter has it."""


def comes_daily(session: Session, contact_id: UUID) -> bool:
    """Tell whether a contact has wallet activity once a day."""
    return bool(session.scalar(select(WalletDigest.daily).where(WalletDigest.contact_id == contact_id)))


def choose_daily(
    session: Session, contact: Contact, wanted: bool, *, how: str, undoes: UUID | None = None, by: Actor
) -> list[PreferenceReceipt]:
    """Set whether a contact has wallet activity once a day; gives the receipt, none where it is so already.

    Whoever changes back to at once is sent a last letter with what was not told yet.
    """
    session.flush()
    session.execute(select(Customer.id).where(Customer.id == contact.customer_id).with_for_update(key_share=True))
    customer = session.get_one(Customer, contact.customer_id)
    digest = session.get(WalletDigest, contact.id, populate_existing=True)
    if digest is None:
        digest = WalletDigest(contact_id=contact.id, daily=False, due_at=None, read_to={})
        session.add(digest)
    if digest.daily == wanted:
        return []
    if wanted and digest.due_at is None:
        digest.read_to = {
            str(wallet_id): seq
            for wallet_id, seq in session.execute(select(Wallet.id, Wallet.seq).where(Wallet.customer_id == customer.id))
        }
    now = clock.now()
    digest.daily = wanted
    digest.due_at = next_seven(now, zone_of(session, contact, customer)) if wanted else now + _UNDER_WAY
    words = f"Undo: {WORDS[wanted]}" if how == "undo" else WORDS[wanted]
    made = [write(session, contact, DAILY, wanted, how=how, wording=f"Wallet activity: {words}", undoes=undoes, by=by)]
    record(session, customer, made, {}, how=how, by=by)
    telling.tell(session, customer, made, how=how, by=by)
    return made


def zone_of(session: Session, contact: Contact, customer: Customer) -> str:
    """Name the time zone of a contact: its own, else the customer's, else the business entity's."""
    return contact.time_zone or customer.time_zone or session.get_one(BusinessEntity, customer.business_entity_id).time_zone


def next_letter(session: Session, contact: Contact, customer: Customer) -> datetime:
    """Give when the next letter of a contact is due that has wallet activity once a day."""
    return next_seven(clock.now(), zone_of(session, contact, customer))


def next_seven(now: datetime, time_zone: str) -> datetime:
    """Give the first 07:00 after a moment, where somebody is."""
    zone = locales.zone(time_zone)
    day = now.astimezone(zone).date()
    seven = datetime.combine(day, AT, zone)
    return seven if seven > now else datetime.combine(day + timedelta(days=1), AT, zone)
