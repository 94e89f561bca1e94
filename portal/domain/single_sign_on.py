"""Single sign-on as the only way in: for the addresses of a provider's domains at its customer, and for operator roles.

Two keys stay under the mat for operators, for the day that the provider is down or set up wrongly: an owner who has both a
password and a second factor, and an invite that was made at the command line (`portal operators add`).
"""

from collections.abc import Collection, Iterable
from uuid import UUID

from sqlalchemy import exists, or_, select, update
from sqlalchemy.orm import Session

from portal.domain import audit
from portal.domain.actors import Actor
from portal.domain.errors import Refusal
from portal.domain.factors.policy import roles_known
from portal.domain.users import Place
from portal.model import (
    BrowserSession,
    Contact,
    IdentityProvider,
    Membership,
    Passkey,
    ProviderDomain,
    ProviderIdentity,
    Setting,
    TotpFactor,
    User,
)
from portal.values import clock, emails
from portal.values.domains import domain_of

KEY = "single_sign_on_roles"
METHOD, PASSWORD, INVITE = "oidc", "password", "invite"


class NobodyKnown(Refusal):
    """A provider that has not signed anybody in is not made the only way in."""

    sentence = "Nobody has signed in with it yet. Do it once yourself first, so that nobody is shut out."


class NotYet(Refusal):
    """A provider is the only way in for the addresses of its domains, while it is on."""

    sentence = "Name its domains and switch it on first: it is the only way in for addresses of those domains."


class NoProvider(Refusal):
    """Operators have no provider to sign in with."""

    sentence = "No provider for operators is on. Add one under Single sign-on, and switch it on."


class NoKeyLeft(Refusal):
    """If owners had no other way in, a provider that is down would shut everybody out."""

    sentence = (
        "If the provider failed, nobody could get in. One owner needs a password and a second factor first; "
        "with both they get in without the provider."
    )


def permitted(session: Session, email: str, places: Iterable[Place], *, method: str) -> list[Place]:
    """Leave out the places that this way does not open, since a provider is the only one.

    The database is asked the same, whoever's address it is.
    """
    provider, roles = _of_domain(session, email), roles_bound(session)
    spare = method == PASSWORD and _has_second_factor(session, email)
    console_open = method == INVITE
    return [
        place
        for place in places
        if method == METHOD or (console_open and place.side == "console") or not _bound(place, provider, roles, spare=spare)
    ]


def provider_for(session: Session, email: str, places: Iterable[Place]) -> IdentityProvider | None:
    """Give the provider that is the only way to one of some places; None where all of them have others too."""
    provider, roles = _of_domain(session, email), roles_bound(session)
    for place in places:
        if _bound(place, provider, roles, spare=False):
            return provider if place.side == "portal" else of_operators(session)
    return None


def went_past(session: Session, role: str, method: str) -> bool:
    """Tell whether an operator got in with one of the two spare keys, while their role signs in with the provider alone."""
    return method in (PASSWORD, INVITE) and role in roles_bound(session)


def only_way(session: Session, email: str) -> IdentityProvider | None:
    """Give the provider that is the only way in for an address's domain. Who has the address is not looked at."""
    return _of_domain(session, email)


def of_operators(session: Session) -> IdentityProvider | None:
    """Give the first of the providers that operators sign in with now."""
    return session.scalars(_operators_providers()).first()


def roles_bound(session: Session) -> frozenset[str]:
    """Give the operator roles that sign in with the business's provider alone; none while no such provider is on."""
    return frozenset(roles_chosen(session)) if session.scalar(select(_operators_providers().exists())) else frozenset()


def roles_chosen(session: Session) -> frozenset[str]:
    """Read which roles were chosen for it."""
    kept = session.get(Setting, KEY)
    return frozenset(kept.value) if kept is not None else frozenset()


