"""Saving a view, naming and sharing it, and removing it. What it shows stays as it was saved."""

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from portal.domain import audit
from portal.domain.actors import Actor
from portal.domain.saved_views.refusals import NameTaken, NothingToSave, NotYours, TooManyViews
from portal.model import SavedView
from portal.values import clock
from portal.values.text import fold

MOST = 50


def save(session: Session, name: str, query: str, *, shared: bool = False, by: Actor) -> SavedView:
    """Keep a view under a name; `query` is its address behind the question mark.

    :raises NothingToSave, NameTaken, TooManyViews: see there.
    """
    if not query:
        raise NothingToSave
    seen = _seen(session, by)
    if len(seen) >= MOST:
        raise TooManyViews(f"{MOST} views stand in the margin already. Remove one first.")
    _refuse_taken(seen, name)
    view = SavedView(name=name, query=query, shared=shared, user_id=by.user_id)
    session.add(view)
    session.flush()
    audit.record(session, "view.saved", by=by, subject=view, subject_name=name, changes={"shared": (None, shared)})
    return view


def change(session: Session, view: SavedView, name: str, *, shared: bool, by: Actor) -> None:
    """Rename a view, share it with all or take it back to its operator.

    :raises NotYours: when it is somebody else's.
    :raises NameTaken: see there.
    """
    _demand_own(view, by)
    _refuse_taken([one for one in _seen(session, by) if one.id != view.id], name)
    changes = audit.differences({"name": view.name, "shared": view.shared}, {"name": name, "shared": shared})
    view.name, view.shared = name, shared
    session.flush()
    if changes:
        audit.record(session, "view.changed", by=by, subject=view, subject_name=name, changes=changes)


def remove(session: Session, view: SavedView, *, by: Actor) -> None:
    """Take a view away; a broadcast that was made from it keeps what it showed.

    :raises NotYours: when it is somebody else's.
    """
    _demand_own(view, by)
    view.ended_at = clock.now()
    session.flush()
    audit.record(session, "view.removed", by=by, subject=view, subject_name=view.name)


def _demand_own(view: SavedView, by: Actor) -> None:
    if view.user_id != by.user_id:
        raise NotYours


def _seen(session: Session, by: Actor) -> list[SavedView]:
    seen = or_(SavedView.user_id == by.user_id, SavedView.shared)
    return list(session.scalars(select(SavedView).where(SavedView.ended_at.is_(None), seen)))


def _refuse_taken(seen: list[SavedView], name: str) -> None:
    if any(fold(view.name) == fold(name) for view in seen):
        raise NameTaken(field="name")
