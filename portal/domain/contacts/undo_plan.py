"""What undoing a merge would do: what comes back, and what stays since somebody changed it in between."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from portal.domain import communications
from portal.domain.communications import Taken
from portal.domain.contacts.differing import changed_since, kept_words, taken_words
from portal.domain.contacts.finding import RESTORABLE_FOR, holder
from portal.domain.contacts.refusals import EmailTaken, LaterMerger, PrimarySince
from portal.domain.contacts.tracing import ADDRESS, FIELDS, parsed
from portal.model import Contact, ContactMerger, EmailMessage
from portal.values import clock


@dataclass(frozen=True)
class Undoing:
    """What undoing a merge would do: by column what the one that stayed gets back, by topic what is chosen again, which messages
    go back; and in sentences what stays as it is, with who changed it since."""

    merger: ContactMerger
    keep: Contact
    gone: Contact
    back: Mapping[str, object]
    choices: tuple[Taken, ...]
    messages: tuple[UUID, ...]
    stays: tuple[str, ...]

    @property
    def gives_back_address(self) -> bool:
        return "email" in self.back


def merger_of(session: Session, gone: Contact) -> ContactMerger | None:
    """Find the merge by which a contact became a part of another, while it can be undone."""
    if gone.merged_into_id is None:
        return None
    return session.scalar(
        select(ContactMerger)
        .where(
            ContactMerger.gone_id == gone.id,
            ContactMerger.keep_id == gone.merged_into_id,
            ContactMerger.undone_at.is_(None),
            ContactMerger.merged_at >= clock.now() - RESTORABLE_FOR,
        )
        .order_by(ContactMerger.merged_at.desc())
        .limit(1)
    )


def undone_lately(session: Session, contact_id: UUID) -> ContactMerger | None:
    """Find the last merge of a contact that was undone within the hour."""
    return session.scalar(
        select(ContactMerger)
        .where(
            or_(ContactMerger.gone_id == contact_id, ContactMerger.keep_id == contact_id),
            ContactMerger.undone_at >= clock.now() - RESTORABLE_FOR,
        )
        .order_by(ContactMerger.undone_at.desc())
        .limit(1)
    )


def undoing(session: Session, gone: Contact) -> Undoing | None:
    """Say what undoing the merge of a contact would do; None where there is none to undo, or it is too late.

    :raises LaterMerger: when another merge came after it, which is undone first.
    :raises EmailTaken: when somebody else has an address by now that would come back.
    :raises PrimarySince: when the one that stayed is the primary contact by now, with the other's address.
    """
    merger = merger_of(session, gone)
    if merger is None:
        return None
    session.flush()
    keep = session.get_one(Contact, merger.keep_id, populate_existing=True)
    _refuse_later(session, merger, keep)
    stays, back, changed, choices = [], {}, [], communications.taken(session, merger.choices)
    if keep.removed_at is not None:
        stays.append(f"{keep.name} was removed since and stays so.")
    else:
        back, changed = _columns(merger, keep)
    name = _name(keep, back)
    stays += [kept_words(keep, name, column, changed_since(session, keep, column, merger.merged_at)) for column in changed]
    _refuse_addresses(session, merger, keep, gone, back)
    choices = [one for one in choices if one.contact.removed_at is None]
    stays += [taken_words(session, one, name if one.contact is keep else one.contact.name) for one in choices if not one.holds]
    waiting, sent = _messages(session, merger)
    if sent:
        count = "1 message" if sent == 1 else f"{sent:,} messages"
        stays.append(f"{count} that waited for {gone.name} went to {name} in between.")
    return Undoing(merger, keep, gone, back, tuple(one for one in choices if one.holds), tuple(waiting), tuple(stays))


def _name(keep: Contact, back: Mapping[str, object]) -> str:
    """Name the one that stayed as it will be called."""
    first, last = (str(back.get(field, getattr(keep, field))) for field in ("first_name", "last_name"))
    return " ".join(filter(None, (first, last))) or str(back.get("email", keep.email))


def _columns(merger: ContactMerger, keep: Contact) -> tuple[dict[str, object], list[str]]:
    """Give what comes back of the one that stayed, by column, and the columns that stay: what is not as the merge left it."""
    back, changed = {}, []
    before, after = merger.before, merger.after
    for column in (*FIELDS, "portal_role"):
        left = after["email_key"] if column == "email" else after[column]
        was = before["email_key"] if column == "email" else before[column]
        now = keep.email_key if column == "email" else getattr(keep, column)
        if left == was or now == was:
            continue
        if now != left:
            changed.append(column)
        elif column == "email":
            back |= {name: parsed(name, before[name]) for name in ADDRESS}
        else:
            back[column] = before[column]
    return back, changed


def _refuse_later(session: Session, merger: ContactMerger, keep: Contact) -> None:
    later = session.scalar(
        select(ContactMerger)
        .where(
            or_(ContactMerger.keep_id == keep.id, ContactMerger.gone_id == keep.id),
            ContactMerger.id != merger.id,
            ContactMerger.undone_at.is_(None),
            ContactMerger.merged_at >= merger.merged_at,
        )
        .order_by(ContactMerger.merged_at.desc())
        .limit(1)
    )
    if later is not None:
        raise LaterMerger(session.get_one(Contact, later.gone_id), session.get_one(Contact, later.keep_id))


def _refuse_addresses(session: Session, merger: ContactMerger, keep: Contact, gone: Contact, back: Mapping[str, object]) -> None:
    if keep.removed_at is None and keep.is_primary and "email" in back:
        raise PrimarySince(keep)
    wanted = {gone.email_key: gone} | ({str(back["email_key"]): keep} if "email" in back else {})
    for email_key, contact in wanted.items():
        other = holder(session, keep.customer_id, email_key)
        if other is not None and other not in (contact, keep):
            raise EmailTaken(other)


def _messages(session: Session, merger: ContactMerger) -> tuple[list[UUID], int]:
    """Give the messages that still wait and go back, and how many went out in between."""
    moved = [UUID(one) for one in merger.moved["messages"]]
    waits = (
        EmailMessage.contact_id == merger.keep_id,
        EmailMessage.state.in_(("queued", "deferred")),
        EmailMessage.sent_at.is_(None),
    )
    sent = select(func.count()).where(EmailMessage.id.in_(moved), EmailMessage.sent_at.is_not(None))
    return list(session.scalars(select(EmailMessage.id).where(EmailMessage.id.in_(moved), *waits))), session.scalar(sent)
