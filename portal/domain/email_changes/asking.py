"""Asking for another address: the new one is written to with a link that makes it count, the old one with a link that stops it."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from portal.domain import audit, messages, throttles
from portal.domain.actors import Actor
from portal.domain.email_changes.following import sole_customer, taken
from portal.domain.email_changes.refusals import SameAddress, TooManyChanges
from portal.domain.letters.naming import from_where
from portal.domain.letters.phrases import say
from portal.domain.sign_in.links import LIFETIMES
from portal.domain.throttles import Rule
from portal.model import BusinessEntity, Customer, EmailChange, EmailLink, EmailMessage, User
from portal.values import clock, emails

CHANGES = Rule("email_change", free=5, window=timedelta(hours=1))
MAILS = Rule("email_change_mail", free=3, window=timedelta(hours=1))


def request(session: Session, user: User, address: str, *, by: Actor) -> EmailChange:
    """Ask for another address, which counts once its own mail has been answered; an earlier wish of the same person ends.

    An address that somebody else signs in with is answered alike: only its owner is told, by mail.

    :raises SameAddress, TooManyChanges: see there.
    """
    session.refresh(user, with_for_update=True)
    if emails.email_key(address) == user.email_key:
        raise SameAddress(field="email")
    if seconds := throttles.admit(session, (CHANGES, str(user.id))):
        raise TooManyChanges(seconds)
    if (earlier := _waiting_row(session, user.id)) is not None:
        _close(session, earlier)
    now = clock.now()
    change = EmailChange(user_id=user.id, old_email=user.email, new_email=address, expires_at=now + LIFETIMES["verify_address"])
    session.add(change)
    session.flush()
    _record(session, "email_change.requested", change, user, by=by)
    _write(session, change, user, by=by)
    return change


def waiting(session: Session, user_id: UUID) -> EmailChange | None:
    """Give the change that waits for the new address to be answered."""
    change = _waiting_row(session, user_id)
    return change if change is not None and change.expires_at > clock.now() else None


def withdraw(session: Session, user: User, *, by: Actor) -> bool:
    """Take one's own wish back; False when none is waiting."""
    session.refresh(user, with_for_update=True)
    if (change := waiting(session, user.id)) is None:
        return False
    _close(session, change)
    _record(session, "email_change.withdrawn", change, user, by=by)
    return True


def take_back_mail(session: Session, *changes: UUID) -> None:
    """End the links in mails about changes, and hold back mails that have not gone out: their links would be fresh."""
    kinds = ("notice", "verify")
    session.execute(
        update(EmailMessage)
        .where(
            EmailMessage.dedup_key.in_([f"address-change-{kind}:{change_id}" for kind in kinds for change_id in changes]),
            EmailMessage.state.in_(("queued", "deferred", "sending")),
        )
        .values(state="failed", rule="The change of address was stopped.", claimed_until=None)
        .execution_options(synchronize_session=False)
    )
    session.execute(
        update(EmailLink)
        .where(
            EmailLink.topic.in_([str(change_id) for change_id in changes]),
            EmailLink.purpose.in_(("verify_address", "stop_email_change")),
            EmailLink.used_at.is_(None),
            EmailLink.revoked_at.is_(None),
        )
        .values(revoked_at=clock.now())
        .execution_options(synchronize_session=False)
    )


def _waiting_row(session: Session, user_id: UUID) -> EmailChange | None:
    return session.scalar(select(EmailChange).where(EmailChange.user_id == user_id, EmailChange.state == "waiting"))


def _close(session: Session, change: EmailChange) -> None:
    """End a change; the old address keeps its link, for whoever asked may have been somebody else."""
    change.state, change.decided_at = "stopped", clock.now()
    session.flush()


def _record(session: Session, action: str, change: EmailChange, user: User, *, by: Actor) -> None:
    audit.record(
        session,
        action,
        by=by,
        customer_id=by.customer_id or sole_customer(session, user.id),
        subject=user,
        subject_name=user.shown_name,
        facts={"to": emails.mask_email(change.new_email)},
    )


def _write(session: Session, change: EmailChange, user: User, *, by: Actor) -> None:
    customer = session.get(Customer, by.customer_id) if by.customer_id else None
    entity = session.get(BusinessEntity, customer.business_entity_id) if customer else None
    place = {
        "locale": user.locale or (customer.locale if customer else None) or (entity.locale if entity else None) or "en",
        "time_zone": user.time_zone or (customer.time_zone if customer else None) or (entity.time_zone if entity else None) or "UTC",
    }
    entity_id = entity.id if entity else None
    asked = {"name": user.name, "asked_at": clock.now().isoformat(), "asked_from": from_where(by)}
    link = {"topic": str(change.id)}
    messages.queue(
        session,
        "address_change_notice",
        to=messages.Recipient(address=change.old_email, name=user.name, user_id=user.id, customer_id=by.customer_id, **place),
        facts=asked | {"new_address": emails.mask_email(change.new_email)},
        links={"stop": {"purpose": "stop_email_change"} | link},
        why=say("You get this because this is the address you sign in with."),
        key=f"address-change-notice:{change.id}",
        entity_id=entity_id,
    )
    counted_by = throttles.by_address(change.new_email)
    throttles.in_turn(session, counted_by)
    if throttles.count(session, MAILS, counted_by) >= MAILS.free:
        return
    throttles.note(session, MAILS, counted_by)
    if taken(session, user, change.new_email):
        messages.queue(
            session,
            "address_in_use",
            to=messages.Recipient(address=change.new_email, **place),
            facts={"asked_at": asked["asked_at"]},
            why=say("You get this because somebody entered this address as theirs."),
            key=f"address-in-use:{change.id}",
            entity_id=entity_id,
        )
        return
    messages.queue(
        session,
        "address_change_verify",
        to=messages.Recipient(address=change.new_email, name=user.name, user_id=user.id, customer_id=by.customer_id, **place),
        facts=asked | {"old_address": emails.mask_email(change.old_email), "expires_at": change.expires_at.isoformat()},
        links={"verify": {"purpose": "verify_address"} | link},
        why=say("You get this because somebody entered this address as theirs."),
        key=f"address-change-verify:{change.id}",
        entity_id=entity_id,
    )
