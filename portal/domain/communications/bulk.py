"""Switching one topic for the contacts of many customers at once, each customer by the same code as a single choice."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.domain import audit, topics
from portal.domain.actors import Actor
from portal.domain.communications.choosing import choose_all
from portal.domain.communications.judging import Standing
from portal.domain.communications.refusals import LastRecipient
from portal.domain.errors import Refusal
from portal.domain.topics import MARKETING
from portal.model import Contact, Customer

MOST = 500
WHOM = ("all", "primary", "secondary")
_NAMED = 20
"""So many customers that were left as they are, are named."""


class TooMany(Refusal):
    """More than what is done while somebody waits."""

    sentence = f"More than {MOST} customers match. Narrow the list down, and do it in parts."


class OnlyByOptIn(Refusal):
    """Nobody but the reader switches marketing on."""

    sentence = "Marketing is sent to those who asked for it: it can be switched off for many, not on."


class NoChange(Refusal):
    """A topic that cannot be switched."""

    sentence = "Choose what to switch."


@dataclass(frozen=True)
class Outcome:
    """What was done, or would be: how many customers were looked at, contacts changed and same as before, and by id and name the
    customers that were left as they are, since nobody there would get it any more."""

    customers: int
    changed: int
    same: int
    left: tuple[tuple[UUID, str], ...]

    @property
    def named(self) -> tuple[tuple[UUID, str], ...]:
        return self.left[:_NAMED]


def switch_for_many(
    session: Session, customer_ids: Iterable[UUID], topic_key: str, wanted: bool, *, whom: str = "all", by: Actor
) -> Outcome:
    """Switch a topic for all, the primary or the secondary contacts of customers; each change leaves its receipt.

    A customer where a billing topic would lose its last reader is left as it is. Who wants to see first what would happen
    rolls it back.

    :raises NoChange: for a topic that is not offered.
    :raises OnlyByOptIn: when marketing would be switched on.
    :raises TooMany: for more than MOST customers.
    """
    customer_ids = list(customer_ids)
    topic = topics.choices(session).get(topic_key)
    if topic is None or whom not in WHOM:
        raise NoChange(field="topic")
    if topic.kind == MARKETING and wanted:
        raise OnlyByOptIn(field="topic")
    if len(customer_ids) > MOST:
        raise TooMany
    changed, same, left = 0, 0, []
    for customer in session.scalars(select(Customer).where(Customer.id.in_(customer_ids)).order_by(Customer.id)).all():
        standing = Standing.of(session, customer)
        asked = [contact for contact in standing.contacts if whom == "all" or contact.is_primary == (whom == "primary")]
        differing = [contact for contact in asked if standing.wanted(contact, topic) != wanted]
        same += len(asked) - len(differing)
        words = {contact.id: {topic.key: f"{topic.label} {'on' if wanted else 'off'}, for many contacts at once"} for contact in differing}
        try:
            _choose(session, {contact: {topic.key: wanted} for contact in differing}, words, by=by)
        except LastRecipient:
            left.append((customer.id, customer.name))
        else:
            changed += len(differing)
    outcome = Outcome(len(customer_ids), changed, same, tuple(left))
    facts = {"topic": topic.key, "wanted": wanted, "customers": outcome.customers, "contacts": changed, "left": len(left)}
    audit.record(session, "preference.switched_for_many", by=by, subject_name=topic.label, facts=facts)
    return outcome


def _choose(session: Session, wishes: dict[Contact, dict[str, bool]], wording: dict, *, by: Actor) -> None:
    with session.begin_nested():
        choose_all(session, wishes, how="form", wording=wording, by=by)
