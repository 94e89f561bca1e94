"""Codes of an authenticator app (TOTP, RFC 6238): six digits, a new one every 30 seconds, each taken once."""

from uuid import UUID

import pyotp
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from portal.domain import safety
from portal.domain.actors import Actor
from portal.domain.factors.held import Removed, after_removal
from portal.domain.factors.policy import refuse_the_last_of_the_required
from portal.model import TotpFactor, User
from portal.values import clock, tokens
from portal.values.sealed import Unsealable, Vault

STEP = 30  # seconds
DRIFT = 1  # steps that a phone's clock may be off, either way
SET_UP_WITHIN = 3600  # seconds


def new_secret(user_id: UUID, *, vault: Vault) -> str:
    """Make a secret for a person's app, sealed for the form that waits for its first code; nothing is kept."""
    return vault.seal(f"{user_id}:{pyotp.random_base32()}")


def opened(sealed: str, user_id: UUID, *, vault: Vault) -> str | None:
    """Give the secret (base32) that was made for this person within the hour; None for any other."""
    try:
        whose, _, secret = vault.open(sealed, seconds=SET_UP_WITHIN).partition(":")
    except Unsealable:
        return None
    return secret if whose == str(user_id) else None


def provisioning_uri(secret: str, *, email: str, issuer: str) -> str:
    """Give the otpauth: address that an app reads from the QR code."""
    return pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name=issuer)


def set_up(session: Session, user: User, secret: str, code: str, *, vault: Vault, by: Actor) -> bool:
    """Keep a secret once the app has shown a right code of it, in place of the one before; False for a wrong code."""
    step = _step_of(secret, code)
    if step is None:
        return False
    replaced = session.execute(delete(TotpFactor).where(TotpFactor.user_id == user.id)).rowcount
    factor = TotpFactor(user_id=user.id, secret=vault.seal(secret), confirmed_at=clock.now(), last_step=step)
    session.add(factor)
    session.flush()
    action, act = ("factor.replaced", "totp_replaced") if replaced else ("factor.added", "totp_added")
    safety.note(session, user, action, act, facts={"kind": "totp"}, about=f"totp:{factor.id.hex}", by=by)
    return True


def accepts(session: Session, user_id: UUID, code: str, *, vault: Vault) -> bool:
    """Take a code of the person's app. The step is moved on by a conditional UPDATE, so no code is taken twice, nor an older one."""
    factor = session.scalar(select(TotpFactor).where(TotpFactor.user_id == user_id, TotpFactor.confirmed_at.is_not(None)))
    if factor is None:
        return False
    try:
        step = _step_of(vault.open(factor.secret), code)
    except Unsealable:
        return False
    if step is None:
        return False
    taken = session.execute(
        update(TotpFactor)
        .where(TotpFactor.id == factor.id, TotpFactor.last_step < step)
        .values(last_step=step)
        .execution_options(synchronize_session=False)
    )
    return taken.rowcount == 1


def remove_totp(session: Session, user: User, *, by: Actor) -> Removed:
    """Forget the person's app.

    :raises StillRequired: when it is the last second factor of one whose role needs one.
    """
    refuse_the_last_of_the_required(session, user, left_without="totp")
    if session.execute(delete(TotpFactor).where(TotpFactor.user_id == user.id)).rowcount:
        safety.note(session, user, "factor.removed", "totp_removed", facts={"kind": "totp"}, by=by)
    removed = after_removal(session, user)
    if removed.password_gone:
        safety.note(session, user, "user.password_removed", "password_removed", by=by)
    return removed


def _step_of(secret: str, code: str) -> int | None:
    """Find the step, now or one beside, whose code this is; every step is compared, whichever it is."""
    digits = "".join(code.split())
    if len(digits) != 6 or not (digits.isascii() and digits.isdigit()):
        return None
    app = pyotp.TOTP(secret)
    now = int(clock.now().timestamp()) // STEP
    found = [step for step in range(now - DRIFT, now + DRIFT + 1) if tokens.matches(app.generate_otp(step).encode(), digits.encode())]
    return max(found, default=None)
