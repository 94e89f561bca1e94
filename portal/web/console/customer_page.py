"""The page of one customer: its head, its sections in the margin, and the section that is asked for."""

from flask import Response, g

from portal.domain import overview
from portal.domain.customers import CustomerRow
from portal.domain.overview import Head
from portal.model import Customer
from portal.values import money
from portal.web.database import session
from portal.web.htmx import page
from portal.web.kept_urls import fixed_url, row_url

SECTIONS = (
    ("overview", "Overview", "console.customers.show"),
    ("contacts", "Contacts", "console.contacts.index"),
    ("wallets", "Wallets", "console.wallets.index"),
    ("journal", "Journal entries", "console.journal.index"),
    ("emails", "Emails", "console.emails.index"),
    ("activity", "Activity", "console.activity.index"),
    ("children", "Child customers", "console.children.index"),
)

THREE = frozenset(code for code, decimals in money.EXPONENTS.items() if decimals == 3)


def customer_page(
    customer: Customer | CustomerRow,
    template: str,
    *,
    section: str,
    block: str | None = None,
    status: int = 200,
    head: Head | None = None,
    **context,
) -> Response:
    """Answer with a section of a customer's page, or with one block of it when HTMX asks for a part.

    The template extends layouts/customer.html and fills its block `section`. The customer comes from `customers.look` or
    `customers.find`: both load what the head names. A section with a filled button of its own has `{% set act = none %}`
    under its extends.
    """
    head = head or head_of(customer)
    return page(
        template,
        block,
        status=status,
        customer=customer,
        head=head,
        sections=_sections(customer, head, section),
        menu=_menu(customer),
        act=_act(customer, head),
        wallet_href=lambda wallet_id: row_url("console.wallets.show", customer_id=customer.id, wallet_id=wallet_id),
        digits=digits,
        three=THREE,
        currency_name=money.currency_name,
        **context,
    )


def head_of(customer: Customer | CustomerRow) -> Head:
    """Read the balances and the counts for the head."""
    return overview.head(session(), customer.id)


def digits(currency: str) -> str:
    """Give the class that lines the decimal points of an amount up with those of two decimals."""
    return {0: "d0", 3: "d3"}.get(money.exponent(currency), "")


def _sections(customer: Customer | CustomerRow, head: Head, current: str) -> list[dict]:
    return [
        {"label": label, "href": row_url(endpoint, customer_id=customer.id), "count": head.counts.get(key), "current": key == current}
        for key, label, endpoint in SECTIONS
    ]


def _menu(customer: Customer | CustomerRow) -> list:
    """List what else can be done with the customer."""
    one = {"customer_id": customer.id}
    items: list = [{"label": "Manage contacts", "href": row_url("console.contacts.index", **one)}]
    if g.actor.may("customer.view_as"):
        items.append({"label": "View as customer", "href": row_url("console.viewing.new", **one)})
    if g.actor.may("customer.change") and not customer.archived:
        items.append({"label": "Add a child customer", "href": f"{fixed_url('console.customers.new')}?parent={customer.id}"})
    if g.actor.may("settings.read"):
        items.append({"label": "Single sign-on", "href": row_url("console.providers.index", **one)})
    if g.actor.may("customer.archive") and not customer.archived:
        items += ["-", {"label": "Archive", "action": row_url("console.customers.archive", **one)}]
    return items


def _act(customer: Customer | CustomerRow, head: Head) -> dict | None:
    """Name the one act that the page is for."""
    if customer.archived:
        return None
    main = head.main_wallet
    if main is not None and main.status == "open" and g.actor.may("wallet.adjust"):
        return {"label": "Adjust balance", "href": row_url("console.wallets.adjust", customer_id=customer.id, wallet_id=main.id)}
    if main is None and g.actor.may("wallet.change"):
        return {"label": "Open a wallet", "href": row_url("console.wallets.index", customer_id=customer.id)}
    return None
