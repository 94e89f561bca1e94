"""Returned mail read from a mailbox: a real conversation over IMAP, each message marked as read when it was taken in."""

import contextlib
import socket
import threading
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select

from portal.model import EmailEvent, EmailMessage
from portal.values import clock
from portal.worker import bounce_job

SAMPLES = Path(__file__).parents[1] / "data" / "returned"


class MailboxServer:
    """A mailbox on loopback that speaks as much of RFC 3501 as a reader needs."""

    def __init__(self, messages: list[bytes]):
        self.messages, self.seen, self.password, self.refuse = messages, set(), "sec/ret", ""
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def url(self, password="sec%2Fret", folder="Returned"):
        return f"imap://bounces:{password}@127.0.0.1:{self.port}/{folder}"

    def _serve(self):
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self.listener.accept()
                with connection, connection.makefile("rwb") as lines:
                    self._say(lines, "* OK [CAPABILITY IMAP4rev1] here")
                    while line := lines.readline():
                        tag, _, command = line.decode().strip().partition(" ")
                        if not self._answer(lines, tag, command):
                            break

    def _answer(self, lines, tag, command) -> bool:
        word = command.upper()
        if self.refuse and word.startswith(self.refuse):
            return self._say(lines, f"{tag} NO not now")
        if word.startswith("CAPABILITY"):
            self._say(lines, "* CAPABILITY IMAP4rev1")
        elif word.startswith("LOGIN") and f'"{self.password}"' not in command:
            return self._say(lines, f"{tag} NO wrong")
        elif word.startswith("SELECT"):
            self._say(lines, f"* {len(self.messages)} EXISTS")
        elif word.startswith("UID SEARCH"):
            unread = " ".join(str(number + 1) for number in range(len(self.messages)) if number not in self.seen)
            self._say(lines, f"* SEARCH {unread}".rstrip())
        elif word.startswith("UID FETCH"):
            content = self.messages[int(command.split()[2]) - 1]
            lines.write(f"* 1 FETCH (UID 1 BODY[]<0> {{{len(content)}}}\r\n".encode() + content + b")\r\n")
        elif word.startswith("UID STORE"):
            self.seen.add(int(command.split()[2]) - 1)
        elif word.startswith("LOGOUT"):
            self._say(lines, "* BYE")
            self._say(lines, f"{tag} OK")
            return False
        return self._say(lines, f"{tag} OK done")

    def _say(self, lines, text) -> bool:
        lines.write(text.encode() + b"\r\n")
        lines.flush()
        return True


@pytest.fixture
def returned():
    """Start a mailbox with samples of returned mail: returned("exim", ...)."""
    with contextlib.ExitStack() as stack:

        def start(*names: str) -> MailboxServer:
            server = MailboxServer([(SAMPLES / f"{name}.eml").read_bytes() for name in names])
            stack.callback(server.listener.close)
            return server

        yield start


@pytest.fixture
def ours(letters, database):
    """The message that the samples speak of."""
    letters("marta@gruenwald.example")
    with database.writing() as session:
        message = session.scalars(select(EmailMessage)).one()
        message.state, message.sent_at = "sent", clock.now()
        message.message_id = "<019201e4-0000-7000-8000-00000000c0de@northwind.example>"


def kinds(database) -> list[str]:
    with database.reading() as session:
        return sorted(session.scalars(select(EmailEvent.kind)))


def test_what_came_back_is_taken_in_once_and_marked_as_read(returned, ours, database, settings):
    server = returned("postfix-delayed", "out-of-office", "gmail", "complaint")
    used = replace(settings, bounce_imap_url=server.url())
    assert bounce_job.run(database, used)
    assert server.seen == {0, 1, 2, 3}
    assert not bounce_job.run(database, used)
    server.seen.clear()
    bounce_job.run(database, used)
    assert kinds(database) == ["bounced", "complained", "deferred"]
    with database.reading() as session:
        assert session.scalars(select(EmailMessage.state).where(EmailMessage.letter == "address_in_use")).one() == "complained"


def test_what_could_not_be_taken_in_stays_unread(returned, ours, database, settings, monkeypatch):
    server = returned("gmail")
    monkeypatch.setattr(bounce_job.delivery, "take", _fails)
    with pytest.raises(RuntimeError):
        bounce_job.run(database, replace(settings, bounce_imap_url=server.url()))
    assert server.seen == set()


def _fails(*_, **__):
    raise RuntimeError("no database")


@pytest.mark.parametrize("refused", ["LOGIN", "SELECT", "UID SEARCH", "UID FETCH", "UID STORE"])
def test_a_mailbox_that_refuses_is_written_down_and_tried_again(returned, ours, database, settings, refused):
    server = returned("gmail")
    server.refuse = refused
    bounce_job.run(database, replace(settings, bounce_imap_url=server.url()))
    server.refuse = ""
    bounce_job.run(database, replace(settings, bounce_imap_url=server.url()))
    assert kinds(database) == ["bounced"]
    assert server.seen == {0}


def test_a_wrong_password_and_nobody_there_end_nothing(returned, database, settings):
    server = returned("gmail")
    assert not bounce_job.run(database, replace(settings, bounce_imap_url=server.url(password="wrong")))
    assert not bounce_job.run(database, replace(settings, bounce_imap_url="imap://a:b@127.0.0.1:1/INBOX"))
    assert not bounce_job.run(database, settings)
