"""Undoing a merge: two contacts again, and everything as it was, but for what somebody changed since."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.orm import Session

from portal.domain import audit, communications, search
from portal.domain.actors import Actor
from portal.domain.contacts.changing import INVITE, WITHDRAWN, end_links, end_sessions
from portal.domain.contacts.refusals import OwnersOnly
from portal.domain.contacts.standing import as_listed
from portal.domain.contacts.tracing import ADDRESS, FIELDS, address_waiting
from portal.domain.contacts.undo_plan import Undoing
from portal.model import Contact, Customer, EmailLink, EmailMessage, WalletDigest
from portal.values import clock


def unmerge(session: Session, found: Undoing, *, by: Actor) -> Contact:
    """Undo a merge, as `undoing` says; give the contact that is one of its own again.

    :raises OwnersOnly: when a billing manager would change who may enter, or an owner.
    """
    keep, gone, merger = found.keep, found.gone, found.merger
    _refuse_access(found, by)
    read = communications.readers_of(session, [keep.customer_id])
    before = {field: getattr(keep, field) for field in (*FIELDS, "portal_role")}
    learnt = {column: getattr(keep, column) for column in ADDRESS} if found.gives_back_address else {}
    for column, value in found.back.items():
        setattr(keep, column, value)
    keep.updated_at = clock.now()
    session.flush()  # the other's address is free only then
    for column, value in learnt.items():
        setattr(gone, column, value)
    gone.removed_at, gone.merged_into_id, gone.updated_at = None, None, clock.now()
    session.flush()
    for contact in (gone, keep) if found.gives_back_address else (gone,):
        as_listed(session, contact, since=merger.merged_at)
    if found.gives_back_address or "portal_role" in found.back:
        end_sessions(session, keep, "merge undone")
        end_links(session, keep.id)
    _open_again(session, found)
    words = f"{keep.name} and {gone.name} are two contacts again"
    communications.take_back(session, session.get_one(Customer, keep.customer_id), found.choices, words=words, by=by)
    communications.succeed(session, read, communications.not_written_to(gone.email), by=by)
    merger.undone_at, merger.stays = clock.now(), list(found.stays)
    session.flush()
    search.index(session, [keep.customer_id])
    _record(session, found, before, by=by)
    return gone


def _refuse_access(found: Undoing, by: Actor) -> None:
    roles = {found.keep.portal_role, found.gone.portal_role, found.back.get("portal_role", found.keep.portal_role)}
    if by.kind == "customer" and not by.may("account.people") and ("owner" in roles or "portal_role" in found.back):
        raise OwnersOnly


def _open_again(session: Session, found: Undoing) -> None:
    """Send to the one that comes back what waits for it, and open the links, the invites and the daily letter again."""
    merger, now = found.merger, clock.now()
    address_waiting(session, found.messages, found.gone)
    whose = [found.gone.id, *([found.keep.id] if found.keep.removed_at is None else [])]
    session.execute(
        update(EmailLink)
        .where(
            EmailLink.id.in_([UUID(one) for one in merger.moved["links"]]),
            EmailLink.contact_id.in_(whose),
            EmailLink.used_at.is_(None),
            EmailLink.revoked_at <= merger.merged_at,
        )
        .values(revoked_at=None)
        .execution_options(synchronize_session=False)
    )
    session.execute(
        update(EmailMessage)
        .where(
            EmailMessage.id.in_([UUID(one) for one in merger.moved["invites"]]),
            EmailMessage.contact_id.in_(whose),
            EmailMessage.letter == INVITE,
            EmailMessage.state == "failed",
            EmailMessage.rule == WITHDRAWN,
        )
        .values(state="queued", rule="", next_attempt_at=now)
        .execution_options(synchronize_session="fetch")
    )
    digest = session.get(WalletDigest, found.gone.id, populate_existing=True)
    if digest is not None and digest.daily and merger.moved["digest_due"] is not None:
        due = datetime.fromisoformat(merger.moved["digest_due"])
        customer = session.get_one(Customer, found.gone.customer_id)
        digest.due_at = due if due > now else communications.next_letter(session, found.gone, customer)


def _record(session: Session, found: Undoing, before: Mapping[str, object], *, by: Actor) -> None:
    keep, gone = found.keep, found.gone
    after = {field: getattr(keep, field) for field in before}
    audit.record(
        session,
        "contact.unmerged",
        by=by,
        customer_id=keep.customer_id,
        subject=keep,
        subject_name=keep.name,
        changes=audit.differences(before, after),
        facts={"apart": gone.name, "apart_email": gone.email, "apart_id": gone.id} | ({"stays": list(found.stays)} if found.stays else {}),
    )
