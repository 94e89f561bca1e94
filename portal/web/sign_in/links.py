"""The link from a mail: opening it changes nothing, going on signs in, once."""

from flask import redirect, request, url_for

from portal.domain import sign_in
from portal.domain.sign_in import Opened
from portal.web import errors
from portal.web.access import public
from portal.web.database import database
from portal.web.forms.sign_in import LinkForm
from portal.web.htmx import page
from portal.web.sign_in import cookies, targets
from portal.web.sign_in.arriving import act, arrive, held, let_in, secret_key, visitor
from portal.web.sign_in.asking import send, wrong_code
from portal.web.sign_in.blueprint import bp
from portal.web.sign_in.openid import to_provider

GONE = {
    "used": ("This link has been used", "Each link signs in once."),
    "replaced": ("A newer link was sent", "Only the newest link works; look for it in your mailbox."),
    "expired": ("This link has run out", "Links are short-lived, so that an old mail opens nothing."),
}


@bp.get("/sign-in/link/<string:token>")
@public
def open_link(token):
    """Take the token out of the address, so that it is in no history and no referrer."""
    return cookies.hand(redirect(url_for("sign_in.show_link"), 303), "link", token[:200])


@bp.get("/sign-in/link")
@public
def show_link():
    """Show whom the link would sign in; nothing is used up."""
    return link_page(LinkForm(formdata=None))


def link_page(form: LinkForm, status: int = 200):
    """Show the link as it stands: to go on with, or why not and the way to a fresh one."""
    with database().reading() as db:
        opened = sign_in.open_link(db, cookies.held("link"), "sign_in") if cookies.held("link") else None
        if opened is None or opened.state == "void":
            return no_link()
        if opened.state == "bound":
            return to_provider(opened.provider, targets.own_path(opened.link.target))
        if opened.state != "live":
            title, text = GONE[opened.state]
            target = targets.own_path(opened.link.target)
            side = next((side for side in targets.HOMES if held(db, side)), "")
            onward = targets.on_side(target, side) if side else ""
            said = {"state": opened.state, "at": opened.at, "title": title, "text": text, "masked": opened.masked}
            return page("sign_in/gone.html", onward=onward, status=410, **said)
    return page(
        "sign_in/link.html",
        form=form,
        masked=opened.masked,
        places=[place.name for place in opened.places if place.side == "portal"],
        console=any(place.side == "console" for place in opened.places),
        elsewhere=_needs_code(opened),
        expires_at=opened.link.expires_at,
        status=status,
    )


def no_link():
    """Say that this leads nowhere: no link at all, or one to an address that has no access any more."""
    return errors.answer(
        410,
        title="This link leads nowhere",
        text="It may be cut off, it was opened long ago, or the address it was sent to has no access any more. "
        "Open it from the mail once more, or ask for a new one on the sign-in page.",
    )


def _needs_code(opened: Opened) -> bool:
    """A link that another browser asked for wants the code from the mail: whoever opens it should be the one who asked."""
    return opened.request is not None and not sign_in.asked_here(opened, cookies.held("browser"))


@bp.post("/sign-in/link")
@public
def use_link():
    """Sign in with the link, and use it up."""
    form = LinkForm()

    def work(db):
        opened = sign_in.open_link(db, cookies.held("link"), "sign_in")
        if opened is None or opened.state != "live":
            if opened is not None:
                sign_in.record_refusal(db, opened.email, method="link", why=opened.state, by=visitor())
            return None
        elsewhere = _needs_code(opened)
        if elsewhere:
            answer = sign_in.use_code(db, opened.request.id, form.code.data or "", secret_key())
            if not answer.right:
                sign_in.record_refusal(db, opened.email, method="link", why="wrong code", by=visitor())
                return answer
        if not sign_in.spend(db, opened, code_spent=elsewhere):
            return None
        return let_in(
            db,
            opened.email,
            method="link",
            target=targets.own_path(opened.link.target),
            contact_id=None if opened.request else opened.link.contact_id,
        )

    outcome = act(work)
    if isinstance(outcome, tuple):
        return arrive(*outcome)
    if outcome is not None:
        form.code.errors = [wrong_code(outcome.left) if (request.form.get("code") or "").strip() else "Type the six digits from the mail."]
    return link_page(form, 422)


@bp.post("/sign-in/link/renewals")
@public
def renew_link():
    """Send a fresh link to the address that the old one was sent to, leading to the same page."""
    with database().reading() as db:
        opened = sign_in.open_link(db, cookies.held("link"), "sign_in")
    if opened is None:
        return no_link()
    return send(opened.email, targets.own_path(opened.link.target))
