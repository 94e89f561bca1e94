"""Making a claimed message ready: its links with fresh tokens, and all that its words are made of."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from uuid import UUID

from sqlalchemy.orm import Session

from portal.domain import messages, senders, sign_in
from portal.domain.letters import TEST_CODE, Brand, RenderedLetter, Words, language_of, render, versions
from portal.domain.senders.identity import Identity
from portal.domain.sign_in.links import LIFETIMES
from portal.domain.topics import TOPICS
from portal.model import Broadcast, BusinessEntity, EmailMessage, LetterVersion
from portal.model.email_message import URGENT
from portal.values import clock, ids

PATHS = {
    "sign_in": "/sign-in/link/",
    "invite": "/sign-in/invite/",
    "preferences": "/links/preferences/",
    "unsubscribe": "/links/unsubscribe/",
    "verify_address": "/links/address/",
    "statement": "/links/statement/",
    "message": "/links/message/",
    "stop_email_change": "/links/email-change/",
    "not_me": "/links/not-me/",
}


@dataclass(frozen=True, kw_only=True)
class Prepared:
    """A message ready to be handed over: plain values, no row. Its words are made when they are first asked for."""

    id: UUID
    claim_id: UUID
    claimed_until: datetime
    lease: timedelta
    attempts: int
    created_at: datetime
    topic: str
    sender_name: str
    sender_address: str
    reply_to: str
    to_name: str
    to_address: str
    to_key: str
    message_id: str
    date: datetime
    letter: str
    facts: Mapping[str, object]
    links: Mapping[str, str] = field(repr=False)
    brand: Brand
    locale: str
    time_zone: str
    headers: Mapping[str, str] = field(repr=False)
    signing: senders.Signing | None
    from_note: str
    words: Words | None = None

    @cached_property
    def rendered(self) -> RenderedLetter:
        """The letter's words. :raises UnknownLetter, LetterIncomplete: when they cannot be made."""
        reader = {"locale": self.locale, "time_zone": self.time_zone}
        return render(self.letter, self.facts, links=self.links, brand=self.brand, words=self.words, **reader)

    @property
    def domain(self) -> str:
        return self.to_key.rpartition("@")[2]

    @property
    def awaited(self) -> bool:
        """Whether somebody waits for it in front of a page."""
        return self.topic in URGENT

    @property
    def in_time(self) -> bool:
        """Whether enough of the claim is left to begin handing over: half of it."""
        return clock.now() + self.lease / 2 <= self.claimed_until


class Writers:
    """Who the messages of one claim are written as, and in whose words, each read once."""

    def __init__(self, session: Session):
        self._session = session
        self._known: dict[UUID, tuple[BusinessEntity, Identity]] = {}
        self._broadcasts: dict[UUID, Broadcast] = {}
        self._versions: dict[tuple[str, UUID, str], LetterVersion | None] = {}

    def of(self, message: EmailMessage) -> tuple[BusinessEntity, Identity]:
        """Give the business entity that a message speaks for, and the identity it goes out under."""
        if (known := self._known.get(message.sender_id)) is None:
            sender = messages.sender_of(self._session, message)
            known = self._known[message.sender_id] = (sender.business_entity, senders.written_as(self._session, sender))
        return known

    def words(self, message: EmailMessage, entity: BusinessEntity) -> Words | None:
        """Give the words a message goes out in, as `versions.words_of`; write down whose they are, and of ours in which language."""
        key = (message.letter, entity.id, message.locale)
        if key not in self._versions:
            self._versions[key] = versions.in_force(self._session, message.letter, entity_id=entity.id, locale=message.locale)
        if message.broadcast_id is not None and message.broadcast_id not in self._broadcasts:
            self._broadcasts[message.broadcast_id] = self._session.get_one(Broadcast, message.broadcast_id)  # held, so that it is read once
        version = None if "test" in message.facts or "broadcast" in message.facts else self._versions[key]
        message.letter_version_id = version.id if version is not None else None
        message.language = "" if version is not None else language_of(message.locale)
        return versions.words_of(self._session, message, entity_id=entity.id)


def prepare(session: Session, message: EmailMessage, writers: Writers, *, lease: timedelta, secret_key: bytes, public_url: str) -> Prepared:
    """Make a claimed message ready, in the claim's own transaction."""
    entity, identity = writers.of(message)
    links = mint_links(session, message, secret_key, public_url)
    message.message_id = message.message_id or f"<{ids.new_id()}@{identity.address.rpartition('@')[2]}>"
    message.from_name, message.from_address, message.reply_to = identity.name, identity.address, identity.reply_to
    message.signed_by, message.from_note = identity.signing.domain if identity.signing else "", identity.note
    return Prepared(
        id=message.id,
        claim_id=message.claim_id,
        claimed_until=message.claimed_until,
        lease=lease,
        attempts=message.attempts,
        created_at=message.created_at,
        topic=message.topic,
        sender_name=identity.name,
        sender_address=identity.address,
        reply_to=identity.reply_to,
        to_name=message.to_name,
        to_address=message.to_address,
        to_key=message.to_key,
        message_id=message.message_id,
        date=clock.now(),
        letter=message.letter,
        facts=message.facts,
        links=links,
        brand=Brand.of(entity, public_url),
        locale=message.locale,
        time_zone=message.time_zone,
        headers=_headers(message, links),
        signing=identity.signing,
        from_note=identity.note,
        words=writers.words(message, entity),
    )


def _headers(message: EmailMessage, links: Mapping[str, str]) -> dict[str, str]:
    """Give the headers by which reports name the message, and the one click that stops its topic (RFC 8058)."""
    headers = {"X-Portal-Message": str(message.id), "X-PM-Metadata-portal-message": str(message.id)}
    if (message.topic not in TOPICS or not TOPICS[message.topic].essential) and "unsubscribe" in links and "test" not in message.facts:
        headers |= {"List-Unsubscribe": f"<{links['unsubscribe']}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
    return headers


def mint_links(session: Session, message: EmailMessage, secret_key: bytes, public_url: str) -> dict[str, str]:
    """Make the links a message wants, with fresh tokens: addresses by name, and the code where it has one."""
    links = {"code": TEST_CODE} if "test" in message.facts else {}
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
