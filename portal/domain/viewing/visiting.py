"""Beginning and ending visits, each with its event in the record that names both: who looked, and as whom."""

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, aliased

from portal.domain import actors, audit
from portal.domain.actors import Actor
from portal.domain.errors import NotFound
from portal.domain.sessions import Started
from portal.domain.viewing.finding import ended
from portal.domain.viewing.refusals import VisitsOff
from portal.model import AuditEvent, BrowserSession, Contact, Customer, User
from portal.values import clock, tokens

LASTS = timedelta(minutes=30)
LOOKED_BACK = timedelta(days=7)
_LOCK = 0x706F7274_616C3133  # a number of our own among PostgreSQL's advisory locks
_Own = aliased(BrowserSession)


def start(session: Session, customer: Customer, contact: Contact, *, reason: str, own: UUID, by: Actor) -> Started:
    """Begin a visit of an operator as one of a customer's people; `own` is the operator's session that it returns to.

    A visit that the same session began earlier ends. It lasts LASTS, whatever is done in it.

    :raises VisitsOff: when the customer does not want it. :raises NotFound: when the person has no access to the portal.
    """
    session.refresh(customer, attribute_names=["support_access", "version"], with_for_update={"read": True})
    if not customer.support_access:
        raise VisitsOff
    if contact.customer_id != customer.id or contact.removed_at is not None or contact.portal_role == "none":
        raise NotFound
    for earlier in session.scalars(_running().where(BrowserSession.parent_id == own)):
        end(session, earlier, why="another visit began", by=by)
    now, token = clock.now(), tokens.new_token()
    row = BrowserSession(
        digest=tokens.digest(token),
        user_id=by.user_id,
        side="view",
        contact_id=contact.id,
        viewing_customer_id=customer.id,
        view_reason=reason,
        method="view_as",
        device=by.device[:255],
        ip=by.ip[:45],
        parent_id=own,
        created_at=now,
        proved_at=now,
        seen_at=now,
        expires_at=now + LASTS,
    )
    session.add(row)
    session.flush()
    _record(session, "view.started", row, contact, {"visit_reason": reason, "minutes": LASTS.seconds // 60}, by=by)
    return Started(row, token)


def end(session: Session, row: BrowserSession, *, why: str, by: Actor, at: datetime | None = None) -> None:
    """End a visit, `at` a moment that has passed where it was over before anybody wrote it down; once only."""
    known = row.ended_at
    session.refresh(row, with_for_update=True)
    if row.ended_at is not None and (at is None or row.ended_at != known):
        return
    if row.ended_at is None:
        row.ended_at, row.end_reason = at or clock.now(), why[:40]
    session.flush()
    contact = session.get_one(Contact, row.contact_id)
    seconds = int((row.ended_at - row.created_at).total_seconds())
    _record(session, "view.ended", row, contact, {"seconds": seconds, "ended_by": row.end_reason or why}, by=by)


def over(session: Session) -> bool:
    """Tell whether there are visits whose end is not in the record yet."""
    return bool(_unrecorded(session))


def settle(session: Session) -> int:
    """Write down the end of visits that ended by themselves: their time ran out, or the operator's own session ended; give how many."""
    if session.get_bind().dialect.name == "postgresql" and not session.scalar(select(func.pg_try_advisory_xact_lock(_LOCK))):
        return 0
    found = _unrecorded(session)
    for row, at in found:
        user = session.get_one(User, row.user_id)
        by = actors.Actor(kind="operator", origin="worker", name=user.shown_name, user_id=user.id)
        end(session, row, why="its time was over" if at >= row.expires_at else "the operator's session ended", by=by, at=at)
    return len(found)


def _running() -> Select:
    return select(BrowserSession).where(BrowserSession.side == "view", BrowserSession.ended_at.is_(None))


def _unrecorded(session: Session) -> list[tuple[BrowserSession, datetime]]:
    now = clock.now()
    told = select(AuditEvent.id).where(
        AuditEvent.customer_id == BrowserSession.viewing_customer_id,
        AuditEvent.at >= BrowserSession.created_at,
        AuditEvent.action == "view.ended",
        AuditEvent.subject_id == BrowserSession.id,
    )
    statement = (
        select(BrowserSession, _Own.ended_at, _Own.expires_at)
        .join(_Own, _Own.id == BrowserSession.parent_id)
        .where(BrowserSession.side == "view", BrowserSession.created_at > now - LOOKED_BACK, ~told.exists())
    )
    rows = session.execute(statement).all()
    found = ((row, ended(row, now, own_ended, own_expires)) for row, own_ended, own_expires in rows)
    return [(row, at) for row, at in found if at is not None]


def _record(session: Session, action: str, row: BrowserSession, contact: Contact, facts: dict, *, by: Actor) -> None:
    audit.record(
        session,
        action,
        by=replace(by, on_behalf_of=contact.name),
        customer_id=row.viewing_customer_id,
        subject=row,
        subject_name=contact.name,
        facts=facts | {"contact_id": contact.id},
    )
