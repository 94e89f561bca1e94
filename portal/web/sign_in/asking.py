"""Asking for a link by email, and the page that waits for its code."""

from flask import flash, redirect, request, session, url_for

from portal.domain import sign_in, throttles
from portal.domain.sign_in import Asked
from portal.values import clock, emails
from portal.web import errors
from portal.web.access import public
from portal.web.database import database
from portal.web.forms.sign_in import AddressForm, CodeForm
from portal.web.htmx import page
from portal.web.sign_in import cookies, openid
from portal.web.sign_in.arriving import act, arrive, let_in, secret_key, visitor
from portal.web.sign_in.blueprint import bp
from portal.web.sign_in.targets import own_path

AGAIN_AFTER = 60
NUMBERS = ("No", "One", "Two", "Three", "Four")


@bp.get("/sign-in")
@public
def new():
    """Ask for the address."""
    form = AddressForm(email=request.args.get("email", "")[:254], next=own_path(request.args.get("next")))
    return page("sign_in/new.html", form=form)


@bp.post("/sign-in")
@public
def create():
    """Queue a link for the address, if it is known; the answer does not say whether it is."""
    form = AddressForm()
    if not form.validate_on_submit():
        form.next.data = own_path(form.next.data)
        return page("sign_in/new.html", form=form, status=422)
    target = own_path(form.next.data)
    return openid.offer(form.email.data, target) or send(form.email.data, target, shown=form.email.data)


def send(email: str, target: str, *, shown: str = ""):
    """Ask for a link and lead on to the page that waits for it; `shown` is the address where the browser may see it."""

    def work(db) -> int | Asked:
        return sign_in.too_many(db, visitor().ip) or sign_in.ask(db, email, target=target, browser=cookies.held("browser"), by=visitor())

    asked = act(work)
    if isinstance(asked, int):
        return slow_down(asked)
    session["asked_for"] = shown
    response = redirect(url_for("sign_in.sent"), 303)
    return cookies.hand(response, "browser", asked.browser) if asked.browser else response


def slow_down(seconds: int):
    """Say how long to wait."""
    text = f"There were many tries in a short time. Wait {throttles.in_words(seconds)}, then try again."
    return errors.answer(429, text=text, headers={"Retry-After": str(seconds)})


@bp.get("/sign-in/sent")
@public
def sent():
    """Say that a mail is on its way, and take its code."""
    return waiting_page(CodeForm(formdata=None))


def waiting_page(form: CodeForm, status: int = 200):
    """Show the page that waits for the code; back to the first page when the ten minutes are over."""
    with database().reading() as db:
        asked = sign_in.request_of(db, cookies.held("browser"))
    if asked is None:
        flash("The ten minutes for the last link are over. Ask for a new one.")
        return redirect(url_for("sign_in.new"), 303)
    shown = session.get("asked_for", "")
    if not shown or emails.email_key(shown) != asked.email_key:
        shown = emails.mask_email(asked.email_key)
    wait = max(0, AGAIN_AFTER - int((clock.now() - asked.created_at).total_seconds()))
    return page("sign_in/sent.html", "again" if request.method == "GET" else None, form=form, email=shown, wait=wait, status=status)


@bp.post("/sign-in/sent")
@public
def enter_by_code():
    """Sign in with the code, in the browser that asked for it."""
    form = CodeForm()
    if not form.validate_on_submit():
        return waiting_page(form, 422)

    def work(db):
        asked = sign_in.request_of(db, cookies.held("browser"))
        if asked is None:
            return None
        answer = sign_in.use_code(db, asked.id, form.code.data, secret_key())
        if not answer.right:
            sign_in.record_refusal(db, asked.email_key, method="code", why="wrong code", by=visitor())
            return answer
        return let_in(db, asked.email_key, method="code", target=asked.target)

    outcome = act(work)
    if isinstance(outcome, tuple):
        return arrive(*outcome)
    if outcome is not None:
        form.code.errors = [wrong_code(outcome.left)]
    return waiting_page(form, 422)


def wrong_code(left: int) -> str:
    """Say that it was not the code, and how many tries there are."""
    if not left:
        return "That was not the code, and there are no tries left. Have a new one sent."
    return f"That was not the code. {NUMBERS[left]} {'try is' if left == 1 else 'tries are'} left."


@bp.post("/sign-in/mails")
@public
def send_again():
    """Send another link and code to the same address."""
    with database().reading() as db:
        asked = sign_in.request_of(db, cookies.held("browser"))
    if asked is None:
        return waiting_page(CodeForm(formdata=None))
    return send(asked.email_key, asked.target, shown=session.get("asked_for", ""))
