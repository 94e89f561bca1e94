"""Making one contact of two that are the same person: whose values stay is chosen, nothing that was recorded is lost."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.domain import audit, communications, search
from portal.domain.actors import Actor
from portal.domain.communications import Joined
from portal.domain.contacts.changing import end_links, end_sessions
from portal.domain.contacts.finding import hold
from portal.domain.contacts.refusals import OwnersOnly, SameContact
from portal.domain.contacts.tracing import ADDRESS, FIELDS, Traces, address_waiting
from portal.domain.errors import NotFound
from portal.model import Contact, Customer, EmailMessage
from portal.values import clock

_RANK = {"none": 0, "viewer": 1, "billing_manager": 2, "owner": 3}


@dataclass(frozen=True)
class Plan:
    """What merging would do: who stays and who goes, by field whose value stays, the role, and what is sent."""

    keep: Contact
    gone: Contact
    chosen: Mapping[str, Contact]
    role: str
    topics: list[Joined]

    @property
    def address_of(self) -> Contact:
        return self.chosen["email"]


def plan(session: Session, one: Contact, other: Contact, choices: Mapping[str, str] | None = None, *, by: Actor) -> Plan:
    """Say what making one contact of two would do; `choices` names by field the id of the contact whose value stays.

    The primary contact is the one that stays, with its address, which is the customer's own; else it is `one`. Where nothing
    is chosen its values stay, and the other's where it has none.

    :raises SameContact: when the two are one row, or of two customers.
    :raises OwnersOnly: when a billing manager would change who may enter, or an owner.
    """
    if one.id == other.id or one.customer_id != other.customer_id:
        raise SameContact
    keep, gone = (other, one) if other.is_primary else (one, other)
    chosen = {}
    for field in FIELDS:
        named = next((contact for contact in (keep, gone) if str(contact.id) == (choices or {}).get(field)), None)
        chosen[field] = named or (keep if getattr(keep, field) or not getattr(gone, field) else gone)
    if keep.is_primary:
        chosen["email"] = keep
    role = max(keep.portal_role, gone.portal_role, key=_RANK.__getitem__)
    if by.kind == "customer" and not by.may("account.people") and (role == "owner" or role != keep.portal_role):
        raise OwnersOnly
    return Plan(keep, gone, chosen, role, communications.joined(session, keep, gone, address_of=chosen["email"]))


def merge(session: Session, one: Contact, other: Contact, choices: Mapping[str, str] | None = None, *, by: Actor) -> Contact:
    """Make one contact of two of a customer, as `plan` says; give the one that stays.

    The other is removed and points at it: its receipts, messages and record stay where they are and are shown with those of
    the one that stays. What waits to be sent to it goes to the one that stays, where that would not get it anyway. Whatever
    the two had open ends where the role or the address changes. All that is changed is kept, so that it can be undone.

    :raises SameContact, OwnersOnly: see `plan`.
    """
    hold(session, one.customer_id)
    for contact in (one, other):
        session.refresh(contact)
        if contact.removed_at is not None:
            raise NotFound
    planned = plan(session, one, other, choices, by=by)
    keep, gone = planned.keep, planned.gone
    before = {field: getattr(keep, field) for field in (*FIELDS, "portal_role")}
    values = {field: getattr(contact, field) for field, contact in planned.chosen.items() if field != "email"}
    address = {column: getattr(planned.address_of, column) for column in ADDRESS}
    customer = session.get_one(Customer, keep.customer_id)
    readers = communications.readers(session, customer)
    taken = [joint for joint in planned.topics if joint.after and not joint.kept]
    traces = Traces(session, keep, gone)
    communications.join(session, keep, gone, address_of=planned.address_of, by=by)
    gone.removed_at = gone.updated_at = clock.now()
    gone.merged_into_id = keep.id
    session.flush()  # the address is free only then
    for field, value in (values | address | {"portal_role": planned.role, "updated_at": clock.now()}).items():
        setattr(keep, field, value)
    session.flush()
    moved = _move_waiting(session, planned, [joint.topic.key for joint in taken])
    _end_what_is_open(session, planned, before)
    communications.keep_readers(session, customer, readers, by=by)
    traces.keep(moved)
    search.index(session, [keep.customer_id])
    _record(session, planned, before, by=by)
    return keep


def _move_waiting(session: Session, planned: Plan, topics: list[str]) -> list[UUID]:
    """Send to the one that stays what waits for the other, of the topics that only the other got; give the messages' ids."""
    moved = list(
        session.scalars(
            select(EmailMessage.id).where(
                EmailMessage.contact_id == planned.gone.id,
                EmailMessage.state.in_(("queued", "deferred")),
                EmailMessage.sent_at.is_(None),
                EmailMessage.topic.in_(topics),
            )
        )
    )
    address_waiting(session, moved, planned.keep)
    return moved


def _end_what_is_open(session: Session, planned: Plan, before: Mapping[str, object]) -> None:
    end_sessions(session, planned.gone, "contact merged")
    end_links(session, planned.gone.id)
    if planned.keep.email != before["email"] or planned.role != before["portal_role"]:
        end_sessions(session, planned.keep, "contact merged")
        end_links(session, planned.keep.id)


def _record(session: Session, planned: Plan, before: Mapping[str, object], *, by: Actor) -> None:
    keep, gone = planned.keep, planned.gone
    after = {field: getattr(keep, field) for field in before}
    audit.record(
        session,
        "contact.merged",
        by=by,
        customer_id=keep.customer_id,
        subject=keep,
        subject_name=keep.name,
        changes=audit.differences(before, after),
        facts={"merged": gone.name, "merged_email": gone.email, "merged_id": gone.id},
    )
