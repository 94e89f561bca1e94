"""Telling by mail what was chosen for somebody: that an address is to be confirmed first, or that others changed what it is sent."""

from collections.abc import Iterable
from datetime import timedelta

from sqlalchemy.orm import Session

from portal.domain import messages, topics
from portal.domain.actors import Actor
from portal.domain.letters.phrases import Phrase, say, together
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
            "topics": together(*map(say, wanted)),
        },
        links={"verify": {"purpose": "verify_address"}},
        why=say("You get this because this address was entered for {customer}, and nobody has confirmed it yet.", customer=customer.name),
        key=f"confirm:{contact.id}:{tokens.digest(contact.email_key).hex()[:8]}:{slot}",
    )


def tell_heir(
    session: Session,
    contact: Contact,
    customer: Customer,
    receipts: list[PreferenceReceipt],
    *,
    in_place_of: str,
    because: Phrase,
    by: Actor,
) -> None:
    """Tell a contact what it gets from now on in place of somebody who cannot be reached, and why."""
    # Translators: preferences_changed, what is sent is now; {person} may be several
    after = say("on, in place of {person}", person=in_place_of)
    why = say("You get this because {person} cannot be written to any more. {reason}", person=in_place_of, reason=because)
    _tell_changed(session, contact, customer, receipts, after=after, why=why, by=by)


def _tell_changed(
    session: Session,
    contact: Contact,
    customer: Customer,
    receipts: list[PreferenceReceipt],
    *,
    after: Phrase | None = None,
    why: Phrase | None = None,
    by: Actor,
) -> None:
    known = {**topics.all_topics(session), **topics.MANNERS}
    # Translators: preferences_changed, what is sent was and is now
    words = {True: say("on"), False: say("off")}
    changes = [{"what": say(known[one.topic].label), "before": words[one.before], "after": after or words[one.wanted]} for one in receipts]
    entity = session.get_one(BusinessEntity, customer.business_entity_id)
    _queue(
        session,
        CHANGED,
        contact,
        customer,
        facts={
            "customer_name": customer.name,
            "contact_name": contact.first_name or contact.name,
            "changes": changes,
            "changed_by": by.name or (entity.name if by.kind == "system" else say("Somebody")),
            "changed_at": clock.now().isoformat(),
        },
        links={"preferences": {"purpose": "preferences"}},
        why=why or say("You get this because what we send to this address has changed."),
        key=f"preferences-changed:{contact.id}:{ids.new_id()}",
    )


def _queue(session: Session, letter: str, contact: Contact, customer: Customer, *, why: Phrase, **what) -> EmailMessage | None:
    entity = session.get_one(BusinessEntity, customer.business_entity_id)
    try:
        to = messages.recipient(contact, customer, entity)
        return messages.queue(session, letter, to=to, why=why, entity_id=entity.id, **what)
    except messages.NoSender:  # where no mail can go out at all, choosing still works
        return None
