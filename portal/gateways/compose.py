"""One rendered letter as an Internet message (RFC 5322), in plain text and in HTML."""

from collections.abc import Mapping
from datetime import datetime
from email.header import Header
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import format_datetime
from typing import Any, Protocol

from portal.gateways.addresses import wire_address

_NAME_LENGTH = 64


class Rendered(Protocol):
    """What a letter has to offer."""

    subject: str
    text: str
    html: str


class _Policy(EmailPolicy):
    """The standard policy, with two kinds of header folded by us.

    The standard library writes a long URL as encoded words and moves commas about in long names.
    """

    def fold(self, name: str, value: Any) -> str:
        return self._folded(name, value) or super().fold(name, value)

    def fold_binary(self, name: str, value: Any) -> bytes:
        folded = self._folded(name, value)
        return folded.encode("utf-8" if self.utf8 else "ascii") if folded else super().fold_binary(name, value)

    def _folded(self, name: str, value: Any) -> str:
        if name in {"From", "To", "Reply-To"}:
            (address,) = value.addresses
            return f"{name}: {self._phrase(name, address.display_name)}<{address.addr_spec}>{self.linesep}"
        if name != "Subject" and value.isascii() and len(value) < 900:
            return f"{name}: {value}{self.linesep}"
        return ""

    def _phrase(self, header: str, words: str) -> str:
        if not words:
            return ""
        if words.isascii() or self.utf8:
            return '"' + words.replace("\\", "\\\\").replace('"', '\\"') + '" '
        return Header(words, "utf-8", header_name=header).encode(linesep=self.linesep) + f"{self.linesep} "


_ASCII = _Policy(linesep="\r\n", cte_type="7bit")
_UTF8 = _ASCII.clone(utf8=True)


def compose(
    *,
    sender_name: str,
    sender_address: str,
    reply_to: str | None,
    to_name: str,
    to_address: str,
    rendered: Rendered,
    message_id: str,
    date: datetime,
    headers: Mapping[str, str],
) -> EmailMessage:
    """Compose a multipart/alternative message.

    `message_id` comes with or without its angle brackets, `date` is aware; `headers` are further ones such as
    List-Unsubscribe and List-Unsubscribe-Post (RFC 8058). It needs SMTPUTF8 only where an address cannot be written in
    ASCII; then its policy has `utf8` set. Raises ValueError for a line break in anything that becomes a header.
    """
    given = [sender_name, sender_address, reply_to or "", to_name, to_address, rendered.subject, message_id, *headers, *headers.values()]
    for value in given:
        _refuse_breaks(value)
    addresses = [wire_address(address) for address in (sender_address, to_address, reply_to) if address]
    message = EmailMessage(policy=_ASCII if all(address.isascii() for address in addresses) else _UTF8)
    message["From"] = _mailbox(sender_name, addresses[0])
    message["To"] = _mailbox(to_name, addresses[1])
    if reply_to:
        message["Reply-To"] = _mailbox("", addresses[2])
    message["Subject"] = rendered.subject
    message["Date"] = format_datetime(date)
    message["Message-ID"] = f"<{message_id.strip('<>')}>"
    message["Auto-Submitted"] = "auto-generated"
    for name, value in headers.items():
        message[name] = value
    message.set_content(rendered.text, cte="quoted-printable")
    message.add_alternative(rendered.html, subtype="html", cte="quoted-printable")
    return message


def _refuse_breaks(value: str) -> None:
    # str.splitlines knows every character that a mail program might take for the end of a line.
    if len(value.splitlines()) > 1 or value != value.rstrip("\r\n\v\f\x1c\x1d\x1e\x85\u2028\u2029") or "\0" in value:
        raise ValueError("A header of a message cannot hold a line break.")


def _mailbox(name: str, address: str) -> Address:
    local, _, domain = address.rpartition("@")
    words = "".join(char for char in " ".join(name.split()) if char.isprintable())
    return Address(display_name=words[:_NAME_LENGTH].strip(), username=local, domain=domain)
