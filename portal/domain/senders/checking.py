"""Checking: which senders are due, what to ask, and what the answers change."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session, joinedload

from portal.domain.actors import Actor
from portal.domain.senders.judging import Answers, judge
from portal.domain.senders.keys import record, take_next_key
from portal.domain.senders.records import key_name, questions
from portal.model import Sender
from portal.values import clock
from portal.values.dns import Question

LEASE = timedelta(minutes=5)
DAILY = timedelta(days=1)
HOURLY = timedelta(hours=1)
SOON = timedelta(minutes=10)
FRESH = timedelta(days=2)
"""For how long somebody is likely to be waiting for a new key's record."""


def due(session: Session, *, limit: int = 20) -> list[UUID]:
    """List the senders whose records are to be looked at now, the longest waiting first."""
    statement = select(Sender.id).where(Sender.ended_at.is_(None), Sender.dns_due_at <= clock.now())
    return list(session.scalars(statement.order_by(Sender.dns_due_at).limit(limit)))


def claim(session: Session, sender_id: UUID, *, returns: str = "") -> list[Question] | None:
    """Take a sender's check for this worker, and give what is to be asked; None when another one has it."""
    now = clock.now()
    taken = session.execute(
        update(Sender)
        .where(Sender.id == sender_id, Sender.ended_at.is_(None), Sender.dns_due_at <= now)
        .values(dns_due_at=now + LEASE)
        .execution_options(synchronize_session=False)
    )
    return questions(session.get_one(Sender, sender_id, populate_existing=True), returns=returns) if taken.rowcount == 1 else None


def settle(session: Session, sender_id: UUID, answers: Answers, *, relay: str, returns: str = "", by: Actor) -> Sender | None:
    """Write down what name servers said, and act on it; None when the sender or its key is another one by now.

    A record that stands lets mail be signed; where it stands for the key that waits, signing moves over to that. One that
    is gone or wrong ends the signing; a resolver that does not answer changes nothing but the state that is shown.
    """
    statement = select(Sender).options(joinedload(Sender.business_entity)).where(Sender.id == sender_id, Sender.ended_at.is_(None))
    sender = session.scalar(statement.with_for_update(of=Sender), execution_options={"populate_existing": True})
    if sender is None or not _asked_of(sender, answers):
        return None
    before, now = sender.dns_state, clock.now()
    found = {finding.what: finding for finding in judge(sender, answers, relay=relay, returns=returns)}
    if "next" in found and found["next"].state == "published":
        take_next_key(session, sender, by=by)
        found = {finding.what: finding for finding in judge(sender, answers, relay=relay, returns=returns)}
    if "dkim" in found:
        sender.dns_state = found["dkim"].state
        if sender.dns_state != "unreachable":
            sender.dns_published = sender.dns_state == "published"
    sender.dns_report = [finding.kept() for finding in found.values()]
    sender.dns_checked_at = now
    sender.dns_due_at = now + _pause(sender, now) if sender.dkim_selector else None
    session.flush()
    if sender.dns_state != before:
        record(session, "sender.checked", sender, {"dns_state": (before, sender.dns_state)}, by=by, facts={"found": found["dkim"].words})
    return sender


def _asked_of(sender: Sender, answers: Answers) -> bool:
    """Tell whether the answers are about the keys that the sender has now."""
    names = [key_name(sender, new=new) for new in (False, True) if (sender.dkim_next_selector if new else sender.dkim_selector)]
    return all(Question(name, "TXT") in answers for name in names)


def _pause(sender: Sender, now: datetime) -> timedelta:
    """Say when to look again: daily where all is well, soon where somebody waits for it."""
    if sender.dns_state == "published" and not sender.dkim_next_selector:
        return DAILY
    waited = now - (sender.dkim_made_at or now)
    return SOON if sender.dns_state == "unreachable" or waited < FRESH else HOURLY
