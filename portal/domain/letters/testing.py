"""A test of a letter, sent by an operator to themselves through the outbox like any other mail."""

from datetime import timedelta

from sqlalchemy.orm import Session

from portal.domain import audit, messages, throttles
from portal.domain.actors import Actor
from portal.domain.errors import Refusal
from portal.domain.letters.catalogue import Letter
from portal.domain.letters.checking import check
from portal.domain.letters.examples import Example
from portal.domain.letters.phrases import say
from portal.domain.letters.versions import WordsWrong
from portal.domain.letters.words import Words
from portal.model import BusinessEntity, EmailMessage, User
from portal.values import ids

OFTEN = throttles.Rule("letter_test", free=10, window=timedelta(hours=1), first=timedelta(minutes=1))
_WHY = say("You get this because you asked for a test of this letter. Its links lead to the front page, and its code opens nothing.")


class TooManyTests(Refusal):
    """One's own mailbox is no load test."""

    status = 429


def send(session: Session, letter: Letter, words: Words, example: Example, *, entity: BusinessEntity, by: Actor) -> EmailMessage:
    """Queue a letter in these words for the operator's own address, its subject marked as a test.

    :raises WordsWrong, TooManyTests, messages.NoSender: when it cannot be sent.
    """
    if faults := check(letter, words):
        raise WordsWrong(faults)
    user = session.get_one(User, by.user_id)
    if seconds := throttles.admit(session, (OFTEN, throttles.by_address(user.email))):
        raise TooManyTests(f"{OFTEN.free} tests an hour go to one address. The next one can go in {throttles.in_words(seconds)}.")
    said = {"subject": words.subject, "preheader": words.preheader, "body": words.body, "locale": words.locale}
    message = messages.queue(
        session,
        letter.name,
        to=messages.Recipient(address=user.email, name=user.name, user_id=user.id, locale=example.locale, time_zone=example.time_zone),
        facts={**example.facts, "test": said},
        links={link: {"purpose": "plain", "target": "/"} for link in letter.links},
        why=_WHY,
        key=f"letter-test:{ids.new_id()}",
        entity_id=entity.id,
    )
    audit.record(
        session,
        "letter.tested",
        by=by,
        subject=message,
        subject_name=letter.title,
        facts={"business_entity": entity.name, "to": user.email},
    )
    return message
