"""Our own legal entities, each of which bills its customers."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.domain import audit
from portal.domain.actors import Actor
from portal.domain.errors import NotFound, Refusal
from portal.model import BusinessEntity

LONGEST_NOTICE = 90


class NoticeWrong(Refusal):
    """Credit that ends is announced on a day of the three months before, and not on the day itself."""

    sentence = f"Write a whole number of days from 1 to {LONGEST_NOTICE}."


def all(session: Session, *, actor: Actor | None = None) -> list[BusinessEntity]:
    """List them, or those that an actor reaches, the default one first, then by name."""
    found = session.scalars(select(BusinessEntity).order_by(BusinessEntity.is_default.desc(), BusinessEntity.name, BusinessEntity.id))
    return [one for one in found if actor is None or actor.reaches(one.id)]


def default(session: Session, *, actor: Actor | None = None) -> BusinessEntity:
    """Give the one that bills where none is chosen; the first one that an actor reaches, where they do not reach that.

    :raises NotFound: when Portal has not been set up with one.
    """
    found = session.scalar(select(BusinessEntity).where(BusinessEntity.is_default))
    if found is not None and actor is not None and not actor.reaches(found.id):
        return all(session, actor=actor)[0]
    if found is None:
        raise NotFound("There is no business entity yet that could bill anybody.")
    return found


def find(session: Session, entity_id: UUID) -> BusinessEntity:
    """Find one by its ID.

    :raises NotFound: when there is none.
    """
    found = session.get(BusinessEntity, entity_id)
    if found is None:
        raise NotFound("There is no such business entity.")
    return found


def set_expiry_notice(session: Session, entity: BusinessEntity, days: int, *, by: Actor) -> None:
    """Set how many days before credit ends the customers of a business entity are told, from the next look of the worker on.

    :raises NoticeWrong: for less than one day, or more than LONGEST_NOTICE.
    """
    if not 1 <= days <= LONGEST_NOTICE:
        raise NoticeWrong(field="days")
    session.refresh(entity, attribute_names=["expiry_notice_days"], with_for_update=True)
    before = entity.expiry_notice_days
    if days == before:
        return
    entity.expiry_notice_days = days
    session.flush()
    audit.record(session, "settings.expiry_notice_changed", by=by, subject_name=entity.name, changes={"expiry_notice_days": (before, days)})
