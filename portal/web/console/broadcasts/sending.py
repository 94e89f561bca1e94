"""Acts on a broadcast: counted again, tried, scheduled, taken back, stopped, removed."""

from uuid import UUID

from flask import Response, flash, g, redirect, url_for

from portal.domain import broadcasts
from portal.domain.errors import NotFound, Refusal
from portal.domain.letters import testing
from portal.model import Broadcast
from portal.values.errors import BadValue
from portal.web.access import may
from portal.web.console.broadcasts.blueprint import bp, example, found, writer
from portal.web.console.broadcasts.showing import show_page
from portal.web.database import session
from portal.web.filters import moment, reader, told
from portal.web.forms.broadcast import ScheduleForm


@bp.post("/<uuid:broadcast_id>/count")
@may("broadcast.send")
def count(broadcast_id: UUID) -> Response:
    """Have who will get it counted again."""
    return _act(broadcast_id, lambda broadcast, form: broadcasts.count_again(session(), broadcast, version=form.made_from))


@bp.post("/<uuid:broadcast_id>/tests")
@may("broadcast.send")
def test(broadcast_id: UUID) -> Response:
    """Send the letter to oneself, and to nobody else."""

    def send(broadcast: Broadcast, form: ScheduleForm) -> str:
        customer = broadcasts.first_customer(session(), broadcast)
        entity = writer(broadcast, customer)
        shown = example(broadcast.topic, customer, entity)
        words = broadcasts.words(broadcast).read_by(shown.locale)
        message = testing.send(session(), broadcasts.LETTER, words, shown, entity=entity, by=g.actor)
        return f"A test is on its way to {message.to_address}."

    return _act(broadcast_id, send)


@bp.post("/<uuid:broadcast_id>/schedule")
@may("broadcast.send")
def schedule(broadcast_id: UUID) -> Response:
    """Let it go out, now or at a time."""
    broadcast, form = found(broadcast_id), ScheduleForm()
    if form.validate_on_submit():
        try:
            at = form.moment(reader()[1])
            broadcasts.schedule(session(), broadcast, at, number=form.typed, version=form.made_from, by=g.actor)
        except BadValue as bad:
            form.time.errors = [*form.time.errors, str(bad)]
        except Refusal as refusal:
            form.put(refusal)
            return show_page(broadcast, form, status=refusal.status)
        else:
            flash(f"It goes out on {moment(at)}." if at else "It is going out.")
            return redirect(url_for(".show", broadcast_id=broadcast.id), 303)
    return show_page(broadcast, form, status=422)


@bp.post("/<uuid:broadcast_id>/withdrawal")
@may("broadcast.send")
def take_back(broadcast_id: UUID) -> Response:
    """Make a draft of it again before its time has come."""

    def act(broadcast: Broadcast, form: ScheduleForm) -> str:
        broadcasts.take_back(session(), broadcast, version=form.made_from, by=g.actor)
        return "It is a draft again. Nothing went out."

    return _act(broadcast_id, act)


@bp.post("/<uuid:broadcast_id>/stop")
@may("broadcast.send")
def stop(broadcast_id: UUID) -> Response:
    """Stop what has not gone out."""

    def act(broadcast: Broadcast, form: ScheduleForm) -> str:
        broadcasts.stop(session(), broadcast, by=g.actor)
        return "Stopped. What waited stays here."

    return _act(broadcast_id, act)


@bp.post("/<uuid:broadcast_id>/removal")
@may("broadcast.send")
def remove(broadcast_id: UUID) -> Response:
    """Take a draft away."""
    broadcast, form = found(broadcast_id), ScheduleForm()
    try:
        broadcasts.remove(session(), broadcast, version=form.made_from, by=g.actor)
    except NotFound:
        raise
    except Refusal as refusal:
        return show_page(broadcast, form, status=refusal.status, refusal=told(refusal))
    flash(f"The draft “{broadcast.name}” is gone.")
    return redirect(url_for(".index"), 303)


def _act(broadcast_id: UUID, act) -> Response:
    """Do something with a broadcast and show it again, or say why it was not done."""
    broadcast, form = found(broadcast_id), ScheduleForm()
    try:
        said = act(broadcast, form)
    except NotFound:
        raise
    except Refusal as refusal:
        return show_page(broadcast, form, status=refusal.status, refusal=told(refusal))
    if said:
        flash(said)
    return redirect(url_for(".show", broadcast_id=broadcast.id), 303)
