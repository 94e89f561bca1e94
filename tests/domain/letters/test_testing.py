"""A test of a letter: to one's own address only, marked, throttled, through the outbox like any other mail."""

import pytest
from sqlalchemy import select

from portal.domain.letters import LETTERS, Words, examples, ours, testing
from portal.domain.letters.testing import OFTEN, TooManyTests
from portal.domain.letters.versions import WordsWrong
from portal.model import AuditEvent, EmailMessage

LETTER = LETTERS["wallet_credited"]


@pytest.fixture
def tried(session, cast):
    """Send a test as the manager: tried(words) -> the message."""
    example = examples.sample(LETTER, cast.entity, locale="en", public_url="https://portal.example")

    def send(words: Words | None = None, by: str = "manager") -> EmailMessage:
        return testing.send(session, LETTER, words or ours(LETTER.name), example, entity=cast.entity, by=cast.operator(by))

    return send


def test_it_goes_to_ones_own_address_and_leads_nowhere(session, tried):
    message = tried()
    assert message.to_address == "manager@northwind.example"
    assert (message.contact_id, message.customer_id) == (None, None)
    assert {link["purpose"] for link in message.links.values()} == {"plain"}
    assert session.scalars(select(AuditEvent.action).where(AuditEvent.action.startswith("letter."))).all() == ["letter.tested"]


def test_the_words_as_they_were_tried_are_kept_with_the_message(tried):
    words = Words("Mine", "Own words", "Hello,\n\n[Open](open_wallet)", "de")
    assert tried(words).facts["test"] == {
        "subject": "Mine",
        "preheader": "Own words",
        "body": "Hello,\n\n[Open](open_wallet)",
        "locale": "de",
    }


def test_words_that_are_no_letter_are_not_tried(session, tried):
    with pytest.raises(WordsWrong):
        tried(Words("Mine", "Own words", "no link"))
    assert not session.scalars(select(EmailMessage)).all()


def test_too_many_wait_and_those_of_others_do_not(tried):
    for _ in range(OFTEN.free):
        tried()
    with pytest.raises(TooManyTests, match="10 tests an hour go to one address"):
        tried()
    assert tried(by="owner")
