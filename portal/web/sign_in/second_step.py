"""The step after the first factor: a code of the app, a passkey, or a recovery code."""

from flask import Response, current_app, flash, redirect, request, url_for

from portal.domain import factors, sign_in, throttles, users
from portal.model import User
from portal.web import passkey_asking
from portal.web.access import public
from portal.web.database import database
from portal.web.forms.factors import RecoveryForm, SecondStepForm
from portal.web.htmx import page
from portal.web.sign_in import cookies
from portal.web.sign_in.arriving import act, arrive, let_in, visitor
from portal.web.sign_in.blueprint import bp

WRONG = "That was not the code. The app shows a new one every 30 seconds, and each works once."
WRONG_RECOVERY = "That is not one of your codes, or it was used before."
KEPT_OUT = "The passkey did not fit. Try once more, or show one of the others."


@bp.get("/sign-in/second")
@public
def second():
    """Ask for the second factor; `?with=recovery` asks for a recovery code."""
    return second_page()


@bp.post("/sign-in/second")
@public
def enter_by_second():
    """Sign in with a code of the app, or a recovery code where the form says so."""
    recovery = request.form.get("with") == "recovery"
    form = RecoveryForm() if recovery else SecondStepForm()
    if not form.validate_on_submit():
        return second_page(form, 422)

    def count(db) -> int | None:
        waiting = sign_in.pending(db, cookies.held("second"))
        return None if waiting is None else sign_in.admit_code(db, users.find(db, waiting.user_id), recovery=recovery, waiting=waiting)

    seconds = act(count)
    if seconds is None:
        return over()
    if seconds:
        form.code.errors = [f"Too many tries. The next one can be made in {throttles.in_words(seconds)}."]
        response = second_page(form, 429)
        response.headers["Retry-After"] = str(seconds)
        return response

    def show(db, user: User) -> str:
        vault = current_app.extensions["vault"]
        if recovery:
            return "recovery" if factors.use_recovery_code(db, user, form.code.data, vault=vault, by=visitor()) else ""
        return "totp" if factors.accepts(db, user.id, form.code.data, vault=vault) else ""

    form.code.errors = [WRONG_RECOVERY if recovery else WRONG]
    return _enter(show, lambda: second_page(form, 422))


@bp.post("/sign-in/second/challenges")
@public
def ask_for_second_passkey():
    """Give the browser what it asks the person's passkeys with."""

    def work(db):
        waiting = sign_in.pending(db, cookies.held("second"))
        return (
            None if waiting is None else factors.authentication_options(db, "second", site=passkey_asking.site(), user_id=waiting.user_id)
        )

    return passkey_asking.answer(act(work))


@bp.post("/sign-in/second/passkey")
@public
def enter_by_second_passkey():
    """Sign in with a passkey as the second factor."""

    def show(db, user: User) -> str:
        credential, token = passkey_asking.given()
        passkey = factors.shown(db, credential, token=token, purpose="second", site=passkey_asking.site(), user_id=user.id)
        return "passkey" if passkey is not None else ""

    return _enter(show, lambda: second_page(status=422, refused=KEPT_OUT))


def _enter(show, again) -> Response:
    """Show the second factor with `show(db, user)` and enter, all in one transaction; else `again()` asks anew."""

    def work(db):
        token = cookies.held("second")
        waiting = sign_in.pending(db, token)
        if waiting is None:
            return None
        user = users.find(db, waiting.user_id)
        shown = show(db, user)
        if not shown:
            sign_in.record_refusal(db, user.email, method="second factor", why="wrong code", by=visitor())
            return ""
        if not sign_in.complete(db, waiting):
            return None
        sign_in.forget_tries(db, user)
        return let_in(
            db,
            user.email,
            method=waiting.method,
            target=waiting.target,
            contact_id=sign_in.contact_of(token),
            second_factor=shown,
        )

    outcome = act(work)
    if outcome is None:
        return over()
    return arrive(*outcome) if outcome else again()


def second_page(form=None, status: int = 200, refused: str = "") -> Response:
    """Show the question with the ways the person has; back to the first page when the ten minutes are over."""
    with database().reading() as db:
        waiting = sign_in.pending(db, cookies.held("second"))
        if waiting is None:
            return over()
        held = factors.held(db, waiting.user_id)
        email = users.find(db, waiting.user_id).email
    recovery = isinstance(form, RecoveryForm) or request.args.get("with") == "recovery"
    if form is None:
        form = RecoveryForm(formdata=None) if recovery else SecondStepForm(formdata=None)
    return page("sign_in/second.html", form=form, held=held, recovery=recovery, email=email, refused=refused, status=status)


def over() -> Response:
    """Say that it took too long, and start anew."""
    flash("The ten minutes for the second step are over, or there were too many tries. Sign in once more.")
    return cookies.take_back(redirect(url_for("sign_in.new"), 303), "second")