def bind_roles(session: Session, roles: Collection[str], *, by: Actor) -> frozenset[str]:
    """Set which operator roles sign in with the business's provider alone; what their people opened in other ways ends.

    The session of the one who decides stays.

    :raises Refusal: for a role that is none. :raises NoProvider, NoKeyLeft: see there.
    """
    known, wanted, before = roles_known(session), frozenset(roles), roles_chosen(session)
    if not wanted <= known.keys():
        raise Refusal("Choose from the roles there are.", field="roles")
    if wanted == before:
        return wanted
    if wanted and of_operators(session) is None:
        raise NoProvider(field="roles")
    if "owner" in wanted and not session.scalar(select(_owners_with_a_spare_key().exists())):
        raise NoKeyLeft(field="roles")
    kept = session.get(Setting, KEY, with_for_update=True, populate_existing=True)
    if kept is None:
        session.add(Setting(key=KEY, value=sorted(wanted)))
    else:
        kept.value, kept.changed_at = sorted(wanted), clock.now()
    session.flush()
    people = select(Membership.user_id).where(Membership.role.in_(wanted - before), Membership.ended_at.is_(None))
    _end(session, BrowserSession.user_id.in_(people), BrowserSession.side.in_(("console", "view")), by=by)
    named = [", ".join(known.get(role, role) for role in sorted(some)) or None for some in (before, wanted)]
    audit.record(session, "settings.single_sign_on_changed", by=by, subject_name="Single sign-on", changes={"roles": tuple(named)})
    return wanted


def enforce(session: Session, provider: IdentityProvider, on: bool, *, by: Actor) -> None:
    """Make a customer's provider the only way in for the addresses of its domains, or one of several again.

    What those people opened there in other ways ends, but not the session of the one who decides.

    :raises NotYet, NobodyKnown: see there.
    """
    if provider.enforced == on:
        return
    if on and (not provider.enabled or not provider.domains or provider.customer_id is None):
        raise NotYet
    if on and session.scalar(select(ProviderIdentity.id).where(ProviderIdentity.provider_id == provider.id).limit(1)) is None:
        raise NobodyKnown
    provider.enforced = on
    session.flush()
    if on:
        theirs = select(Contact.id, Contact.email_key).where(Contact.customer_id == provider.customer_id)
        domains = {one.domain for one in provider.domains}
        bound = [row.id for row in session.execute(theirs) if domain_of(row.email_key) in domains]
        _end(session, BrowserSession.contact_id.in_(bound), BrowserSession.side == "portal", by=by)
    audit.record(
        session,
        "provider.changed",
        by=by,
        customer_id=provider.customer_id,
        subject=provider,
        subject_name=provider.name,
        changes={"only_way_in": (not on, on)},
    )


def _bound(place: Place, provider: IdentityProvider | None, roles: frozenset[str], *, spare: bool) -> bool:
    """Tell whether a provider is the only way to a place; an owner with a spare key has another."""
    if place.side == "console":
        return place.role in roles and not (spare and place.role == "owner")
    return provider is not None and place.customer_id == provider.customer_id


def _of_domain(session: Session, email: str) -> IdentityProvider | None:
    return session.scalar(
        select(IdentityProvider)
        .join(ProviderDomain, ProviderDomain.provider_id == IdentityProvider.id)
        .where(ProviderDomain.domain == (domain_of(email) or ""), IdentityProvider.enabled, IdentityProvider.enforced)
    )


def _operators_providers():
    return (
        select(IdentityProvider)
        .where(IdentityProvider.customer_id.is_(None), IdentityProvider.enabled)
        .order_by(IdentityProvider.name, IdentityProvider.id)
    )


def _factor_of(user_id):
    return or_(
        exists().where(TotpFactor.user_id == user_id, TotpFactor.confirmed_at.is_not(None)), exists().where(Passkey.user_id == user_id)
    )


def _has_second_factor(session: Session, email: str) -> bool:
    return session.scalar(select(User.id).where(User.email_key == emails.email_key(email), _factor_of(User.id))) is not None


def _owners_with_a_spare_key():
    return (
        select(User.id)
        .join(Membership, Membership.user_id == User.id)
        .where(
            Membership.role == "owner",
            Membership.ended_at.is_(None),
            User.deactivated_at.is_(None),
            User.password_hash.is_not(None),
            _factor_of(User.id),
        )
    )


def _end(session: Session, *conditions, by: Actor) -> None:
    mine: UUID | None = by.viewer or by.user_id
    statement = update(BrowserSession).where(*conditions, BrowserSession.method != METHOD, BrowserSession.ended_at.is_(None))
    if mine is not None:
        statement = statement.where(BrowserSession.user_id != mine)
    session.execute(statement.values(ended_at=clock.now(), end_reason="single sign-on").execution_options(synchronize_session=False))
