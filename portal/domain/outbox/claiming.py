"""Claiming: messages whose time has come, taken by one worker each; what may not go out now is held back, with its rule."""

from datetime import datetime, timedelta
from uuid import UUID

import structlog
from sqlalchemy import ColumnElement, and_, not_, or_, select, text, update
from sqlalchemy.orm import Session

from portal.domain import throttles
from portal.domain.outbox.holding import Held, Judge
from portal.domain.outbox.preparing import Prepared, Writers, prepare
from portal.model import EmailAttempt, EmailMessage
from portal.model.email_message import AWAITED, SENDING, UNHURRIED, WAITS
from portal.values import clock, ids

LEASE = timedelta(minutes=5)
BATCH = 50
PER_DOMAIN = 6
"""So many claims hold messages to one domain at a time, over all workers; each hands them over one after another."""
WAITING = ("queued", "deferred", "sending")

log = structlog.get_logger(source="portal.mail")


def due(session: Session, *, limit: int = 20) -> list[UUID]:
    """List the messages whose time has come, those that somebody waits for first, then the oldest."""
    return _pick(session, clock.now(), frozenset(), limit)


def claim(session: Session, message_id: UUID, *, secret_key: bytes, public_url: str, lease: timedelta = LEASE) -> Prepared | None:
    """Take one message for this worker and make it ready; None when another has it, or it may not go out."""
    found = _claim(session, [message_id], secret_key=secret_key, public_url=public_url, lease=lease)
    return found[0] if found else None


def claim_batch(
    session: Session,
    *,
    secret_key: bytes,
    public_url: str,
    limit: int = BATCH,
    lease: timedelta = LEASE,
    per_domain: int = PER_DOMAIN,
    passing: frozenset[str] = frozenset(),
) -> list[Prepared]:
    """Take up to `limit` messages whose time has come and make them ready: in one transaction, for one worker.

    A domain that `per_domain` claims hold messages of already is left out, and those that the worker is `passing` over, so
    that one slow domain keeps a few lanes busy and not all. Workers claim one after another; what is committed here no
    other worker takes before the lease is over.
    """
    throttles.in_turn(session, "mail claims")
    now = clock.now()
    chosen = _pick(session, now, passing | _busy_domains(session, now, per_domain), limit)
    return _claim(session, chosen, secret_key=secret_key, public_url=public_url, lease=lease) if chosen else []


def put_back(session: Session, prepared: list[Prepared], *, pause: timedelta = timedelta(0)) -> None:
    """Give messages back that were claimed and not handed over; the try does not count."""
    for one in prepared:
        session.execute(
            update(EmailMessage)
            .where(EmailMessage.id == one.id, EmailMessage.claim_id == one.claim_id, EmailMessage.state == "sending")
            .values(
                state="queued" if one.attempts <= 1 else "deferred",
                attempts=EmailMessage.attempts - 1,
                claimed_until=None,
                claim_id=None,
                next_attempt_at=clock.now() + pause,
            )
            .execution_options(synchronize_session=False)
        )


def _claimable(now: datetime) -> ColumnElement[bool]:
    """Make the condition: it waits, was not taken by a server yet, its time has come, and no claim on it holds."""
    return and_(
        text(WAITS),
        EmailMessage.sent_at.is_(None),
        EmailMessage.next_attempt_at <= now,
        or_(EmailMessage.claimed_until.is_(None), EmailMessage.claimed_until < now),
    )


def _pick(session: Session, now: datetime, busy: frozenset[str], limit: int) -> list[UUID]:
    waiting = select(EmailMessage.id).where(_claimable(now)).order_by(EmailMessage.next_attempt_at)
    for domain in sorted(busy):
        waiting = waiting.where(not_(EmailMessage.to_key.endswith(f"@{domain}", autoescape=True)))
    chosen = list(session.scalars(waiting.where(text(AWAITED)).limit(limit).with_for_update(skip_locked=True)))
    if left := limit - len(chosen):
        chosen += session.scalars(waiting.where(text(UNHURRIED)).limit(left).with_for_update(skip_locked=True))
    return chosen


def _busy_domains(session: Session, now: datetime, per_domain: int) -> frozenset[str]:
    """Name the domains that as many live claims as may be hold messages of."""
    claims: dict[str, set[UUID | None]] = {}
    for to_key, claim_id in session.execute(
        select(EmailMessage.to_key, EmailMessage.claim_id).where(text(SENDING), EmailMessage.claimed_until > now).distinct()
    ):
        claims.setdefault(to_key.rpartition("@")[2], set()).add(claim_id)
    return frozenset(domain for domain, held_by in claims.items() if len(held_by) >= per_domain)


def _claim(session: Session, chosen: list[UUID], *, secret_key: bytes, public_url: str, lease: timedelta) -> list[Prepared]:
    now, claim_id = clock.now(), ids.new_id()
    taken = set(
        session.scalars(
            update(EmailMessage)
            .where(EmailMessage.id.in_(chosen), _claimable(now))
            .values(state="sending", claimed_until=now + lease, claim_id=claim_id, attempts=EmailMessage.attempts + 1)
            .returning(EmailMessage.id)
            .execution_options(synchronize_session=False)
        )
    )
    rows = {
        message.id: message
        for message in session.scalars(select(EmailMessage).where(EmailMessage.id.in_(taken)).execution_options(populate_existing=True))
    }
    judge, writers = Judge(session, list(rows.values())), Writers(session)
    ready = []
    for message in (rows[one] for one in chosen if one in rows):
        if (held := judge.holds(message)) is not None:
            _hold_back(session, message, held)
        else:
            ready.append(prepare(session, message, writers, lease=lease, secret_key=secret_key, public_url=public_url))
    session.flush()
    return ready


def _hold_back(session: Session, message: EmailMessage, held: Held) -> None:
    """Write down that a message does not go out now, or never, and by which rule."""
    message.claimed_until = message.claim_id = None
    message.attempts -= 1
    message.rule = held.words
    if held.until is None:
        message.state = held.state
    else:
        message.state, message.next_attempt_at = "deferred" if message.attempts else "queued", held.until
    session.add(EmailAttempt(message_id=message.id, outcome="held", reply=held.words))
    log.info("message held back", message=str(message.id), rule=held.words, until=held.until.isoformat() if held.until else "")
