"""Browser sessions: rows, so that any of them can be seen and ended at once."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import ip_address
from uuid import UUID

from sqlalchemy import Row, bindparam, func, select, update
from sqlalchemy.orm import Session

from portal.domain import throttles
from portal.domain.kept import Kept
from portal.domain.permissions import OPERATOR_ROLES
from portal.domain.roles.reading import words_of
from portal.domain.session_limits import absolute, idle
from portal.model import BrowserSession, BusinessEntity, Contact, Customer, Membership, OperatorRole, Setting, User
from portal.values import clock, tokens

TOUCH_AFTER = timedelta(minutes=1)

SEEN = (
    BrowserSession.id,
    BrowserSession.side,
    BrowserSession.user_id,
    BrowserSession.seen_at,
    BrowserSession.proved_at,
    BrowserSession.expires_at,
    BrowserSession.created_at,
    BrowserSession.second_factor,
    BrowserSession.contact_id,
    User.name,
    User.email,
    User.display,
    Membership.role.label("operator_role"),
    Membership.business_entity_id.label("limited_to"),
    OperatorRole.name.label("own_role_name"),
    OperatorRole.permissions.label("own_role_words"),
    Contact.portal_role,
    Contact.customer_id,
    Contact.first_name,
    Contact.last_name,
    Customer.name.label("customer_name"),
    Customer.business_entity_id,
    BusinessEntity.name.label("business_entity_name"),
    BusinessEntity.logo,
    BusinessEntity.logo_width,
    BusinessEntity.logo_height,
)
"""What every request is told of its session, a visit too: the person, the role, the company."""

_BY_DIGEST = Kept(
    select(
        *SEEN,
        BrowserSession.method,
        select(Setting.value).where(Setting.key == "second_factor_roles").scalar_subquery().label("second_factor_roles"),
        func.coalesce(User.locale, Contact.locale, Customer.locale, BusinessEntity.locale).label("locale"),
        func.coalesce(User.time_zone, Contact.time_zone, Customer.time_zone, BusinessEntity.time_zone).label("time_zone"),
    )
    .join(User, User.id == BrowserSession.user_id)
    .outerjoin(
        Membership,
        (Membership.user_id == User.id) & Membership.ended_at.is_(None) & (BrowserSession.side == "console"),
    )
    .outerjoin(OperatorRole, (OperatorRole.key == Membership.role) & OperatorRole.ended_at.is_(None))
    .outerjoin(Contact, (Contact.id == BrowserSession.contact_id) & Contact.removed_at.is_(None))
    .outerjoin(Customer, Customer.id == Contact.customer_id)
    .outerjoin(
        BusinessEntity,
        (BusinessEntity.id == Customer.business_entity_id) | ((BrowserSession.side == "console") & BusinessEntity.is_default),
    )
    .where(
        BrowserSession.digest == bindparam("digest"),
        BrowserSession.side != "view",  # a visit is found by viewing.find alone, so that its token is no portal session
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
    session: Session,
    user: User,
    *,
    side: str,
    method: str,
    contact: Contact | None = None,
    ip: str = "",
    device: str = "",
    second_factor: str = "",
) -> Started:
    """Start a session for a browser: in the console, or in the portal as one contact."""
    token = tokens.new_token()
    now = clock.now()
    role, words = _role_of(session, user, side=side, contact=contact)
    row = BrowserSession(
        digest=tokens.digest(token),
        user_id=user.id,
        side=side,
        contact_id=contact.id if contact else None,
        method=method,
        second_factor=second_factor,
        device=device[:255],
        ip=ip[:45],
        proved_at=now,
        seen_at=now,
        expires_at=now + absolute(side, role, words),
    )
    session.add(row)
    session.flush()
    return Started(row, token)


def rotate(session: Session, session_id: UUID, *, second_factor: str = "") -> str:
    """Note that the person has just shown anew who they are, under a new token; the one before opens nothing any more.

    `second_factor` is what was shown, where it was one. Give the token for the cookie.
    """
    token = tokens.new_token()
    values = {"digest": tokens.digest(token), "proved_at": clock.now()} | ({"second_factor": second_factor} if second_factor else {})
    session.execute(update(BrowserSession).where(BrowserSession.id == session_id, BrowserSession.ended_at.is_(None)).values(**values))
    return token


def find(session: Session, token: str) -> Row | None:
    """Give the live session of a cookie's token, with the user and the role in the same row; None when it is over.

    It is over when it was ended, is idle or old, the user is deactivated, or the role is gone. An operator who is limited to
    some business entities has a row for each; `limited_to` then is one of them, and users.entities_of gives all.
    """
    row = _BY_DIGEST.first(session.connection(), {"digest": tokens.digest(token)})
    now = clock.now()
    if row is None or row.expires_at <= now:
        return None
    console = row.side == "console"
    role = row.operator_role if console else row.portal_role
    if not role or role == "none" or (console and role not in OPERATOR_ROLES and row.own_role_words is None):
        return None
    words = words_of(role, row.own_role_words) if console else ()
    return row if row.seen_at + idle(row.side, role, words) > now else None


def _role_of(session: Session, user: User, *, side: str, contact: Contact | None) -> tuple[str, frozenset[str]]:
    """Give the role that a session is in, and an operator's words."""
    if contact is not None:
        return contact.portal_role, frozenset()
    held = session.execute(
        select(Membership.role, OperatorRole.permissions)
        .outerjoin(OperatorRole, (OperatorRole.key == Membership.role) & OperatorRole.ended_at.is_(None))
        .where(Membership.user_id == user.id, Membership.ended_at.is_(None))
    ).first()
    return (held.role, words_of(held.role, held.permissions)) if side == "console" and held is not None else ("", frozenset())


