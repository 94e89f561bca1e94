"""Whose word is taken for whom: issuer and subject are the person; an address opens nothing by itself."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal.domain import audit, safety, users
from portal.domain.actors import Actor
from portal.domain.errors import NotFound
from portal.domain.providers.refusals import NotAdmitted
from portal.domain.sign_in.entering import BY_PROVIDER
from portal.domain.users import Place
from portal.model import Contact, IdentityProvider, ProviderIdentity, User
from portal.values import clock, emails
from portal.values.domains import domain_of
from portal.values.openid import Shown

METHOD = BY_PROVIDER
JUST_MADE = timedelta(minutes=1)
"""Whoever comes for the first time, by this very sign-in, is not told what they have just done."""


@dataclass(frozen=True)
class Admitted:
    """A person who may be signed in: in the console, or as a contact of the provider's customer."""

    user: User
    contact_id: UUID | None


def admit(session: Session, provider: IdentityProvider, shown: Shown, *, by: Actor) -> Admitted:
    """Decide whom a provider's word signs in.

    Who is known by issuer and subject is that person, whatever the address says now. Somebody new is tied to a person only
    where the provider says the address is verified, speaks for its domain, the person has a place in the provider's realm
    (operators for the business's, the customer's own people for a customer's), and this provider knows no other account of
    theirs. Operators and contacts who never came before are admitted; nobody else is made a person by it.

    :raises NotAdmitted: saying why not.
    """
    known = _known(session, shown)
    if known is not None and known.provider_id == provider.id:
        user = _live(session, known.user_id)
        place = place_of(session, provider, user.email)
    else:
        user, place = _new(session, provider, shown, known)
    if place is None:
        raise NotAdmitted("no place", "The account is tied to somebody who has no place here any more.")
    if known is None:
        tied = _tie(session, provider, user, shown)
        if tied is not None and user.created_at < clock.now() - JUST_MADE:
            safety.tell(session, user, "tied", detail=provider.name, about=f"tie:{tied.id.hex}", by=by)
    elif known.provider_id == provider.id:
        known.used_at = clock.now()
    session.flush()
    audit.record(
        session,
        "sign_in.vouched",
        by=by,
        customer_id=provider.customer_id,
        subject=user,
        subject_name=user.shown_name,
        facts={"provider": provider.name, "issuer": shown.issuer, "identity": shown.subject, "first_time": known is None},
    )
    return Admitted(user, place.contact_id)


def place_of(session: Session, provider: IdentityProvider, email: str) -> Place | None:
    """Give the one place that a provider can lead a person to: the console, or the portal of its customer."""
    for place in users.places(session, email):
        if place.customer_id == provider.customer_id:
            return place
    return None


def _known(session: Session, shown: Shown) -> ProviderIdentity | None:
    return session.scalar(
        select(ProviderIdentity).where(ProviderIdentity.issuer == shown.issuer, ProviderIdentity.subject == shown.subject)
    )


def _live(session: Session, user_id: UUID) -> User:
    try:
        return users.find(session, user_id)
    except NotFound:
        raise NotAdmitted("deactivated", "The account is tied to somebody who has no place here any more.") from None


def _new(session: Session, provider: IdentityProvider, shown: Shown, known: ProviderIdentity | None) -> tuple[User, Place]:
    """Find whom somebody new is, by an address that this provider may speak for."""
    if not shown.email:
        raise NotAdmitted("no address", f"{provider.name} did not say your email address.")
    if shown.email_verified is not True:
        raise NotAdmitted("not verified", f"{provider.name} does not vouch that {shown.email} is yours.")
    if domain_of(shown.email) not in {one.domain for one in provider.domains}:
        raise NotAdmitted("other domain", f"{provider.name} does not speak for the domain of {shown.email} here.")
    place = place_of(session, provider, shown.email)
    if place is None:
        raise NotAdmitted("nobody", f"Nobody with the address {shown.email} has a place here. Ask for an invite.")
    user = users.by_email(session, shown.email) or _made(session, place)
    others = select(ProviderIdentity.id).where(ProviderIdentity.provider_id == provider.id, ProviderIdentity.user_id == user.id)
    if (known is not None and known.user_id != user.id) or (known is None and session.scalar(others.limit(1)) is not None):
        raise NotAdmitted(
            "other account", f"{shown.email} is tied to another account at {provider.name}. Sign in with a link first, then tie this one."
        )
    return user, place


def _made(session: Session, place: Place) -> User:
    """Make the row of a contact who comes for the first time; another browser may do the same at this moment."""
    contact = session.get_one(Contact, place.contact_id)
    name = " ".join(filter(None, (contact.first_name, contact.last_name)))
    try:
        with session.begin_nested():
            user = User(email=contact.email, email_key=contact.email_key, name=name, locale=contact.locale, time_zone=contact.time_zone)
            session.add(user)
    except IntegrityError:
        user = users.by_email(session, emails.email_key(contact.email))
    return user


def _tie(session: Session, provider: IdentityProvider, user: User, shown: Shown) -> ProviderIdentity | None:
    tied = ProviderIdentity(provider_id=provider.id, issuer=shown.issuer, subject=shown.subject, user_id=user.id, used_at=clock.now())
    try:
        with session.begin_nested():
            session.add(tied)
        return tied
    except IntegrityError:  # the same account signed in elsewhere at this very moment
        if _known(session, shown).user_id != user.id:
            raise NotAdmitted("other account", "The account is tied to somebody else.") from None
        return None
