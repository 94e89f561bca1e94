"""One topic switched for the contacts of all customers that a list shows: first what it would do, then done."""

from dataclasses import replace
from uuid import UUID

from flask import Blueprint, Response, flash, g, redirect, request, url_for

from portal.domain import attributes, communications, listing
from portal.domain.errors import Refusal
from portal.domain.listing import Filters
from portal.web.access import may
from portal.web.database import session
from portal.web.filters import reader, told
from portal.web.forms import preferences
from portal.web.htmx import page

bp = Blueprint("bulk_preferences", __name__, url_prefix="/preferences")

WHOM = {"all": "All contacts", "primary": "Primary contacts only", "secondary": "All but the primary contacts"}


@bp.get("")
@may("preference.change")
def new():
    """Ask what is to be switched, for the customers of a list."""
    return _page()


@bp.post("")
@may("preference.change")
def create():
    """Say what would happen, by doing it and taking it back; with `sure`, do it."""
    filters, ids = _asked()
    topic, wanted, whom = request.form.get("topic", ""), request.form.get("wanted") == "on", request.form.get("whom", "all")
    try:
        outcome = communications.switch_for_many(session(), ids, topic, wanted, whom=whom, by=g.actor)
    except Refusal as refusal:
        return _page(refusal=told(refusal), status=422)
    if request.form.get("sure") != "y":
        return _page(outcome=outcome, status=422)  # which the edge rolls back
    many = f"{outcome.changed:,} contact{'' if outcome.changed == 1 else 's'}"
    label = preferences.offered()[topic].label
    flash(f"{label} {'on' if wanted else 'off'} for {many}. Each has a receipt, and those of billing were told.")
    return redirect(url_for("console.customers.index", **_query(filters)), 303)


def _page(*, outcome=None, refusal: str = "", status: int = 200) -> Response:
    filters, ids = _asked()
    asked = request.form
    return page(
        "console/preferences/many.html",
        status=status,
        count=len(ids),
        most=communications.MOST,
        too_many=len(ids) > communications.MOST,
        keep=filters.pairs(),
        back=url_for("console.customers.index", **_query(filters)),
        topics=[(key, topic.label) for key, topic in preferences.offered().items()],
        whoms=list(WHOM.items()),
        topic=asked.get("topic", "reminders"),
        wanted=asked.get("wanted", "off"),
        whom=asked.get("whom", "all"),
        outcome=outcome,
        refusal=refusal,
    )


def _asked() -> tuple[Filters, list[UUID]]:
    """Read the filters, and find the customers that match: one more than may be, at the most."""
    filters = replace(Filters.read(request.values.items(multi=True)), within=g.actor.entity_ids)
    if filters.attributes:
        own = [one for one in attributes.columns(session()) if one.business_entity_id is None or g.actor.reaches(one.business_entity_id)]
        filters = filters.fitting(own)
    ids, cursor = [], ""
    while len(ids) <= communications.MOST:
        found = listing.page(session(), filters, cursor=cursor, zone=reader()[1])
        ids += [UUID(str(row.id)) for row in found.rows]
        cursor = found.next
        if not cursor:
            break
    return filters, ids[: communications.MOST + 1]


def _query(filters: Filters) -> dict[str, str]:
    return dict(filters.pairs())
