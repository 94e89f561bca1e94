"""A customer's journal entries: what was posted, on which accounts, with totals that balance."""

from uuid import UUID

from flask import Blueprint, g, request, url_for

from portal.domain import customers, journal
from portal.domain.ledger import REASONS
from portal.web.access import may
from portal.web.console.customer_page import customer_page
from portal.web.database import session
from portal.web.filters import day, reader
from portal.web.forms.ledger import PeriodForm
from portal.web.query import identifier

bp = Blueprint("journal", __name__, url_prefix="/customers/<uuid:customer_id>/journal")


@bp.get("")
@may("wallet.read")
def index(customer_id: UUID):
    """List a customer's journal entries, the newest first, of a period if so asked."""
    customer = customers.look(session(), g.actor, customer_id)
    form = PeriodForm.read(request.args, zone=reader()[1])
    found = journal.page(session(), customer.id, since=form.since, until=form.until, before=identifier("before"))
    period = form.pairs()
    return customer_page(
        customer,
        "console/journal/index.html",
        section="journal",
        block="journal",
        form=form,
        found=found,
        lines=_lines(found),
        whole=found.newest and found.older is None,
        period=period_words(form),
        older=url_for(".index", customer_id=customer.id, **period, before=found.older) if found.older else None,
        newest=url_for(".index", customer_id=customer.id, **period) if not found.newest else None,
        all_href=url_for(".index", customer_id=customer.id),
        reasons=REASONS,
        accounts=journal.ACCOUNTS,
    )


def period_words(form: PeriodForm) -> str:
    """Say the period: "from 1 Nov 2026 until 23 Nov 2026"; nothing where there is none."""
    first = f"from {day(form.since)}" if form.since else ""
    last = f"until {day(form.to.data)}" if form.until else ""
    return " ".join(filter(None, (first, last)))


def _lines(found: journal.JournalPage) -> list[tuple]:
    """Give one row for each line: the entry with the first of its lines, None with the others, and the line."""
    return [(posted.entry if n == 0 else None, line) for posted in found.posted for n, line in enumerate(posted.lines)]
