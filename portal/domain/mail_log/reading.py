"""One message once more: its words as they were sent, with dead links."""

from sqlalchemy.orm import Session

from portal.domain import letters, messages
from portal.domain.letters import LETTERS, Brand, RenderedLetter, UnknownLetter, render, versions
from portal.domain.outbox import PATHS
from portal.domain.sign_in.links import LIFETIMES
from portal.model import EmailMessage

MASK = "•" * 8
NO_CODE = "000000"


def title(message: EmailMessage) -> str:
    """Give the subject as it was sent; before that, what kind of letter it will be."""
    return message.subject or letters.title(message.letter)


def reread(session: Session, message: EmailMessage, *, public_url: str) -> RenderedLetter:
    """Render a message as it was or will be sent: where its links lead can be seen, their tokens and its code cannot.

    :raises UnknownLetter, LetterIncomplete: when its words cannot be made.
    """
    if message.letter not in LETTERS:
        raise UnknownLetter(f"There is no letter called {message.letter!r}.")
    entity = messages.sender_of(session, message).business_entity
    brand = Brand.of(entity, public_url)
    links = masked_links(message, public_url)
    words = versions.words_of(session, message, entity_id=entity.id)
    return render(message.letter, message.facts, links=links, brand=brand, locale=message.locale, time_zone=message.time_zone, words=words)


def masked_links(message: EmailMessage, public_url: str) -> dict[str, str]:
    """Give the links of a message by name, dots in place of their tokens; and noughts for a code."""
    letter = LETTERS[message.letter]
    links = dict.fromkeys(letter.links, f"{public_url}/")
    for name, link in message.links.items():
        if link["purpose"] == "plain":
            links[name] = public_url + link["target"]
        elif link["purpose"] in PATHS:
            links[name] = f"{public_url}{PATHS[link['purpose']]}{MASK}"
        if link["purpose"] == "sign_in" and not link.get("request_id") and message.sent_at is not None:
            links["until"] = (message.sent_at + LIFETIMES["sign_in"]).isoformat()
    return links | {"code": NO_CODE} if letter.code else links
