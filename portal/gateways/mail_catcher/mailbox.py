"""Reading the messages that the demo's mail server kept."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from functools import lru_cache
from pathlib import Path

_ID = re.compile(r"[0-9]{19}-[0-9a-f]{8}")
_PREVIEW = 140
_SHOWN = ("From", "To", "Reply-To", "Subject", "Date", "Message-ID", "List-Unsubscribe", "List-Unsubscribe-Post", "Auto-Submitted")


@dataclass(frozen=True)
class Caught:
    """One line of the list. `received_at` is aware, in UTC; `to` are the addresses of the envelope."""

    id: str
    received_at: datetime
    sender: str
    to: tuple[str, ...]
    subject: str
    preview: str


@dataclass(frozen=True)
class CaughtMessage:
    """One message: its headers in reading order, its two forms ("" where it lacks one), and its source."""

    id: str
    received_at: datetime
    to: tuple[str, ...]
    subject: str
    headers: tuple[tuple[str, str], ...]
    text: str
    html: str
    raw: str


class Mailbox:
    """The messages kept in one directory. It never writes, and what is not a message in it does no harm."""

    def __init__(self, directory: Path | str):
        """Name the directory; it may not exist yet."""
        self.directory = Path(directory)

    def list(self, to: str | None = None, limit: int = 100, before: str | None = None) -> list[Caught]:
        """List the newest messages first: those to one address (any case), and those older than the id `before`."""
        wanted = to.strip().casefold() if to else ""
        found: list[Caught] = []
        for name in self._ids():
            if before and name >= before:
                continue
            caught = _caught(self.directory / f"{name}.eml")
            if caught and (not wanted or wanted in (address.casefold() for address in caught.to)):
                found.append(caught)
            if len(found) >= limit:
                break
        return found

    def read(self, id: str) -> CaughtMessage:
        """Read one message; LookupError when there is none of that id, or the id is none."""
        if not _ID.fullmatch(id):
            raise LookupError("There is no such message.")
        try:
            raw = (self.directory / f"{id}.eml").read_bytes()
        except OSError as fault:
            raise LookupError("There is no such message.") from fault
        message = _parse(raw)
        return CaughtMessage(
            id=id,
            received_at=_received_at(id),
            to=_recipients(message),
            subject=_header(message, "Subject"),
            headers=tuple((name, value) for name in _SHOWN if (value := _header(message, name))),
            text=_body(message, "plain"),
            html=_body(message, "html"),
            raw=raw.decode("utf-8", "replace"),
        )

    def _ids(self) -> list[str]:
        try:
            names = [path.stem for path in self.directory.iterdir() if path.suffix == ".eml"]
        except OSError:
            return []
        return sorted((name for name in names if _ID.fullmatch(name)), reverse=True)


# A kept message never changes, so the list of a long demo is parsed once.
@lru_cache(maxsize=2000)
def _caught(path: Path) -> Caught | None:
    try:
        message = _parse(path.read_bytes())
    except OSError:
        return None
    subject = _header(message, "Subject")
    return Caught(
        id=path.stem,
        received_at=_received_at(path.stem),
        sender=_header(message, "From"),
        to=_recipients(message),
        subject=subject,
        preview=_preview(_body(message, "plain"), subject),
    )


def _parse(raw: bytes) -> EmailMessage:
    from email import policy  # it reads every kind of header; of all that is served, the demo's mailbox alone does

    return message_from_bytes(raw, policy=policy.default)


def _header(message: EmailMessage, name: str) -> str:
    # The library's parser raises all kinds of errors on headers that are noise; for a reader such a header says nothing.
    try:
        value = message[name]
        return " ".join(str(value).encode("utf-8", "replace").decode("utf-8").split()) if value else ""
    except Exception:
        return ""


def _recipients(message: EmailMessage) -> tuple[str, ...]:
    try:
        addresses = message.get_all("Delivered-To") or []
        return tuple(str(address).encode("utf-8", "surrogateescape").decode("utf-8", "replace") for address in addresses)
    except Exception:
        return ()


def _body(message: EmailMessage, kind: str) -> str:
    try:
        part = message.get_body((kind,))
        return str(part.get_content()).encode("utf-8", "replace").decode("utf-8") if part else ""
    except Exception:
        return ""


def _preview(text: str, subject: str) -> str:
    """Give the first words of a letter in one line, without a head that only repeats the subject."""
    line = " ".join(text.split())
    head, found, rest = line.partition(f"{subject} ") if subject else ("", "", "")
    line = rest if found and len(head) < _PREVIEW else line
    return line if len(line) <= _PREVIEW else line[: _PREVIEW - 1].rstrip() + "…"


def _received_at(id: str) -> datetime:
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=int(id[:19]) // 1000)
