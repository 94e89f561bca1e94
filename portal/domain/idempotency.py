"""The keys of retried requests: kept for thirty days, then forgotten."""

from datetime import datetime, timedelta

from sqlalchemy import delete, select, tuple_
from sqlalchemy.orm import Session

from portal.model import IdempotencyKey

KEPT = timedelta(days=30)


def any_old(session: Session, now: datetime) -> bool:
    """Tell whether there are keys to forget."""
    return session.scalar(select(IdempotencyKey.key).where(IdempotencyKey.created_at < now - KEPT).limit(1)) is not None


def forget(session: Session, now: datetime, *, limit: int = 1000) -> int:
    """Delete the oldest keys that are older than KEPT, at most `limit`; say how many."""
    old = (
        select(IdempotencyKey.scope, IdempotencyKey.key)
        .where(IdempotencyKey.created_at < now - KEPT)
        .order_by(IdempotencyKey.created_at)
        .limit(limit)
    )
    keys = session.execute(old).all()
    if not keys:
        return 0
    gone = delete(IdempotencyKey).where(tuple_(IdempotencyKey.scope, IdempotencyKey.key).in_([tuple(key) for key in keys]))
    return session.execute(gone.execution_options(synchronize_session=False)).rowcount
