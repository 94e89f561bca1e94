"""What an address is not written to for: everything, a class, or one topic, the installation's own topics too."""

from sqlalchemy.orm import Session

from portal.domain import topics
from portal.domain.errors import Refusal

_CLASSES = {"all": "Everything that is not essential", "billing": "Billing mail", "marketing": "Marketing mail"}


class UnknownScope(Refusal):
    """There is no such topic, or it is hidden: nothing of it is sent."""

    sentence = "There is no topic of this word that anybody is asked about. Choose one of the list."


def offered_scopes(session: Session) -> dict[str, str]:
    """Give what can be stopped by hand, in words: everything, a class, or a topic that is offered."""
    return _CLASSES | {key: topic.label for key, topic in topics.choices(session).items()}


def scopes(session: Session) -> dict[str, str]:
    """Give every scope that a row of the list can have, in words: hidden topics too."""
    known = topics.all_topics(session).values()
    return _CLASSES | {one.key: f"{one.label} (hidden)" if one.hidden else one.label for one in known if not one.essential}


def scope_words(session: Session, scope: str) -> str:
    """Give a scope in words; itself where nothing is known of it."""
    return scopes(session).get(scope, scope)
