"""Finding people, and the places each of them can go."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Row, Select, bindparam, select
from sqlalchemy.orm import Session

from portal.domain.errors import NotFound
from portal.domain.permissions import OPERATOR_ROLES, ROLE_NAMES
from portal.domain.roles.reading import row_of
from portal.model import Contact, Customer, Membership, User
from portal.values import emails

COMPANIES = 9
NOBODY = UUID(int=0)
"""The id of no row: whatever is asked about it is found nowhere."""


@dataclass(frozen=True, kw_only=True)
class Place:
    """One side of the product that a person may enter: the console, or the portal of one customer as one contact.

    `words` name a role that the installation made.
    """

    side: str
    role: str
    name: str
    customer_id: UUID | None = None
    contact_id: UUID | None = None
    entity_id: UUID | None = None
    words: str = ""

    @property
    def key(self) -> str:
        """Name the place in a form."""
        return str(self.contact_id) if self.contact_id else "console"

    @property
    def role_name(self) -> str:
        return self.words or ROLE_NAMES.get(self.role, self.role)


def by_email(session: Session, email: str) -> User | None:
    """Find the person with an address, deactivated or not."""
    return session.scalar(select(User).where(User.email_key == emails.email_key(email)))


def find(session: Session, user_id: UUID) -> User:
    """Find a person who may sign in.

    :raises NotFound: when there is none, or they were deactivated.
    """
    user = session.get(User, user_id)
    if user is None or user.deactivated_at is not None:
        raise NotFound
    return user


def membership_of(session: Session, user_id: UUID) -> Membership | None:
    """Give the operator role that a person holds, at all business entities or at the first of some: the role is the same at each."""
    return session.scalars(_live(user_id)).first()


def memberships_of(session: Session, user_id: UUID) -> list[Membership]:
    """List a person's operator roles: one at all business entities, or one for each of some."""
    return list(session.scalars(_live(user_id)))


def entities_of(session: Session, user_id: UUID) -> frozenset[UUID] | None:
    """Give the business entities that an operator is limited to; None for one who is not."""
    limits = frozenset(one.business_entity_id for one in memberships_of(session, user_id))
    return None if None in limits else limits


def _live(user_id: UUID) -> Select:
    return (
        select(Membership)
        .where(Membership.user_id == user_id, Membership.ended_at.is_(None))
        .order_by(Membership.business_entity_id.is_not(None), Membership.id)
    )


_COMPANIES = (
    select(Contact.id, Customer.name)
    .join(Customer, Customer.id == Contact.customer_id)
    .where(
        Contact.email_key == bindparam("email_key"),
        Contact.removed_at.is_(None),
        Contact.portal_role != "none",
        Customer.erased_at.is_(None),
    )
    .order_by(Customer.name_key, Contact.id)
    .limit(COMPANIES)
)


def companies(session: Session, email: str) -> list[Row]:
    """List the first COMPANIES customers in whose portal the holder of an address is, by name: rows of (contact id, name)."""
    return list(session.connection().execute(_COMPANIES, {"email_key": emails.email_key(email)}))


def places(session: Session, email: str) -> list[Place]:
    """List where the holder of an address may go: the console first, then customers by name; nowhere once deactivated.

    The address decides, not the user's row: whoever shows that they read its mail is the contact it belongs to.
    The database is asked the same whoever is known, so that the time it takes says nothing about an address.
    """
    key = emails.email_key(email)
    user = by_email(session, key)
    membership = membership_of(session, user.id if user is not None else NOBODY)
    made = row_of(session, membership.role if membership is not None else "")
    found = []
    if membership is not None and (made is not None or membership.role in OPERATOR_ROLES):
        found.append(Place(side="console", role=membership.role, name="Console", words=made.name if made else ""))
    people = session.execute(
        select(Contact.id, Contact.portal_role, Customer.id.label("customer_id"), Customer.name, Customer.business_entity_id)
        .join(Customer, Customer.id == Contact.customer_id)
        .where(Contact.email_key == key, Contact.removed_at.is_(None), Contact.portal_role != "none", Customer.erased_at.is_(None))
        .order_by(Customer.name_key, Contact.id)
    )
    if user is not None and user.deactivated_at is not None:
        return []
    return found + [
        Place(
            side="portal",
            role=row.portal_role,
            name=row.name,
            customer_id=row.customer_id,
            contact_id=row.id,
            entity_id=row.business_entity_id,
        )
        for row in people
    ]
