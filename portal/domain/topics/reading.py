"""Reading the catalogue as this installation has it: with the marketing topics that it made, and without those it hides."""

from collections.abc import Mapping
from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.domain.topics.catalogue import MARKETING, TOPICS, Topic
from portal.model import TopicSetting

OWN = "news."
"""How the word of a topic begins that the installation made: so it is none of the product's, now or later."""
_KEPT = "topics"


def all_topics(session: Session) -> Mapping[str, Topic]:
    """Give every topic by its word, hidden ones too; read once in a session."""
    if (kept := session.info.get(_KEPT)) is None:
        kept = session.info[_KEPT] = _read(session)
    return kept


def choices(session: Session) -> dict[str, Topic]:
    """Give the topics that a contact can switch, in the order they are shown in."""
    return {key: topic for key, topic in all_topics(session).items() if not topic.essential and not topic.hidden}


def find(session: Session, key: str) -> Topic | None:
    """Find a topic by its word, hidden or not; None when there is none. Only marketing topics are looked up."""
    topic = TOPICS.get(key)
    return topic if topic is not None and topic.kind != MARKETING else all_topics(session).get(key)


def forget(session: Session) -> None:
    """Have the catalogue read anew, after a change."""
    session.info.pop(_KEPT, None)


def _read(session: Session) -> dict[str, Topic]:
    found = dict(TOPICS)
    for row in session.execute(
        select(TopicSetting.topic, TopicSetting.label, TopicSetting.hint, TopicSetting.hidden).order_by(TopicSetting.id)
    ):
        if (topic := found.get(row.topic)) is not None and topic.kind == MARKETING:
            found[row.topic] = replace(topic, label=row.label or topic.label, hint=row.hint or topic.hint, hidden=row.hidden)
        elif topic is None:
            found[row.topic] = Topic(row.topic, row.label, row.hint, MARKETING, primary=False, secondary=False, hidden=row.hidden)
    return found
