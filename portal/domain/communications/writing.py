"""Writing choices down: the receipt, what holds now, and the event in the record."""

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy.orm import Session

from portal.domain import audit, topics
from portal.domain.actors import Actor
from portal.domain.topics import Topic
from portal.model import Contact, Customer, Preference, PreferenceReceipt


def write(
    session: Session,
    contact: Contact,
    topic: Topic,
    wanted: bool,
    *,
    how: str,
    wording: str | None = None,
    undoes: UUID | None = None,
    by: Actor,
) -> PreferenceReceipt:
    """Set whether a contact wants a topic, and keep the receipt of it."""
    receipt = PreferenceReceipt(
        contact_id=contact.id,
        topic=topic.key,
        before=not wanted,
        wanted=wanted,
        how=how,
        wording=wording or topic.label,
        undoes_id=undoes,
        actor_kind=by.kind,
        actor_user_id=by.user_id,
        actor_name=by.name[:255],
    )
    session.add(receipt)
    session.flush()
    preference = session.get(Preference, (contact.id, topic.key), populate_existing=True)
    if preference is None:
        session.add(Preference(contact_id=contact.id, topic=topic.key, wanted=wanted, receipt_id=receipt.id))
    else:
        preference.wanted, preference.receipt_id = wanted, receipt.id
    session.flush()
    return receipt


def record(
    session: Session,
    customer: Customer,
    made: list[PreferenceReceipt],
    heirs: Mapping[Topic, tuple[Contact, tuple[Contact, ...]]],
    *,
    how: str,
    by: Actor,
) -> None:
    """Write one event for each contact whose choices changed."""
    instead_of = {(heir.id, topic.key): ", ".join(one.name for one in leaving) for topic, (heir, leaving) in heirs.items()}
    for contact_id in dict.fromkeys(receipt.contact_id for receipt in made):
        contact = session.get_one(Contact, contact_id)
        receipts = [receipt for receipt in made if receipt.contact_id == contact_id]
        names = dict.fromkeys(filter(None, (instead_of.get((contact_id, receipt.topic)) for receipt in receipts)))
        audit.record(
            session,
            "preference.changed",
            by=by,
            customer_id=customer.id,
            subject=contact,
            subject_name=contact.name,
            changes={receipt.topic: _in_words(receipt) for receipt in receipts},
            facts={"how": how} | ({"instead_of": ", ".join(names)} if names else {}) | _names(session, receipts),
        )


def _names(session: Session, receipts: list[PreferenceReceipt]) -> dict[str, dict[str, str]]:
    """Give the facts by which topics that the installation made are called later, whatever becomes of them."""
    known = topics.all_topics(session)
    own = {one.topic: known[one.topic].label for one in receipts if one.topic.startswith(topics.OWN) and one.topic in known}
    return {"topics": own} if own else {}


def _in_words(receipt: PreferenceReceipt) -> tuple[str, str]:
    return ("on" if receipt.before else "off", "on" if receipt.wanted else "off")


def way_of(by: Actor) -> str:
    """Give the word of a receipt for how an actor chose, where it was no choice of its own."""
    return by.origin if by.origin in {"import", "api", "link"} else "form"
