"""Answers of name servers about the senders of the cast."""

import pytest

from portal.domain import senders
from portal.domain.senders.records import key_name
from portal.values import dkim
from portal.values.dns import Answer, Question
from portal.values.sealed import Vault

RELAY = "smtp.northwind.example"


@pytest.fixture
def vault(settings):
    return Vault(settings.secret_key)


@pytest.fixture
def sender(session, cast, vault):
    """The default sender of the cast, with a key that nobody has published."""
    return senders.make_key(session, session.merge(cast.sender), vault=vault, by=cast.operator())


@pytest.fixture
def told(session, cast):
    """Let name servers answer about a sender: told(sender, key=..., next_key=..., texts={name: [texts]}, silence="...")."""

    def settle(sender, *, key=None, next_key=None, records=None, silence="", by=None):
        known = dict(records or {})
        if key is not None:
            known[Question(key_name(sender), "TXT")] = key
        if next_key is not None:
            known[Question(key_name(sender, new=True), "TXT")] = next_key
        answers = {
            question: Answer(silence=silence) if silence else Answer(tuple(known.get(question, ())))
            for question in senders.questions(sender)
        }
        return senders.settle(session, sender.id, answers, relay=RELAY, by=by or cast.operator())

    return settle


@pytest.fixture
def publish(told):
    """Publish the record of a sender's key, and let it be found."""
    return lambda sender: told(sender, key=[dkim.record(sender.dkim_public_key)])
