"""Which domains a provider may speak for: of all providers one, and nobody speaks for people who are somebody else's."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.domain.actors import Actor
from portal.domain.providers.refusals import ProviderWrong
from portal.model import Contact, Customer, Membership, ProviderDomain, User
from portal.values.domains import PUBLIC, domain_of


def refuse_unfit(session: Session, domains: Iterable[str], *, provider_id: UUID | None, customer_id: UUID | None, by: Actor) -> None:
    """Refuse domains that this provider may not speak for.

    A customer's provider never speaks for a public mail service nor for operators. A customer's own people may name the
    domain of their own address only, and only where nobody at another customer has one: an operator can look closer.

    :raises ProviderWrong: for the first of them.
    """
    wanted = sorted(set(domains))
    taken = session.scalars(select(ProviderDomain).where(ProviderDomain.domain.in_(wanted), ProviderDomain.provider_id != provider_id))
    if (other := next(iter(taken), None)) is not None:
        raise _wrong(f"Another provider speaks for {other.domain} already. A domain has one.")
    if customer_id is None:
        return
    own = _own_domain(session, by)
    for domain in wanted:
        if domain in PUBLIC:
            raise _wrong(f"Anybody can have an address at {domain}. Name a domain that is the company’s alone.")
        if own is not None and domain != own:
            raise _wrong(f"You can name {own or 'the domain of your own address'} yourself. Write to us, and we add {domain}.")
        if _operators_have(session, domain) or (own is not None and _others_have(session, domain, customer_id)):
            raise _wrong(f"{domain} is in use elsewhere here. Write to us, and we look at it together.")


def _wrong(sentence: str) -> ProviderWrong:
    return ProviderWrong(sentence, field="domains")


def _own_domain(session: Session, by: Actor) -> str | None:
    """Give the domain of the actor's own address where they are one of the customer's people; None for operators."""
    if by.kind != "customer":
        return None
    return domain_of(session.get_one(User, by.user_id).email)


def _operators_have(session: Session, domain: str) -> bool:
    addresses = (
        select(User.email_key)
        .join(Membership, Membership.user_id == User.id)
        .where(Membership.ended_at.is_(None), _ends_with(User.email_key, domain))
    )
    return any(domain_of(address) == domain for address in session.scalars(addresses))


def _others_have(session: Session, domain: str, customer_id: UUID) -> bool:
    addresses = (
        select(Contact.email_key)
        .join(Customer, Customer.id == Contact.customer_id)
        .where(
            Contact.customer_id != customer_id,
            Contact.removed_at.is_(None),
            Customer.erased_at.is_(None),
            _ends_with(Contact.email_key, domain),
        )
        .limit(1)
    )
    return session.scalar(addresses) is not None


def _ends_with(column, domain: str):
    """Match addresses of a domain, written in ASCII or in its own letters."""
    own = domain.encode("ascii").decode("idna") if "xn--" in domain else domain
    return column.endswith(f"@{domain}", autoescape=True) | column.endswith(f"@{own}", autoescape=True)
