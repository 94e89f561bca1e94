"""Changing the catalogue: operators add, name, hide and show topics of the marketing class; all others are the product's."""

import re

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.domain import audit
from portal.domain.actors import Actor
from portal.domain.errors import NotFound, Refusal
from portal.domain.topics.catalogue import MARKETING, Topic
from portal.domain.topics.reading import OWN, all_topics, forget
from portal.model import TopicSetting
from portal.values import ids
from portal.values.text import fold

MOST = 20
LABEL_LENGTH = 60


class TopicTaken(Refusal):
    """Two topics of one name cannot be told apart."""

    sentence = "There is a topic of this name already. A hidden one can be shown again."


class TooManyTopics(Refusal):
    """Nobody reads a list of so many."""

    sentence = f"{MOST} topics are the most that a reader can be asked about. Hide or rename one instead."


class NoSuchTopic(NotFound):
    """There is no marketing topic of this word."""


def add(session: Session, label: str, hint: str, *, by: Actor) -> Topic:
    """Add a marketing topic; everybody has it off until they switch it on.

    :raises TopicTaken, TooManyTopics: see there.
    """
    known = all_topics(session)
    _refuse_taken(known.values(), label)
    if sum(topic.kind == MARKETING for topic in known.values()) >= MOST:
        raise TooManyTopics(field="label")
    word = re.sub(r"[^a-z0-9]+", "_", fold(label)).strip("_")[:30] or ids.new_id().hex[-8:]
    key = OWN + (word if OWN + word not in known else f"{word[:21]}_{ids.new_id().hex[-8:]}")
    row = TopicSetting(topic=key, label=label, hint=hint)
    session.add(row)
    session.flush()
    forget(session)
    _record(session, "topic.added", row, {"label": (None, label), "hint": (None, hint)}, by=by)
    return all_topics(session)[key]


def change(session: Session, key: str, label: str, hint: str, *, by: Actor) -> None:
    """Change how a marketing topic is called and explained; receipts keep the words that were shown.

    :raises NoSuchTopic, TopicTaken: see there.
    """
    topic = _marketing(session, key)
    _refuse_taken((one for one in all_topics(session).values() if one.key != key), label)
    row = _row(session, topic)
    changes = audit.differences({"label": topic.label, "hint": topic.hint}, {"label": label, "hint": hint})
    row.label, row.hint = label, hint
    session.flush()
    forget(session)
    if changes:
        _record(session, "topic.changed", row, changes, by=by)


def set_hidden(session: Session, key: str, hidden: bool, *, by: Actor) -> None:
    """Hide a marketing topic, or show it again. Hidden, nobody is asked about it and nothing of it is sent; receipts stay.

    :raises NoSuchTopic: see there.
    """
    topic = _marketing(session, key)
    if topic.hidden == hidden:
        return
    row = _row(session, topic)
    row.hidden = hidden
    session.flush()
    forget(session)
    _record(session, "topic.hidden" if hidden else "topic.shown", row, {}, by=by)


def _marketing(session: Session, key: str) -> Topic:
    topic = all_topics(session).get(key)
    if topic is None or topic.kind != MARKETING:
        raise NoSuchTopic
    return topic


def _row(session: Session, topic: Topic) -> TopicSetting:
    """Give the topic's row; one of the product's own gets it with its first change."""
    row = session.scalar(select(TopicSetting).where(TopicSetting.topic == topic.key).with_for_update())
    if row is None:
        row = TopicSetting(topic=topic.key, label=topic.label, hint=topic.hint)
        session.add(row)
    return row


def _refuse_taken(others, label: str) -> None:
    if any(fold(topic.label) == fold(label) for topic in others):
        raise TopicTaken(field="label")


def _record(session: Session, action: str, row: TopicSetting, changes: dict, *, by: Actor) -> None:
    audit.record(session, action, by=by, subject=row, subject_name=row.label, changes=changes)
