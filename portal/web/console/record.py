"""The activity of all: who did what, at which customer, when; and the same as a table to keep."""

from uuid import UUID

from flask import Blueprint, Response, g, request, url_for

from portal.domain import activity, customers
from portal.values import clock
from portal.web import filters, timeline
from portal.web.access import may
from portal.web.console.activity import person
from portal.web.database import database, session
from portal.web.forms.record import RecordForm
from portal.web.htmx import page

bp = Blueprint("record", __name__)


@bp.get("/activity")
@may("audit.read")
def index():
    """Show the acts of everybody, the newest first, narrowed if so asked."""
    form, before = _form(), request.args.get("before", "")
    found = activity.page_of(session(), form.wanted, _reader(), before=before)
    query = form.pairs()
    return page(
        "console/record/index.html",
        "timeline",
        form=form,
        days=timeline.days(found.events, customers.names(session(), {event.customer_id for event in found.events if event.customer_id})),
        narrowed=bool(query),
        export=url_for(".export", **query),
        older=url_for(".index", **query, before=found.older) if found.older else None,
        newest=url_for(".index", **query) if before else None,
    )


@bp.get("/activity.csv")
@may("audit.read")
def export():
    """Send what the page lists, all of it, as CSV."""
    return _sent(_form().wanted, "activity")


@bp.get("/customers/<uuid:customer_id>/activity.csv")
@may("audit.read")
def export_customer(customer_id: UUID):
    """Send what the activity of one customer lists as CSV."""
    customer = customers.find(session(), g.actor, customer_id)
    kind, who = (request.args.get(name, "") for name in ("kind", "who"))
    return _sent(activity.Wanted(customer_id=customer.id, kind=kind, who=person(who)), f"activity-{customer.external_id or customer.id}")


def _form() -> RecordForm:
    operators = [(str(user_id), name) for user_id, name in activity.operators(session())]
    return RecordForm.of(
        request.args, zone=filters.reader()[1], people=operators, lookup=lambda text: customers.id_of(session(), g.actor, text)
    )


def _reader() -> activity.Reader:
    locale, time_zone = filters.reader()
    return activity.Reader(locale=locale, time_zone=time_zone)


def _sent(wanted: activity.Wanted, name: str) -> Response:
    pieces = activity.csv_pieces(database().reading, wanted, _reader())
    first = next(pieces)  # what cannot be asked for is refused before the answer begins
    name = "".join(letter if (letter.isalnum() and letter.isascii()) or letter in "-_" else "-" for letter in name)
    headers = {
        "Cache-Control": "private, no-store",
        "Content-Disposition": f'attachment; filename="{name}-{clock.now().date().isoformat()}.csv"',
    }
    return Response(_chained(first, pieces), mimetype="text/csv", headers=headers)


def _chained(first: str, pieces):
    yield first
    yield from pieces
