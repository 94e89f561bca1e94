"""What is sent: the catalogue, and the topics of the marketing class that the business has of its own."""

from flask import Blueprint, Response, flash, g, redirect, request, url_for

from portal.domain import topics
from portal.domain.errors import NotFound, Refusal
from portal.domain.topics import BILLING, ESSENTIAL, MARKETING
from portal.web.access import may
from portal.web.console.settings.contents import contents
from portal.web.database import session
from portal.web.filters import told
from portal.web.forms.topics import TopicForm
from portal.web.htmx import page

bp = Blueprint("topics", __name__, url_prefix="/topics")


@bp.get("")
@may("settings.read")
def index():
    """Show the catalogue by class."""
    return _page(TopicForm(formdata=None))


@bp.post("")
@may("settings.change")
def create():
    """Add a marketing topic."""
    form = TopicForm()
    if form.validate_on_submit():
        try:
            topic = topics.add(session(), form.label.data, form.hint.data, by=g.actor)
        except Refusal as refusal:
            form.label.errors = [*form.label.errors, told(refusal)]
        else:
            flash(f"{topic.label} can be chosen now. Nobody has it on until they switch it on.")
            return redirect(url_for(".index"), 303)
    return _page(form, status=422)


@bp.get("/<topic>/edit")
@may("settings.change")
def edit(topic: str):
    """Show a topic's words to be changed."""
    found = _find(topic)
    return _edit_page(found, TopicForm(formdata=None, data={"label": found.label, "hint": found.hint}))


@bp.post("/<topic>")
@may("settings.change")
def update(topic: str):
    """Change a topic's words."""
    found, form = _find(topic), TopicForm()
    if form.validate_on_submit():
        try:
            topics.change(session(), topic, form.label.data, form.hint.data, by=g.actor)
        except NotFound:
            raise
        except Refusal as refusal:
            form.label.errors = [*form.label.errors, told(refusal)]
        else:
            flash(f"{form.label.data} is saved.")
            return redirect(url_for(".index"), 303)
    return _edit_page(found, form, status=422)


@bp.post("/<topic>/visibility")
@may("settings.change")
def show_or_hide(topic: str):
    """Hide a topic, or show it again."""
    label, hidden = _find(topic).label, request.form.get("hidden") == "y"
    topics.set_hidden(session(), topic, hidden, by=g.actor)
    flash(f"{label} is hidden: nobody is asked about it, and nothing of it is sent." if hidden else f"{label} can be chosen again.")
    return redirect(url_for(".index"), 303)


def _find(key: str) -> topics.Topic:
    topic = topics.find(session(), key)
    if topic is None or topic.kind != MARKETING:
        raise topics.NoSuchTopic
    return topic


def _page(form: TopicForm, *, status: int = 200) -> Response:
    known = topics.all_topics(session()).values()
    return page(
        "console/settings/topics/index.html",
        status=status,
        contents=contents("console.settings.topics.index"),
        form=form,
        essential=[topic for topic in known if topic.kind == ESSENTIAL],
        billing=[topic for topic in known if topic.kind == BILLING],
        marketing=[topic for topic in known if topic.kind == MARKETING],
    )


def _edit_page(topic: topics.Topic, form: TopicForm, *, status: int = 200) -> Response:
    place = contents("console.settings.topics.index")
    return page("console/settings/topics/edit.html", status=status, contents=place, topic=topic, form=form)
