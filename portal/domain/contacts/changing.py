"""Adding, changing and removing contacts."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, select, update
from sqlalchemy.orm import Session

from portal.domain import audit, communications, messages, search
from portal.domain.actors import Actor
from portal.domain.contacts.finding import hold, holder
from portal.domain.contacts.recording import record, set_address
from portal.domain.contacts.refusals import AddressInUse, Changed, EmailTaken, LastOwner, OwnersOnly, PrimaryStays
from portal.domain.errors import NotFound
from portal.domain.letters.phrases import say
from portal.model import BrowserSession, BusinessEntity, Contact, Customer, EmailLink, EmailMessage
from portal.values import clock, emails, ids

INVITE = "contact_invite"
WITHDRAWN = "The invite was withdrawn."
FIELDS = ("first_name", "last_name", "email", "phone", "job_title", "portal_role", "locale", "time_zone")


def add(session: Session, customer: Customer, facts: dict, *, by: Actor) -> Contact:
    """Add a secondary contact; `facts` has `email` and any other of FIELDS, parsed already.

    :raises EmailTaken: when a live contact of this customer has the address.
    :raises OwnersOnly: when a colleague who is no owner would give a role.
    """
    _refuse_role(by, "none", facts.get("portal_role", "none"))
    hold(session, customer.id)
    _refuse_taken(session, customer.id, facts["email"])
    contact = Contact(customer_id=customer.id, email_key=emails.email_key(facts["email"]), **_columns(facts))
    session.add(contact)
    session.flush()
    communications.start(session, contact, by=by)
    search.index(session, [customer.id])
    record(session, "contact.added", contact, {field: (None, value) for field, value in _read(contact).items() if value}, by=by)
    return contact


def change(session: Session, contact: Contact, facts: dict, *, seen: datetime | None = None, by: Actor) -> Contact:
    """Change a contact; only the given fields. A new address is unverified again, and the old one is told.

    `seen` is the `updated_at` of what was shown to who changes it.

    :raises Changed: when somebody else changed it since.
    :raises EmailTaken, PrimaryStays, LastOwner, OwnersOnly, AddressInUse: see there.
    """
    _hold_live(session, contact)
    before = _read(contact)
    if not audit.differences(before, {**before, **_columns(facts)}):
        return contact
    if seen is not None and seen != contact.updated_at:
        raise Changed
    address = facts.get("email", contact.email)
    role = facts.get("portal_role", contact.portal_role)
    _refuse_role(by, contact.portal_role, role)
    read = communications.readers_of(session, [contact.customer_id] if emails.email_key(address) != contact.email_key else [])
    if read:
        _readdress(session, contact, address, by=by)
    if role != contact.portal_role:
        _keep_an_owner(session, contact, by=by)
        end_sessions(session, contact, "role changed")
        if role == "none":
            end_links(session, contact.id)
    for field, value in _columns(facts).items():
        setattr(contact, field, value)
    contact.updated_at = clock.now()
    session.flush()
    communications.succeed(session, read, communications.not_written_to(address), by=by)
    search.index(session, [contact.customer_id])
    record(session, "contact.changed", contact, audit.differences(before, _read(contact)), by=by)
    return contact


def remove(session: Session, contact: Contact, *, handover: Mapping[str, UUID] | None = None, by: Actor) -> None:
    """Remove a secondary contact; what it was sent and chose stays on record.

    `handover` names by topic who takes over what only this contact got.

    :raises LastRecipient: when a billing topic would reach nobody any more; says who would get it instead.
    :raises PrimaryStays, LastOwner, OwnersOnly: see there.
    """
    _hold_live(session, contact)
    if contact.is_primary:
        raise PrimaryStays
    _refuse_role(by, contact.portal_role, contact.portal_role)
    _keep_an_owner(session, contact, by=by)
    communications.release(session, contact, handover=handover, by=by)
    contact.removed_at = contact.updated_at = clock.now()
    session.flush()
    end_sessions(session, contact, "contact removed")
    end_links(session, contact.id)
    search.index(session, [contact.customer_id])
    record(session, "contact.removed", contact, {"email": (contact.email, None)}, by=by)


def _hold_live(session: Session, contact: Contact) -> None:
    """Hold the customer's row and read the contact anew, which somebody may have changed or removed a moment before."""
    hold(session, contact.customer_id)
    session.refresh(contact)
    if contact.removed_at is not None:
        raise NotFound


