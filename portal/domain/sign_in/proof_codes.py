"""A code by mail for one who is signed in, has no second factor and no password, and is to show anew who they are."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from portal.domain import messages, throttles
from portal.domain.actors import Actor
from portal.domain.letters.naming import from_where
from portal.domain.letters.phrases import say
from portal.domain.sign_in.asking import LIVES
from portal.domain.throttles import Rule
from portal.model import BrowserSession, SignInRequest, User
from portal.values import clock, tokens

MAILS = Rule("proof_mail", free=3, window=timedelta(minutes=15), first=timedelta(minutes=2))


def send_proof_code(session: Session, user: User, session_id: UUID, *, by: Actor) -> SignInRequest | int:
    """Queue a code for a browser session; the seconds to wait where there were too many."""
    if seconds := throttles.admit(session, (MAILS, throttles.by_address(user.email_key))):
        return seconds
    now = clock.now()
    request = SignInRequest(
        email_key=user.email_key, user_id=user.id, browser_digest=_bound_to(session_id), ip=by.ip, expires_at=now + LIVES
    )
    session.add(request)
    session.flush()
    messages.queue(
        session,
        "proof_code",
        to=messages.Recipient(
            address=user.email, name=user.name, user_id=user.id, locale=user.locale or "en", time_zone=user.time_zone or "UTC"
        ),
        facts={
            "name": user.name,
            "minutes": int(LIVES.total_seconds() // 60),
            "asked_at": now.isoformat(),
            "asked_from": from_where(by),
        },
        links={"code": {"purpose": "code", "request_id": str(request.id)}},
        why=say("You get this because somebody who is signed in as you asked for a code."),
        key=f"proof:{request.id}",
    )
    return request


def proof_asked(session: Session, request_id: str, held: BrowserSession) -> SignInRequest | None:
    """Find the live request of a browser session by the id its form cookie holds."""
    try:
        request = session.get(SignInRequest, UUID(hex=request_id))
    except ValueError:
        return None
    if request is None or request.used_at or request.expires_at <= clock.now() or request.user_id != held.user_id:
        return None
    return request if tokens.matches(request.browser_digest, _bound_to(held.id)) else None


def _bound_to(session_id: UUID) -> bytes:
    return tokens.digest(f"proof:{session_id.hex}")
