"""A message told as an event."""

from datetime import datetime

from portal.domain.activity.events import Change, Event, Part, Reader
from portal.domain.activity.values import hour
from portal.domain.letters import title
from portal.domain.letters.phrases import in_english
from portal.domain.topics import TOPICS
from portal.model import Contact, EmailMessage


def tell(message: EmailMessage, contact: Contact | None, reader: Reader) -> Event:
    """Tell of a message to a contact: its subject, to whom, and what became of it."""
    subject = message.subject or title(message.letter)
    own = reader.contact_id is not None and message.contact_id == reader.contact_id
    name = "you" if own else (contact.name if contact is not None else message.to_name) or message.to_address
    sentence = (Part("text", f"Mail “{subject}” to "), Part("name", name))
    own = in_english(message.facts.get("topic_words") or message.topic.replace("_", " "))  # a topic that the installation made
    topic = TOPICS[message.topic].label.lower() if message.topic in TOPICS else own
    changes = [Change("Outcome", text=_outcome(message, reader))]
    if message.state in {"deferred", "bounced", "failed"} and message.reply and not reader.outside:
        changes.append(Change("Their server", text=" ".join(message.reply.split())[:300]))
    return Event(id=message.id, at=message.created_at, who="", sentence=sentence, changes=tuple(changes), origin=topic)


def _outcome(message: EmailMessage, reader: Reader) -> str:
    """Say what became of a message."""
    when = hour(message.sent_at, reader, beside=message.created_at) if message.sent_at else ""
    match message.state:
        case "queued" | "sending":
            return "Waiting to be sent"
        case "sent":
            return f"Sent {when}".strip()
        case "delivered":
            return f"Delivered {when}".strip()
        case "deferred" if message.sent_at is not None:
            return "Put off by their server, which is still being tried"
        case "deferred":
            return f"Put off by their server, next try {_soon(message.next_attempt_at, message, reader)}"
        case "bounced":
            return "Came back: the address does not take mail"
        case "complained":
            return "Marked as unwanted by its reader"
        case "suppressed":
            rule = message.rule.replace("_", " ")
            return f"Not sent: {rule}" if rule and not reader.outside else "Not sent"
        case _:
            return "Given up: it could not be sent"


def _soon(at: datetime, message: EmailMessage, reader: Reader) -> str:
    return hour(at, reader, beside=message.created_at)
