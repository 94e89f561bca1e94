"""What scripts add: shown only where the server would say the same."""

import re

from playwright.sync_api import expect

TYPED = (("25", "4,359.96"), ("12,3,4", ""), ("1,000.50", "5,335.46"), ("1.234", ""), ("25", "4,359.96"), ("1e3", ""))


def test_the_balance_to_come_is_shown_only_for_amounts_that_can_be_read(live, window):
    page = window()
    page.goto(live.operator_link())
    page.get_by_role("button", name="Take your place").click()
    page.wait_for_url("**/console/customers/")
    page.goto(f"{live.url}/console/customers?q=NW-0057")
    page.get_by_role("link", name=re.compile("Grünwald")).click()
    page.get_by_role("link", name="Adjust balance").click()
    for typed, to_come in TYPED:
        page.get_by_label("Amount").fill(typed)
        expect(page.locator("output")).to_have_text(re.compile(re.escape(to_come)) if to_come else "")