def _columns(facts: dict) -> dict:
    return {field: facts[field] for field in FIELDS if field in facts}


def _read(contact: Contact) -> dict[str, object]:
    return {field: getattr(contact, field) for field in FIELDS}


def _refuse_taken(session: Session, customer_id: UUID, address: str) -> None:
    if (other := holder(session, customer_id, emails.email_key(address))) is not None:
        raise EmailTaken(other)


def _refuse_role(by: Actor, before: str, after: str) -> None:
    """Refuse a customer's people who are no owners to touch an owner, or who may enter."""
    if by.kind == "customer" and not by.may("account.people") and ("owner" in (before, after) or before != after):
        raise OwnersOnly(field="portal_role")


def _readdress(session: Session, contact: Contact, address: str, *, by: Actor) -> None:
    """Give a contact another address: it has to be confirmed anew, and whoever read the old one is told there."""
    if contact.is_primary:
        raise PrimaryStays(field="email")
    if by.kind == "customer" and contact.user_id is not None:
        raise AddressInUse(field="email")
    _refuse_taken(session, contact.customer_id, address)
    if contact.verified_at is not None or contact.user_id is not None:
        _tell_old_address(session, contact, address, by=by)
    end_sessions(session, contact, "address changed")
    set_address(contact, address)
    contact.user_id = None


def _tell_old_address(session: Session, contact: Contact, address: str, *, by: Actor) -> None:
    customer = session.get_one(Customer, contact.customer_id)
    messages.queue(
        session,
        "email_changed",
        to=messages.recipient(contact, customer, session.get_one(BusinessEntity, customer.business_entity_id)),
        facts={
            "customer_name": customer.name,
            "contact_name": contact.first_name or contact.name,
            "old_address": contact.email,
            "new_address": emails.mask_email(address),
            "changed_by": by.name or say("Somebody"),
            "changed_at": clock.now().isoformat(),
        },
        why=say("You get this because this was the address we wrote to until now."),
        key=f"email-changed:{contact.id}:{ids.new_id()}",
        entity_id=customer.business_entity_id,
    )


def _keep_an_owner(session: Session, leaving: Contact, *, by: Actor) -> None:
    """Refuse the customer's own people to lose their last owner; an operator can always make another."""
    if by.kind != "customer" or leaving.portal_role != "owner":
        return
    others = session.scalar(
        select(Contact.id)
        .where(
            Contact.customer_id == leaving.customer_id,
            Contact.id != leaving.id,
            Contact.portal_role == "owner",
            Contact.removed_at.is_(None),
        )
        .limit(1)
    )
    if others is None:
        raise LastOwner(field="portal_role")


def open_links(contact_id: UUID) -> Select:
    """Select the ids of the links by which a contact would sign in."""
    return select(EmailLink.id).where(
        EmailLink.contact_id == contact_id, EmailLink.purpose == "sign_in", EmailLink.used_at.is_(None), EmailLink.revoked_at.is_(None)
    )


def waiting_invites(contact_id: UUID) -> Select:
    """Select the ids of a contact's invites that are not sent yet."""
    return select(EmailMessage.id).where(
        EmailMessage.contact_id == contact_id, EmailMessage.letter == INVITE, EmailMessage.state.in_(("queued", "deferred"))
    )


def end_links(session: Session, contact_id: UUID) -> None:
    """End the links by which a contact would sign in, and the invite that is not sent yet."""
    session.execute(
        update(EmailLink)
        .where(EmailLink.id.in_(open_links(contact_id)))
        .values(revoked_at=clock.now())
        .execution_options(synchronize_session=False)
    )
    session.execute(
        update(EmailMessage)
        .where(EmailMessage.id.in_(waiting_invites(contact_id)))
        .values(state="failed", rule=WITHDRAWN, claimed_until=None)
        .execution_options(synchronize_session="fetch")
    )


def end_sessions(session: Session, contact: Contact, why: str) -> None:
    """End the sessions that are open as a contact."""
    session.execute(
        update(BrowserSession)
        .where(BrowserSession.contact_id == contact.id, BrowserSession.ended_at.is_(None))
        .values(ended_at=clock.now(), end_reason=why)
    )
