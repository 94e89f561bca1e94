"""Access to the portal: a contact is invited in a role, by a mail that signs them in. Roles are changed by `change`."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.domain import invite_limits, messages
from portal.domain.actors import Actor
from portal.domain.contacts.changing import INVITE, change, end_links
from portal.domain.contacts.finding import hold
from portal.domain.contacts.recording import record
from portal.domain.errors import Conflict, Refusal
from portal.domain.letters.phrases import say
from portal.domain.permissions import CUSTOMER_ROLES, ROLE_NAMES
from portal.model import BrowserSession, BusinessEntity, Contact, Customer, EmailMessage
from portal.values import ids


class NoRole(Refusal):
    """An invite is into a role."""

    sentence = "Choose what they may do in the portal."


class Unreachable(Refusal):
    """Mail to the address comes back."""

    sentence = "Mail to this address comes back. Correct the address first."


class AlreadyEntered(Conflict):
    """The person has signed in by now."""

    sentence = "They have signed in by now: nothing needs to be sent again."


@dataclass(frozen=True)
class Invite:
    """How far an invite is: the last `message`, and when the contact was last in the portal (`seen_at`)."""

    message: EmailMessage | None
    seen_at: object


def invite(session: Session, contact: Contact, role: str, *, by: Actor) -> EmailMessage:
    """Give a contact a role in the portal and write them an invite; one who was invited is written to again.

    :raises NoRole, Unreachable, AlreadyEntered, OwnersOnly, LastOwner, TooManyInvites: see there.
    """
    if role not in CUSTOMER_ROLES:
        raise NoRole(field="role")
    hold(session, contact.customer_id)
    if contact.bounce_state in ("hard", "complained"):
        raise Unreachable(field="role")
    if contact.portal_role != "none" and invite_of(session, contact.id).seen_at is not None:
        raise AlreadyEntered
    invite_limits.admit(session, contact.email_key, field="role", by=by)
    change(session, contact, {"portal_role": role}, by=by)
    end_links(session, contact.id)
    message = _write(session, contact, by=by)
    record(session, "contact.invited", contact, {}, by=by)
    return message


def invite_of(session: Session, contact_id: UUID) -> Invite:
    """Tell how far the invite of a contact is."""
    message = session.scalar(
        select(EmailMessage)
        .where(EmailMessage.contact_id == contact_id, EmailMessage.letter == INVITE)
        .order_by(EmailMessage.created_at.desc(), EmailMessage.id.desc())
        .limit(1)
    )
    seen_at = session.scalar(
        select(func.max(BrowserSession.seen_at)).where(BrowserSession.contact_id == contact_id, BrowserSession.side == "portal")
    )
    return Invite(message, seen_at)


def _write(session: Session, contact: Contact, *, by: Actor) -> EmailMessage:
    customer = session.get_one(Customer, contact.customer_id)
    entity = session.get_one(BusinessEntity, customer.business_entity_id)
    return messages.queue(
        session,
        INVITE,
        to=messages.recipient(contact, customer, entity),
        facts={
            "name": contact.first_name or contact.last_name,
            "invited_by": by.name,
            "customer_name": customer.name,
            "role": say(ROLE_NAMES[contact.portal_role]),
        },
        links={"sign_in": {"purpose": "sign_in", "target": "/account"}},
        why=say("You get this because {person} entered this address for {customer}.", person=by.name, customer=customer.name)
        if by.name
        else say("You get this because somebody entered this address for {customer}.", customer=customer.name),
        key=f"contact-invite:{contact.id}:{ids.new_id()}",
        entity_id=customer.business_entity_id,
    )
