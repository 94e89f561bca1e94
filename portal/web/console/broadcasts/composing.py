"""Writing a broadcast: the form, and the words looked at before they are saved."""

from uuid import UUID

from flask import Response, flash, g, redirect, render_template, request, url_for

from portal.domain import broadcasts, business_entities, topics
from portal.domain.broadcasts import LETTER
from portal.domain.errors import Refusal
from portal.domain.letters import LetterIncomplete, examples
from portal.domain.letters.checking import links_of
from portal.model import Broadcast
from portal.web.access import may
from portal.web.console.broadcasts.blueprint import bp, example, found, writer
from portal.web.console.settings.letters.blueprint import frame, framed
from portal.web.database import session
from portal.web.filters import reader
from portal.web.forms.broadcast import BroadcastForm
from portal.web.htmx import page


@bp.get("/new")
@may("broadcast.send")
def new() -> Response:
    """Offer the form, with the words that a broadcast begins with."""
    words = broadcasts.first_words(session())
    view = request.args.get("view", "all")
    data = {"subject": words.subject, "preheader": words.preheader, "body": words.body, "topic": "news", "view": view}
    return _form_page(_form(None, data))


@bp.post("")
@may("broadcast.send")
def create() -> Response:
    """Save a draft."""
    form = _form()
    if form.validate_on_submit():
        try:
            made = broadcasts.create(session(), form.draft(zone=reader()[1]), by=g.actor)
        except Refusal as refusal:
            form.put(refusal)
        else:
            return redirect(url_for(".show", broadcast_id=made.id), 303)
    return _form_page(form, status=422)


@bp.get("/<uuid:broadcast_id>/edit")
@may("broadcast.send")
def edit(broadcast_id: UUID) -> Response:
    """Show a draft in the form."""
    broadcast = found(broadcast_id)
    if broadcast.state != "draft":
        raise broadcasts.NotInThisState
    columns = ("name", "view", "topic", "subject", "preheader", "body", "version")
    data = {name: getattr(broadcast, name) for name in columns} | {"entity": broadcast.business_entity_id or ""}
    return _form_page(_form(None, data), broadcast)


@bp.post("/<uuid:broadcast_id>")
@may("broadcast.send")
def update(broadcast_id: UUID) -> Response:
    """Change a draft; who will get it is counted anew."""
    broadcast, form = found(broadcast_id), _form()
    if form.validate_on_submit():
        try:
            broadcasts.change(session(), broadcast, form.draft(zone=reader()[1]), version=form.made_from, by=g.actor)
        except Refusal as refusal:
            form.put(refusal)
            form.version.data = broadcast.version  # of what they are told about, so that they can save over it
            return _form_page(form, broadcast, status=refusal.status)
        flash("Saved. Who will get it is counted anew.")
        return redirect(url_for(".show", broadcast_id=broadcast.id), 303)
    return _form_page(form, broadcast, status=422)


@bp.post("/draft")
@may("broadcast.send")
def draft() -> Response:
    """Give words that are not saved to the frame beside the form."""
    form = _form()
    if faults := broadcasts.check_words(form.words):
        form.put(broadcasts.WordsUnfit(faults))
        return _said([sentence for field in (form.subject, form.preheader, form.body) for sentence in field.errors])
    try:
        shown = _example(form)
        made = shown.render(LETTER, form.words.read_by(shown.locale))
    except LetterIncomplete as fault:
        return _said([str(fault)])
    return frame(made, dark=request.form.get("act") == "dark")


def _example(form: BroadcastForm) -> examples.Example:
    known = {str(one.id): one for one in business_entities.all(session(), actor=g.actor)}
    chosen = known.get(request.form.get("entity", ""))
    return example(form.topic.raw or "news", None, chosen or writer())


def _said(sentences: list[str]) -> Response:
    return framed(render_template("emails/said.html", title="Not a letter yet", sentences=sentences), 422)


def _form(*given) -> BroadcastForm:
    """Make the form, from what was sent or (formdata, data)."""
    form = BroadcastForm(formdata=given[0], data=given[1]) if given else BroadcastForm()
    entities = business_entities.all(session(), actor=g.actor)
    form.offer(
        views=[(key, name) for key, (name, _) in broadcasts.choices(session(), g.actor).items()],
        topics=[(key, f"{topic.label} ({topic.kind})") for key, topic in topics.choices(session()).items()],
        entities=[(str(one.id), one.name) for one in entities],
    )
    return form


def _form_page(form: BroadcastForm, broadcast: Broadcast | None = None, *, status: int = 200) -> Response:
    action = url_for(".update", broadcast_id=broadcast.id) if broadcast else url_for(".create")
    return page(
        "console/broadcasts/edit.html",
        status=status,
        form=form,
        broadcast=broadcast,
        action=action,
        back=url_for(".show", broadcast_id=broadcast.id) if broadcast else url_for(".index"),
        first_look=url_for(".html", broadcast_id=broadcast.id) if broadcast else None,
        look_at={"formaction": url_for(".draft"), "formtarget": "draft"},
        known=list(LETTER.known.values()),
        written=examples.variables(LETTER, example("news", None, writer())),
        links=links_of(LETTER),
    )
