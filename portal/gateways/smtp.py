"""Handing messages to a mail server (RFC 5321), several over one connection."""

import smtplib
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from email.message import EmailMessage
from urllib.parse import unquote, urlsplit

from portal.gateways.addresses import wire_address
from portal.gateways.outcomes import Accepted, Deferred, Outcome, Refused, Unreachable

__all__ = ["Accepted", "Deferred", "Outcome", "Refused", "Smtp", "Unreachable"]

_PORTS = {"smtp": 25, "smtps": 465, "smtp+starttls": 587}


class Smtp:
    """One mail server: `smtp://[user:password@]host[:port]`, `smtps://…` (TLS at once) or `smtp+starttls://…`.

    `timeout` is in seconds and holds for every step of the conversation; `last_timeout` for the answer to a message's last
    line, which is worth waiting for: whoever goes away there does not know whether it was taken (RFC 5321, 4.5.3.2.6). Not
    for use by two threads at a time.
    """

    def __init__(self, url: str, timeout: float = 20.0, last_timeout: float | None = None):
        """Take the server's URL apart; ValueError when it is not one of the three kinds. Connects only when it has to."""
        parts = urlsplit(url)
        if parts.scheme not in _PORTS or not parts.hostname:
            raise ValueError("The mail server is written smtp://host:port, smtps://host:port or smtp+starttls://host:port.")
        self._scheme = parts.scheme
        self._host = parts.hostname
        self._port = parts.port or _PORTS[parts.scheme]
        self._user = unquote(parts.username or "")
        self._password = unquote(parts.password or "")
        self._timeout = timeout
        self._last_timeout = last_timeout or timeout
        self._connection: smtplib.SMTP | None = None

    def send(
        self,
        envelope_from: str,
        to: str,
        message: EmailMessage,
        *,
        sign: Callable[[bytes], bytes] | None = None,
        within: float | None = None,
    ) -> Outcome:
        """Hand one message to the server and say what became of it; never raises for what the server or the network does.

        `sign` is given the message as it will be handed over, and gives it back with its signature. `within` so many seconds
        all of it is over, however slowly the server drips: the connection is shut then. Raises ValueError for addresses that
        are none. After Unreachable with `uncertain`, sending again may deliver twice.
        """
        envelope_from, to = wire_address(envelope_from), wire_address(to)
        content = sign(message.as_bytes()) if sign else message.as_bytes()
        with self._over_within(within):
            return self._converse(envelope_from, to, content, utf8=message.policy.utf8)

    def close(self) -> None:
        """Take leave of the server, if there is a connection."""
        if self._connection is not None:
            try:
                self._connection.quit()
            except (OSError, smtplib.SMTPException):
                self._drop()
        self._connection = None

    @contextmanager
    def _over_within(self, seconds: float | None) -> Iterator[None]:
        """Shut the line when the time is over, from a clock beside it."""
        if seconds is None:
            yield
            return
        clock = threading.Timer(seconds, self._shut)
        clock.daemon = True
        clock.start()
        try:
            yield
        finally:
            clock.cancel()

    def _shut(self) -> None:
        if (connection := self._connection) is not None and (line := connection.sock) is not None:
            with suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)

    def _converse(self, envelope_from: str, to: str, content: bytes, *, utf8: bool) -> Outcome:
        try:
            connection = self._ready()
        except smtplib.SMTPResponseException as fault:
            self._drop()
            return Unreachable(f"{self._host} would not let us in: {fault.smtp_code} {_words(fault.smtp_error)}")
        except (OSError, smtplib.SMTPException) as fault:
            self._drop()
            return Unreachable(f"No connection to {self._host}: {_reason(fault)}")
        international = utf8 or not (envelope_from.isascii() and to.isascii())
        if international and not connection.has_extn("smtputf8"):
            return Refused(553, f"{self._host} takes no addresses outside ASCII (it offers no SMTPUTF8)")
        options = ["SMTPUTF8"] if international else []
        if not content.isascii() and connection.has_extn("8bitmime"):
            options.append("BODY=8BITMIME")
        return self._hand_over(connection, envelope_from, to, content, options)

    def _ready(self) -> smtplib.SMTP:
        """Give the open connection if it still answers, else a new one."""
        if self._connection is not None:
            try:
                if self._connection.rset()[0] == 250:
                    return self._connection
            except (OSError, smtplib.SMTPException):
                pass
            self._drop()
        self._connection = self._connect()
        return self._connection

    def _connect(self) -> smtplib.SMTP:
        tls = ssl.create_default_context()
        if self._scheme == "smtps":
            self._connection = smtplib.SMTP_SSL(timeout=self._timeout, context=tls)
        else:
            self._connection = smtplib.SMTP(timeout=self._timeout)
        # Kept before it is connected, so that the clock can shut it while the server greets, and the caller closes it. The name
        # to hold the certificate against is set by smtplib only where it connects at once.
        connection = self._connection
        connection._host = self._host
        code, reply = connection.connect(self._host, self._port)
        if code != 220:
            raise smtplib.SMTPConnectError(code, reply)
        connection.ehlo_or_helo_if_needed()
        if self._scheme == "smtp+starttls":
            code, reply = connection.starttls(context=tls)
            if code != 220:
                raise smtplib.SMTPResponseException(code, reply)
            connection.ehlo()
        if self._user:
            connection.login(self._user, self._password)
        return connection

    def _hand_over(self, connection: smtplib.SMTP, envelope_from: str, to: str, content: bytes, options: list[str]) -> Outcome:
        written = False
        try:
            if connection.has_extn("size"):
                options = [f"SIZE={len(content)}", *options]
            connection.command_encoding = "utf-8" if "SMTPUTF8" in options else "ascii"
            code, reply = connection.mail(envelope_from, options)
            if not 200 <= code <= 299:
                return self._judged(code, reply)
            code, reply = connection.rcpt(to)
            if not 200 <= code <= 299:
                return self._judged(code, reply, of_recipient=True)
            code, reply = connection.docmd("DATA")
            if code != 354:
                return self._judged(code, reply)
            written = True
            connection.send(_dotted(content))
            connection.sock.settimeout(self._last_timeout)
            answer = connection.getreply()
            connection.sock.settimeout(self._timeout)
            return self._judged(*answer)
        except (OSError, smtplib.SMTPException) as fault:
            self._drop()
            return Unreachable(f"{self._host} broke off: {_reason(fault)}", uncertain=written)

    def _judged(self, code: int, reply: bytes, *, of_recipient: bool = False) -> Outcome:
        words = _words(reply)
        if code == 421 or not 200 <= code <= 599:
            self._drop()
        if 200 <= code <= 299:
            return Accepted(words)
        if 400 <= code <= 499:
            return Deferred(code, words, of_recipient and code != 421)
        if 500 <= code <= 599:
            return Refused(code, words, of_recipient)
        return Unreachable(f"{self._host} answered something that is not mail: {code} {words}")

    def _drop(self) -> None:
        if self._connection is not None:
            self._connection.close()
        self._connection = None


def _dotted(content: bytes) -> bytes:
    """Double the dots that begin a line and end with the lone one (RFC 5321, 4.5.2)."""
    lines = content.removesuffix(b"\r\n").split(b"\r\n")
    return b"\r\n".join(b"." + line if line.startswith(b".") else line for line in lines) + b"\r\n.\r\n"


def _words(reply: bytes | str) -> str:
    text = reply.decode("utf-8", "replace") if isinstance(reply, bytes) else reply
    return " ".join(text.split())[:500]


def _reason(fault: Exception) -> str:
    # smtplib reports a silence as a lost connection; the time-out is what it was handling then.
    if isinstance(fault, TimeoutError) or isinstance(fault.__context__, TimeoutError):
        return "it did not answer in time"
    return " ".join(str(fault).split())[:300] or type(fault).__name__
