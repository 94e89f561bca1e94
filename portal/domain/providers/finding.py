"""Finding providers: those of the business for its operators, those of a customer for its people."""

from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session, selectinload

from portal.domain.errors import NotFound
from portal.model import Customer, IdentityProvider, ProviderDomain, ProviderIdentity
from portal.values.domains import domain_of

_WITH_DOMAINS = selectinload(IdentityProvider.domains)


def of(session: Session, customer_id: UUID | None) -> list[IdentityProvider]:
    """List the providers of a customer, or those for operators (None), by name."""
    return list(session.scalars(_of(customer_id).order_by(func.lower(IdentityProvider.name), IdentityProvider.id)))


def find(session: Session, provider_id: UUID, customer_id: UUID | None) -> IdentityProvider:
    """Find one of the providers of a customer, or of those for operators (None).

    :raises NotFound: when it is not among them.
    """
    found = session.scalar(_of(customer_id).where(IdentityProvider.id == provider_id))
    if found is None:
        raise NotFound
    return found


def open_one(session: Session, provider_id: UUID) -> IdentityProvider:
    """Find a provider that people may sign in with now.

    :raises NotFound: when there is none, it is off, or its customer is erased.
    """
    found = session.scalar(_live().where(IdentityProvider.id == provider_id))
    if found is None:
        raise NotFound
    return found


def offered(session: Session) -> list[IdentityProvider]:
    """List the providers that operators may sign in with, for the sign-in page."""
    return list(session.scalars(_live().where(IdentityProvider.customer_id.is_(None)).order_by(IdentityProvider.name)))


def for_email(session: Session, email: str) -> IdentityProvider | None:
    """Give the provider that speaks for an address's domain; who the address belongs to is not looked at."""
    domain = domain_of(email)
    if not domain:
        return None
    return session.scalar(
        _live().join(ProviderDomain, ProviderDomain.provider_id == IdentityProvider.id).where(ProviderDomain.domain == domain)
    )


def counts(session: Session, providers: list[IdentityProvider]) -> dict[UUID, int]:
    """Count the people whom each provider knows."""
    rows = session.execute(
        select(ProviderIdentity.provider_id, func.count(ProviderIdentity.user_id.distinct()))
        .where(ProviderIdentity.provider_id.in_([one.id for one in providers]))
        .group_by(ProviderIdentity.provider_id)
    )
    return {row[0]: row[1] for row in rows}


def secret_of(provider: IdentityProvider, *, vault) -> str:
    """Open the client secret; empty for a public client.

    :raises Unsealable: when the installation's key has changed and the old one was not kept.
    """
    return vault.open(provider.client_secret) if provider.client_secret else ""


def _of(customer_id: UUID | None):
    return select(IdentityProvider).where(IdentityProvider.customer_id == customer_id).options(_WITH_DOMAINS)


def _live():
    return (
        select(IdentityProvider)
        .outerjoin(Customer, Customer.id == IdentityProvider.customer_id)
        .where(IdentityProvider.enabled, Customer.erased_at.is_(None))
        .options(_WITH_DOMAINS)
    )
