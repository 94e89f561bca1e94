"""Signed mail, held against dkimpy: another hand's reading of RFC 6376."""

from datetime import UTC, datetime
from email.message import EmailMessage

import dkim
import pytest

from portal.gateways.compose import compose
from portal.gateways.signing import SIGNED, sign
from portal.values.dkim import new_key, record

KEY = new_key()
DOMAIN, SELECTOR = "northwind.example", "portal-abc"


def verified(content: bytes, *, key=KEY) -> bool:
    """Verify with dkimpy, that is given the record at the name where it belongs, and nothing elsewhere."""
    known = {f"{SELECTOR}._domainkey.{DOMAIN}.".encode(): record(key.public).encode()}
    return dkim.verify(content, dnsfunc=lambda name, timeout=5: known.get(name))


def signed(content: bytes, **other) -> bytes:
    return sign(content, **{"domain": DOMAIN, "selector": SELECTOR, "private_key": KEY.private} | other)


def composed(**other) -> EmailMessage:
    class Letter:
        subject = "Überweisung, and a subject that is so long that it goes over more than one line of the head"
        text = "Hello Märta,\n\n.dotted  and \t spaced \n\n\n"
        html = "<p>Hello Märta</p>\n"

    facts = {
        "sender_name": "Northwind", "sender_address": f"billing@{DOMAIN}", "reply_to": "answers@northwind.example",
        "to_name": "Märta", "to_address": "marta@gruenwald.example", "rendered": Letter(), "message_id": f"<1@{DOMAIN}>",
        "date": datetime(2026, 11, 23, tzinfo=UTC),
        "headers": {"List-Unsubscribe": "<https://portal.example/links/unsubscribe/x>",
                    "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"},
    }  # fmt: skip
    return compose(**facts | other)


@pytest.mark.parametrize(
    "content",
    [
        b"From: a@northwind.example\r\nSubject: folded\r\n\t and \t spaced \r\n\r\nHello \t world \r\n\r\n\r\n",
        b"From: a@northwind.example\r\n\r\n",
        b"From: a@northwind.example\r\n\r\n \t\r\n",
        b"From: a@northwind.example\r\n\r\nno line end",
        b"FROM:  a@northwind.example\r\nSubject:\r\n\r\n" + b"line\r\n" * 5_000,
        b"From: a@northwind.example\r\nTo: one@x.example\r\nTo: two@x.example\r\n\r\n\r\n\r\nafter empty lines\r\n",
        "From: Jörg <jörg@northwind.example>\r\nSubject: utf-8 as it stands\r\n\r\nÜber\r\n".encode(),
    ],
)
def test_every_kind_of_message_verifies(content):
    assert verified(signed(content))
    assert signed(content).endswith(content)


def test_a_letter_as_it_is_handed_over_verifies_and_no_longer_when_anything_is_changed():
    content = signed(composed().as_bytes())
    assert verified(content)
    for before, after in [
        (b"billing@northwind", b"robbing@northwind"),
        (b"One-Click", b"Two-Click"),
        (b"/links/unsubscribe/x", b"/links/unsubscribe/y"),
        (b"answers@", b"robbers@"),
        (b".dotted", b".botted"),
    ]:
        assert before in content
        assert not verified(content.replace(before, after)), before
    assert not verified(content, key=new_key())


@pytest.mark.parametrize("line", [b"From: other@evil.example", b"Subject: Pay here", b"List-Unsubscribe: <https://evil.example>"])
def test_what_readers_see_cannot_be_put_in_front(line):
    content = signed(composed(headers={}).as_bytes())
    assert not verified(line + b"\r\n" + content)


def test_the_unsubscribe_fields_are_signed_as_rfc_8058_asks():
    head = signed(composed().as_bytes()).partition(b"\r\nFrom:")[0].decode()
    named = head.split("\r\n h=")[1].split(";")[0].replace("\r\n", "").replace(" ", "").split(":")
    assert set(named) == set(SIGNED)
    assert max(len(line) for line in head.split("\r\n")) <= 110


def test_what_a_relay_puts_in_anew_is_not_signed():
    content = signed(composed().as_bytes(), relay="email-smtp.eu-central-1.amazonaws.com")
    rewritten = content.replace(b"<1@northwind.example>", b"<0102@email.amazonses.com>").replace(b"Mon, 23 Nov", b"Tue, 24 Nov")
    assert rewritten != content
    assert verified(rewritten)
    elsewhere = signed(composed().as_bytes(), relay="notamazonaws.com")
    assert not verified(elsewhere.replace(b"Mon, 23 Nov", b"Tue, 24 Nov"))


def test_an_international_domain_is_signed_in_ascii():
    content = composed(sender_address="rechnung@bücher.example").as_bytes()
    assert b"xn--bcher-kva.example" in content
    made = signed(content, domain="xn--bcher-kva.example")
    known = {b"portal-abc._domainkey.xn--bcher-kva.example.": record(KEY.public).encode()}
    assert dkim.verify(made, dnsfunc=lambda name, timeout=5: known.get(name))


@pytest.mark.parametrize(
    ("content", "key"), [(b"Subject: nobody\r\n\r\n", KEY.private), (b"From: a@b.example\r\n\r\n", "no key"), (b"From: a\r\n\r\n", "")]
)
def test_a_message_without_from_and_a_key_that_is_none_are_refused(content, key):
    with pytest.raises(ValueError, match=r"."):
        signed(content, private_key=key)
