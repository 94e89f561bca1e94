"""Those who are no contacts any more, and where else a person is one."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from portal.domain import reach
from portal.domain.actors import Actor
from portal.domain.contacts.finding import RESTORABLE_FOR
from portal.domain.errors import NotFound
from portal.model import Contact, Customer
from portal.values import clock

MOST = 200


def removed(session: Session, customer_id: UUID) -> list[Contact]:
    """List the contacts that a customer has no more, the last removed first."""
    return list(
        session.scalars(
            select(Contact)
            .where(Contact.customer_id == customer_id, Contact.removed_at.is_not(None))
            .order_by(Contact.removed_at.desc(), Contact.id)
            .limit(MOST)
        )
    )


def find_removed(session: Session, actor: Actor, customer_id: UUID, contact_id: UUID) -> Contact:
    """Find a contact that was removed and that the actor may reach.

    :raises NotFound: when there is none, or it is another customer's.
    """
    reach.demand(session, actor, customer_id)
    contact = session.get(Contact, contact_id)
    if contact is None or contact.customer_id != customer_id or contact.removed_at is None:
        raise NotFound
    return contact


def restorable(contact: Contact) -> bool:
    """Tell whether a removed contact can still be brought back."""
    return contact.removed_at is not None and contact.removed_at + RESTORABLE_FOR >= clock.now()


def names(session: Session, contact_ids: Iterable[UUID]) -> dict[UUID, str]:
    """Name contacts, live or not."""
    return {contact.id: contact.name for contact in session.scalars(select(Contact).where(Contact.id.in_(set(contact_ids))))}


def parts_of(session: Session, contact_id: UUID) -> list[Contact]:
    """List the contacts that became a part of one."""
    return list(session.scalars(select(Contact).where(Contact.merged_into_id == contact_id).order_by(Contact.removed_at.desc())))


def elsewhere(session: Session, actor: Actor, contact: Contact) -> list[Row]:
    """List the other customers where the same address is a contact, as far as an operator reaches them: rows of
    (contact id, customer id, customer name, portal role); nothing to anybody else."""
    if actor.kind != "operator":
        return []
    return list(
        session.execute(
            select(Contact.id, Contact.customer_id, Customer.name, Contact.portal_role)
            .join(Customer, Customer.id == Contact.customer_id)
            .where(
                Contact.email_key == contact.email_key,
                Contact.removed_at.is_(None),
                Contact.customer_id != contact.customer_id,
                Customer.erased_at.is_(None),
                *reach.within(actor, Contact.customer_id),
            )
            .order_by(Customer.name_key, Contact.id)
            .limit(MOST)
        )
    )
