"""What scripts add: shown only where the server would say the same."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect
from sqlalchemy import select

from portal.model import User

TYPED = (("25", "4,359.96"), ("12,3,4", ""), ("1,000.50", "5,335.46"), ("1.234", ""), ("25", "4,359.96"), ("1e3", ""))


GERMAN = (
    ("25", "4.334,96 → 4.359,96 EUR"),
    ("1.234,50", "4.334,96 → 5.569,46 EUR"),
    ("1,234.50", ""),
    ("1234,5", "4.334,96 → 5.569,46 EUR"),
    ("1.23", ""),
    ("-5", ""),
    ("0,00", ""),
    ("٢٥", ""),
    ("２５", ""),
    ("1.000.000", "4.334,96 → 1.004.334,96 EUR"),
    ("20.000.000.000.000", ""),
)


@pytest.fixture
def signed_in(live, window):
    """Open a window of the demo's operator, in a locale, with any options of a window."""

    def open_one(locale: str | None = None, **options):
        page = window(**options)
        page.goto(live.operator_link())
        page.get_by_role("button", name="Take your place").click()
        page.wait_for_url("**/console/customers/")
        if locale:
            with live.database.writing() as session:
                for user in session.scalars(select(User)):
                    user.locale = locale
        return page

    return open_one


@pytest.mark.parametrize(("locale", "typed"), [(None, TYPED), ("de", GERMAN)])
def test_the_balance_to_come_is_shown_only_for_amounts_that_can_be_read(live, signed_in, locale, typed):
    page = signed_in(locale)
    page.goto(f"{live.url}/console/customers?q=NW-0057")
    page.get_by_role("link", name=re.compile("Grünwald")).click()
    page.get_by_role("link", name="Adjust balance").click()
    for text, to_come in typed:
        page.get_by_label("Amount").fill(text)
        expect(page.locator("output")).to_have_text(re.compile(re.escape(to_come)) if to_come else "")


CLOSE = {
    1440: ["Name", "Customer ID", "Email", "Country", "Tax ID", "Contacts", "Balance", "Status", "Last change"],
    1280: ["Name", "Customer ID", "Email", "Country", "Contacts", "Balance", "Status", "Last change"],
    1100: ["Name", "Customer ID", "Email", "Country", "Contacts", "Balance", "Status"],
    800: ["Name", "Customer ID", "Balance"],
    390: ["Name", "Balance"],
}


def test_a_list_set_close_has_more_columns_where_there_is_room(live, signed_in):
    page = signed_in()
    page.goto(f"{live.url}/console/customers?sort=-balance")
    page.get_by_role("button", name="Close", exact=True).click()
    expect(page.get_by_role("columnheader", name="Tax ID")).to_be_visible()
    assert page.url.endswith("?sort=-balance")
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        for width, columns in CLOSE.items():
            page.set_viewport_size({"width": width, "height": 900})
            heads = [head.strip() for head in page.locator("thead th:visible:not(.cur)").all_inner_texts()]
            assert heads == columns, width
            assert not page.evaluate("document.documentElement.scrollWidth > innerWidth"), width
            assert Axe().run(page).response["violations"] == []
    page.set_viewport_size({"width": 1440, "height": 900})
    assert set(page.evaluate("[...document.querySelectorAll('tbody tr')].map((row) => Math.round(row.offsetHeight))")) == {32}


def test_density_and_undo_work_without_scripts(live, signed_in):
    page = signed_in(java_script_enabled=False)
    page.goto(f"{live.url}/console/customers?q=Oak")
    page.get_by_role("button", name="Close", exact=True).click()
    expect(page.get_by_role("columnheader", name="Last change")).to_be_visible()
    assert page.url.endswith("?q=Oak")
    page.get_by_role("link", name=re.compile("Oak")).click()
    page.get_by_label("More for this customer").click()
    page.get_by_role("button", name="Archive").click()
    expect(page.get_by_text("is archived.")).to_be_visible()
    page.locator(".toast").get_by_role("button", name="Undo").click()
    expect(page.get_by_text("is active again.")).to_be_visible()


def test_words_of_a_form_that_was_not_taken_are_kept(live, window):
    page = window()
    page.goto(live.operator_link())
    page.get_by_role("button", name="Take your place").click()
    page.wait_for_url("**/console/customers/")
    page.goto(f"{live.url}/console/customers?q=NW-0057")
    page.get_by_role("link", name=re.compile("Grünwald")).click()
    page.get_by_role("link", name="Edit", exact=True).first.click()
    page.get_by_label("Notes").fill("Rings before noon")
    form = page.url
    page.evaluate("document.querySelector('form[data-draft] [name=csrf_token]').value = 'long ago'")
    page.locator("form[data-draft] .savebar button").click()
    expect(page.get_by_role("heading", name="This form has expired")).to_be_visible()
    page.goto(form)
    expect(page.get_by_label("Notes")).to_have_value("Rings before noon")
