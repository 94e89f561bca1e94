"""What a merge changes, kept with it so that it can be undone."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from portal.domain import audit
from portal.domain.contacts.changing import open_links, waiting_invites
from portal.model import Contact, ContactMerger, EmailMessage, Preference, WalletDigest

FIELDS = ("first_name", "last_name", "email", "phone", "job_title", "locale", "time_zone")
"""What can be chosen of the two."""
ADDRESS = ("email", "email_key", "verified_at", "bounce_state", "bounced_at", "user_id")
"""What goes with an address: whether it is confirmed, how mail to it fares, and who signs in with it."""
_COLUMNS = tuple(dict.fromkeys((*FIELDS, *ADDRESS, "portal_role")))
_READ = {"verified_at": datetime.fromisoformat, "bounced_at": datetime.fromisoformat, "user_id": UUID}


class Traces:
    """What stood before a merge: made before it changes anything, kept after it."""

    def __init__(self, session: Session, keep: Contact, gone: Contact):
        session.flush()
        self._session, self._keep, self._gone = session, keep, gone
        self._before = _columns(keep)
        self._held = self._holding()
        both = (keep.id, gone.id)
        self._links = [link for one in both for link in session.scalars(open_links(one))]
        self._invites = [invite for one in both for invite in session.scalars(waiting_invites(one))]
        digest = session.get(WalletDigest, gone.id)
        self._digest_due = digest.due_at if digest is not None else None

    def keep(self, moved: Iterable[UUID]) -> ContactMerger:
        """Keep what differs now; `moved` are the messages that go to the one that stays."""
        chosen = [
            {"contact": str(contact), "topic": topic, "receipt": str(receipt), "held": _text(self._held.get((contact, topic)))}
            for (contact, topic), receipt in self._holding().items()
            if self._held.get((contact, topic)) != receipt
        ]
        made = ContactMerger(
            keep_id=self._keep.id,
            gone_id=self._gone.id,
            before=self._before,
            after=_columns(self._keep),
            choices=chosen,
            moved={
                "messages": [str(one) for one in moved],
                "links": [str(one) for one in self._links],
                "invites": [str(one) for one in self._invites],
                "digest_due": audit.plain(self._digest_due),
            },
            stays=[],
        )
        self._session.add(made)
        self._session.flush()
        return made

    def _holding(self) -> dict[tuple[UUID, str], UUID]:
        """Read which receipt holds for each contact of the customer and topic: a merge may change others' too."""
        rows = self._session.execute(
            select(Preference.contact_id, Preference.topic, Preference.receipt_id)
            .join(Contact, Contact.id == Preference.contact_id)
            .where(Contact.customer_id == self._keep.customer_id)
        )
        return {(contact, topic): receipt for contact, topic, receipt in rows}


def parsed(column: str, value: object) -> object:
    """Give the value of a contact's column as it was before it was kept."""
    return _READ[column](value) if value is not None and column in _READ else value


def address_waiting(session: Session, message_ids: Iterable[UUID], to: Contact) -> None:
    """Address messages, as far as they wait still, to a contact of the same person."""
    session.execute(
        update(EmailMessage)
        .where(EmailMessage.id.in_(list(message_ids)), EmailMessage.state.in_(("queued", "deferred")), EmailMessage.sent_at.is_(None))
        .values(contact_id=to.id, to_address=to.email, to_key=to.email_key, to_name=_line_name(to))
        .execution_options(synchronize_session=False)
    )


def _line_name(contact: Contact) -> str:
    return " ".join(filter(None, (contact.first_name, contact.last_name)))


def _columns(contact: Contact) -> dict[str, object]:
    return {column: audit.plain(getattr(contact, column)) for column in _COLUMNS}


def _text(value: object) -> str | None:
    return None if value is None else str(value)
