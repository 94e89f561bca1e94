"""Second factors in a real browser: an app with and without script, passkeys of a virtual device."""

import threading
from dataclasses import replace

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect
from werkzeug.serving import make_server

from portal.cli.demo import company
from portal.domain import actors, sign_in, users
from portal.values.sealed import Vault
from tests.authenticator import code_of, seconds_left

STRONG = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def here(settings, database, start):
    """A Portal under a name, for passkeys are bound to one; and a link that signs its first operator in."""
    server = make_server("127.0.0.1", 0, _no_app, threaded=True)
    url = f"http://localhost:{server.port}"
    server.app = start(replace(settings, public_url=url, environment="demo"), database)
    with database.writing() as db:
        company.ensure(db, Vault(settings.secret_key))
        user, invite = users.invite_operator(db, company.OPERATOR_EMAIL, "owner", by=actors.system("cli"))
        again = [sign_in.mint_link(db, purpose="sign_in", user_id=user.id, target="/console/profile") for _ in range(3)]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield url, f"{url}/sign-in/invite/{invite}", [f"{url}/sign-in/link/{token}" for token in again]
    server.shutdown()
    thread.join()
    server.server_close()


def _no_app(environ, start_response):
    raise AssertionError("the application was not set")


def take_place(page, invite: str) -> None:
    page.goto(invite)
    page.get_by_label("Your name").fill("Ada Okafor")
    page.get_by_role("button", name="Take your place").click()
    page.wait_for_url("**/console/**")


def clean(page) -> None:
    found = Axe().run(page)
    assert not found.response["violations"], found.generate_report()


@pytest.mark.parametrize("script", [True, False], ids=["script", "no_script"])
def test_an_app_is_set_up_and_then_asked_for(here, window, script):
    url, invite, links = here
    page = window(java_script_enabled=script)
    take_place(page, invite)
    page.goto(f"{url}/console/profile")
    page.get_by_role("link", name="Set up", exact=True).click()
    secret = "".join(page.locator("code").inner_text().split())
    if script:
        clean(page)
    if (left := seconds_left()) < 5:  # the code before this one must still be taken when it arrives
        page.wait_for_timeout(1000 * left + 100)
    page.get_by_label("The six digits it shows now").fill(code_of(secret, -1))
    page.get_by_role("button", name="Confirm").click()
    expect(page.locator("pre")).to_contain_text("-")
    codes = page.locator("pre").inner_text().split()
    assert len(codes) == 10
    page.get_by_role("link", name="They are written down").click()
    expect(page.get_by_text("10 left")).to_be_visible()
    for answer, label in ((lambda: code_of(secret), "The six digits in your authenticator app"), (lambda: codes[0], "Recovery code")):
        page.context.clear_cookies()
        page.goto(links.pop())
        page.get_by_role("button", name="Continue").click()
        expect(page.get_by_role("heading", name="One more step")).to_be_visible()
        if label == "Recovery code":
            page.get_by_role("link", name="Use a recovery code").click()
        if script:
            clean(page)
        page.get_by_label(label).fill(answer())
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url(f"{url}/console/profile")
    expect(page.get_by_text("9 left")).to_be_visible()


def test_a_passkey_is_made_and_opens_by_itself_and_as_a_second_step(here, window):
    url, invite, links = here
    page = window()
    device = page.context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    device.send("WebAuthn.addVirtualAuthenticator", {"options": STRONG})
    take_place(page, invite)
    page.goto(f"{url}/console/profile")
    page.get_by_role("link", name="Add a passkey").click()
    clean(page)
    page.get_by_label("What you call it").fill("Blue laptop")
    page.get_by_role("button", name="Make a passkey").click()
    page.get_by_role("link", name="They are written down").click()
    expect(page.get_by_text("Blue laptop")).to_be_visible()
    clean(page)

    page.context.clear_cookies()
    page.goto(f"{url}/sign-in?next=/console/profile")
    clean(page)
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url(f"{url}/console/profile")

    page.context.clear_cookies()
    page.goto(links.pop())
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url(f"{url}/console/profile")

    page.get_by_role("link", name="Remove the passkey Blue laptop").click()
    page.get_by_role("button", name="Remove it").click()
    expect(page.get_by_text("it opens nothing")).to_be_visible()
    page.context.clear_cookies()
    page.goto(f"{url}/sign-in")
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_text("That passkey opens nothing here")).to_be_visible()


def test_a_device_without_a_passkey_says_so_and_can_be_asked_again(here, window):
    url, *_ = here
    page = window()
    device = page.context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    device.send("WebAuthn.addVirtualAuthenticator", {"options": STRONG})
    page.goto(f"{url}/sign-in")
    for _ in range(2):
        page.get_by_role("button", name="Use a passkey").click()
        expect(page.get_by_text("Nothing was chosen, or it took too long.")).to_be_visible()
        expect(page.get_by_role("button", name="Use a passkey")).to_be_enabled()
