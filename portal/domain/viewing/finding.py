"""Visits as they stand: the one that a browser is on, and all that a customer had."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Row, bindparam, func, literal, select
from sqlalchemy.orm import Session, aliased

from portal.domain import roles
from portal.domain.kept import Kept
from portal.domain.sessions import SEEN
from portal.model import BrowserSession, BusinessEntity, Contact, Customer, Membership, OperatorRole, User
from portal.values import clock, tokens

LISTED = 50
_Own = aliased(BrowserSession)
_Person = aliased(User)

_BY_DIGEST = Kept(
    select(
        *SEEN,
        BrowserSession.view_reason,
        literal(None).label("second_factor_roles"),
        func.coalesce(_Person.locale, Contact.locale, Customer.locale, BusinessEntity.locale).label("locale"),
        func.coalesce(_Person.time_zone, Contact.time_zone, Customer.time_zone, BusinessEntity.time_zone).label("time_zone"),
        Contact.user_id.label("person_id"),
        Contact.email.label("person_email"),
    )
    .join(User, User.id == BrowserSession.user_id)
    .join(_Own, _Own.id == BrowserSession.parent_id)
    .join(Contact, Contact.id == BrowserSession.contact_id)
    .join(Customer, Customer.id == Contact.customer_id)
    .join(BusinessEntity, BusinessEntity.id == Customer.business_entity_id)
    .join(
        Membership,
        (Membership.user_id == User.id)
        & Membership.ended_at.is_(None)
        & (Membership.business_entity_id.is_(None) | (Membership.business_entity_id == Customer.business_entity_id)),
    )
    .outerjoin(OperatorRole, (OperatorRole.key == Membership.role) & OperatorRole.ended_at.is_(None))
    .outerjoin(_Person, _Person.id == Contact.user_id)
    .where(
        BrowserSession.digest == bindparam("digest"),
        BrowserSession.side == "view",
        BrowserSession.ended_at.is_(None),
        BrowserSession.expires_at > bindparam("now"),
        _Own.ended_at.is_(None),
        _Own.expires_at > bindparam("now"),
        User.deactivated_at.is_(None),
        Contact.removed_at.is_(None),
        Contact.portal_role != "none",
        Customer.support_access,
        Customer.erased_at.is_(None),
    )
)


@dataclass(frozen=True, kw_only=True)
class Visit:
    """One visit as the customer reads of it; `ended_at` is None while it lasts."""

    id: UUID
    viewer: str
    person: str
    reason: str
    started_at: datetime
    ended_at: datetime | None

    @property
    def minutes(self) -> int:
        """How long it was, or is by now; at least one minute."""
        return max(1, round(((self.ended_at or clock.now()) - self.started_at).total_seconds() / 60))


def find(session: Session, token: str) -> Row | None:
    """Give the live visit of a cookie's token; None when it is over.

    It is over after its half hour, when it was ended, with the operator's own session, role or account, when the person has
    no access to the portal any more, and when the customer switches visits off.
    """
    row = _BY_DIGEST.first(session.connection(), {"digest": tokens.digest(token), "now": clock.now()})
    if row is None or "customer.view_as" not in roles.words_of(row.operator_role, row.own_role_words):
        return None
    return row


def found_over(session: Session, token: str) -> BrowserSession | None:
    """Give the row of a visit by its token, over or not."""
    return session.scalar(select(BrowserSession).where(BrowserSession.digest == tokens.digest(token), BrowserSession.side == "view"))


def people(session: Session, customer: Customer) -> list[Contact]:
    """List those of a customer's people who may sign in to the portal, the primary contact first."""
    own = Contact.customer_id == customer.id
    statement = select(Contact).where(own, Contact.removed_at.is_(None), Contact.portal_role != "none")
    return list(session.scalars(statement.order_by(Contact.is_primary.desc(), Contact.id)))


def of_customer(session: Session, customer_id: UUID) -> list[Visit]:
    """List the visits that a customer had, the last first; at most LISTED."""
    now = clock.now()
    rows = session.execute(
        select(BrowserSession, User, Contact, _Own.ended_at, _Own.expires_at)
        .join(User, User.id == BrowserSession.user_id)
        .join(Contact, Contact.id == BrowserSession.contact_id)
        .join(_Own, _Own.id == BrowserSession.parent_id)
        .where(BrowserSession.viewing_customer_id == customer_id, Contact.customer_id == customer_id, BrowserSession.side == "view")
        .order_by(BrowserSession.created_at.desc(), BrowserSession.id.desc())
        .limit(LISTED)
    )
    return [
        Visit(
            id=row.id,
            viewer=user.shown_name,
            person=contact.name,
            reason=row.view_reason,
            started_at=row.created_at,
            ended_at=ended(row, now, own_ended, own_expires),
        )
        for row, user, contact, own_ended, own_expires in rows
    ]


def ended(row: BrowserSession, now: datetime, own_ended: datetime | None, own_expires: datetime) -> datetime | None:
    """Give when a visit ended: by itself, with its half hour, or with the operator's own session; None while it lasts."""
    moments = [at for at in (row.ended_at, row.expires_at, own_ended, own_expires) if at is not None and at <= now]
    return max(min(moments), row.created_at) if moments else None
