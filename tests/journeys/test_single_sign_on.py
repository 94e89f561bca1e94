"""Signing in at a real OpenID provider, in a real browser: what the policy of our pages and of the browser lets through."""

import re

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from portal.domain import actors, providers
from portal.model import BrowserSession, Customer, IdentityProvider
from portal.values import ids
from portal.values.sealed import Vault
from tests import real_openid_provider

SECRET = "for-tests-only-not-a-secret-of-anybody"
MARTA = "marta@gruenwald-joergensen.example"
PEOPLE = {
    "ida": {"email": "ida@northwind.example", "email_verified": True, "name": "Ida"},
    "marta": {"email": MARTA, "email_verified": True},
    "mallory": {"email": "ida@northwind.example", "email_verified": False},
}


@pytest.fixture
def okta(live, settings):
    """A real provider, set up for operators, and once more for the demo's customer."""
    ours = [ids.new_id(), ids.new_id()]
    callbacks = [f"{live.url}/sign-in/openid/{one}/callback" for one in ours]
    with real_openid_provider.running(client_id="portal", client_secret=SECRET, redirect_uris=callbacks, people=PEOPLE) as issuer:
        with live.database.writing() as session:
            customer = session.scalars(select(Customer).where(Customer.external_id == "NW-0057")).one()
            for row_id, name, domain, whose in (
                (ours[0], "Northwind ID", "northwind.example", None),
                (ours[1], "Grünwald ID", MARTA.partition("@")[2], customer.id),
            ):
                facts = {"name": name, "issuer": issuer, "client_id": "portal", "client_secret": SECRET, "domains": [domain]}
                made = providers.add(
                    session, facts, customer_id=whose, provider_id=row_id, vault=Vault(settings.secret_key), by=actors.system("cli")
                )
                providers.switch(session, made, True, by=actors.system("cli"))
        yield issuer


@pytest.fixture
def browse(live, okta, window):
    """Open windows in which the provider's pages get only what the provider itself has to give."""

    def open_one(**options):
        page = window(**options)
        page.route(
            lambda url: not url.startswith("http://127.0.0.1:") or url == f"{okta}/favicon.ico", lambda route: route.fulfill(body="")
        )
        return page

    return open_one


def at_the_provider(page, issuer: str, login: str) -> None:
    """Fill in the provider's own pages."""
    page.wait_for_url(f"{issuer}/interaction/**")
    page.locator("input[name=login]").fill(login)
    page.locator("input[name=password]").fill("any")
    page.get_by_role("button", name=re.compile("sign-in", re.IGNORECASE)).click()
    page.get_by_role("button", name=re.compile("continue", re.IGNORECASE)).click()


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without"])
def test_an_operator_signs_in(live, browse, okta, script):
    live.operator_link("ida@northwind.example", "manager")
    page = browse(java_script_enabled=script)
    page.goto(f"{live.url}/console/settings/limits")
    page.get_by_role("button", name="Sign in with Northwind ID").click()
    at_the_provider(page, okta, "ida")
    page.wait_for_url(f"{live.url}/console/settings/limits")
    expect(page.get_by_role("heading", level=1)).to_have_text("Limits")
    with live.database.reading() as session:
        assert session.scalars(select(BrowserSession.method)).one() == "oidc"


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without"])
def test_a_customers_person_signs_in(live, browse, okta, script):
    page = browse(java_script_enabled=script)
    page.goto(f"{live.url}/sign-in")
    page.get_by_label("Your email address").fill(MARTA)
    page.get_by_role("button", name="Send me a link").click()
    page.get_by_role("button", name="Continue with Grünwald ID").click()
    at_the_provider(page, okta, "marta")
    page.wait_for_url(f"{live.url}/account")
    expect(page.locator("#main")).to_contain_text("EUR")


def test_an_address_that_the_provider_does_not_vouch_for(live, browse, okta):
    live.operator_link("ida@northwind.example", "manager")
    page = browse()
    page.goto(f"{live.url}/sign-in")
    page.get_by_role("button", name="Sign in with Northwind ID").click()
    at_the_provider(page, okta, "mallory")
    expect(page.get_by_role("heading", level=1)).to_have_text("Nobody was signed in")
    page.get_by_role("link", name="Sign in another way").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
    with live.database.reading() as session:
        assert session.scalars(select(BrowserSession)).first() is None


def test_who_thinks_better_of_it_is_led_back(live, browse, okta):
    page = browse()
    page.goto(f"{live.url}/sign-in")
    page.get_by_role("button", name="Sign in with Northwind ID").click()
    page.wait_for_url(f"{okta}/interaction/**")
    page.get_by_role("link", name=re.compile("cancel", re.IGNORECASE)).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("You were not signed in there")
    page.get_by_role("button", name="Try Northwind ID again").click()
    page.wait_for_url(f"{okta}/interaction/**")


def test_an_owner_switches_a_provider_off(live, browse, okta):
    page = browse()
    page.goto(live.operator_link())
    page.get_by_role("button", name="Take your place").click()
    page.wait_for_url("**/console/**")
    page.goto(f"{live.url}/console/settings/providers")
    page.get_by_role("link", name="Northwind ID").click()
    page.get_by_role("button", name="Check it").click()
    expect(page.get_by_text("It answers as it should")).to_be_visible()
    page.get_by_role("button", name="Switch off").click()
    expect(page.get_by_text("Northwind ID is off")).to_be_visible()
    with live.database.reading() as session:
        assert session.scalars(select(IdentityProvider.enabled).where(IdentityProvider.customer_id.is_(None))).all() == [False]
