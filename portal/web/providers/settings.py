"""Setting providers up: the same room for operators' own, for a customer's in the console, and for one's own in the portal."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from uuid import UUID

from flask import Blueprint, Response, current_app, flash, g, redirect, request, url_for

from portal.domain import providers, single_sign_on
from portal.domain.errors import Refusal
from portal.domain.providers import ProviderWrong
from portal.model import IdentityProvider
from portal.values import ids
from portal.values.openid import Fault
from portal.values.sealed import Unsealable
from portal.web import proof
from portal.web.access import may
from portal.web.database import database, session
from portal.web.filters import told
from portal.web.forms.provider import ProviderForm, values_of
from portal.web.htmx import page
from portal.web.sign_in.flows import callback_of

MOVED = ", and off: another issuer is another provider. Check it, then switch it on."
TITLE = "Single sign-on"


@dataclass(frozen=True)
class Room:
    """Where providers are set up: whose they are, who may read and change them, and what frames the pages.

    `whose` takes a database session and the ids in the address, and gives the customer's id, None for operators, after looking
    whether the asker may reach it. `frame` gives the values of the frame: layout, and contents or back.
    """

    read: str
    change: str
    whose: Callable[..., UUID | None]
    frame: Callable[[UUID | None], dict]
    enforces: bool = True
    """Whether a provider can be made the only way in here; for operators that goes by roles."""

    def on(self, bp: Blueprint) -> Blueprint:
        """Put the views on a blueprint."""
        for rule, method, view, word, proven in (
            ("", "GET", self.index, self.read, False),
            ("/new", "GET", self.new, self.change, True),
            ("", "POST", self.create, self.change, True),
            ("/<uuid:provider_id>/edit", "GET", self.edit, self.change, True),
            ("/<uuid:provider_id>", "POST", self.update, self.change, True),
            ("/<uuid:provider_id>/checks", "POST", self.check, self.change, False),
            ("/<uuid:provider_id>/switch", "POST", self.switch, self.change, True),
            ("/<uuid:provider_id>/removal", "GET", self.removal, self.change, True),
            ("/<uuid:provider_id>/removal", "POST", self.remove, self.change, True),
        ):
            bp.add_url_rule(rule, view.__name__, _guarded(view, word, proven), methods=[method])
        if self.enforces:
            bp.add_url_rule("/<uuid:provider_id>/enforcement", "enforce", _guarded(self.enforce, self.change, True), methods=["POST"])
        return bp

    def index(self, **where) -> Response:
        """List the providers."""
        rows = providers.of(session(), customer_id := self.whose(session(), **where))
        return self._page("index", customer_id, where, rows=rows, people=providers.counts(session(), rows))

    def new(self, **where) -> Response:
        """Show the empty form, with the callback address that the provider wants to know first."""
        form = ProviderForm(formdata=None, new_id=_vault().seal(str(ids.new_id())))
        form.set_up(None)
        return self._new_page(form, self.whose(session(), **where), where)

    def create(self, **where) -> Response:
        """Add a provider, off."""
        customer_id = self.whose(session(), **where)
        form = ProviderForm()
        form.set_up(None)
        if form.validate_on_submit():
            try:
                with session().begin_nested():
                    made = providers.add(
                        session(), form.facts(), customer_id=customer_id, provider_id=_new_id(form), vault=_vault(), by=g.actor
                    )
            except ProviderWrong as refusal:
                form.refuse(refusal)
            else:
                flash(f"{made.name} is added, and off. Check it, then switch it on.")
                return redirect(url_for(".edit", provider_id=made.id, **where), 303)
        return self._new_page(form, customer_id, where, status=422)

    def edit(self, provider_id: UUID, **where) -> Response:
        """Show a provider in the form, and whether it is on."""
        provider = providers.find(session(), provider_id, self.whose(session(), **where))
        return self._edit_page(provider, _form(provider), where)

    def update(self, provider_id: UUID, **where) -> Response:
        """Change a provider."""
        provider = providers.find(session(), provider_id, self.whose(session(), **where))
        form, was_on, name = _form(provider, sent=True), provider.enabled, provider.name
        if form.validate():
            try:
                with session().begin_nested():
                    providers.change(session(), provider, form.facts(), vault=_vault(), by=g.actor)
            except ProviderWrong as refusal:
                form.refuse(refusal)
            else:
                off = was_on and not provider.enabled
                flash(f"{provider.name} is saved{MOVED if off else '.'}")
                return redirect(url_for(".edit", provider_id=provider_id, **where), 303)
        return self._edit_page(provider, form, where, name=name, status=422)

    def check(self, provider_id: UUID, **where) -> Response:
        """Ask the provider what it publishes, and say whether it will do."""
        with database().reading() as db:
            issuer = providers.find(db, provider_id, self.whose(db, **where)).issuer
        checked = _checked(issuer)
        if checked["works"]:
            flash(checked["text"])
            return redirect(url_for(".edit", provider_id=provider_id, **where), 303)
        provider = providers.find(session(), provider_id, self.whose(session(), **where))
        return self._edit_page(provider, _form(provider), where, checked=checked, status=422)

    def switch(self, provider_id: UUID, **where) -> Response:
        """Switch a provider on, when it answers as it should, or off."""
        on = request.form.get("wanted") == "on"
        if on:
            with database().reading() as db:
                issuer = providers.find(db, provider_id, self.whose(db, **where)).issuer
            checked = _checked(issuer)
        provider = providers.find(session(), provider_id, self.whose(session(), **where))
        if on and not checked["works"]:
            return self._edit_page(provider, _form(provider), where, checked=checked, status=422)
        providers.switch(session(), provider, on, by=g.actor)
        flash(f"{provider.name} is on." if on else f"{provider.name} is off, and whom it signed in is signed out.")
        return redirect(url_for(".edit", provider_id=provider_id, **where), 303)

    def enforce(self, provider_id: UUID, **where) -> Response:
        """Make a provider the only way in for the addresses of its domains, or one of several again."""
        provider = providers.find(session(), provider_id, self.whose(session(), **where))
        on = request.form.get("wanted") == "on"
        try:
            single_sign_on.enforce(session(), provider, on, by=g.actor)
        except Refusal as refusal:
            return self._edit_page(provider, _form(provider), where, checked={"works": False, "text": told(refusal)}, status=422)
        flash(f"{provider.name} is the only way in now." if on else f"{provider.name} is one way in among others now.")
        return redirect(url_for(".edit", provider_id=provider_id, **where), 303)

    def removal(self, provider_id: UUID, **where) -> Response:
        """Say what taking a provider away does, and ask whether to."""
        provider = providers.find(session(), provider_id, customer_id := self.whose(session(), **where))
        people = providers.counts(session(), [provider]).get(provider.id, 0)
        return self._page("removal", customer_id, where, provider=provider, people=people)

    def remove(self, provider_id: UUID, **where) -> Response:
        """Take a provider away."""
        provider = providers.find(session(), provider_id, self.whose(session(), **where))
        providers.remove(session(), provider, by=g.actor)
        flash(f"{provider.name} is removed. A link by email signs people in.")
        return redirect(url_for(".index", **where), 303)

    def _new_page(self, form: ProviderForm, customer_id: UUID | None, where: dict, *, status: int = 200) -> Response:
        callback = callback_of(_new_id(form))
        return self._page("new", customer_id, where, form=form, callback=callback, status=status)

    def _edit_page(self, provider: IdentityProvider, form: ProviderForm, where: dict, *, status: int = 200, **context) -> Response:
        found = {"name": provider.name, "checked": None, "enforces": self.enforces} | context
        callback = callback_of(provider.id)
        return self._page("edit", provider.customer_id, where, provider=provider, form=form, callback=callback, status=status, **found)

    def _page(self, template: str, customer_id: UUID | None, where: dict, *, status: int = 200, **context) -> Response:
        frame = {"changes": g.actor.may(self.change), "where": where, "title": TITLE}
        return page(
            f"providers/{template}.html", status=status, of_operators=customer_id is None, **frame, **self.frame(customer_id), **context
        )


def _guarded(view: Callable, word: str, proven: bool) -> Callable:
    """Make a view function of a room's method: with its permission, and fresh proof where it changes who gets in."""

    @wraps(view)
    def seen(**named):
        return view(**named)

    return may(word)(proof.fresh(seen) if proven else seen)


def _form(provider: IdentityProvider, *, sent: bool = False) -> ProviderForm:
    form = ProviderForm(formdata=request.form if sent else None, data=values_of(provider))
    form.set_up(provider)
    return form


def _new_id(form: ProviderForm) -> UUID:
    """Open the id under which the callback address was shown; a fresh one where the form was altered."""
    try:
        return UUID(_vault().open(form.new_id.data or ""))
    except (Unsealable, ValueError):
        made = ids.new_id()
        form.new_id.data = _vault().seal(str(made))
        return made


def _checked(issuer: str) -> dict:
    try:
        host = current_app.extensions["openid"].check(issuer)
    except Fault as fault:
        return {"works": False, "text": f"{fault}{' Is the issuer right?' if fault.kind == 'unreachable' else ''}"}
    return {"works": True, "text": f"It answers as it should. People will sign in at {host}."}


def _vault():
    return current_app.extensions["vault"]
