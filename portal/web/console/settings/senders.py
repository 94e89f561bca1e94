"""Senders: what mail goes out from, the records to publish for it, and whether they are."""

from uuid import UUID

from flask import Blueprint, Response, current_app, flash, g, redirect, request, url_for

from portal.domain import business_entities, senders
from portal.domain.errors import Refusal
from portal.domain.senders import SenderWrong
from portal.model import Sender
from portal.values.sealed import Unsealable
from portal.web import proof
from portal.web.access import may
from portal.web.console.settings.contents import contents
from portal.web.database import database, session
from portal.web.filters import told
from portal.web.forms.sender import SenderForm
from portal.web.htmx import page

bp = Blueprint("senders", __name__, url_prefix="/senders")

STATES = {
    "unknown": ("Not checked yet", "off"),
    "missing": ("Not published", "wait"),
    "published": ("Published", ""),
    "wrong": ("Wrong", "wrong"),
    "unsure": ("See for yourself", "heed"),
    "unreachable": ("No answer", "heed"),
}
NO_KEY = ("No key", "off")


@bp.get("")
@may("settings.read")
def index():
    """List the business entities with their senders."""
    found = [(entity, [(one, senders.written_as(session(), one)) for one in of]) for entity, of in senders.all(session(), g.actor)]
    return _page("index", entities=found)


@bp.get("/new")
@may("sender.change")
def new():
    """Show the empty form; `?entity=` is the business entity that was chosen."""
    form = SenderForm(formdata=None, data={"entity": request.args.get("entity")})
    return _new_page(form)


@bp.post("")
@may("sender.change")
@proof.fresh
def create():
    """Add a sender, with its key."""
    form = SenderForm()
    entities = business_entities.all(session(), actor=g.actor)
    form.offer(entities)
    if form.validate_on_submit():
        entity = next((one for one in entities if one.id == form.entity_id), entities[0])
        try:
            made = senders.add(session(), entity, form.facts(), vault=_vault(), by=g.actor)
        except SenderWrong as refusal:
            form.put(refusal)
        else:
            flash(f"{made.address} is added. Publish its records, then check them.")
            return redirect(url_for(".show", sender_id=made.id), 303)
    return _new_page(form, offered=True, status=422)


@bp.get("/<uuid:sender_id>")
@may("settings.read")
def show(sender_id: UUID):
    """Show one sender: how its mail goes out now, the records to publish, and what was found of them."""
    return _show_page(_find(sender_id))


@bp.get("/<uuid:sender_id>/edit")
@may("sender.change")
def edit(sender_id: UUID):
    """Show a sender in the form."""
    sender = _find(sender_id)
    return _edit_page(sender, SenderForm(formdata=None, obj=sender))


@bp.post("/<uuid:sender_id>")
@may("sender.change")
@proof.fresh
def update(sender_id: UUID):
    """Change a sender."""
    sender, form = _find(sender_id), SenderForm()
    form.offer(None)
    name, selector = sender.address, sender.dkim_selector
    if form.validate_on_submit():
        try:
            senders.change(session(), sender, form.facts(), vault=_vault(), by=g.actor)
        except SenderWrong as refusal:
            form.put(refusal)
        else:
            moved = " Its domain is another one, so it has a new key: publish its records." if sender.dkim_selector != selector else ""
            flash(f"{sender.address} is saved.{moved}")
            return redirect(url_for(".show", sender_id=sender_id), 303)
    return _edit_page(sender, form, name=name, status=422)


@bp.post("/<uuid:sender_id>/checks")
@may("sender.change")
def check(sender_id: UUID):
    """Ask name servers whether the records are published; meanwhile no transaction is open."""
    with database().reading() as db:
        asked = senders.questions(senders.find(db, g.actor, sender_id), returns=_where()["returns"])
    resolver = current_app.extensions["resolver"]
    if resolver.off:
        flash("Asking name servers is switched off here: PORTAL_DNS_RESOLVER is none.", "wrong")
        return redirect(url_for(".show", sender_id=sender_id), 303)
    answers = resolver.ask_all(asked)
    _find(sender_id)
    sender = senders.settle(session(), sender_id, answers, **_where(), by=g.actor)
    if sender is None:
        flash("The key was changed while name servers were asked. Check again.", "wrong")
    elif sender.dkim_selector:
        flash(f"Checked. {next(one['words'] for one in sender.dns_report if one['what'] == 'dkim')}")
    else:
        flash("Checked.")
    return redirect(url_for(".show", sender_id=sender_id, _anchor="records"), 303)


