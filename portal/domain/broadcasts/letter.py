"""A broadcast as a letter: its words, whether they fit, and how they read to somebody."""

from dataclasses import replace

from sqlalchemy.orm import Session

from portal.domain import messages, topics
from portal.domain.letters import LETTERS, Words, examples, versions
from portal.domain.letters.checking import Fault, check
from portal.domain.letters.examples import Example
from portal.domain.letters.phrases import say
from portal.model import Broadcast, BusinessEntity, Customer
from portal.values.locales import LOCALES

LETTER = LETTERS["broadcast"]


def words(broadcast: Broadcast) -> Words:
    """Give the words of a broadcast."""
    return Words(broadcast.subject, broadcast.preheader, broadcast.body)


def check_words(said: Words) -> list[Fault]:
    """List what keeps words from being sent."""
    return check(LETTER, said)


def first_words(session: Session) -> Words:
    """Give the words that a new broadcast begins with: those of the letter, as operators have them."""
    return versions.words_in(versions.in_force(session, LETTER.name, entity_id=None, locale="en"), LETTER.name)


def example(session: Session, topic_key: str, customer: Customer | None, entity: BusinessEntity, *, public_url: str) -> Example:
    """Make what a broadcast is shown with: a customer's own facts, else a sample under the brand of a business entity."""
    if customer is not None:
        made = examples.of_customer(session, LETTER, customer, public_url=public_url)
    else:
        locale = entity.locale if entity.locale in LOCALES else "en"
        made = examples.sample(LETTER, entity, locale=locale, public_url=public_url)
    topic = topics.find(session, topic_key)
    if topic is None:
        return made
    facts = {**made.facts, "topic_words": say(topic.words), "why": messages.why_of(made.facts["customer_name"], topic, primary=False)}
    return replace(made, facts=facts)
