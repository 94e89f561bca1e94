"""Telling by mail what was chosen for somebody: that an address is to be confirmed first, or that others changed what it is sent."""

from collections.abc import Iterable
from datetime import timedelta

from sqlalchemy.orm import Session

from portal.domain import messages, topics
from portal.domain.actors import Actor
from portal.domain.topics import BILLING, MARKETING
from portal.model import BusinessEntity, Contact, Customer, EmailMessage, PreferenceReceipt
from portal.values import clock, ids, tokens

CONFIRM = "contact_confirm"
CHANGED = "preferences_changed"
_PAUSE = timedelta(minutes=10)
"""Whoever switches to and fro does not write a mail each time."""


def tell(session: Session, customer: Customer, made: Iterable[PreferenceReceipt], *, how: str, by: Actor) -> None:
    """Tell the contacts of receipts that were just made what concerns them.

    A marketing topic switched on for an address that nobody confirmed asks there first. A contact whose billing mail
    somebody else changed is told; an import tells nobody, for it brings in what was agreed elsewhere.
    """
    by_contact: dict[Contact, list[PreferenceReceipt]] = {}
    for receipt in made:
        by_contact.setdefault(session.get_one(Contact, receipt.contact_id), []).append(receipt)
    if not by_contact:
        return
    known = {**topics.all_topics(session), **topics.MANNERS}
    for contact, receipts in by_contact.items():
        if contact.bounce_state in ("hard", "complained") or contact.removed_at is not None:
            continue
        opted_in = [known[one.topic].label for one in receipts if one.wanted and known[one.topic].kind == MARKETING]
        if opted_in and contact.verified_at is None:
            ask_to_confirm(session, contact, customer, wanted=opted_in, by=by)
        billing = [one for one in receipts if known[one.topic].kind == BILLING]
        if billing and how != "import" and by.contact_id != contact.id:
            _tell_changed(session, contact, customer, billing, by=by)


def ask_to_confirm(session: Session, contact: Contact, customer: Customer, *, wanted: Iterable[str] = (), by: Actor) -> EmailMessage | None:
    """Write to a contact's address to have it confirmed; None when that was done within the last minutes.

    `wanted` names the topics that wait for it.
    """
    now = clock.now()
    slot = int(now.timestamp() // _PAUSE.total_seconds())
    asked = by.name if by.contact_id != contact.id else ""
    return _queue(
        session,
        CONFIRM,
        contact,
        customer,
        facts={
            "name": contact.first_name or contact.last_name,
            "customer_name": customer.name,
            "asked_by": asked,
            "topics": ", ".join(wanted),
        },
        links={"verify": {"purpose": "verify_address"}},
        why=f"You get this because this address was entered for {customer.name}, and nobody has confirmed it yet.",
        key=f"confirm:{contact.id}:{tokens.digest(contact.email_key).hex()[:8]}:{slot}",
    )


def _tell_changed(session: Session, contact: Contact, customer: Customer, receipts: list[PreferenceReceipt], *, by: Actor) -> None:
    known = {**topics.all_topics(session), **topics.MANNERS}
    words = {True: "on", False: "off"}
    _queue(
        session,
        CHANGED,
        contact,
        customer,
        facts={
            "customer_name": customer.name,
            "contact_name": contact.first_name or contact.name,
            "changes": [{"what": known[one.topic].label, "before": words[one.before], "after": words[one.wanted]} for one in receipts],
            "changed_by": by.name or "Somebody",
            "changed_at": clock.now().isoformat(),
        },
        links={"preferences": {"purpose": "preferences"}},
        why="You get this because what we send to this address has changed.",
        key=f"preferences-changed:{contact.id}:{ids.new_id()}",
    )


def _queue(session: Session, letter: str, contact: Contact, customer: Customer, *, why: str, **what) -> EmailMessage | None:
    entity = session.get_one(BusinessEntity, customer.business_entity_id)
    try:
        to = messages.recipient(contact, customer, entity)
        return messages.queue(session, letter, to=to, why=why[:255], entity_id=entity.id, **what)
    except messages.NoSender:  # where no mail can go out at all, choosing still works
        return None
