"""Choosing: each change leaves a receipt, and no billing topic loses its last reader unawares."""

from collections.abc import Collection, Mapping
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.domain import audit
from portal.domain.actors import Actor
from portal.domain.communications.judging import Standing
from portal.domain.communications.refusals import LastRecipient, Loss, NewerChoice
from portal.domain.errors import NotFound
from portal.domain.topics import CHOICES, Topic
from portal.model import Contact, Customer, Preference, PreferenceReceipt

_BY_ROLE = {"owner": 0, "billing_manager": 1, "viewer": 2, "none": 3}


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
    customer = _locked(session, next(iter(wishes)).customer_id)
    standing = Standing.of(session, customer)
    if gone := [contact for contact in wishes if contact not in standing.contacts]:
        raise NotFound(f"{gone[0].name} is no contact here any more.")
    changes = {
        (contact, CHOICES[key]): wanted
        for contact, choices in wishes.items()
        for key, wanted in choices.items()
        if standing.wanted(contact, CHOICES[key]) != wanted
    }
    heirs = _hand_over(standing, changes, handover or {}, obey=how == "one_click")
    made = [
        _write(session, contact, topic, wanted, how=how, wording=(wording or {}).get(contact.id, {}).get(topic.key), undoes=undoes, by=by)
        for (contact, topic), wanted in changes.items()
    ]
    made += _take_over(session, heirs, how=how, by=by)
    _record(session, customer, made, heirs, how=how, by=by)
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
    _locked(session, contact.customer_id)
    holds = session.scalar(select(Preference.receipt_id).where(Preference.contact_id == contact.id, Preference.topic == receipt.topic))
    if holds != receipt.id:
        raise NewerChoice
    topic = CHOICES[receipt.topic]
    words = {contact.id: {topic.key: f"Undo: {topic.label} {'on' if receipt.before else 'off'} again"}}
    return choose_all(
        session, {contact: {topic.key: receipt.before}}, how="undo", wording=words, handover=handover, undoes=receipt.id, by=by
    )


def release(session: Session, contact: Contact, *, handover: Mapping[str, UUID] | None = None, by: Actor) -> None:
    """Let a contact leave: what only this one got is handed over, or the leaving refused.

    :raises LastRecipient: see `choose`.
    """
    customer = _locked(session, contact.customer_id)
    standing = Standing.of(session, customer)
    leaving = {(contact, topic): False for topic in CHOICES.values() if standing.wanted(contact, topic)}
    heirs = _hand_over(standing, leaving, handover or {})
    _record(session, customer, _take_over(session, heirs, how=_how(by), by=by), heirs, how=_how(by), by=by)


def loss_by(session: Session, contact: Contact, topic_key: str) -> Loss | None:
    """Tell what would be lost if a contact left a topic; None when somebody else gets it too."""
    standing = Standing.of(session, session.get_one(Customer, contact.customer_id))
    try:
        _hand_over(standing, {(contact, CHOICES[topic_key]): False}, {})
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
            stays = next((contact for contact in read_by if contact in standing.contacts), None) or _successor(standing, topic, ())
            if stays is not None:
                heirs[topic] = (stays, ())
    _record(session, customer, _take_over(session, heirs, how=_how(by), by=by), heirs, how=_how(by), by=by)


def _locked(session: Session, customer_id: UUID) -> Customer:
    """Hold the customer's row, so that of two who leave at once the second sees that the first has left."""
    session.flush()
    session.execute(select(Customer.id).where(Customer.id == customer_id).with_for_update(key_share=True))
    return session.get_one(Customer, customer_id)


def _hand_over(
    standing: Standing, changes: Mapping[tuple[Contact, Topic], bool], named: Mapping[str, UUID], *, obey: bool = False
) -> dict[Topic, tuple[Contact, tuple[Contact, ...]]]:
    """Find who takes over each topic that would lose its last reader, and from whom; refuse where nobody was named."""
    heirs, losses = {}, []
    for topic in CHOICES.values():
        leaving = tuple(contact for (contact, one), wanted in changes.items() if one is topic and not wanted)
        if not topic.keeps_a_reader or not any(standing.verdict(contact, topic).will for contact in leaving):
            continue
        if any(standing.verdict(contact, topic, changes.get((contact, topic))).will for contact in standing.contacts):
            continue
        named_one = next((contact for contact in _candidates(standing, topic, leaving) if contact.id == named.get(topic.key)), None)
        successor = named_one or _successor(standing, topic, leaving)
        if named_one is not None or (obey and successor is not None):
            heirs[topic] = (successor, leaving)
        elif not obey:
            losses.append(Loss(topic, leaving, successor))
    if losses:
        raise LastRecipient(losses + [Loss(topic, leaving, heir) for topic, (heir, leaving) in heirs.items()])
    return heirs


def _candidates(standing: Standing, topic: Topic, leaving: Collection[Contact]) -> list[Contact]:
    return [contact for contact in standing.contacts if contact not in leaving and standing.verdict(contact, topic, True).will]


def _successor(standing: Standing, topic: Topic, leaving: Collection[Contact]) -> Contact | None:
    """Choose who takes over: the primary contact, else by role in the portal, else who was there first."""
    order = {contact: (not contact.is_primary, _BY_ROLE[contact.portal_role], contact.id) for contact in standing.contacts}
    return min(_candidates(standing, topic, leaving), key=order.__getitem__, default=None)


def _take_over(
    session: Session, heirs: Mapping[Topic, tuple[Contact, tuple[Contact, ...]]], *, how: str, by: Actor
) -> list[PreferenceReceipt]:
    made = []
    for topic, (heir, leaving) in heirs.items():
        names = ", ".join(contact.name for contact in leaving)
        words = f"{topic.label}: takes over from {names}" if names else f"{topic.label}: kept when the primary address changed"
        made.append(_write(session, heir, topic, True, how=how, wording=words, by=by))
    return made


def _write(
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


def _record(
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
            facts={"how": how} | ({"instead_of": ", ".join(names)} if names else {}),
        )


def _in_words(receipt: PreferenceReceipt) -> tuple[str, str]:
    return ("on" if receipt.before else "off", "on" if receipt.wanted else "off")


def _how(by: Actor) -> str:
    return by.origin if by.origin in {"import", "api", "link"} else "form"
