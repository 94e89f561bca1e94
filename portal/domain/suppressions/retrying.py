"""Writing once more to a contact whose mail came back: a mail to confirm the address, and what comes of it decides."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.domain import messages
from portal.domain.actors import Actor
from portal.domain.errors import Conflict
from portal.domain.letters.phrases import say
from portal.domain.suppressions.changing import release, revive
from portal.model import BusinessEntity, Contact, Customer, EmailMessage, Suppression
from portal.values import ids

LETTER = "address_confirm"


class NotBouncing(Conflict):
    """Nothing stops mail to the contact."""

    sentence = "Mail to this address does not come back, so there is nothing to release."


def write_once_more(session: Session, contact: Contact, *, by: Actor) -> EmailMessage | None:
    """Release the address of a contact from what bounces and complaints put on it, and ask there to confirm it.

    The address is unconfirmed until somebody does; when mail comes back again, it is stopped again.

    :raises NotBouncing: when nothing stops it.
    """
    stopped = session.scalars(
        select(Suppression).where(
            Suppression.email_key == contact.email_key,
            Suppression.released_at.is_(None),
            Suppression.reason.in_(("bounced", "complained")),
        )
    ).all()
    if not stopped and contact.bounce_state == "none":
        raise NotBouncing
    for suppression in stopped:
        release(session, suppression, note="Asked to confirm the address", by=by)
    revive(session, contact.email_key)
    session.refresh(contact)
    customer = session.get_one(Customer, contact.customer_id)
    return messages.queue(
        session,
        LETTER,
        to=messages.recipient(contact, customer, session.get_one(BusinessEntity, customer.business_entity_id)),
        facts={"name": contact.first_name or contact.last_name, "customer_name": customer.name},
        links={"verify": {"purpose": "verify_address"}},
        why=say("You get this because mail to this address, a contact of {customer}, came back.", customer=customer.name),
        key=f"confirm-address:{contact.id}:{ids.new_id()}",
        entity_id=customer.business_entity_id,
    )
