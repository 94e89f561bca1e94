"""The session ends while somebody writes: nothing typed is lost, with scripts and without."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect
from sqlalchemy import select

from portal.cli.demo import company
from portal.domain import sessions
from portal.model import Customer, User

NOTE = "Agreed on the phone, word for word: “nothing before March”.\n" * 120


def end_all(live) -> None:
    with live.database.writing() as session:
        user = session.scalars(select(User).where(User.email == company.OPERATOR_EMAIL)).one()
        assert sessions.end(session, user.id, why="idle")


def sign_in_by_code(page: Page, live) -> None:
    """Ask for a mail, read its code in the demo's mailbox, type it."""
    page.get_by_label("Email").fill(company.OPERATOR_EMAIL)
    page.get_by_role("button", name="Send me a link").click()
    expect(page.get_by_role("heading", level=1, name="Look into your mailbox")).to_be_visible()
    page.get_by_label("code", exact=False).first.fill(code(page, live))
    page.get_by_role("button", name="Sign in", exact=True).click()


def code(page: Page, live) -> str:
    for _ in range(80):
        for caught in live.mailbox.list(to=company.OPERATOR_EMAIL):
            if found := re.search(r"\b(\d{3}) (\d{3})\b", live.mailbox.read(caught.id).text):
                return "".join(found.groups())
        page.wait_for_timeout(250)
    raise AssertionError("no mail with a code came")


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_a_long_note_survives_the_end_of_the_session(live, window, scripts):
    page = window(java_script_enabled=scripts)
    page.goto(live.operator_link())
    page.get_by_role("button", name="Take your place").click()
    with live.database.reading() as session:
        customer = session.scalars(select(Customer).where(Customer.external_id == "NW-0057")).one()
    page.goto(f"{live.url}/console/customers/{customer.id}/edit")
    page.get_by_label("Notes for operators").fill(NOTE)
    page.get_by_label("Phone", exact=True).fill("+4915179949999")
    end_all(live)
    page.get_by_role("button", name=re.compile("^Save")).first.click()
    expect(page).to_have_url(re.compile(r"/sign-in\?next=/console/unsent"))
    sign_in_by_code(page, live)
    expect(page.get_by_role("heading", level=1, name="What you wrote is still here")).to_be_visible()
    expect(page.get_by_text("nothing before March").first).to_be_visible()
    if scripts:
        found = Axe().run(page)
        assert not found.response["violations"], found.generate_report()
    page.get_by_role("button", name="Send it now").click()
    expect(page).to_have_url(re.compile(f"/console/customers/{customer.id}"))
    with live.database.reading() as session:
        saved = session.get_one(Customer, customer.id)
        assert (saved.notes.strip(), saved.phone) == (NOTE.strip(), "+4915179949999")


def test_a_fragment_of_a_dead_session_takes_the_browser_to_the_sign_in_page_and_back_with_the_draft(live, window):
    page = window()
    page.goto(live.operator_link())
    page.get_by_role("button", name="Take your place").click()
    with live.database.reading() as session:
        customer = session.scalars(select(Customer).where(Customer.external_id == "NW-0057")).one()
    page.goto(f"{live.url}/console/customers/{customer.id}/edit")
    page.get_by_label("Notes for operators").click()
    page.keyboard.type("Half a sentence")
    expect(page.get_by_text("Draft kept").first).to_be_visible()
    end_all(live)
    page.evaluate("htmx.ajax('GET', location.href, {target: 'body', swap: 'none'})")
    expect(page).to_have_url(re.compile(r"/sign-in\?next=/console/customers/.*/edit"))
    sign_in_by_code(page, live)
    expect(page).to_have_url(re.compile(r"/console/customers/.*/edit"))
    expect(page.get_by_label("Notes for operators")).to_have_value("Half a sentence")
