"""The source of a message: its headers and its two bodies, as they went over the wire but for what opens anything."""

from dataclasses import dataclass
from email.utils import format_datetime

from sqlalchemy.orm import Session

from portal.domain.letters import LetterIncomplete, RenderedLetter, UnknownLetter
from portal.domain.mail_log.origin import origin
from portal.domain.mail_log.reading import masked_links, reread
from portal.domain.topics import TOPICS
from portal.model import EmailMessage


@dataclass(frozen=True)
class Source:
    """Headers by name in their order, and the letter; where its words cannot be made, `letter` is None and `fault` says why."""

    headers: tuple[tuple[str, str], ...]
    letter: RenderedLetter | None
    fault: str = ""

    @property
    def text(self) -> str:
        """The headers and the plain text, as one would read them in a mail program."""
        head = "\n".join(f"{name}: {value}" for name, value in self.headers)
        return f"{head}\n\n{self.letter.text if self.letter else ''}"


def source(session: Session, message: EmailMessage, *, public_url: str) -> Source:
    """Make the source of a message anew from what is kept of it."""
    try:
        letter, fault = reread(session, message, public_url=public_url), ""
    except (LetterIncomplete, UnknownLetter) as refused:
        letter, fault = None, str(refused)
    return Source(tuple(_headers(session, message, letter, public_url)), letter, fault)


def _headers(session: Session, message: EmailMessage, letter: RenderedLetter | None, public_url: str) -> list[tuple[str, str]]:
    who = origin(session, message)
    subject = message.subject or (letter.subject if letter else "")
    headers = [
        ("From", _mailbox(who.name, who.address)),
        ("To", _mailbox(message.to_name, message.to_address)),
        ("Reply-To", who.reply_to),
        ("Subject", subject),
        ("Date", format_datetime(message.sent_at) if message.sent_at else ""),
        ("Message-ID", message.message_id),
        ("Auto-Submitted", "auto-generated"),
        ("X-Portal-Message", str(message.id)),
    ]
    if letter is not None and not _essential(message) and "unsubscribe" in message.links:
        headers += [
            ("List-Unsubscribe", f"<{masked_links(message, public_url)['unsubscribe']}>"),
            ("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"),
        ]
    return [(name, value) for name, value in headers if value]


def _essential(message: EmailMessage) -> bool:
    return message.topic in TOPICS and TOPICS[message.topic].essential


def _mailbox(name: str, address: str) -> str:
    """Write a mailbox for reading: letters that the wire would encode stay as they are."""
    return f"{name} <{address}>" if name else address
