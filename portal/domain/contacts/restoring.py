"""Bringing a contact back that was removed a moment ago."""

from uuid import UUID

from sqlalchemy.orm import Session

from portal.domain import search
from portal.domain.actors import Actor
from portal.domain.contacts.finding import RESTORABLE_FOR, hold, holder
from portal.domain.contacts.recording import record
from portal.domain.contacts.refusals import EmailTaken, OwnersOnly
from portal.domain.contacts.standing import as_listed
from portal.domain.contacts.undo_plan import undoing
from portal.domain.contacts.unmerging import unmerge
from portal.domain.errors import NotFound
from portal.model import Contact
from portal.values import clock


def restore(session: Session, customer_id: UUID, contact_id: UUID, *, by: Actor) -> Contact:
    """Bring a contact back within RESTORABLE_FOR of its removal, with its role and what it is sent.

    Whoever took something over keeps it too; the sessions that ended stay so. Of one that became a part of another the merge is
    undone, as `undoing` says.

    :raises NotFound: when there is none to bring back, or it is another customer's.
    :raises EmailTaken: when a live contact has the address by now.
    :raises OwnersOnly: when a billing manager would bring an owner back.
    :raises LaterMerger, PrimarySince: see `undoing`.
    """
    hold(session, customer_id)
    contact = session.get(Contact, contact_id, populate_existing=True)
    if contact is None or contact.customer_id != customer_id or by.customer_id not in {None, customer_id}:
        raise NotFound
    if contact.removed_at is None or contact.removed_at + RESTORABLE_FOR < clock.now():
        raise NotFound
    if (merged := undoing(session, contact)) is not None:
        return unmerge(session, merged, by=by)
    if by.kind == "customer" and by.role != "owner" and contact.portal_role == "owner":
        raise OwnersOnly
    if (other := holder(session, customer_id, contact.email_key)) is not None:
        raise EmailTaken(other)
    gone_since = contact.removed_at
    contact.removed_at, contact.merged_into_id, contact.updated_at = None, None, clock.now()
    session.flush()
    as_listed(session, contact, since=gone_since)
    search.index(session, [customer_id])
    record(session, "contact.restored", contact, {"email": (None, contact.email)}, by=by)
    return contact
