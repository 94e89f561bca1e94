"""The steps of a sign-in at a provider, as a browser without scripts takes them."""

from urllib.parse import urlsplit

from sqlalchemy import select

from portal.domain import actors, providers
from portal.model import AuditEvent, BrowserSession, IdentityProvider
from portal.values.sealed import Vault
from portal.web import signed_in
from tests.openid_provider import CLIENT_ID, CLIENT_SECRET, Provider
from tests.page_client import Page, PageClient


def set_up(database, settings, provider: Provider, *domains: str, customer_id=None, name="Okta", on=True) -> IdentityProvider:
    """Set a provider of the tests up as one of Portal's."""
    with database.writing() as session:
        facts = {"name": name, "issuer": provider.issuer, "client_id": CLIENT_ID, "client_secret": CLIENT_SECRET, "domains": list(domains)}
        made = providers.add(session, facts, customer_id=customer_id, vault=Vault(settings.secret_key), by=actors.system("cli"))
        providers.switch(session, made, on, by=actors.system("cli"))
    return made


def begin(client: PageClient, row: IdentityProvider, **data: str) -> str:
    """Press the button; give the address at the provider that the browser goes to."""
    page = client.post(f"/sign-in/openid/{row.id}", data, status=200)
    return page.find("meta", http_equiv="refresh").get("content").removeprefix("0; url=")


def come_back(client: PageClient, address: str, *, status: int = 303) -> Page:
    """Open the address that a provider sent the browser to."""
    parts = urlsplit(address)
    return client.get(f"{parts.path}?{parts.query}", status=status)


def sign_in(client: PageClient, row: IdentityProvider, provider: Provider, *, status: int = 303, **data: str) -> Page:
    """Take all steps."""
    return come_back(client, provider.come_back(begin(client, row, **data)), status=status)


def sessions_of(database) -> list[BrowserSession]:
    """List all live sessions there are."""
    with database.reading() as session:
        return list(session.scalars(select(BrowserSession).where(BrowserSession.ended_at.is_(None))))


def acts(database, action: str) -> list[AuditEvent]:
    """List what was recorded of an action."""
    with database.reading() as session:
        return list(session.scalars(select(AuditEvent).where(AuditEvent.action == action).order_by(AuditEvent.at, AuditEvent.id)))


def refused(client: PageClient, database, page: Page, *words: str) -> None:
    """Hold a page against what a refusal is: our own words, a way on, nobody signed in."""
    assert page.find_all("h1", data_failed="")
    for word in words:
        assert word in page.text
    assert page.find_all("a", class_="btn") or page.find_all("button")
    assert sessions_of(database) == []
    with client.app.app_context():
        names = {signed_in.cookie_name(side) for side in ("console", "portal")}
    assert not names & {cookie.key for cookie in client.http._cookies.values()}
