"""Browser sessions: rows, so that any of them can be seen and ended at once."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Row, bindparam, func, select, update
from sqlalchemy.orm import Session

from portal.model import BrowserSession, BusinessEntity, Contact, Customer, Membership, User
from portal.values import clock, tokens

IDLE = {"console": timedelta(hours=12), "portal": timedelta(days=7)}
ABSOLUTE = {"console": timedelta(days=7), "portal": timedelta(days=30)}
TOUCH_AFTER = timedelta(minutes=1)

_BY_DIGEST = (
    select(
        BrowserSession.id,
        BrowserSession.side,
        BrowserSession.user_id,
        BrowserSession.seen_at,
        BrowserSession.proved_at,
        BrowserSession.expires_at,
        BrowserSession.contact_id,
        User.name,
        User.email,
        User.display,
        func.coalesce(User.locale, Contact.locale, Customer.locale, BusinessEntity.locale).label("locale"),
        func.coalesce(User.time_zone, Contact.time_zone, Customer.time_zone, BusinessEntity.time_zone).label("time_zone"),
        Membership.role.label("operator_role"),
        Contact.portal_role,
        Contact.customer_id,
        Contact.first_name,
        Contact.last_name,
        Customer.name.label("customer_name"),
        Customer.business_entity_id,
        BusinessEntity.name.label("business_entity_name"),
    )
    .join(User, User.id == BrowserSession.user_id)
    .outerjoin(
        Membership,
        (Membership.user_id == User.id)
        & Membership.ended_at.is_(None)
        & Membership.business_entity_id.is_(None)
        & (BrowserSession.side == "console"),
    )
    .outerjoin(Contact, (Contact.id == BrowserSession.contact_id) & Contact.removed_at.is_(None))
    .outerjoin(Customer, Customer.id == Contact.customer_id)
    .outerjoin(
        BusinessEntity,
        (BusinessEntity.id == Customer.business_entity_id) | ((BrowserSession.side == "console") & BusinessEntity.is_default),
    )
    .where(
        BrowserSession.digest == bindparam("digest"),
        BrowserSession.ended_at.is_(None),
        User.deactivated_at.is_(None),
    )
)


@dataclass(frozen=True)
class Started:
    """A session that was just started, with the token for its cookie: the only time it is known."""

    row: BrowserSession
    token: str


def start(
    session: Session, user: User, *, side: str, method: str, contact: Contact | None = None, ip: str = "", device: str = ""
) -> Started:
    """Start a session for a browser: in the console, or in the portal as one contact."""
    token = tokens.new_token()
    now = clock.now()
    row = BrowserSession(
        digest=tokens.digest(token),
        user_id=user.id,
        side=side,
        contact_id=contact.id if contact else None,
        method=method,
        device=device[:255],
        ip=ip[:45],
        proved_at=now,
        seen_at=now,
        expires_at=now + ABSOLUTE[side],
    )
    session.add(row)
    session.flush()
    return Started(row, token)


def find(session: Session, token: str) -> Row | None:
    """Give the live session of a cookie's token, with the user and the role in the same row; None when it is over.

    It is over when it was ended, is idle or old, the user is deactivated, or the role is gone.
    """
    row = session.connection().execute(_BY_DIGEST, {"digest": tokens.digest(token)}).first()
    now = clock.now()
    if row is None or row.expires_at <= now or row.seen_at + IDLE[row.side] <= now:
        return None
    role = row.operator_role if row.side == "console" else row.portal_role
    return row if role and role != "none" else None


def needs_touch(row: Row) -> bool:
    """Tell whether "last seen" is old enough to be written anew."""
    return clock.now() - row.seen_at > TOUCH_AFTER


def touch(session: Session, session_id: UUID) -> None:
    """Note that the session was seen now."""
    session.execute(update(BrowserSession).where(BrowserSession.id == session_id).values(seen_at=clock.now()))


def of_user(session: Session, user_id: UUID) -> list[BrowserSession]:
    """List a person's live sessions, the last seen first."""
    now: datetime = clock.now()
    found = session.scalars(
        select(BrowserSession)
        .where(BrowserSession.user_id == user_id, BrowserSession.ended_at.is_(None), BrowserSession.expires_at > now)
        .order_by(BrowserSession.seen_at.desc())
    )
    return [row for row in found if row.seen_at + IDLE[row.side] > now]


def end(session: Session, user_id: UUID, *, session_id: UUID | None = None, keep: UUID | None = None, why: str) -> int:
    """End one of a person's sessions, or all of them but `keep`; give how many were ended."""
    statement = update(BrowserSession).where(BrowserSession.user_id == user_id, BrowserSession.ended_at.is_(None))
    if session_id is not None:
        statement = statement.where(BrowserSession.id == session_id)
    if keep is not None:
        statement = statement.where(BrowserSession.id != keep)
    return session.execute(statement.values(ended_at=clock.now(), end_reason=why)).rowcount
