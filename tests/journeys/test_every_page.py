"""Every page, in both modes and widths: nothing for axe to find, nothing refused by the policy, nothing that scrolls sideways."""

import gzip
import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from sqlalchemy import select

from portal.model import Customer, Wallet

CONSOLE = (
    "/console/customers",
    "/console/customers?q=nobody-of-this-name",
    "/console/customers?filter=1",
    "/console/customers/new",
    "/console/customers/{customer}",
    "/console/customers/{customer}/edit",
    "/console/customers/{customer}/contacts",
    "/console/customers/{customer}/contacts/new",
    "/console/customers/{customer}/wallets",
    "/console/customers/{customer}/wallets/{wallet}",
    "/console/customers/{customer}/wallets/{wallet}/entries/new",
    "/console/customers/{customer}/emails",
    "/console/customers/{customer}/activity",
    "/console/customers/{customer}/children",
    "/console/messages",
    "/console/imports",
    "/console/imports/new",
    "/console/profile",
    "/console/keys",
    "/console/nowhere",
    "/mailbox",
    "/styleguide",
)
PORTAL = (
    "/account",
    "/account/wallets/{wallet}",
    "/account/contacts",
    "/account/preferences",
    "/account/company",
    "/account/company/edit",
    "/account/messages",
    "/account/activity",
    "/account/access",
    "/sign-in",
    "/sign-in/password",
)
MODES = (("light", 1440), ("dark", 1440), ("light", 390), ("dark", 390))
LIMIT = 36_000  # bytes, gzip: the page and all it loads at the first view


@pytest.fixture
def places(live) -> dict[str, str]:
    """The ids of the demo's first customer and its wallet."""
    with live.database.reading() as session:
        customer = session.scalars(select(Customer).where(Customer.external_id == "NW-0057")).one()
        wallet = session.scalars(select(Wallet).where(Wallet.customer_id == customer.id)).one()
    return {"customer": str(customer.id), "wallet": str(wallet.id)}


@pytest.fixture
def sign_in(live):
    """Signs a window in: to the console, or to the portal as the demo's customer."""

    def operator(page):
        page.goto(live.operator_link())
        page.get_by_role("button", name="Take your place").click()
        page.wait_for_url("**/console/**")

    def customer(page):
        page.goto(f"{live.url}/sign-in")
        page.get_by_label("Your email address").fill("marta@gruenwald-joergensen.example")
        page.get_by_role("button", name="Send me a link").click()
        page.wait_for_url("**/sign-in/sent")
        code = _code(live, page)
        page.get_by_label(re.compile("code")).fill(code)
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url("**/account**")

    return {"console": operator, "portal": customer}


def _code(live, page) -> str:
    for _ in range(60):
        for caught in live.mailbox.list(to="marta@gruenwald-joergensen.example"):
            found = re.search(r"\b(\d{3}) (\d{3})\b", live.mailbox.read(caught.id).text)
            if found:
                return found.group(1) + found.group(2)
        page.wait_for_timeout(200)
    raise AssertionError("no code came")


@pytest.mark.parametrize("side", ["console", "portal"])
def test_every_page_in_every_mode(live, window, places, sign_in, side):
    found = []
    first = window()
    sign_in[side](first)
    cookies = first.context.cookies()
    for scheme, width in MODES:
        page = window(color_scheme=scheme, viewport={"width": width, "height": 900})
        page.context.add_cookies(cookies)
        for path in CONSOLE if side == "console" else PORTAL:
            page.goto(live.url + path.format(**places))
            for violation in Axe().run(page).response["violations"]:
                targets = ", ".join(str(node["target"]) for node in violation["nodes"][:3])
                found.append(f"{path} {scheme} {width}: {violation['id']}: {targets}")
            if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
                found.append(f"{path} {width}: scrolls sideways")
    assert not found, "\n".join(found)


def test_no_page_scrolls_sideways_at_320(live, window, places, sign_in):
    wide = []
    page = window(viewport={"width": 320, "height": 700})
    sign_in["console"](page)
    for path in CONSOLE:
        page.goto(live.url + path.format(**places))
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            wide.append(path)
    assert not wide


def test_the_first_view_is_light(live, window, places, sign_in):
    page = window()
    sign_in["console"](page)
    fresh = window()
    fresh.context.add_cookies(page.context.cookies())
    loaded: dict[str, int] = {}
    fresh.on("response", lambda response: loaded.update({response.url: len(gzip.compress(response.body()))}))
    fresh.goto(live.url + "/console/customers", wait_until="networkidle")
    assert sum(loaded.values()) <= LIMIT, loaded
