"""What was handed over by itself lately, told beside the ticks."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.domain.communications.judging import Standing
from portal.domain.communications.reading import Row
from portal.domain.communications.refusals import together
from portal.domain.communications.succession import HOW
from portal.domain.topics import CHOICES, Topic
from portal.model import AuditEvent, Contact, Customer
from portal.values import clock

LATELY = timedelta(days=30)


@dataclass(frozen=True)
class HandedOver:
    """What a contact gets by itself in place of others, and still does: since when and why."""

    heir: Contact
    topics: tuple[Topic, ...]
    names: str
    because: str
    at: datetime

    @property
    def sentence(self) -> str:
        """Say who gets what, in whose place and why."""
        words = together([topic.words for topic in self.topics])
        return f"{self.heir.name} gets {words} in place of {self.names}. {self.because}"


def handed_over(session: Session, customer: Customer, rows: Iterable[Row]) -> list[HandedOver]:
    """List what was handed over by itself lately and holds still, by the rows of the matrix; the newest first."""
    since = clock.now() - LATELY
    holding = {
        (row.contact.id, topic): row.contact
        for row in rows
        for topic, receipt in row.receipts.items()
        if receipt.how == HOW and receipt.wanted and receipt.chosen_at > since
    }
    if not holding:
        return []
    standing = Standing.of(session, customer)
    holding = {(heir_id, topic): heir for (heir_id, topic), heir in holding.items() if standing.able(heir, CHOICES[topic])}
    acts = session.scalars(
        select(AuditEvent)
        .where(AuditEvent.customer_id == customer.id, AuditEvent.at > since, AuditEvent.action == "preference.handed_over")
        .order_by(AuditEvent.at.desc(), AuditEvent.id.desc())
    )
    found = []
    for act in acts:
        given = [key for key in CHOICES if key in act.changes and (act.subject_id, key) in holding]
        if given:
            topics = tuple(CHOICES[key] for key in given)
            found.append(HandedOver(holding[act.subject_id, given[0]], topics, act.facts["from"], act.facts["because"], act.at))
    return found
