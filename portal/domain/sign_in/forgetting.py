"""Forgetting what signing in leaves behind: each kind of row after a bounded time, a piece at a time."""

from datetime import timedelta

from sqlalchemy import delete, exists, select
from sqlalchemy.orm import Session

from portal.domain import throttles
from portal.model import Attempt, EmailLink, PendingSignIn, SignInRequest, UnsentForm
from portal.values import clock

PENDING = timedelta(days=1)
ASKED = timedelta(days=30)
"""Links and codes that were asked for, and questions to passkeys: until then a link says why it opens nothing."""
MAILED = timedelta(days=400)
"""Links in other mails: an old mail still leads to its page, by way of a fresh link. Those without an end are kept."""
PIECE = 1000


def forget(session: Session, *, limit: int = PIECE) -> int:
    """Delete at most `limit` rows of each kind whose time has been over for long; give how many went."""
    now = clock.now()
    asked_for = EmailLink.request_id.is_not(None)
    return sum(
        (
            _drop(session, PendingSignIn, PendingSignIn.expires_at < now - PENDING, limit=limit),
            _drop(session, Attempt, Attempt.at < now - throttles.KEPT, limit=limit),
            _drop(session, UnsentForm, UnsentForm.expires_at < now, limit=limit),
            _drop(session, EmailLink, asked_for, EmailLink.expires_at < now - ASKED, limit=limit),
            _drop(session, EmailLink, ~asked_for, EmailLink.expires_at < now - MAILED, limit=limit),
            _drop(
                session,
                SignInRequest,
                SignInRequest.expires_at < now - ASKED,
                ~exists().where(EmailLink.request_id == SignInRequest.id),
                limit=limit,
            ),
        )
    )


def _drop(session: Session, model, *conditions, limit: int) -> int:
    """Delete the first of those that fit; of two workers at once, one finds them gone."""
    chosen = select(model.id).where(*conditions).limit(limit)
    return session.execute(delete(model).where(model.id.in_(chosen)).execution_options(synchronize_session=False)).rowcount
