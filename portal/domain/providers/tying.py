"""Tying accounts at providers to oneself, while signed in; and untying them."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal.domain import audit, safety
from portal.domain.actors import Actor
from portal.domain.errors import NotFound
from portal.domain.providers.finding import of
from portal.domain.providers.identities import place_of
from portal.domain.providers.refusals import NotAdmitted
from portal.model import IdentityProvider, ProviderIdentity, User
from portal.values.openid import Shown


def tied(session: Session, user_id: UUID, customer_id: UUID | None) -> list[tuple[ProviderIdentity, IdentityProvider]]:
    """List a person's accounts at the providers of a customer, or at those for operators (None)."""
    rows = session.execute(
        select(ProviderIdentity, IdentityProvider)
        .join(IdentityProvider, IdentityProvider.id == ProviderIdentity.provider_id)
        .where(ProviderIdentity.user_id == user_id, IdentityProvider.customer_id == customer_id)
        .order_by(IdentityProvider.name, ProviderIdentity.created_at)
    )
    return [tuple(row) for row in rows]


def tieable(session: Session, customer_id: UUID | None) -> list[IdentityProvider]:
    """List the providers at which one may tie an account to oneself."""
    return [one for one in of(session, customer_id) if one.enabled]


def tie(session: Session, provider: IdentityProvider, user: User, shown: Shown, *, by: Actor) -> ProviderIdentity:
    """Tie the account that was just shown to a signed-in person; its address does not matter.

    :raises NotAdmitted: when it is somebody else's, or the person has no place in the provider's realm.
    """
    if place_of(session, provider, user.email) is None:
        raise NotAdmitted("no place", f"{provider.name} is for people of another place.")
    by_name = select(ProviderIdentity).where(ProviderIdentity.issuer == shown.issuer, ProviderIdentity.subject == shown.subject)
    known = session.scalar(by_name)
    if known is None:
        try:
            with session.begin_nested():
                known = ProviderIdentity(provider_id=provider.id, issuer=shown.issuer, subject=shown.subject, user_id=user.id)
                session.add(known)
        except IntegrityError:  # somebody tied it at this very moment
            known = session.scalars(by_name).one()
        else:
            _record(session, "identity.tied", provider, known, user, by=by)
            safety.tell(session, user, "tied", detail=provider.name, about=f"tie:{known.id.hex}", by=by)
            return known
    if known.user_id != user.id:
        raise NotAdmitted("other person", f"That account at {provider.name} is somebody else’s here.")
    return known


def untie(session: Session, user: User, identity_id: UUID, *, customer_id: UUID | None, by: Actor) -> IdentityProvider:
    """Untie an account: it signs the person in no more.

    :raises NotFound: when it is not one of theirs there.
    """
    for identity, provider in tied(session, user.id, customer_id):
        if identity.id == identity_id:
            _record(session, "identity.untied", provider, identity, user, by=by)
            safety.tell(session, user, "untied", detail=provider.name, by=by)
            session.delete(identity)
            session.flush()
            return provider
    raise NotFound


def _record(session: Session, action: str, provider: IdentityProvider, identity: ProviderIdentity, user: User, *, by: Actor) -> None:
    audit.record(
        session,
        action,
        by=by,
        customer_id=provider.customer_id,
        subject=user,
        subject_name=user.shown_name,
        facts={"provider": provider.name, "issuer": identity.issuer, "identity": identity.subject},
    )
