"""Finding the views that an operator sees: their own, and those shared with all."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Row, bindparam, or_, select
from sqlalchemy.orm import Session

from portal.domain.actors import Actor
from portal.domain.kept import Kept
from portal.domain.saved_views.refusals import NoSuchView
from portal.model import SavedView, User

_view = SavedView.__table__.c
_IN_MARGIN = Kept(
    select(_view.name, _view.query)
    .where(_view.ended_at.is_(None), or_(_view.user_id == bindparam("user_id"), _view.shared))
    .order_by(_view.name, _view.id)
)
"""One kept read, for the list of customers is the page that is opened most."""


def in_margin(session: Session, user_id: UUID | None) -> Sequence[Row]:
    """Give (name, query) of the views that an operator sees, by name."""
    return _IN_MARGIN.rows(session.connection(), {"user_id": user_id})


def all(session: Session, actor: Actor) -> list[tuple[SavedView, str]]:
    """List the views that an operator sees, by name, each with the name of who saved it."""
    found = session.execute(
        select(SavedView, User.name).join(User, User.id == SavedView.user_id).where(*_seen(actor)).order_by(SavedView.name, SavedView.id)
    )
    return [(view, name) for view, name in found]


def find(session: Session, actor: Actor, view_id: UUID) -> SavedView:
    """Find a view that the operator sees.

    :raises NoSuchView: when there is none, it was removed, or it is somebody else's and not shared.
    """
    found = session.scalar(select(SavedView).where(SavedView.id == view_id, *_seen(actor)))
    if found is None:
        raise NoSuchView
    return found


def _seen(actor: Actor) -> tuple:
    return SavedView.ended_at.is_(None), or_(SavedView.user_id == actor.user_id, SavedView.shared)
