"""Taking back what was chosen a moment ago, all of it at once."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from portal.domain import topics
from portal.domain.actors import Actor
from portal.domain.communications.choosing import finish, undo
from portal.domain.communications.writing import way_of, write
from portal.domain.errors import NotFound
from portal.domain.topics import Topic
from portal.model import Contact, Customer, Preference, PreferenceReceipt


def undo_all(session: Session, choices: Iterable[tuple[Contact, UUID]], *, by: Actor) -> list[PreferenceReceipt]:
    """Undo several choices as one act, each by its contact and receipt.

    What was switched off comes back first: so no topic is without a reader in between.

    :raises NotFound, NewerChoice, LastRecipient: see `undo`; then none of them is undone, as nothing is committed.
    """
    found = [(contact, session.get(PreferenceReceipt, receipt_id)) for contact, receipt_id in choices]
    if any(receipt is None for _, receipt in found):
        raise NotFound
    found.sort(key=lambda pair: not pair[1].before)
    return [made for contact, receipt in found for made in undo(session, contact, receipt.id, by=by)]


@dataclass(frozen=True)
class Taken:
    """A choice that another act made beside what it was for: `wanted` is what it is to be again, by the receipt that `held` before
    (None where nobody had chosen); `holding` is the receipt that holds now."""

    contact: Contact
    topic: Topic
    receipt: PreferenceReceipt
    held: UUID | None
    holding: UUID | None

    @property
    def wanted(self) -> bool:
        return self.receipt.before

    @property
    def holds(self) -> bool:
        """Whether nothing newer was chosen, so that it can be taken back."""
        return self.holding == self.receipt.id


def taken(session: Session, kept: Iterable[Mapping[str, str | None]]) -> list[Taken]:
    """Read choices that were kept as {contact, topic, receipt, held}, as they stand by now."""
    known, found = topics.all_topics(session), []
    for one in kept:
        contact = session.get_one(Contact, UUID(one["contact"]))
        preference = session.get(Preference, (contact.id, one["topic"]), populate_existing=True)
        found.append(
            Taken(
                contact,
                known[one["topic"]],
                session.get_one(PreferenceReceipt, UUID(one["receipt"])),
                UUID(one["held"]) if one["held"] else None,
                preference.receipt_id if preference is not None else None,
            )
        )
    return found


def take_back(session: Session, customer: Customer, choices: Iterable[Taken], *, words: str, by: Actor) -> list[PreferenceReceipt]:
    """Take choices back that an act made, each with a receipt of its own that says so in `words`.

    The receipt that held before holds again: who asked for marketing when, and in which words, is the proof of it.
    """
    made = []
    for one in choices:
        wording = f"{one.topic.label} {'on' if one.wanted else 'off'} again: {words}"
        made.append(write(session, one.contact, one.topic, one.wanted, how="undo", wording=wording, undoes=one.receipt.id, by=by))
        preference = session.get_one(Preference, (one.contact.id, one.topic.key))
        if one.held is not None:
            preference.receipt_id = one.held
        elif one.topic.default(one.contact.is_primary) == one.wanted:
            session.delete(preference)
    session.flush()
    finish(session, customer, made, {}, how=way_of(by), by=by)
    return made
