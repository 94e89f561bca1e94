"""Each way in, in a real browser, with script and without: the link and the code of a mail, a password, and an app's code after it.

Recovery codes and passkeys are in test_second_factors, single sign-on is in test_single_sign_on; a passkey needs script.
"""

import re
from datetime import timedelta

import pyotp
import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from portal.cli.demo import company
from portal.domain import actors, factors, passwords
from portal.model import User
from portal.values import clock
from portal.values.sealed import Vault
from tests.authenticator import code_of

PASSWORD = "violet anchor tundra maple"
OPERATOR = company.OPERATOR_EMAIL
BOTH = pytest.mark.parametrize("script", [True, False], ids=["script", "no_script"])


def ask(page: Page, live) -> None:
    page.goto(f"{live.url}/sign-in?next=/account/activity")
    page.get_by_label("Your email address").fill(company.CUSTOMER_EMAIL)
    page.get_by_role("button", name="Send me a link").click()
    expect(page.get_by_role("heading", name="Look into your mailbox")).to_be_visible()


def letter(page: Page, live):
    """Open the mail in another tab of the same browser, and give its words."""
    tab = page.context.new_page()
    for _ in range(60):
        tab.goto(f"{live.url}/mailbox?to={company.CUSTOMER_EMAIL}")
        found = tab.get_by_role("link", name="Sign in to")
        if found.count():
            found.first.click()
            return tab.frame_locator("iframe")
        tab.wait_for_timeout(250)
    raise AssertionError("no mail came")


@BOTH
def test_the_link_of_a_mail(live, window, script):
    page = window(java_script_enabled=script)
    ask(page, live)
    page.goto(letter(page, live).locator("a[href*='/sign-in/link/']").first.get_attribute("href"))
    expect(page.get_by_role("heading", name="Continue as")).to_be_visible()
    page.get_by_role("button", name="Continue").click()
    page.wait_for_url(f"{live.url}/account/activity")


@BOTH
def test_the_code_of_a_mail(live, window, script):
    page = window(java_script_enabled=script)
    ask(page, live)
    words = letter(page, live).locator("body").inner_text()  # the code stands there in two groups, and is taken like that
    page.get_by_label(re.compile("digits|code", re.IGNORECASE)).first.fill(re.search(r"\b\d{3}\s?\d{3}\b", words).group())
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url(f"{live.url}/account/activity")


@BOTH
def test_a_password_and_then_the_code_of_an_app(live, window, settings, script):
    live.operator_link()
    with live.database.writing() as session:
        user = session.scalars(select(User).where(User.email == OPERATOR)).one()
        user.password_hash = passwords.hash_password(PASSWORD)
    page = window(java_script_enabled=script)
    enter(page, live)
    page.wait_for_url(f"{live.url}/console/profile")
    page.context.clear_cookies()

    secret = pyotp.random_base32()
    with clock.frozen(clock.now() - timedelta(minutes=10)), live.database.writing() as session:
        user = session.get_one(User, user.id)
        assert factors.set_up(session, user, secret, code_of(secret), vault=Vault(settings.secret_key), by=actors.system("cli"))
    enter(page, live)
    expect(page.get_by_role("heading", name="One more step")).to_be_visible()
    page.get_by_label("The six digits in your authenticator app").fill(code_of(secret))
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(f"{live.url}/console/profile")


def enter(page: Page, live) -> None:
    page.goto(f"{live.url}/sign-in/password?next=/console/profile")
    page.get_by_label("Your email address").fill(OPERATOR)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