@bp.post("/<uuid:sender_id>/keys")
@may("sender.change")
@proof.fresh
def create_key(sender_id: UUID):
    """Make a key: the first one, or one that takes over when its record is published."""
    sender = senders.make_key(session(), _find(sender_id), vault=_vault(), by=g.actor)
    waits = " Mail is signed with the one before until then." if sender.dkim_next_selector else ""
    flash(f"A new key is made. Publish its record.{waits}")
    return redirect(url_for(".show", sender_id=sender_id, _anchor="records"), 303)


@bp.post("/<uuid:sender_id>/keys/removal")
@may("sender.change")
@proof.fresh
def drop_key(sender_id: UUID):
    """Give up the key that waits for its record."""
    return _act(sender_id, senders.drop_next_key, "The new key is given up. The one in use stays.")


@bp.post("/<uuid:sender_id>/default")
@may("sender.change")
@proof.fresh
def make_default(sender_id: UUID):
    """Let the mail of the business entity go out from this sender."""
    return _act(sender_id, senders.make_default, "What is written from now on goes out from this sender.")


@bp.get("/<uuid:sender_id>/removal")
@may("sender.change")
def removal(sender_id: UUID):
    """Say what taking a sender away does, and ask whether to."""
    sender = _find(sender_id)
    if sender.is_default:
        return _show_page(sender, refusal=senders.SenderInUse.sentence, status=409)
    return _page("removal", sender=sender)


@bp.post("/<uuid:sender_id>/removal")
@may("sender.change")
@proof.fresh
def remove(sender_id: UUID):
    """Take a sender away."""
    return _act(sender_id, senders.remove, "The sender is removed, and its key destroyed.", to_list=True)


def _find(sender_id: UUID) -> Sender:
    return senders.find(session(), g.actor, sender_id)


def _act(sender_id: UUID, act, said: str, *, to_list: bool = False) -> Response:
    """Do one thing to a sender, or say on its page why not."""
    sender = _find(sender_id)
    try:
        act(session(), sender, by=g.actor)
    except Refusal as refusal:
        return _show_page(sender, refusal=told(refusal), status=refusal.status)
    flash(said)
    return redirect(url_for(".index") if to_list else url_for(".show", sender_id=sender_id), 303)


def _show_page(sender: Sender, *, refusal: str = "", status: int = 200) -> Response:
    return _page(
        "show",
        status=status,
        sender=sender,
        identity=senders.written_as(session(), sender),
        records=senders.records(sender, **_where()),
        report={one["what"]: one for one in sender.dns_report},
        refusal=refusal,
        lost=not _opens(sender.dkim_private_key),
        resolver_off=current_app.extensions["resolver"].off,
    )


def _new_page(form: SenderForm, *, offered: bool = False, status: int = 200) -> Response:
    if not offered:
        form.offer(business_entities.all(session(), actor=g.actor))
    return _page("new", form=form, status=status)


def _edit_page(sender: Sender, form: SenderForm, *, name: str = "", status: int = 200) -> Response:
    if form.entity:
        form.offer(None)
    return _page("edit", sender=sender, name=name or sender.address, form=form, status=status)


def _page(template: str, *, status: int = 200, **context) -> Response:
    here = contents("console.settings.senders.index")
    shown = {"contents": here, "states": STATES, "no_key": NO_KEY, "changes": g.actor.may("sender.change")}
    return page(f"console/settings/senders/{template}.html", status=status, **shown, **context)


def _opens(sealed: str | None) -> bool:
    """Tell whether a key can be opened: not when the installation's secret was changed and the old one not kept."""
    try:
        return not sealed or bool(_vault().open(sealed))
    except Unsealable:
        return False


def _where() -> dict[str, str]:
    """Say which server mail is handed to, and where it comes back to."""
    settings = current_app.extensions["settings"]
    return {"relay": settings.smtp_host, "returns": settings.bounce_address}


def _vault():
    return current_app.extensions["vault"]
