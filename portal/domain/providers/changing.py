"""Setting providers up: added off, switched on, changed, removed."""

from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal.domain import audit
from portal.domain.actors import Actor
from portal.domain.providers.claiming import refuse_unfit
from portal.domain.providers.identities import METHOD
from portal.domain.providers.refusals import ProviderWrong
from portal.model import BrowserSession, Contact, IdentityProvider, ProviderDomain, ProviderIdentity
from portal.values import clock

FIELDS = ("name", "issuer", "client_id")
MOST_DOMAINS = 50


def add(
    session: Session, facts: dict, *, customer_id: UUID | None = None, provider_id: UUID | None = None, vault, by: Actor
) -> IdentityProvider:
    """Set a provider up, switched off until somebody switches it on.

    `facts` has name, issuer, client_id, client_secret (empty for a public client) and domains; `customer_id` is whose people
    it knows, None for operators. `provider_id` is the id under which its callback address was shown already.

    :raises ProviderWrong: with the field that is wrong.
    """
    made = IdentityProvider(customer_id=customer_id, enabled=False, **{name: facts[name] for name in FIELDS}, domains=[])
    if provider_id is not None:
        made.id = provider_id
    made.client_secret = vault.seal(facts["client_secret"]) if facts["client_secret"] else ""
    try:
        with session.begin_nested():
            session.add(made)
    except IntegrityError as twice:
        raise ProviderWrong("This provider was added already.", field="name") from twice
    _set_domains(session, made, facts["domains"], by=by)
    shown = {name: (None, value) for name, value in _shown(made).items() if value}
    _record(session, "provider.added", made, shown, by=by)
    return made


def change(session: Session, provider: IdentityProvider, facts: dict, *, vault, by: Actor) -> IdentityProvider:
    """Change a provider; a client_secret of None stays as it is.

    With another issuer it is another provider: it is switched off, it knows nobody, and the sessions it began end.

    :raises ProviderWrong: with the field that is wrong.
    """
    before = _shown(provider)
    if facts["issuer"] != provider.issuer:
        _forget_people(session, provider)
        provider.enabled = provider.enforced = False
    for name in FIELDS:
        setattr(provider, name, facts[name])
    changes = {}
    if facts["client_secret"] is not None:
        provider.client_secret = vault.seal(facts["client_secret"]) if facts["client_secret"] else ""
        changes["client_secret"] = (None, "replaced" if facts["client_secret"] else "none")
    session.flush()
    _set_domains(session, provider, facts["domains"], by=by)
    if changes := audit.differences(before, _shown(provider)) | changes:
        _record(session, "provider.changed", provider, changes, by=by)
    return provider


def switch(session: Session, provider: IdentityProvider, on: bool, *, by: Actor) -> None:
    """Let people sign in with a provider, or no more; when it goes off, the sessions it began end."""
    if provider.enabled == on:
        return
    provider.enabled = on
    provider.enforced = provider.enforced and on
    session.flush()
    if not on:
        _end_sessions(session, provider)
    _record(session, "provider.changed", provider, {"enabled": (not on, on)}, by=by)


def remove(session: Session, provider: IdentityProvider, *, by: Actor) -> None:
    """Take a provider away: the sessions it began end, and whom it knew is forgotten. Their other ways in stay."""
    _forget_people(session, provider)
    _record(session, "provider.removed", provider, {name: (value, None) for name, value in _shown(provider).items() if value}, by=by)
    session.delete(provider)
    session.flush()


def _set_domains(session: Session, provider: IdentityProvider, domains: list[str], *, by: Actor) -> None:
    wanted, kept = set(domains), {one.domain: one for one in provider.domains}
    if len(wanted) > MOST_DOMAINS:
        raise ProviderWrong(f"A provider speaks for at most {MOST_DOMAINS} domains.", field="domains")
    refuse_unfit(session, wanted - kept.keys(), provider_id=provider.id, customer_id=provider.customer_id, by=by)
    try:
        with session.begin_nested():
            provider.domains[:] = [kept.get(name) or ProviderDomain(domain=name) for name in sorted(wanted)]
    except IntegrityError as taken:  # somebody else took one of them at this very moment
        raise ProviderWrong("Another provider speaks for one of these domains already. A domain has one.", field="domains") from taken


def _shown(provider: IdentityProvider) -> dict[str, object]:
    return {name: getattr(provider, name) for name in FIELDS} | {"domains": ", ".join(sorted(one.domain for one in provider.domains))}


def _forget_people(session: Session, provider: IdentityProvider) -> None:
    _end_sessions(session, provider)
    session.execute(delete(ProviderIdentity).where(ProviderIdentity.provider_id == provider.id))


def _end_sessions(session: Session, provider: IdentityProvider) -> None:
    """End what people have open through a provider: in the console, or in the portal of its customer."""
    people = select(ProviderIdentity.user_id).where(ProviderIdentity.provider_id == provider.id)
    statement = update(BrowserSession).where(
        BrowserSession.user_id.in_(people), BrowserSession.method == METHOD, BrowserSession.ended_at.is_(None)
    )
    if provider.customer_id is None:
        statement = statement.where(BrowserSession.side == "console")
    else:
        theirs = select(Contact.id).where(Contact.customer_id == provider.customer_id)
        statement = statement.where(BrowserSession.contact_id.in_(theirs))
    session.execute(statement.values(ended_at=clock.now(), end_reason="provider off").execution_options(synchronize_session=False))


def _record(session: Session, action: str, provider: IdentityProvider, changes: dict, *, by: Actor) -> None:
    audit.record(session, action, by=by, customer_id=provider.customer_id, subject=provider, subject_name=provider.name, changes=changes)
