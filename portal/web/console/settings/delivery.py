"""How reports on mail come in: a door for each provider, what it is told to post to, and reports that fit nothing."""

from datetime import timedelta

from flask import Blueprint, Response, current_app, flash, g, redirect, url_for
from flask import session as form_session

from portal.domain import delivery
from portal.domain.errors import NotFound, Refusal
from portal.domain.outbox.holding import PER_ADDRESS
from portal.values.sealed import Unsealable
from portal.web import proof
from portal.web.access import may
from portal.web.console.settings.contents import contents
from portal.web.database import session
from portal.web.filters import told
from portal.web.forms.delivery import TopicForm
from portal.web.htmx import page

bp = Blueprint("delivery", __name__, url_prefix="/delivery")
_SECRET = "mail_hook_secret"
SHOWN_SECONDS = 600


@bp.get("")
@may("settings.read")
def index() -> Response:
    """Show how reports come in; a secret that was just made, this once."""
    return _page(TopicForm(formdata=None), made=_just_made())


@bp.post("/<name>")
@may("settings.change")
@proof.fresh
def update(name: str) -> Response:
    """Open a provider's door, or make it a new secret."""
    form = TopicForm()
    if name == "ses" and not form.validate_on_submit():
        return _page(form, status=422)
    vault = current_app.extensions["vault"]
    try:
        secret = delivery.set_hook(session(), name, topic=form.topic.data or "" if name == "ses" else "", vault=vault, by=g.actor)
    except NotFound:
        raise
    except Refusal as refusal:
        form.topic.errors = [*form.topic.errors, told(refusal)]
        return _page(form, status=422)
    if name == "ses":
        flash("Reports of this topic are taken. Subscribe it to the address, and Portal confirms by itself.")
    else:
        form_session[_SECRET] = vault.seal(f"{name} {secret}")
    return redirect(url_for(".index", _anchor=name), 303)


@bp.post("/<name>/removal")
@may("settings.change")
@proof.fresh
def remove(name: str) -> Response:
    """Shut a provider's door."""
    delivery.switch_off(session(), name, by=g.actor)
    flash(f"Nothing is taken from {delivery.PROVIDERS[name]} any more.")
    return redirect(url_for(".index"), 303)


@bp.post("/<name>/former/removal")
@may("settings.change")
@proof.fresh
def end_former(name: str) -> Response:
    """Let the secret before the present one hold no more."""
    delivery.end_former(session(), name, by=g.actor)
    flash("The secret before this one holds no more.")
    return redirect(url_for(".index", _anchor=name), 303)


def _just_made() -> tuple[str, str]:
    """Give the provider and the secret that were just made; the browser holds it sealed until it is shown."""
    try:
        provider, _, secret = current_app.extensions["vault"].open(form_session.pop(_SECRET, ""), seconds=SHOWN_SECONDS).partition(" ")
    except Unsealable:
        return "", ""
    return provider, secret


def _page(form: TopicForm, *, status: int = 200, made: tuple[str, str] = ("", "")) -> Response:
    settings = current_app.extensions["settings"]
    scheme, _, rest = settings.public_url.partition("://")
    hooks = delivery.hooks(session())
    addresses = {one.provider: f"{settings.public_url}/hooks/mail/{one.provider}" for one in hooks}
    provider, secret = made
    if provider == "postmark":
        secret = f"{scheme}://portal:{secret.removeprefix('whsec_')}@{rest}/hooks/mail/postmark"
    return page(
        "console/settings/delivery/index.html",
        status=status,
        contents=contents("console.settings.delivery.index"),
        hooks=hooks,
        addresses=addresses,
        form=form,
        made=provider,
        secret=secret,
        unmatched=delivery.unmatched(session()),
        returns_to=settings.bounce_address,
        mailbox=_mailbox(settings.bounce_imap_url),
        per_address=PER_ADDRESS,
        overlap=delivery.OVERLAP // timedelta(hours=1),
    )


def _mailbox(url: str) -> str:
    """Name the mailbox without its password."""
    return url.rpartition("@")[2]
