"""The list of broadcasts, one broadcast in the state it is in, and how its letter looks."""

from uuid import UUID

from flask import Response, g, request, url_for

from portal.domain import broadcasts, customers, topics
from portal.domain.letters import LetterIncomplete
from portal.model import Broadcast, Customer
from portal.web import htmx
from portal.web.access import may
from portal.web.console.broadcasts.blueprint import STATES, bp, example, found, reasons, writer
from portal.web.console.settings.letters.blueprint import frame, framed
from portal.web.database import session
from portal.web.filters import reader
from portal.web.forms.broadcast import ScheduleForm
from portal.web.htmx import page
from portal.web.query import identifier

LOOKS = {"light": "Light", "dark": "Dark", "text": "Plain text"}


@bp.get("")
@may("broadcast.read")
def index() -> Response:
    """List the broadcasts, the newest first."""
    rows = broadcasts.newest(session(), g.actor, before=identifier("before"), limit=broadcasts.PAGE + 1)
    older = url_for(".index", before=rows[broadcasts.PAGE - 1].id) if len(rows) > broadcasts.PAGE else None
    return page(
        "console/broadcasts/index.html",
        rows=rows[: broadcasts.PAGE],
        states=STATES,
        labels={key: topic.label for key, topic in topics.all_topics(session()).items()},
        older=older,
        newest=url_for(".index") if "before" in request.args else None,
    )


@bp.get("/<uuid:broadcast_id>")
@may("broadcast.read")
def show(broadcast_id: UUID) -> Response:
    """Show a broadcast: who will get it, how it looks, when it goes out, what became of it."""
    broadcast = found(broadcast_id)
    return show_page(broadcast, ScheduleForm(formdata=None, data={"version": broadcast.version, "when": "now"}))


@bp.get("/<uuid:broadcast_id>/html")
@may("broadcast.read")
def html(broadcast_id: UUID) -> Response:
    """Give the HTML of the letter to the frame of its page."""
    broadcast = found(broadcast_id)
    customer = _shown_with(broadcast)
    try:
        shown = example(broadcast.topic, customer, writer(broadcast, customer))
        made = shown.render(broadcasts.LETTER, broadcasts.words(broadcast).read_by(shown.locale))
    except LetterIncomplete as fault:
        return framed(str(fault), 409)
    return frame(made, dark="dark" in request.args)


def show_page(broadcast: Broadcast, form: ScheduleForm, *, status: int = 200, refusal: str = "") -> Response:
    """Show a broadcast's page; `refusal` says why an act on it was not done."""
    result = broadcasts.result(session(), broadcast) if broadcast.started_at else None
    counting = broadcast.state == "draft" and broadcast.count_state == "counting"
    going = broadcast.state in ("scheduled", "sending") or bool(result and result.waiting)
    return page(
        "console/broadcasts/show.html",
        "state",
        status=status,
        broadcast=broadcast,
        state=STATES[broadcast.state],
        topic=topics.find(session(), broadcast.topic),
        entity=writer(broadcast) if broadcast.business_entity_id else None,
        view_href=f"{url_for('console.customers.index')}?{broadcast.query}",
        zone=reader()[1],
        reasons=reasons(broadcast.progress if broadcast.started_at else broadcast.counts),
        result=result,
        moving=counting or going,
        counting=counting,
        form=form,
        asks_for_number=broadcast.counts.get("will", 0) > broadcasts.ASKS_FOR_NUMBER,
        refusal=refusal,
        sends=g.actor.may("broadcast.send"),
        reads_messages=g.actor.may("message.read"),
        **({} if htmx.fragment_wanted() else _letter(broadcast)),
    )


def _letter(broadcast: Broadcast) -> dict[str, object]:
    """Give how the letter looks with a customer's own facts."""
    customer = _shown_with(broadcast)
    entity = writer(broadcast, customer)
    shown = example(broadcast.topic, customer, entity)
    look = request.args.get("as", "light")
    look = look if look in LOOKS else "light"
    asked = {"customer": request.args.get("customer") or None}
    here = {"broadcast_id": broadcast.id, **asked}
    try:
        made, broken = shown.render(broadcasts.LETTER, broadcasts.words(broadcast).read_by(shown.locale)), ""
    except LetterIncomplete as fault:
        made, broken = None, str(fault)
    return {
        "made": made,
        "broken": broken,
        "customer": customer,
        "asked_customer": asked["customer"] or "",
        "look": look,
        "looks": [
            {"label": label, "href": url_for(".show", **here, **{"as": key}) + "#letter", "current": key == look}
            for key, label in LOOKS.items()
        ],
        "framed": url_for(".html", **here, dark=1 if look == "dark" else None),
    }


def _shown_with(broadcast: Broadcast) -> Customer | None:
    """Find the customer that is asked for by ID, else the first one of the view."""
    asked = request.args.get("customer", "").strip()
    if asked and (customer_id := customers.id_of(session(), g.actor, asked)) is not None:
        return customers.find(session(), g.actor, customer_id)
    return broadcasts.first_customer(session(), broadcast)
