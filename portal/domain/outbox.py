"""Sending what is in the outbox: claim a message, make its links and words, and write down what became of it.

The order is claim and mint (commit), hand over, record (commit). A worker that dies in between leaves a claim that runs
out; the message is then sent again. The one window in which it could reach somebody twice is a death after the
server's 250 and before the record.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from portal.domain import audit, messages, sign_in
from portal.domain.actors import system
from portal.domain.letters import Brand, RenderedLetter, render
from portal.domain.sign_in.links import LIFETIMES
from portal.domain.topics import TOPICS
from portal.model import Contact, EmailAttempt, EmailMessage
from portal.values import clock, ids

LEASE = timedelta(minutes=5)
RETRY_AFTER = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 240, 720, 1440))
WAITING = ("queued", "deferred", "sending")
STALE_SIGN_IN = timedelta(minutes=10)
PATHS = {
    "sign_in": "/sign-in/link/",
    "invite": "/sign-in/invite/",
    "preferences": "/links/preferences/",
    "unsubscribe": "/links/unsubscribe/",
    "verify_address": "/links/address/",
    "stop_email_change": "/links/email-change/",
}


@dataclass(frozen=True)
class Prepared:
    """A message ready to be handed over: plain values, no row."""

    id: UUID
    sender_name: str
    sender_address: str
    reply_to: str
    to_name: str
    to_address: str
    rendered: RenderedLetter
    message_id: str
    date: datetime
    headers: Mapping[str, str]


def due(session: Session, *, limit: int = 20) -> list[UUID]:
    """List the messages whose time has come, the oldest first."""
    now = clock.now()
    return list(
        session.scalars(
            select(EmailMessage.id)
            .where(
                EmailMessage.state.in_(WAITING),
                EmailMessage.next_attempt_at <= now,
                (EmailMessage.claimed_until.is_(None)) | (EmailMessage.claimed_until < now),
            )
            .order_by(EmailMessage.next_attempt_at)
            .limit(limit)
        )
    )


def claim(session: Session, message_id: UUID, *, secret_key: bytes, public_url: str) -> Prepared | None:
    """Take a message for this worker and make it ready; None when another worker has it, or it is too late for it."""
    now = clock.now()
    taken = session.execute(
        update(EmailMessage)
        .where(
            EmailMessage.id == message_id,
            EmailMessage.state.in_(WAITING),
            EmailMessage.next_attempt_at <= now,
            (EmailMessage.claimed_until.is_(None)) | (EmailMessage.claimed_until < now),
        )
        .values(state="sending", claimed_until=now + LEASE, attempts=EmailMessage.attempts + 1)
        .execution_options(synchronize_session=False)
    )
    if taken.rowcount != 1:
        return None
    message = session.get_one(EmailMessage, message_id, populate_existing=True)
    if message.topic == "sign_in" and message.created_at + STALE_SIGN_IN < now:
        message.state, message.rule, message.claimed_until = "failed", "It was older than the link it carries.", None
        return None
    return _prepare(session, message, secret_key, public_url)


def _prepare(session: Session, message: EmailMessage, secret_key: bytes, public_url: str) -> Prepared:
    sender = messages.sender_of(session, message)
    entity = sender.business_entity
    links = mint_links(session, message, secret_key, public_url)
    brand = Brand(entity.name, entity.legal_name, entity.address_line, entity.colour, public_url)
    rendered = render(message.letter, message.facts, links=links, brand=brand, locale=message.locale, time_zone=message.time_zone)
    message.subject = rendered.subject[:255]
    message.message_id = message.message_id or f"<{ids.new_id()}@{sender.address.rpartition('@')[2]}>"
    headers = {}
    if not TOPICS[message.topic].essential and "unsubscribe" in links:
        headers = {"List-Unsubscribe": f"<{links['unsubscribe']}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
    return Prepared(
        id=message.id,
        sender_name=sender.name,
        sender_address=sender.address,
        reply_to=sender.reply_to,
        to_name=message.to_name,
        to_address=message.to_address,
        rendered=rendered,
        message_id=message.message_id,
        date=clock.now(),
        headers=headers,
    )


def mint_links(session: Session, message: EmailMessage, secret_key: bytes, public_url: str) -> dict[str, str]:
    """Make the links a message wants, with fresh tokens: addresses by name, and the code where it has one."""
    links = {}
    for name, link in message.links.items():
        if link["purpose"] == "plain":
            links[name] = public_url + link["target"]
            continue
        request_id = UUID(link["request_id"]) if link.get("request_id") else None
        if link["purpose"] == "code":
            links["code"] = sign_in.mint_code(session, request_id, secret_key)
            continue
        token = sign_in.mint_link(
            session,
            purpose=link["purpose"],
            user_id=message.user_id,
            contact_id=message.contact_id,
            message_id=message.id,
            request_id=request_id,
            target=link.get("target", ""),
            topic=link.get("topic", ""),
        )
        links[name] = public_url + PATHS[link["purpose"]] + token
        if link["purpose"] == "sign_in" and request_id is None:
            links["until"] = (clock.now() + LIFETIMES["sign_in"]).isoformat()
        if request_id is not None:
            links["code"] = sign_in.mint_code(session, request_id, secret_key)
    return links


def accepted(session: Session, message_id: UUID, reply: str) -> None:
    """Note that the server took the message."""
    message = _attempt(session, message_id, "accepted", 250, reply)
    message.state, message.sent_at = "sent", clock.now()


def deferred(session: Session, message_id: UUID, code: int | None, reply: str) -> None:
    """Note that it could not be handed over now; the next try waits longer, the last gives up."""
    message = _attempt(session, message_id, "deferred", code, reply)
    if message.attempts > len(RETRY_AFTER):
        message.state, message.rule = "failed", "It could not be handed over in two days."
    else:
        message.state, message.next_attempt_at = "deferred", clock.now() + RETRY_AFTER[message.attempts - 1]


def refused(session: Session, message_id: UUID, code: int, reply: str, *, of_recipient: bool) -> None:
    """Note that the server will never take it; where it is the recipient that was refused, the contact's address bounces."""
    message = _attempt(session, message_id, "refused", code, reply)
    message.state = "bounced"
    if of_recipient and message.contact_id is not None:
        contact = session.get_one(Contact, message.contact_id)
        if contact.bounce_state != "hard":
            contact.bounce_state, contact.bounced_at = "hard", clock.now()
    audit.record(
        session,
        "message.bounced",
        by=system("worker"),
        customer_id=message.customer_id,
        subject=message,
        subject_name=message.subject,
        facts={"to": message.to_address, "reply": reply[:300]},
    )


def unfit(session: Session, message_id: UUID, why: str) -> None:
    """Note that the message itself cannot be made; trying again would not help."""
    message = _attempt(session, message_id, "unfit", None, why)
    message.state, message.rule = "failed", "The letter could not be made."


def _attempt(session: Session, message_id: UUID, outcome: str, code: int | None, reply: str) -> EmailMessage:
    message = session.get_one(EmailMessage, message_id)
    message.claimed_until, message.reply = None, reply[:2000]
    session.add(EmailAttempt(message_id=message_id, outcome=outcome, code=code, reply=reply[:2000]))
    return message
