"""Choosing: each change leaves a receipt, and no billing topic loses its last reader unawares."""

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.domain import topics
from portal.domain.actors import Actor
from portal.domain.communications import daily, telling
from portal.domain.communications.heirs import Heirs, hand_over, successor, take_over
from portal.domain.communications.judging import Standing
from portal.domain.communications.refusals import LastRecipient, Loss, NewerChoice
from portal.domain.communications.writing import record, way_of, write
from portal.domain.errors import NotFound
from portal.domain.topics import CHOICES, Topic
from portal.model import Contact, Customer, Preference, PreferenceReceipt


def choose(
    session: Session,
    contact: Contact,
    choices: Mapping[str, bool],
    *,
    how: str,
    wording: Mapping[str, str] | None = None,
    handover: Mapping[str, UUID] | None = None,
    by: Actor,
) -> list[PreferenceReceipt]:
    """Set what a contact is sent, by topic; each change leaves a receipt with the exact words shown.

    `how` is form, link, one_click, import, api or undo. Where a billing topic would lose its last reader the act is
    refused, unless `handover` names for it the contact who takes over; a mail program's one click cannot be asked, and is obeyed.

    :raises LastRecipient: naming the topics and who would get each instead.
    """
    return choose_all(session, {contact: choices}, how=how, wording={contact.id: wording or {}}, handover=handover, by=by)


def choose_all(
    session: Session,
    wishes: Mapping[Contact, Mapping[str, bool]],
    *,
    how: str,
    wording: Mapping[UUID, Mapping[str, str]] | None = None,
    handover: Mapping[str, UUID] | None = None,
    undoes: UUID | None = None,
    by: Actor,
) -> list[PreferenceReceipt]:
    """Set what several contacts of one customer are sent, as one act: one may leave a topic that another takes up in it.

    :raises LastRecipient: see `choose`.
    """
    if not wishes:
        return []
    customer = locked(session, next(iter(wishes)).customer_id)
    standing = Standing.of(session, customer)
    if gone := [contact for contact in wishes if contact not in standing.contacts]:
        raise NotFound(f"{gone[0].name} is no contact here any more.")
    known = topics.all_topics(session)
    changes = {
        (contact, known[key]): wanted
        for contact, choices in wishes.items()
        for key, wanted in choices.items()
        if standing.wanted(contact, known[key]) != wanted
    }
    heirs = hand_over(standing, changes, handover or {}, obey=how == "one_click")
    made = [
        write(session, contact, topic, wanted, how=how, wording=(wording or {}).get(contact.id, {}).get(topic.key), undoes=undoes, by=by)
        for (contact, topic), wanted in changes.items()
    ]
    made += take_over(session, heirs, how=how, by=by)
    finish(session, customer, made, heirs, how=how, by=by)
    return made


def undo(
    session: Session, contact: Contact, receipt_id: UUID, *, handover: Mapping[str, UUID] | None = None, by: Actor
) -> list[PreferenceReceipt]:
    """Undo a choice that still holds: what was before is chosen again, with a receipt that points at what it undoes.

    :raises NotFound: when the contact has no such receipt.
    :raises NewerChoice: when something newer was chosen since.
    :raises LastRecipient: see `choose`.
    """
    receipt = session.get(PreferenceReceipt, receipt_id)
    if receipt is None or receipt.contact_id != contact.id:
        raise NotFound
    locked(session, contact.customer_id)
    holds = session.scalar(select(Preference.receipt_id).where(Preference.contact_id == contact.id, Preference.topic == receipt.topic))
    if holds != receipt.id:
        raise NewerChoice
    if receipt.topic == topics.DAILY.key:
        return daily.choose_daily(session, contact, receipt.before, how="undo", undoes=receipt.id, by=by)
    topic = topics.all_topics(session)[receipt.topic]
    words = {contact.id: {topic.key: f"Undo: {topic.label} {'on' if receipt.before else 'off'} again"}}
    return choose_all(
        session, {contact: {topic.key: receipt.before}}, how="undo", wording=words, handover=handover, undoes=receipt.id, by=by
    )


def release(session: Session, contact: Contact, *, handover: Mapping[str, UUID] | None = None, by: Actor) -> None:
    """Let a contact leave: what only this one got is handed over, or the leaving refused.

    :raises LastRecipient: see `choose`.
    """
    customer = locked(session, contact.customer_id)
    standing = Standing.of(session, customer)
    leaving = {(contact, topic): False for topic in CHOICES.values() if standing.wanted(contact, topic)}
    heirs = hand_over(standing, leaving, handover or {})
    finish(session, customer, take_over(session, heirs, how=way_of(by), by=by), heirs, how=way_of(by), by=by)


def loss_by(session: Session, contact: Contact, topic_key: str) -> Loss | None:
    """Tell what would be lost if a contact left a topic; None when somebody else gets it too."""
    standing = Standing.of(session, session.get_one(Customer, contact.customer_id))
    try:
        hand_over(standing, {(contact, CHOICES[topic_key]): False}, {})
    except LastRecipient as refusal:
        return refusal.losses[0]
    return None


def readers(session: Session, customer: Customer) -> dict[Topic, list[Contact]]:
    """List who gets each topic that has to have a reader."""
    standing = Standing.of(session, customer)
    return {topic: [one for one in standing.contacts if standing.read(one, topic)] for topic in CHOICES.values() if topic.keeps_a_reader}


def keep_readers(session: Session, customer: Customer, before: Mapping[Topic, list[Contact]], *, by: Actor) -> None:
    """See that every topic that was read before is read still, after contacts have changed rank.

    Whoever got it `before` (see `readers`) keeps it; nobody else's choice is touched.
    """
    standing = Standing.of(session, customer)
    heirs = {}
    for topic, read_by in before.items():
        if read_by and not any(standing.read(contact, topic) for contact in standing.contacts):
            able = (contact for contact in read_by if contact in standing.contacts and standing.verdict(contact, topic, True).will)
            stays = next(able, None) or successor(standing, topic, ())
            if stays is not None:
                heirs[topic] = (stays, ())
    finish(session, customer, take_over(session, heirs, how=way_of(by), by=by), heirs, how=way_of(by), by=by)


def locked(session: Session, customer_id: UUID) -> Customer:
    """Hold the customer's row, so that of two who leave at once the second sees that the first has left."""
    session.flush()
    session.execute(select(Customer.id).where(Customer.id == customer_id).with_for_update(key_share=True))
    return session.get_one(Customer, customer_id)


def finish(session: Session, customer: Customer, made: list[PreferenceReceipt], heirs: Heirs, *, how: str, by: Actor) -> None:
    """Write down what was chosen, and tell those whom it concerns."""
    record(session, customer, made, heirs, how=how, by=by)
    telling.tell(session, customer, made, how=how, by=by)
