"""Deciding on a change of address, by the links in the two mails: the new address makes it count, the old one stops or undoes it."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.domain import audit, sessions
from portal.domain.actors import Actor
from portal.domain.email_changes.asking import take_back_mail
from portal.domain.email_changes.following import move, sole_customer
from portal.domain.links import LinkEnded, LinkUnknown
from portal.domain.sign_in.links import Opened, revoke_asked_for, spend
from portal.model import EmailChange, EmailLink, User
from portal.values import clock, emails, tokens


@dataclass(frozen=True)
class Held:
    """A live link about a change of address, with the change and the person."""

    link: EmailLink
    change: EmailChange
    user: User

    def actor(self, **where: str) -> Actor:
        """Make the actor who holds this link."""
        return Actor(kind="link", origin="link", name=self.user.shown_name, user_id=self.user.id, **where)


def find(session: Session, token: str, purpose: str) -> Held:
    """Find the live link of a token, "verify_address" or "stop_email_change"; looking changes nothing.

    :raises LinkUnknown: when no link about a change has the token. :raises LinkEnded: when there is nothing to decide any more.
    """
    link = session.scalar(
        select(EmailLink).where(EmailLink.digest == tokens.digest(token), EmailLink.purpose == purpose, EmailLink.topic != "")
    )
    change = session.get(EmailChange, UUID(link.topic)) if link is not None else None
    if change is None:
        raise LinkUnknown
    user = session.get_one(User, change.user_id)
    now = clock.now()
    over = link.used_at or link.revoked_at or (link.expires_at and link.expires_at <= now) or user.deactivated_at
    if purpose == "verify_address":
        over = over or change.state != "waiting" or change.expires_at <= now or emails.email_key(change.old_email) != user.email_key
    if over:
        raise LinkEnded("It was used, it has run out, or the change that it is about was taken back. Nothing has changed by opening it.")
    return Held(link, change, user)


def confirm(session: Session, token: str, *, keep: UUID | None = None, by: Actor) -> User:
    """Let the new address count, as its own link says; every session but `keep` ends, and links to the old address.

    :raises LinkUnknown, LinkEnded, AddressTaken: see there.
    """
    held = _hold(session, token, "verify_address")
    user, change = held.user, held.change
    move(session, user, change.new_email, by=by)
    change.state, change.decided_at = "done", clock.now()
    session.flush()
    ended = sessions.end(session, user.id, keep=keep, why="address changed")
    revoke_asked_for(session, emails.email_key(change.old_email))
    _record(session, "email_change.done", held, {"sessions_ended": ended}, by=by)
    return user


def stop(session: Session, token: str, *, by: Actor) -> Held:
    """Stop a change, as the old address's link says, or take it back where it has happened: then later ones go too.

    Every session of the person ends, for somebody may be in who should not be. No link about a later change works any more:
    it was sent to an address that is not the person's.

    :raises LinkUnknown, LinkEnded: see there. :raises AddressTaken: when somebody else signs in with the old address by now.
    """
    held = _hold(session, token, "stop_email_change")
    user, change = held.user, held.change
    since = session.scalars(
        select(EmailChange).where(EmailChange.user_id == user.id, EmailChange.requested_at >= change.requested_at)
    ).all()
    reverted = user.email_key != emails.email_key(change.old_email)
    if reverted:
        leaving = user.email_key
        move(session, user, change.old_email, by=by)
        revoke_asked_for(session, leaving)
    for one in since:
        one.state, one.decided_at = "stopped", clock.now()
    session.flush()
    take_back_mail(session, *(one.id for one in since))
    ended = sessions.end(session, user.id, why="address change stopped")
    _record(session, "email_change.stopped", held, {"sessions_ended": ended, "reverted": reverted}, by=by)
    return held


def _hold(session: Session, token: str, purpose: str) -> Held:
    """Hold the person's row and use the link up; of two who decide at once, the second finds it decided."""
    held = find(session, token, purpose)
    session.refresh(held.user, with_for_update=True)
    session.refresh(held.change)
    held = find(session, token, purpose)
    if not spend(session, Opened(held.link, "live", held.user.email)):
        raise LinkEnded
    return held


def _record(session: Session, action: str, held: Held, facts: dict, *, by: Actor) -> None:
    audit.record(
        session,
        action,
        by=by,
        customer_id=sole_customer(session, held.user.id),
        subject=held.user,
        subject_name=held.user.shown_name,
        facts={"to": emails.mask_email(held.change.new_email), **facts},
    )