def place(ip: str, here: str) -> str:
    """Say in words where a session is, seen from `here`: what two addresses tell by themselves, and no more."""
    try:
        there = ip_address(ip)
    except ValueError:
        return ""
    if there.is_loopback:
        return "this computer" if ip == here else "the computer that Portal runs on"
    return "this network" if throttles.network(ip) == throttles.network(here) else "another network"


WAYS = {
    "link": "by a link",
    "code": "by a code",
    "password": "by password",
    "passkey": "by passkey",
    "oidc": "by single sign-on",
    "invite": "by invite",
}
BESIDE = {"totp": "and the app", "passkey": "and a passkey", "recovery": "and a recovery code"}


@dataclass(frozen=True)
class Told:
    """A session in words: which side it is on, where it is seen from there, and how it was begun."""

    side: str
    place: str
    way: str


def told(row: BrowserSession, here: str) -> Told:
    """Say of a session what a person wants to know, seen from `here`, an IP address."""
    beside = BESIDE.get(row.second_factor, "") if row.method != "passkey" else ""
    return Told(
        side={"console": "Console", "view": "A visit"}.get(row.side, "Portal"),
        place=", ".join(filter(None, (place(row.ip, here), row.ip))) or "unknown address",
        way=" ".join(filter(None, (WAYS.get(row.method, ""), beside))),
    )


def needs_touch(row: Row) -> bool:
    """Tell whether "last seen" is old enough to be written anew."""
    return clock.now() - row.seen_at > TOUCH_AFTER


def touch(session: Session, session_id: UUID) -> None:
    """Note that the session was seen now."""
    session.execute(update(BrowserSession).where(BrowserSession.id == session_id).values(seen_at=clock.now()))


def of_user(session: Session, user_id: UUID) -> list[BrowserSession]:
    """List a person's live sessions, the last seen first."""
    now: datetime = clock.now()
    found = session.execute(
        select(BrowserSession, Contact.portal_role)
        .outerjoin(Contact, Contact.id == BrowserSession.contact_id)
        .where(BrowserSession.user_id == user_id, BrowserSession.ended_at.is_(None), BrowserSession.expires_at > now)
        .order_by(BrowserSession.seen_at.desc())
    ).all()
    if not found:
        return []
    role, words = _role_of(session, session.get_one(User, user_id), side="console", contact=None)
    return [row for row, at in found if row.seen_at + idle(row.side, role if row.side == "console" else at or "", words) > now]


def end(session: Session, user_id: UUID, *, session_id: UUID | None = None, keep: UUID | None = None, side: str = "", why: str) -> int:
    """End one of a person's sessions, or all of them but `keep`, on one side where it is named; give how many were ended."""
    statement = update(BrowserSession).where(BrowserSession.user_id == user_id, BrowserSession.ended_at.is_(None))
    if session_id is not None:
        statement = statement.where(BrowserSession.id == session_id)
    if keep is not None:
        statement = statement.where(BrowserSession.id != keep)
    if side:
        statement = statement.where(BrowserSession.side == side)
    return session.execute(statement.values(ended_at=clock.now(), end_reason=why)).rowcount
