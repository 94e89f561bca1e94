"""The answer to the question who it is: looked at, counted, and turned into a session under a new token."""

from dataclasses import dataclass

from flask import after_this_request, current_app, g, request, session
from flask_login import current_user
from sqlalchemy.orm import Session

from portal.domain import factors, passwords, sessions, sign_in, throttles, users
from portal.model import User
from portal.web import passkey_asking
from portal.web.database import database
from portal.web.signed_in import set_cookie


@dataclass(frozen=True)
class Refused:
    """Why an answer was not taken, or what happens next; `field` is where it is said, `seconds` how long to wait."""

    text: str = ""
    field: str = ""
    status: int = 422
    seconds: int = 0


def attempt() -> Refused | None:
    """Look at the answer in the form (`proof_way` says which kind it is); None when it was right: the proof is fresh now."""
    way = request.form.get("proof_way", "")
    with database().reading() as db:
        user = users.find(db, current_user.row.user_id)
        held = factors.held(db, user.id)
    if way == "passkey" and held.passkeys:
        return _passkey(user)
    if way == "code" and held:
        return _code(user)
    if way == "password" and not held and user.password_hash:
        return _password(user)
    if way == "send" and not held:
        return _send(user)
    if way == "mail" and not held:
        return _mail(user)
    return Refused("Show who you are in one of these ways.")


def renew(second_factor: str = "", *, within: Session | None = None) -> None:
    """Give the browser's session a new token and a fresh proof; `second_factor` is what was shown, where it was one.

    In a transaction of its own, or `within` that of the request, and then only if the request goes well.
    """
    row = current_user.row
    if within is not None:
        token = sessions.rotate(within, row.id, second_factor=second_factor)
    else:
        token = database().act(lambda db: sessions.rotate(db, row.id, second_factor=second_factor))
    g.proved = True

    @after_this_request
    def hand(response):
        if within is None or response.status_code < 400:
            set_cookie(response, row.side, token)
        return response


def _passkey(user: User) -> Refused | None:
    credential, token = passkey_asking.given()
    shown = database().act(
        lambda db: factors.shown(db, credential, token=token, purpose="prove", site=passkey_asking.site(), user_id=user.id) is not None
    )
    return renew("passkey") if shown else _refused(user, "The passkey did not fit. Try once more, or show something else.", "passkey", "")


def _code(user: User) -> Refused | None:
    code = request.form.get("proof_code", "")[:100]
    recovery = not "".join(code.split()).isdigit()
    if not code.strip():
        return Refused("Type the code.", "proof_code")
    if seconds := database().act(lambda db: sign_in.admit_code(db, users.find(db, user.id), recovery=recovery)):
        return _wait(seconds, "proof_code")
    vault = current_app.extensions["vault"]

    def work(db) -> bool:
        who = users.find(db, user.id)
        if recovery:
            right = factors.use_recovery_code(db, who, code, vault=vault, by=g.actor)
        else:
            right = factors.accepts(db, who.id, code, vault=vault)
        if right:
            sign_in.forget_tries(db, who)
        return right

    if database().act(work):
        return renew("recovery" if recovery else "totp")
    return _refused(user, "That was not the code. The app shows a new one every 30 seconds, and each works once.", "code", "proof_code")


def _password(user: User) -> Refused | None:
    if seconds := database().act(lambda db: sign_in.admit(db, user.email, g.actor.ip)):
        return _wait(seconds, "proof_password")
    if not passwords.verify(user.password_hash, request.form.get("proof_password", "")[:1024]):
        return _refused(user, "That is not your password.", "password", "proof_password")
    database().act(lambda db: sign_in.let_in(db, user.email, g.actor.ip))
    return renew()


def _send(user: User) -> Refused:
    sent = database().act(lambda db: _sent(db, user))
    if isinstance(sent, int):
        return _wait(sent, "")
    session["proof_asked"] = sent
    return Refused(status=403)


def _sent(db, user: User) -> str | int:
    made = sign_in.send_proof_code(db, users.find(db, user.id), current_user.row.id, by=g.actor)
    return made if isinstance(made, int) else made.id.hex


def _mail(user: User) -> Refused | None:
    key = current_app.extensions["settings"].secret_key.encode()

    def work(db):
        asked = sign_in.proof_asked(db, session.get("proof_asked", ""), current_user.row)
        return sign_in.use_code(db, asked.id, request.form.get("proof_code", ""), key) if asked is not None else None

    answer = database().act(work)
    if answer is not None and answer.right:
        session.pop("proof_asked", None)
        return renew()
    if answer is None or not answer.left:
        session.pop("proof_asked", None)
        return Refused("The code is over. Have a new one sent.")
    return _refused(user, "That was not the code in the mail.", "code by mail", "proof_code")


def _wait(seconds: int, field: str) -> Refused:
    return Refused(f"Too many tries. The next one can be made in {throttles.in_words(seconds)}.", field, 429, seconds)


def _refused(user: User, text: str, method: str, field: str) -> Refused:
    database().act(lambda db: sign_in.record_refusal(db, user.email, method=method, why="fresh proof", by=g.actor))
    return Refused(text, field)
