"""Activity: what happened at the reader's company, by its own people and by us."""

from flask import Blueprint, g, request, url_for

from portal.domain import activity, customers
from portal.web import filters, timeline
from portal.web.access import may
from portal.web.database import session
from portal.web.htmx import page

bp = Blueprint("activity", __name__, url_prefix="/activity")


@bp.get("")
@may("account.read")
def index():
    """Show the timeline, the newest first; of one kind, if so asked."""
    customer = customers.find(session(), g.actor, g.actor.customer_id)
    kind, before = (request.args.get(name, "") for name in ("kind", "before"))
    locale, time_zone = filters.reader()
    reader = activity.Reader(
        locale=locale, time_zone=time_zone, house=customer.business_entity.name, user_id=g.actor.user_id, contact_id=g.actor.contact_id
    )
    found = activity.page(session(), customer.id, reader, kind=kind, before=before)
    words = {"": "All", **activity.KINDS}
    return page(
        "account/activity/index.html",
        "timeline",
        customer=customer,
        days=timeline.days(found.events),
        kinds=[{"label": label, "href": _url(kind=key), "current": key == kind} for key, label in words.items()],
        filtered=bool(kind),
        older=_url(kind=kind, before=found.older) if found.older else None,
        newest=_url(kind=kind) if before else None,
    )


def _url(**query: str) -> str:
    return url_for(".index", **{name: value for name, value in query.items() if value})
