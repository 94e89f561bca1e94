"""Forms that were sent after the session had ended: kept for their writer, in the browser they were written in, for a day."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from portal.domain.errors import NotFound
from portal.model import BrowserSession, UnsentForm, User
from portal.values import clock, tokens
from portal.values.parcels import Parcel, ParcelClosed, seal, unseal

LIVES = timedelta(days=1)
MOST = 5
"""Of one person; the oldest gives way."""
ROOM = 16 * 1024 * 1024
"""Bytes of files that one form may bring along."""
REMEMBERED = timedelta(days=60)
"""How long after its end a session's cookie still says whose form it is."""


@dataclass(frozen=True)
class Kept:
    """A form that was kept: its row, and what was typed and chosen."""

    row: UnsentForm
    parcel: Parcel


def over(session: Session, token: str, side: str) -> BrowserSession | None:
    """Find the session that a cookie was for and that is over now; None for a cookie that never was one of ours."""
    row = session.scalar(select(BrowserSession).where(BrowserSession.digest == tokens.digest(token), BrowserSession.side == side))
    if row is None or (row.ended_at or row.expires_at) + REMEMBERED < clock.now():
        return None
    user = session.get_one(User, row.user_id)
    return row if user.deactivated_at is None else None


def keep(session: Session, was: BrowserSession, parcel: Parcel, *, path: str, page: str = "", token: str) -> UnsentForm:
    """Keep a form for the person whose session is over; `token` is the browser's, and the only key."""
    now = clock.now()
    mine = select(UnsentForm.id).where(UnsentForm.user_id == was.user_id).order_by(UnsentForm.created_at.desc()).offset(MOST - 1)
    for row_id in session.scalars(mine).all():
        session.execute(delete(UnsentForm).where(UnsentForm.id == row_id))
    row = UnsentForm(
        browser_digest=tokens.digest(token),
        user_id=was.user_id,
        side=was.side,
        contact_id=was.contact_id,
        path=path,
        page=page,
        sealed=b"",
        expires_at=now + LIVES,
    )
    session.add(row)
    session.flush()
    row.sealed = seal(parcel, token=token, label=row.id.bytes)
    session.flush()
    return row


def of_browser(session: Session, user_id: UUID, side: str, *, token: str) -> list[Kept]:
    """List what a browser keeps for a person on a side, the newest first."""
    rows = session.scalars(
        select(UnsentForm)
        .where(
            UnsentForm.browser_digest == tokens.digest(token),
            UnsentForm.user_id == user_id,
            UnsentForm.side == side,
            UnsentForm.expires_at > clock.now(),
        )
        .order_by(UnsentForm.created_at.desc(), UnsentForm.id.desc())
    ).all()
    return [Kept(row, parcel) for row in rows if (parcel := _opened(row, token)) is not None]


def find(session: Session, form_id: UUID, user_id: UUID, side: str, *, token: str) -> Kept:
    """Find one of them.

    :raises NotFound: when it is not there, over, another's, or another browser's.
    """
    for kept in of_browser(session, user_id, side, token=token):
        if kept.row.id == form_id:
            return kept
    raise NotFound


def drop(session: Session, form_id: UUID, user_id: UUID) -> None:
    """Forget a form that was sent at last, or is not wanted any more."""
    session.execute(delete(UnsentForm).where(UnsentForm.id == form_id, UnsentForm.user_id == user_id))


def _opened(row: UnsentForm, token: str) -> Parcel | None:
    try:
        return unseal(row.sealed, token=token, label=row.id.bytes)
    except ParcelClosed:
        return None
