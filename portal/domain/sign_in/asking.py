"""Asking for a sign-in link: the same work and the same answer whether the address is known or not."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.domain import audit, messages, single_sign_on, throttles, users
from portal.domain.actors import Actor
from portal.domain.letters.naming import from_where
from portal.domain.letters.phrases import say
from portal.domain.throttles import Rule
from portal.domain.users import NOBODY, Place
from portal.model import BusinessEntity, Contact, SignInRequest, User
from portal.values import clock, emails, tokens

LIVES = timedelta(minutes=10)
MAILS = Rule("sign_in_mail", free=3, window=timedelta(minutes=15))
ASKS = Rule("sign_in_ask", free=30, window=timedelta(minutes=15))


@dataclass(frozen=True)
class Asked:
    """A request, and the token for the cookie of the browser that asked; None where its cookie is good already."""

    request: SignInRequest
    browser: str | None


def too_many(session: Session, ip: str) -> int:
    """Say how many seconds a network has to wait that asks for very many links, whomever they are for; else count the try."""
    return throttles.admit(session, (ASKS, throttles.by_network(ip)))


def ask(session: Session, email: str, *, target: str = "", browser: str = "", by: Actor) -> Asked:
    """Write down that a browser asks to be signed in, and queue the mail when the address leads anywhere.

    At most three mails go to an address in 15 minutes; a browser that asks for a fourth keeps the request it has, so that
    the code in its last mail stays good.
    """
    key = emails.email_key(email)
    counted_by = throttles.by_address(key)
    throttles.in_turn(session, counted_by)
    mailing = throttles.count(session, MAILS, counted_by) < MAILS.free
    present = request_of(session, browser)
    if not mailing and present is not None and present.email_key == key:
        return Asked(present, None)
    token = tokens.new_token()
    now = clock.now()
    user = users.by_email(session, key)
    places = single_sign_on.permitted(session, key, users.places(session, key), method="link")
    request = SignInRequest(
        email_key=key,
        user_id=user.id if user is not None and places else None,
        browser_digest=tokens.digest(token),
        target=target,
        ip=by.ip,
        expires_at=now + LIVES,
    )
    session.add(request)
    session.flush()
    for customer_id in {place.customer_id: None for place in places if place.customer_id} or [None]:
        audit.record(
            session,
            "sign_in.requested",
            by=by,
            customer_id=customer_id,
            subject=request,
            subject_name=emails.mask_email(key),
            facts={"mail": mailing and bool(places)},
        )
    if mailing:
        throttles.note(session, MAILS, counted_by)
        _queue(session, request, user, places, by)
    return Asked(request, f"{request.id.hex}.{token}")


def request_of(session: Session, browser: str) -> SignInRequest | None:
    """Find the live request of a browser by its cookie's token."""
    name, _, token = browser.partition(".")
    try:
        request = session.get(SignInRequest, UUID(hex=name))
    except ValueError:
        return None
    if request is None or request.used_at or request.expires_at <= clock.now():
        return None
    return request if tokens.matches(request.browser_digest, tokens.digest(token)) else None


def _queue(session: Session, request: SignInRequest, user: User | None, places: list[Place], by: Actor) -> None:
    """Queue the mail. Where the address leads nowhere all the same is done, and taken back: the time it takes says nothing."""
    place = places[0] if places else Place(side="portal", role="", name="")
    contact = session.scalar(select(Contact).where(Contact.id == (place.contact_id or NOBODY)))
    entity = session.scalar(select(BusinessEntity).where(BusinessEntity.id == (place.entity_id or NOBODY)))
    name = user.name if user is not None else ""
    if contact is not None:
        name = " ".join(filter(None, (contact.first_name, contact.last_name)))
    with session.begin_nested() as trial:
        messages.queue(
            session,
            "sign_in",
            to=messages.Recipient(
                address=contact.email if contact is not None else user.email if user is not None else request.email_key,
                name=name,
                contact_id=place.contact_id,
                user_id=user.id if user is not None else None,
                customer_id=place.customer_id,
                locale=_first("locale", user, contact, entity) or "en",
                time_zone=_first("time_zone", user, contact, entity) or "UTC",
            ),
            facts={
                "name": (contact.first_name or contact.last_name) if contact is not None else name,
                "minutes": int(LIVES.total_seconds() // 60),
                "asked_at": clock.now().isoformat(),
                "asked_from": from_where(by),
            },
            links={"sign_in": {"purpose": "sign_in", "target": request.target, "request_id": str(request.id)}},
            why=say("You get this because somebody asked for a sign-in link for this address."),
            key=f"sign-in:{request.id}",
            entity_id=place.entity_id,
        )
        if not places:
            trial.rollback()


def _first(column: str, *rows) -> str | None:
    """Give what the first of some rows that has it says."""
    return next((value for row in rows if row is not None and (value := getattr(row, column))), None)
