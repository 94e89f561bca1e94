"""The operators: who they are, inviting, roles, letting go."""

from uuid import UUID

from flask import Blueprint, Response, flash, g, redirect, url_for

from portal.domain import business_entities, mail_log, roles, users
from portal.domain.errors import NotFound, Refusal
from portal.domain.invite_limits import TooManyInvites
from portal.model import User
from portal.web import proof
from portal.web.access import may
from portal.web.console.settings.contents import contents
from portal.web.database import session
from portal.web.filters import told
from portal.web.forms.operators import InviteOperatorForm, PlaceForm
from portal.web.htmx import page

bp = Blueprint("operators", __name__, url_prefix="/operators")

STATES = {"active": ("Active", ""), "invited": ("Invited", "wait"), "deactivated": ("Deactivated", "off")}


@bp.get("")
@may("operator.read")
def index():
    """List the operators, those who are invited, and those who were."""
    return _settings_page("index", rows=users.operators(session()), states=STATES)


@bp.get("/new")
@may("operator.change")
def new():
    """Ask whom to invite, and in which role."""
    return _new_page(_offer(InviteOperatorForm(formdata=None)))


@bp.post("")
@may("operator.change")
@proof.fresh
def create():
    """Invite an operator by mail."""
    form = _offer(InviteOperatorForm())
    if form.validate_on_submit():
        try:
            user = users.invite_by_mail(session(), form.email.data, form.role.data, entities=form.entity_ids, by=g.actor)
        except Refusal as refusal:
            form.put(refusal)
        else:
            flash(f"The invite to {user.email} is on its way.")
            return redirect(url_for(".show", user_id=user.id), 303)
    return _new_page(form, status=422)


@bp.get("/<uuid:user_id>")
@may("operator.read")
def show(user_id: UUID):
    """Show one operator: what they may do where, how far the invite is, when they were seen."""
    return _one_page(user_id)


@bp.post("/<uuid:user_id>/role")
@may("operator.change")
@proof.fresh
def change_role(user_id: UUID):
    """Give another role, or other business entities; whatever they have open ends."""
    user = _user(user_id)
    form = _offer(PlaceForm())
    if form.validate_on_submit():
        entities = form.entity_ids if form.entities else None
        try:
            users.change_role(session(), user, form.role.data, entities=entities, by=g.actor)
        except Refusal as refusal:
            form.put(refusal)
            return _one_page(user_id, form=form, status=refusal.status)
        flash(f"{user.shown_name} is {roles.name_of(session(), form.role.data).lower()} now. Their sessions have ended.")
        return redirect(url_for(".show", user_id=user_id), 303)
    return _one_page(user_id, form=form, status=422)


@bp.post("/<uuid:user_id>/invites")
@may("operator.change")
@proof.fresh
def invite_again(user_id: UUID):
    """Send the invite again."""
    return _act(
        user_id, lambda: users.send_again(session(), user_id, by=g.actor), "A fresh invite is on its way. The one before opens nothing."
    )


@bp.post("/<uuid:user_id>/withdrawal")
@may("operator.change")
@proof.fresh
def withdraw(user_id: UUID):
    """Take the invite back."""
    email = _user(user_id).email
    return _act(user_id, lambda: users.withdraw(session(), user_id, by=g.actor), f"The invite to {email} is withdrawn.", to_list=True)


@bp.get("/<uuid:user_id>/deactivation")
@may("operator.change")
def deactivation(user_id: UUID):
    """Say what deactivating does, and ask whether to."""
    return _settings_page("deactivation", one=_operator(user_id))


@bp.post("/<uuid:user_id>/deactivation")
@may("operator.change")
@proof.fresh
def deactivate(user_id: UUID):
    """Let an operator sign in no more."""
    user = _user(user_id)
    return _act(
        user_id, lambda: users.deactivate(session(), user, by=g.actor), f"{user.shown_name} is deactivated, and signed out everywhere."
    )


@bp.post("/<uuid:user_id>/reactivation")
@may("operator.change")
@proof.fresh
def reactivate(user_id: UUID):
    """Give an operator back what they had."""
    user = _user(user_id)
    return _act(user_id, lambda: users.reactivate(session(), user, by=g.actor), f"{user.shown_name} may sign in again.")


def _operator(user_id: UUID) -> users.Operator:
    return users.operator(session(), user_id)


def _user(user_id: UUID) -> User:
    return _operator(user_id).user


def _act(user_id: UUID, act, said: str, *, to_list: bool = False) -> Response:
    """Do one thing to an operator, or say on their page why not."""
    try:
        act()
    except NotFound:
        raise
    except Refusal as refusal:
        response = _one_page(user_id, refusal=told(refusal), status=refusal.status)
        if isinstance(refusal, TooManyInvites):
            response.headers["Retry-After"] = str(refusal.seconds)
        return response
    flash(said)
    return redirect(url_for(".index") if to_list else url_for(".show", user_id=user_id), 303)


def _offer(form: PlaceForm) -> PlaceForm:
    form.offer((role for role in roles.all(session()) if roles.covers(g.actor, role.words)), business_entities.all(session()))
    return form


def _new_page(form: InviteOperatorForm, *, status: int = 200) -> Response:
    return _settings_page("new", status=status, form=form)


def _one_page(user_id: UUID, *, form: PlaceForm | None = None, refusal: str = "", status: int = 200) -> Response:
    one = _operator(user_id)
    return _settings_page(
        "show",
        status=status,
        one=one,
        own=one.id == g.actor.user_id,
        changes=g.actor.may("operator.change") and roles.covers(g.actor, one.words),
        form=form or _offer(PlaceForm(formdata=None, role=one.role, entities=[str(entity_id) for entity_id in one.entities])),
        states=STATES,
        mail_states=mail_log.STATES,
        refusal=refusal,
    )


def _settings_page(template: str, *, status: int = 200, **context) -> Response:
    here = contents("console.settings.operators.index")
    return page(f"console/settings/operators/{template}.html", status=status, contents=here, **context)
