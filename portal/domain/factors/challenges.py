"""Challenges for passkeys: random, for one browser, good once and for five minutes."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.orm import Session

from portal.model import PendingSignIn, SignInRequest
from portal.values import clock, tokens

LIVES = timedelta(minutes=5)
SPENT = 99  # tries: no code belongs to the request, so none is ever right


@dataclass(frozen=True)
class Challenge:
    """What a passkey is to sign, and the token for the cookie of the browser that asked."""

    value: bytes
    token: str


def ask(session: Session, purpose: str, *, user_id: UUID | None = None, ip: str = "") -> Challenge:
    """Make a challenge for a purpose ("register", "second", "prove"), or for signing in where it is not known who asks."""
    token = tokens.new_token()
    expires_at = clock.now() + LIVES
    if user_id is not None:
        row = PendingSignIn(
            digest=tokens.digest(token), user_id=user_id, method=purpose, challenge=_challenge(token), expires_at=expires_at
        )
        session.add(row)
        session.flush()
        return Challenge(row.challenge, token)
    row = SignInRequest(email_key="", browser_digest=tokens.digest(token), code_tries=SPENT, ip=ip, expires_at=expires_at)
    session.add(row)
    session.flush()
    return Challenge(_challenge(token), f"{row.id.hex}.{token}")


def take(session: Session, token: str, purpose: str, *, user_id: UUID | None = None) -> bytes | None:
    """Use a challenge up and give its bytes; None where it was used, is over, or was for somebody or something else."""
    now = clock.now()
    if user_id is not None:
        used = session.execute(
            update(PendingSignIn)
            .where(
                PendingSignIn.digest == tokens.digest(token),
                PendingSignIn.user_id == user_id,
                PendingSignIn.method == purpose,
                PendingSignIn.challenge.is_not(None),
                PendingSignIn.used_at.is_(None),
                PendingSignIn.expires_at > now,
            )
            .values(used_at=now)
            .execution_options(synchronize_session=False)
        )
        return _challenge(token) if used.rowcount == 1 else None
    name, _, token = token.partition(".")
    try:
        row_id = UUID(hex=name)
    except ValueError:
        return None
    used = session.execute(
        update(SignInRequest)
        .where(
            SignInRequest.id == row_id,
            SignInRequest.browser_digest == tokens.digest(token),
            SignInRequest.code_tries == SPENT,
            SignInRequest.used_at.is_(None),
            SignInRequest.expires_at > now,
        )
        .values(used_at=now)
        .execution_options(synchronize_session=False)
    )
    return _challenge(token) if used.rowcount == 1 else None


def _challenge(token: str) -> bytes:
    """Derive the 32 bytes from the browser's secret, so that who holds one and not the other can do nothing."""
    return tokens.digest(f"passkey:{token}")
