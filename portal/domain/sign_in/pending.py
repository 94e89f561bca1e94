"""Between the first factor and the second: ten minutes, ten tries, one browser."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from portal.domain import throttles
from portal.domain.throttles import Rule
from portal.model import PendingSignIn, User
from portal.values import clock, tokens

LIVES = timedelta(minutes=10)
TRIES = 10
CODES = Rule("second_factor", free=5)
RECOVERY = Rule("recovery_code", free=5)
"""Counted apart: who guesses at one keeps nobody from the other, nor from a passkey."""


@dataclass(frozen=True)
class Waiting:
    """A sign-in that waits for its second factor, with the token for the browser's cookie: the only time it is known."""

    row: PendingSignIn
    token: str


def hold(session: Session, user: User, *, method: str, target: str = "", contact_id: UUID | None = None) -> Waiting:
    """Keep a sign-in until the second factor is shown; the token also says as which contact, where that is settled."""
    token = ".".join(filter(None, (tokens.new_token(), contact_id.hex if contact_id else "")))
    row = PendingSignIn(digest=tokens.digest(token), user_id=user.id, method=method, target=target, expires_at=clock.now() + LIVES)
    session.add(row)
    session.flush()
    return Waiting(row, token)


def pending(session: Session, token: str) -> PendingSignIn | None:
    """Find the sign-in that waits in a browser; None when it is over, used up, or there was none."""
    found = session.scalar(
        select(PendingSignIn).where(
            PendingSignIn.digest == tokens.digest(token),
            PendingSignIn.challenge.is_(None),
            PendingSignIn.used_at.is_(None),
            PendingSignIn.expires_at > clock.now(),
            PendingSignIn.tries < TRIES,
        )
    )
    return found if token else None


def contact_of(token: str) -> UUID | None:
    """Read as which contact a waiting sign-in goes on; the digest of the whole token vouches for it."""
    name = token.partition(".")[2]
    return UUID(hex=name) if name else None


def admit_code(session: Session, user: User, *, recovery: bool = False, waiting: PendingSignIn | None = None) -> int:
    """Count a try with a code and give 0, or the seconds to wait before there may be one; tries at once count one after another."""
    if seconds := throttles.admit(session, (RECOVERY if recovery else CODES, throttles.by_address(user.email_key))):
        return seconds
    if waiting is not None:
        session.execute(
            update(PendingSignIn)
            .where(PendingSignIn.id == waiting.id)
            .values(tries=PendingSignIn.tries + 1)
            .execution_options(synchronize_session=False)
        )
    return 0


def forget_tries(session: Session, user: User) -> None:
    """Start counting anew after a right code."""
    for rule in (CODES, RECOVERY):
        throttles.forget(session, rule, throttles.by_address(user.email_key))


def complete(session: Session, waiting: PendingSignIn) -> bool:
    """Use a waiting sign-in up; of many at once one succeeds."""
    used = session.execute(
        update(PendingSignIn)
        .where(PendingSignIn.id == waiting.id, PendingSignIn.used_at.is_(None), PendingSignIn.expires_at > clock.now())
        .values(used_at=clock.now())
        .execution_options(synchronize_session=False)
    )
    return used.rowcount == 1
