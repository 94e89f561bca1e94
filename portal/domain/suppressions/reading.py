"""Reading the list."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select, tuple_
from sqlalchemy.orm import Session

from portal.domain.errors import NotFound
from portal.model import Suppression
from portal.values import emails

PAGE = 50


@dataclass(frozen=True)
class SuppressionPage:
    """A page of the list, the newest first; `older` is the id to go on from."""

    rows: list[Suppression]
    older: UUID | None


def page(
    session: Session, *, q: str = "", scope: str = "", reason: str = "", released: bool = False, before: UUID | None = None
) -> SuppressionPage:
    """Read a page: of those in force, or of those `released`; by a part of the address, scope and reason."""
    statement = select(Suppression).order_by(Suppression.created_at.desc(), Suppression.id.desc()).limit(PAGE + 1)
    statement = statement.where(Suppression.released_at.is_not(None) if released else Suppression.released_at.is_(None))
    if q:
        statement = statement.where(Suppression.email_key.contains(emails.email_key(q), autoescape=True))
    if scope:
        statement = statement.where(Suppression.scope == scope)
    if reason:
        statement = statement.where(Suppression.reason == reason)
    if before is not None and (last := session.get(Suppression, before)) is not None:
        statement = statement.where(tuple_(Suppression.created_at, Suppression.id) < (last.created_at, last.id))
    rows = list(session.scalars(statement))
    return SuppressionPage(rows[:PAGE], rows[PAGE - 1].id if len(rows) > PAGE else None)


def find(session: Session, suppression_id: UUID) -> Suppression:
    """Find one row of the list. :raises NotFound: when there is none."""
    if (found := session.get(Suppression, suppression_id)) is None:
        raise NotFound
    return found


def of_address(session: Session, email_key: str) -> list[Suppression]:
    """List what is in force for an address."""
    return list(
        session.scalars(
            select(Suppression)
            .where(Suppression.email_key == email_key, Suppression.released_at.is_(None))
            .order_by(Suppression.created_at)
        )
    )
