"""Entering: the person's row on the first time, the addresses shown to be theirs, a session, and the record of it."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal.domain import audit, safety, sessions, single_sign_on, throttles, users
from portal.domain.actors import Actor
from portal.domain.errors import NotFound
from portal.domain.sessions import Started
from portal.domain.sign_in.links import revoke_asked_for
from portal.domain.throttles import Rule
from portal.domain.users import Place
from portal.model import BrowserSession, Contact, User
from portal.values import clock, emails

BY_EMAIL = ("link", "code")
"""Ways in that show that somebody reads the mail of an address."""
BY_PROVIDER = "oidc"
"""The way in on an OpenID provider's word: it opens one place, and shows nothing about any other."""
FRESH = timedelta(minutes=15)
REFUSALS = Rule("refusal", free=1)


def choices(session: Session, email: str, *, method: str, target: str = "", contact_id: UUID | None = None) -> list[Place]:
    """List the places that this sign-in may lead to, the likeliest first.

    Other ways than the mail show nothing about the mailbox, so they lead to the console, and to those portals alone where
    the person has shown before that the address is theirs. A target on one of the two sides leaves out the other.
    A provider's word opens one place only: the console, or the portal as `contact_id`; and where a provider is the only way
    in, no other way opens the place.
    """
    found = users.places(session, email)
    if method == BY_PROVIDER:
        return [place for place in found if place.contact_id == contact_id]
    if method not in BY_EMAIL:
        known = _shown_before(session, email)
        found = [place for place in found if place.side == "console" or place.contact_id in known]
    found = single_sign_on.permitted(session, email, found, method=method)
    wanted = {"/console": "console", "/account": "portal"}.get("/" + target.lstrip("/").partition("/")[0].partition("?")[0])
    found = [place for place in found if place.side == wanted] or found
    last = _last_contact(session, email)
    return sorted(found, key=lambda place: (place.side != "console", place.contact_id != last))


def enter(session: Session, email: str, place: Place, *, method: str, second_factor: str = "", by: Actor) -> Started:
    """Start a session at a place; on the first time make the user, and mark the address's contacts as verified.

    `second_factor` is what was shown besides: totp, passkey, recovery.
    """
    user = _user(session, email, place)
    if user.deactivated_at is not None:
        raise NotFound
    contact = session.get_one(Contact, place.contact_id) if place.contact_id else None
    who = replace(
        by,
        kind="customer" if contact else "operator",
        name=(contact.name if contact else user.shown_name),
        user_id=user.id,
        role=place.role,
        customer_id=place.customer_id,
        contact_id=place.contact_id,
    )
    if method in BY_EMAIL:
        _verify(session, user, by=who)
        revoke_asked_for(session, user.email_key)
    started = sessions.start(
        session, user, side=place.side, method=method, contact=contact, ip=by.ip, device=by.device, second_factor=second_factor
    )
    if method == BY_PROVIDER and contact is not None and not second_factor:
        # A customer chose this provider: its word opens the customer's own pages, and changes nothing of how the person signs in.
        started.row.proved_at = clock.now() - timedelta(days=365)
    past = place.side == "console" and single_sign_on.went_past(session, place.role, method)
    audit.record(
        session,
        "user.signed_in",
        by=who,
        customer_id=place.customer_id,
        subject=user,
        subject_name=user.shown_name,
        facts={"method": method, "side": place.side}
        | ({"second_factor": second_factor} if second_factor else {})
        | ({"past_provider": True} if past else {}),
    )
    if past:
        provider = single_sign_on.of_operators(session).name
        safety.tell_owners(session, user, method=method, role=place.role_name, provider=provider, key=started.row.id, by=who)
    safety.note_device(session, user, started.row, by=who)
    return started


def fresh(held: BrowserSession) -> bool:
    """Tell whether the person showed only just now who they are, by a way that also shows they read their mail."""
    return held.method in BY_EMAIL and held.proved_at + FRESH > clock.now()


