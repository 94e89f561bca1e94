"""The main job, end to end: import, credit, mail, portal, and all of it on record."""

import re

from playwright.sync_api import Page, expect

CUSTOMER = "Lumen Studios S.A.S."
ADDRESS = "nimbus.telecom3@example.org"


def sign_in_operator(page: Page, live) -> None:
    page.goto(live.operator_link())
    page.get_by_role("button", name="Take your place").click()
    expect(page.get_by_role("heading", level=1, name="Customers")).to_be_visible()


def open_mail(page: Page, live, subject: str) -> None:
    """Wait for a mail in the demo's mailbox and open it."""
    for _ in range(60):
        page.goto(f"{live.url}/mailbox?to={ADDRESS}")
        found = page.get_by_role("link", name=subject)
        if found.count():
            found.first.click()
            return
        page.wait_for_timeout(250)
    raise AssertionError(f"no mail “{subject}” came")


def test_the_main_job(live, window, data):
    console = window()
    sign_in_operator(console, live)

    console.goto(f"{live.url}/console/imports/new")
    console.locator('input[type="file"]').nth(0).set_input_files(data / "customers-dirty.csv")
    console.get_by_role("button", name="Check the files").click()
    expect(console.get_by_text("Atlantis", exact=True)).to_be_visible(timeout=30_000)
    expect(console.get_by_text("not-an-email", exact=True).first).to_be_visible()
    expect(console.get_by_text("Nothing was imported")).to_be_visible()

    console.goto(f"{live.url}/console/imports/new")
    console.locator('input[type="file"]').nth(0).set_input_files(data / "customers.csv")
    console.locator('input[type="file"]').nth(1).set_input_files(data / "contacts.csv")
    console.get_by_role("button", name="Check the files").click()
    console.get_by_role("button", name=re.compile("Import .* rows")).click(timeout=30_000)
    expect(console.get_by_role("link", name="See the customers")).to_be_visible(timeout=30_000)

    console.get_by_role("link", name="See the customers").click()
    console.get_by_role("searchbox").fill("CUST-00000003")
    console.get_by_role("link", name=CUSTOMER).click()
    expect(console.get_by_role("heading", level=1, name=CUSTOMER)).to_be_visible()
    expect(console.get_by_text("1,574.17").first).to_be_visible()

    console.get_by_role("link", name="Adjust balance").click()
    console.get_by_label("Amount").fill("25.00")
    expect(console.get_by_text("1,599.17")).to_be_visible()
    console.get_by_label("Reason").select_option("goodwill")
    console.get_by_label("Text for the customer").fill("Sorry for the late invoice")
    console.get_by_role("button", name="Post entry").click()
    expect(console.get_by_text("1,599.17").first).to_be_visible()

    portal = window()
    open_mail(portal, live, "You have 25.00 EUR more credit")
    letter = portal.frame_locator("iframe")
    expect(letter.get_by_text("Sorry for the late invoice")).to_be_visible()
    letter.get_by_role("link", name="See how it came about").click()
    expect(portal).to_have_url(f"{live.url}/sign-in/link")
    portal.locator("main").get_by_role("button").first.click()
    expect(portal).to_have_url(re.compile("/account/wallets/"))
    expect(portal.get_by_text("1,599.17").first).to_be_visible()
    expect(portal.get_by_text("Sorry for the late invoice").first).to_be_visible()

    portal.get_by_role("link", name="What we send you").click()
    portal.locator("#own").get_by_label("Invoices").uncheck()
    portal.get_by_role("button", name="Save my choice").click()
    confirm = portal.get_by_role("button", name=re.compile("instead"))
    expect(confirm.or_(portal.locator(".toast"))).to_be_visible()
    if confirm.count():
        confirm.click()
    expect(portal.locator(".toast")).to_be_visible()

    portal.get_by_role("link", name="Company details").click()
    portal.get_by_role("link", name=re.compile("Change")).first.click()
    portal.get_by_label("Line 1").first.fill("12 rue des Tisserands")
    portal.get_by_role("button", name="Save addresses").click()
    expect(portal.get_by_text("12 rue des Tisserands").first).to_be_visible()

    console.get_by_role("navigation", name="Sections").get_by_role("link", name="Activity").click()
    timeline = console.locator("main")
    for said in ("25.00", "signed in", "12 rue des Tisserands", "Invoices"):
        expect(timeline.get_by_text(said).first).to_be_visible()


def test_the_main_job_goes_without_scripts(live, window, data):
    console = window(java_script_enabled=False)
    sign_in_operator(console, live)
    console.goto(f"{live.url}/console/customers?q=lumiere")
    console.get_by_role("link", name="Atelier Lumière").click()
    console.get_by_role("link", name="Adjust balance").click()
    console.get_by_label("Amount").fill("12,50,0")
    console.get_by_label("Reason").select_option("goodwill")
    console.get_by_role("button", name="Post entry").click()
    expect(console.get_by_role("alert")).to_contain_text("Nothing has been posted yet")
    expect(console.get_by_label("Amount")).to_have_value("12,50,0")
    console.get_by_label("Amount").fill("12.50")
    console.get_by_role("button", name="Post entry").click()
    expect(console.get_by_text("1,586.67").first).to_be_visible()
