"""Signing in with a password.

The order keeps the hashing, which costs some tens of milliseconds, out of every write transaction: count the try (commit), read
the hash, verify, enter (commit). All of it is read whoever is known, so that the time it takes says nothing about an address.
"""

from flask import request

from portal.domain import factors, passwords, sign_in, single_sign_on, throttles, users
from portal.values import emails
from portal.web.access import public
from portal.web.database import database
from portal.web.forms.sign_in import PasswordSignInForm
from portal.web.htmx import page
from portal.web.sign_in.arriving import act, arrive, let_in, visitor
from portal.web.sign_in.blueprint import bp
from portal.web.sign_in.targets import own_path

WRONG = "The address and the password do not go together."


@bp.get("/sign-in/password")
@public
def password():
    """Ask for address and password."""
    form = PasswordSignInForm(email=request.args.get("email", "")[:254], next=own_path(request.args.get("next")))
    return page("sign_in/password.html", form=form)


@bp.post("/sign-in/password")
@public
def enter_by_password():
    """Sign in with a password; the answer does not say whether the address is known."""
    form = PasswordSignInForm()
    form.next.data = own_path(form.next.data)
    if not form.validate_on_submit():
        return page("sign_in/password.html", form=form, status=422)
    email, ip = form.email.data, visitor().ip
    if seconds := act(lambda db: sign_in.admit(db, email, ip)):
        return _wait(form, seconds)
    with database().reading() as db:
        user = users.by_email(db, email)
        places = sign_in.choices(db, email, method="password")
        owed = factors.owed(db, user.id if user is not None else users.NOBODY)
        kept = user.password_hash if user is not None and places else None
        if passwords.needs_second_factor(kept) and not owed:
            kept = None
    if not passwords.verify(kept, form.password.data):
        act(lambda db: sign_in.record_refusal(db, email, method="password", why="wrong password", by=visitor()))
        form.password.errors = [_wrong(email)]
        return page("sign_in/password.html", form=form, status=422)
    better = passwords.hash_password(form.password.data) if passwords.outdated(kept) else None

    def work(db):
        found = users.by_email(db, email)
        if found is None or found.password_hash != kept:
            return None
        if better is not None:
            found.password_hash = better
        sign_in.let_in(db, email, ip)
        return let_in(db, email, method="password", target=form.next.data)

    outcome = act(work)
    if outcome is None:
        form.password.errors = [WRONG]
        return page("sign_in/password.html", form=form, status=422)
    return arrive(*outcome)


def _wrong(email: str) -> str:
    """Say that it was wrong; for the domain of a provider that is the only way in, also that, whoever has the address."""
    with database().reading() as db:
        provider = single_sign_on.only_way(db, email)
    return WRONG if provider is None else f"{WRONG} Addresses like this one sign in with {provider.name}."


def _wait(form: PasswordSignInForm, seconds: int):
    """Say how long to wait; the emailed link is open meanwhile."""
    with database().writing() as db:
        sign_in.record_refusal(db, emails.email_key(form.email.data), method="password", why="too many tries", by=visitor())
    form.password.errors = [f"Too many tries. The next one can be made in {throttles.in_words(seconds)}; a link by email works now."]
    response = page("sign_in/password.html", form=form, status=429)
    response.headers["Retry-After"] = str(seconds)
    return response