def switch(session: Session, held: BrowserSession, place: Place, *, by: Actor) -> Started | None:
    """Go on to another place; None when that needs a new sign-in by email.

    From one customer's portal to another's is free: the address is the same. Between the console and a portal one has to
    have signed in by email only just now. The new session ends no later than the old one; a portal's ends with the switch.
    """
    user = users.find(session, held.user_id)
    if not single_sign_on.permitted(session, user.email, [place], method=held.method):
        return None
    free = held.side == place.side == "portal" and held.method != BY_PROVIDER
    if held.viewing_customer_id is not None or not (fresh(held) or free):
        return None
    started = enter(session, user.email, place, method=held.method, second_factor=held.second_factor, by=by)
    started.row.proved_at = held.proved_at
    started.row.expires_at = min(started.row.expires_at, max(held.expires_at, clock.now()))
    if held.side == place.side:
        sessions.end(session, user.id, session_id=held.id, why="switched")
    return started


def leave(session: Session, held: BrowserSession, *, by: Actor) -> None:
    """End the session that a browser holds."""
    user = session.get_one(User, held.user_id)
    contact = session.get(Contact, held.contact_id) if held.contact_id else None
    who = replace(by, kind="customer" if contact else "operator", name=contact.name if contact else user.shown_name, user_id=user.id)
    sessions.end(session, user.id, session_id=held.id, why="signed out")
    audit.record(
        session,
        "user.signed_out",
        by=who,
        customer_id=contact.customer_id if contact else None,
        subject=user,
        subject_name=user.shown_name,
        facts={"side": held.side},
    )


def record_refusal(session: Session, email: str, *, method: str, why: str, by: Actor) -> None:
    """Write down that somebody was not let in, at each customer that the address belongs to.

    The record cannot be thinned out afterwards, so a flood is not written into it: of refusals of one kind, for one address
    and from one network, the first in an hour is told of, then the tenth, the hundredth, and so on, each with its number.
    """
    counted_by = throttles.by_refusal(email, by.ip, method, why)
    times = throttles.count(session, REFUSALS, counted_by) + 1
    throttles.note(session, REFUSALS, counted_by)
    if str(times).strip("0") != "1":
        return
    subject = users.by_email(session, email)
    for customer_id in {place.customer_id: None for place in users.places(session, email) if place.customer_id} or [None]:
        audit.record(
            session,
            "sign_in.refused",
            by=by,
            customer_id=customer_id,
            subject=subject,
            subject_name=emails.mask_email(email),
            facts={"method": method, "why": why} | ({"times": times} if times > 1 else {}),
        )


def _shown_before(session: Session, email: str) -> set[UUID]:
    """List the contacts of an address that its person has tied to themselves by reading its mail."""
    return set(
        session.scalars(
            select(Contact.id)
            .join(User, User.id == Contact.user_id)
            .where(User.email_key == emails.email_key(email), Contact.email_key == User.email_key, Contact.verified_at.is_not(None))
        )
    )


def _user(session: Session, email: str, place: Place) -> User:
    """Find the person, or make the row on the first sign-in; another browser may do the same at this moment."""
    if (user := users.by_email(session, email)) is not None:
        return user
    contact = session.get_one(Contact, place.contact_id)
    name = " ".join(filter(None, (contact.first_name, contact.last_name)))
    try:
        with session.begin_nested():
            user = User(email=contact.email, email_key=contact.email_key, name=name, locale=contact.locale, time_zone=contact.time_zone)
            session.add(user)
    except IntegrityError:
        user = users.by_email(session, email)
    return user


def _verify(session: Session, user: User, *, by: Actor) -> None:
    """Tie the address's contacts to the person, who has just shown that they read its mail."""
    found = session.scalars(
        select(Contact).where(Contact.email_key == user.email_key, Contact.removed_at.is_(None), Contact.portal_role != "none")
    )
    for contact in found:
        contact.user_id = user.id
        if contact.verified_at is None:
            contact.verified_at = clock.now()
            audit.record(
                session,
                "contact.verified",
                by=by,
                customer_id=contact.customer_id,
                subject=contact,
                subject_name=contact.name,
                changes={"verified": (False, True)},
            )
    session.flush()


def _last_contact(session: Session, email: str):
    """Give the contact as whom the person was in the portal last."""
    return session.scalar(
        select(BrowserSession.contact_id)
        .join(User, User.id == BrowserSession.user_id)
        .where(User.email_key == emails.email_key(email), BrowserSession.side == "portal")
        .order_by(BrowserSession.created_at.desc())
        .limit(1)
    )
