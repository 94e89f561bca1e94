"""Who gets a billing topic whose last reader cannot be reached any more: nobody was asked, so that it is done and said by itself."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.domain import audit
from portal.domain.actors import Actor
from portal.domain.communications import telling
from portal.domain.communications.heirs import successor
from portal.domain.communications.judging import Standing
from portal.domain.communications.moving import move_waiting
from portal.domain.communications.refusals import together
from portal.domain.communications.writing import write
from portal.domain.letters.phrases import Phrase, in_english, say
from portal.domain.topics import CHOICES, Topic
from portal.model import Contact, Customer

HOW = "system"
Readers = dict[Customer, dict[Topic, list[Contact]]]
"""By customer and topic of billing: who gets it, were the customer's switch on."""


@dataclass(frozen=True)
class Succession:
    """Topics that lost their last readers at a customer; `heir` gets them now, None where nobody there can."""

    customer: Customer
    topics: tuple[Topic, ...]
    leaving: tuple[Contact, ...]
    heir: Contact | None

    @property
    def names(self) -> str:
        """Name those who left."""
        return together([contact.name for contact in self.leaving])

    @property
    def sentence(self) -> str:
        """Say who gets them now."""
        words = together([topic.words for topic in self.topics])
        if self.heir is None:
            return f"Nobody at {self.customer.name} gets {words} any more: add or mend a contact."
        return f"{self.heir.name} gets {words} for {self.customer.name} now, in place of {self.names}."


def readers_of(session: Session, customer_ids: Iterable[UUID]) -> Readers:
    """Hold customers, and read who gets each topic that has to have a reader."""
    session.flush()
    found: Readers = {}
    for customer_id in sorted(set(customer_ids)):  # in one order, so that two who hold several do not wait for each other
        session.execute(select(Customer.id).where(Customer.id == customer_id).with_for_update(key_share=True))
        customer = session.get_one(Customer, customer_id)
        found[customer] = _read(Standing.of(session, customer))
    return found


def readers_at(session: Session, email_key: str) -> Readers:
    """Read it for every customer with a contact of an address."""
    here = select(Contact.customer_id).where(Contact.email_key == email_key, Contact.removed_at.is_(None))
    return readers_of(session, session.scalars(here))


def not_written_to(address: str) -> Phrase:
    """Say of an address that it is on the list of those that are not written to, as a reason."""
    return say("{address} is on the list of those that are not written to.", address=address)


def succeed(session: Session, before: Readers, because: Phrase, *, by: Actor) -> tuple[Succession, ...]:
    """Hand over each topic that had readers `before` and has none now, with receipts; record where nobody can take over.

    `because` says why nobody was asked, in a sentence. Where somebody reads a topic by now nothing is done, so that the same
    event twice changes nothing, and no choice that was made in between is overwritten.
    """
    session.flush()
    made: list[Succession] = []
    for customer, read_before in before.items():
        for one in _lost(Standing.of(session, customer), read_before):
            if one.heir is None:
                _record(session, "preference.left_unread", one.leaving[0], one, because, by=by)
            else:
                _give(session, one, because, by=by)
            made.append(one)
    return tuple(made)


def _lost(standing: Standing, before: dict[Topic, list[Contact]]) -> list[Succession]:
    """List what was read before and is not now, together where the same contacts leave it to the same one."""
    reading = _read(standing)
    found: dict[tuple, list[Topic]] = {}
    for topic, leaving in before.items():
        if leaving and not reading[topic]:
            found.setdefault((tuple(leaving), successor(standing, topic, leaving)), []).append(topic)
    return [Succession(standing.customer, tuple(topics), leaving, heir) for (leaving, heir), topics in found.items()]


def _read(standing: Standing) -> dict[Topic, list[Contact]]:
    return {
        topic: [one for one in standing.contacts if standing.wanted(one, topic) and standing.able(one, topic)]
        for topic in CHOICES.values()
        if topic.keeps_a_reader
    }


def _give(session: Session, one: Succession, because: Phrase, *, by: Actor) -> None:
    words = f"takes over from {one.names}. {in_english(because)}"
    receipts = [write(session, one.heir, topic, True, how=HOW, wording=f"{topic.label}: {words}", by=by) for topic in one.topics]
    move_waiting(session, one.customer, one.topics, of=one.leaving, to=one.heir)
    _record(session, "preference.handed_over", one.heir, one, because, by=by)
    telling.tell_heir(session, one.heir, one.customer, receipts, in_place_of=one.names, because=because, by=by)


def _record(session: Session, action: str, subject: Contact, one: Succession, because: Phrase, *, by: Actor) -> None:
    change = ("on", "off") if one.heir is None else ("off", "on")
    audit.record(
        session,
        action,
        by=by,
        customer_id=one.customer.id,
        subject=subject,
        subject_name=subject.name,
        changes={topic.key: change for topic in one.topics},
        facts={"how": HOW, "from": one.names, "because": in_english(because)},
    )
