"""Taking one's place in the console: the link of an invite."""

from flask import redirect, url_for

from portal.domain import passwords, roles, sign_in, single_sign_on, users
from portal.model import IdentityProvider
from portal.web.access import public
from portal.web.database import database
from portal.web.forms.sign_in import InviteForm
from portal.web.htmx import page
from portal.web.sign_in import cookies
from portal.web.sign_in.arriving import act, arrive, let_in, visitor
from portal.web.sign_in.asking import send
from portal.web.sign_in.blueprint import bp
from portal.web.sign_in.links import no_link
from portal.web.sign_in.openid import to_provider

GONE = {
    "used": ("This invite has been used", "Each invite opens the door once."),
    "replaced": ("A newer invite was made", "Only the newest invite works."),
    "expired": ("This invite has run out", "It was good for 72 hours."),
}


@bp.get("/sign-in/invite/<string:token>")
@public
def open_invite(token):
    """Take the token out of the address, so that it is in no history and no referrer."""
    return cookies.hand(redirect(url_for("sign_in.show_invite"), 303), "invite", token[:200])


@bp.get("/sign-in/invite")
@public
def show_invite():
    """Ask for the name, and for a password when one is wanted."""
    return invite_page(lambda user: InviteForm(formdata=None, name=user.name))


def invite_page(make_form, status: int = 200):
    """Show the invite as it stands."""
    with database().reading() as db:
        opened = sign_in.open_link(db, cookies.held("invite"), "invite")
        if opened is None or opened.state == "void":
            return no_link()
        if opened.state != "live":
            title, text = GONE[opened.state]
            return page("sign_in/invite_gone.html", title=title, text=text, masked=opened.masked, status=410)
        user = users.find(db, opened.link.user_id)
        role = roles.name_of(db, users.membership_of(db, user.id).role)
    return page("sign_in/invite.html", form=make_form(user), user=user, role=role, expires_at=opened.link.expires_at, status=status)


@bp.post("/sign-in/invite")
@public
def accept():
    """Set the name and, if chosen, the password; sign in; use the invite up."""
    with database().reading() as db:
        opened = sign_in.open_link(db, cookies.held("invite"), "invite")
    form = InviteForm(email=opened.email if opened else "")
    form.of_whom["names"] = (form.name.data or "",)
    if not form.validate_on_submit():
        return invite_page(lambda user: form, 422)
    hashed = passwords.hash_password(form.password.data) if form.password.data else None

    def work(db):
        taken = sign_in.open_link(db, cookies.held("invite"), "invite")
        if taken is None or taken.state != "live" or not sign_in.spend(db, taken):
            return None
        user = users.find(db, taken.link.user_id)
        users.accept_invite(db, user, name=form.name.data.strip(), password_hash=hashed, by=visitor())
        if taken.link.message_id is not None and (provider := _only_way(db, user.email)) is not None:
            return provider
        return let_in(db, user.email, method="invite")

    outcome = act(work)
    if isinstance(outcome, IdentityProvider):
        return cookies.take_back(to_provider(outcome, "/console"), "invite")
    return arrive(*outcome) if outcome else invite_page(lambda user: form, 422)


def _only_way(db, email: str) -> IdentityProvider | None:
    """Give the provider that is the only way into the console; an invite made at the command line opens it all the same."""
    return single_sign_on.provider_for(db, email, [place for place in users.places(db, email) if place.side == "console"])


@bp.post("/sign-in/invite/renewals")
@public
def renew_invite():
    """Send a sign-in link instead: the place is kept, only the invite is over."""
    with database().reading() as db:
        opened = sign_in.open_link(db, cookies.held("invite"), "invite")
    return send(opened.email, "/console") if opened is not None else no_link()
