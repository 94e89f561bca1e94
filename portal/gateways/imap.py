"""A mailbox over IMAP (RFC 3501): what is unread is handed out, and marked as read once it was dealt with."""

import imaplib
import ssl
from collections.abc import Iterator
from urllib.parse import unquote, urlsplit

from portal.gateways.reports import LARGEST

TIMEOUT = 30.0
AT_ONCE = 100


class MailboxFault(Exception):
    """The mailbox cannot be read; the text says why."""


def unread(url: str) -> Iterator[bytes]:
    """Give the unread messages of `imaps://user:password@host[:port]/folder` one by one, a hundred at the most.

    Each is marked as read when the next one is asked for: one that could not be dealt with stays unread. `imap://` is for
    this very computer.

    :raises MailboxFault: when there is no connection, the password does not hold, or the folder is not there.
    """
    parts = urlsplit(url)
    folder = unquote(parts.path.lstrip("/")) or "INBOX"
    connection = None
    try:
        connection = _connect(parts.scheme, parts.hostname or "", parts.port)
        connection.login(unquote(parts.username or ""), unquote(parts.password or ""))
        _well(connection.select(_quoted(folder)), f"the folder {folder}")
        found = _well(connection.uid("SEARCH", "UNSEEN"), "the search")[0] or b""
        for uid in found.split()[:AT_ONCE]:
            content = _fetch(connection, uid.decode())
            if content is not None:
                yield content
            _well(connection.uid("STORE", uid.decode(), "+FLAGS.SILENT", r"(\Seen)"), "marking as read")
    except (OSError, imaplib.IMAP4.error) as fault:
        raise MailboxFault(f"{parts.hostname}: {' '.join(str(fault).split())[:200] or type(fault).__name__}") from fault
    finally:
        if connection is not None:
            _leave(connection)


def _connect(scheme: str, host: str, port: int | None) -> imaplib.IMAP4:
    if scheme == "imap":
        return imaplib.IMAP4(host, port or 143, timeout=TIMEOUT)
    return imaplib.IMAP4_SSL(host, port or 993, ssl_context=ssl.create_default_context(), timeout=TIMEOUT)


def _fetch(connection: imaplib.IMAP4, uid: str) -> bytes | None:
    """Give the content of a message without marking it; None where it went away meanwhile."""
    answer = _well(connection.uid("FETCH", uid, f"(BODY.PEEK[]<0.{LARGEST}>)"), f"message {uid}")
    return next((part[1] for part in answer if isinstance(part, tuple)), None)


def _well(answer: tuple[str, list], what: str) -> list:
    if answer[0] != "OK":
        raise imaplib.IMAP4.error(f"{what}: {answer[1]}")
    return answer[1]


def _quoted(folder: str) -> str:
    return '"' + folder.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _leave(connection: imaplib.IMAP4) -> None:
    try:
        connection.logout()
    except (OSError, imaplib.IMAP4.error):
        connection.shutdown()
