"""Who takes over what somebody leaves, so that no billing topic is without a reader."""

from collections.abc import Collection, Mapping
from uuid import UUID

from sqlalchemy.orm import Session

from portal.domain.actors import Actor
from portal.domain.communications.judging import Standing
from portal.domain.communications.refusals import LastRecipient, Loss
from portal.domain.communications.writing import write
from portal.domain.topics import CHOICES, Topic
from portal.model import Contact, PreferenceReceipt

Heirs = dict[Topic, tuple[Contact, tuple[Contact, ...]]]
"""By topic: who takes over, and from whom."""
_BY_ROLE = {"owner": 0, "billing_manager": 1, "viewer": 2, "none": 3}


def hand_over(standing: Standing, changes: Mapping[tuple[Contact, Topic], bool], named: Mapping[str, UUID], *, obey: bool = False) -> Heirs:
    """Find who takes over each topic that would lose its last reader, and from whom; refuse where nobody was named."""
    heirs, losses = {}, []
    for topic in CHOICES.values():
        leaving = tuple(contact for (contact, one), wanted in changes.items() if one is topic and not wanted)
        if not topic.keeps_a_reader or not any(standing.verdict(contact, topic).will for contact in leaving):
            continue
        if any(standing.verdict(contact, topic, changes.get((contact, topic))).will for contact in standing.contacts):
            continue
        named_one = next((contact for contact in _candidates(standing, topic, leaving) if contact.id == named.get(topic.key)), None)
        heir = named_one or successor(standing, topic, leaving)
        if named_one is not None or (obey and heir is not None):
            heirs[topic] = (heir, leaving)
        elif not obey:
            losses.append(Loss(topic, leaving, heir))
    if losses:
        raise LastRecipient(losses + [Loss(topic, leaving, heir) for topic, (heir, leaving) in heirs.items()])
    return heirs


def _candidates(standing: Standing, topic: Topic, leaving: Collection[Contact]) -> list[Contact]:
    return [contact for contact in standing.contacts if contact not in leaving and standing.able(contact, topic)]


def successor(standing: Standing, topic: Topic, leaving: Collection[Contact]) -> Contact | None:
    """Choose who takes over: the primary contact, else by role in the portal, else who was there first."""
    order = {contact: (not contact.is_primary, _BY_ROLE[contact.portal_role], contact.id) for contact in standing.contacts}
    return min(_candidates(standing, topic, leaving), key=order.__getitem__, default=None)


def take_over(session: Session, heirs: Heirs, *, how: str, by: Actor) -> list[PreferenceReceipt]:
    made = []
    for topic, (heir, leaving) in heirs.items():
        names = ", ".join(contact.name for contact in leaving)
        words = f"{topic.label}: takes over from {names}" if names else f"{topic.label}: kept when the primary address changed"
        made.append(write(session, heir, topic, True, how=how, wording=words, by=by))
    return made
