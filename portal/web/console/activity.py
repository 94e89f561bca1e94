"""A customer's activity: who did what, when, from where, with before and after, and the mail in between."""

from uuid import UUID

from flask import Blueprint, g, request, url_for

from portal.domain import activity, customers
from portal.web import filters, timeline
from portal.web.access import may
from portal.web.console.customer_page import customer_page
from portal.web.database import session

bp = Blueprint("activity", __name__, url_prefix="/customers/<uuid:customer_id>/activity")


@bp.get("")
@may("customer.read")
def index(customer_id: UUID):
    """Show the timeline, the newest first: of one kind, or by one person, if so asked."""
    customer = customers.look(session(), g.actor, customer_id)
    kind, who, before = (request.args.get(name, "") for name in ("kind", "who", "before"))
    locale, time_zone = filters.reader()
    reader = activity.Reader(locale=locale, time_zone=time_zone)
    found = activity.page(session(), customer.id, reader, kind=kind, who=person(who), before=before)
    return customer_page(
        customer,
        "console/activity/index.html",
        section="activity",
        block="timeline",
        days=timeline.days(found.events),
        kinds=_choices(customer_id, "kind", {"": "All kinds", **activity.KINDS}, kind, who=who),
        people=_choices(customer_id, "who", _people(customer_id), who, kind=kind),
        filtered=bool(kind or who),
        older=_url(customer_id, kind=kind, who=who, before=found.older) if found.older else None,
        newest=_url(customer_id, kind=kind, who=who) if before else None,
        export=_export(customer_id, kind=kind, who=who) if g.actor.may("audit.read") else None,
    )


def person(who: str) -> UUID | str:
    """Read who is asked for: a group's word, or a person's id."""
    try:
        return UUID(who)
    except ValueError:
        return who


def _people(customer_id: UUID) -> dict[str, str]:
    """Name the groups, then the persons, by what the query calls them."""
    persons = {str(user_id): name for user_id, name in activity.people(session(), customer_id)}
    return {"": "By anyone", **activity.GROUPS, **persons}


def _choices(customer_id: UUID, name: str, words: dict[str, str], current: str, **others: str) -> list[dict]:
    return [{"label": label, "href": _url(customer_id, **{name: key}, **others), "current": key == current} for key, label in words.items()]


def _url(customer_id: UUID, **query: str) -> str:
    return url_for(".index", customer_id=customer_id, **{name: value for name, value in query.items() if value})


def _export(customer_id: UUID, **query: str) -> str:
    return url_for("console.record.export_customer", customer_id=customer_id, **{name: value for name, value in query.items() if value})
