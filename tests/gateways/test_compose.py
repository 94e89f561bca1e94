"""Messages as they are written: two forms, whole headers, nothing smuggled in."""

from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.utils import parseaddr
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.gateways.compose import compose

RENDERED = SimpleNamespace(subject="You have 25.00\u00a0EUR more credit", text="Grüße\n", html="<p>Grüße</p>")


def composed(**changes):
    usual = {
        "sender_name": "Northwind",
        "sender_address": "billing@northwind.example",
        "reply_to": "help@northwind.example",
        "to_name": "Marta Grünwald",
        "to_address": "marta@gruenwald.example",
        "rendered": RENDERED,
        "message_id": "0192.abc@northwind.example",
        "date": datetime(2026, 11, 23, 8, 14, tzinfo=UTC),
        "headers": {},
    }
    return compose(**{**usual, **changes})


def read_back(message):
    return message_from_bytes(message.as_bytes(), policy=policy.default)


def test_a_message_has_both_forms_and_every_header():
    message = read_back(composed())
    assert message.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"]
    assert message.get_body(("plain",)).get_content().strip() == "Grüße"
    assert message["From"] == "Northwind <billing@northwind.example>"
    assert message["To"].addresses[0].display_name == "Marta Grünwald"
    assert message["Reply-To"] == "help@northwind.example"
    assert message["Subject"] == RENDERED.subject
    assert message["Date"] == "Mon, 23 Nov 2026 08:14:00 +0000"
    assert message["Message-ID"] == "<0192.abc@northwind.example>"
    assert message["Auto-Submitted"] == "auto-generated"


def test_a_message_is_plain_ascii_with_short_lines():
    content = composed(rendered=SimpleNamespace(subject="Ü" * 100, text="ü" * 3000, html="ü" * 3000)).as_bytes()
    assert content.isascii()
    assert max(len(line) for line in content.split(b"\r\n")) < 998


def test_one_click_headers_stay_whole():
    url = "https://portal.example/unsubscribe/" + "a7-f3_kZ" * 30
    content = composed(headers={"List-Unsubscribe": f"<{url}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}).as_bytes()
    assert f"\r\nList-Unsubscribe: <{url}>\r\n".encode() in content
    assert b"\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n" in content


@pytest.mark.parametrize("evil", ["a\r\nBcc: x@y.z", "a\nBcc: x@y.z", "a\rBcc: x@y.z", "a\u2028Bcc: x@y.z", "a\x85b", "a\0b", "a\n"])
@pytest.mark.parametrize("place", ["sender_name", "sender_address", "reply_to", "to_name", "to_address", "message_id"])
def test_a_line_break_never_becomes_a_header(place, evil):
    with pytest.raises(ValueError):
        composed(**{place: evil})


@pytest.mark.parametrize("headers", [{"X-A": "b\r\nBcc: x@y.z"}, {"X-A\r\nBcc": "x@y.z"}])
def test_a_line_break_never_becomes_a_header_of_the_callers_either(headers):
    with pytest.raises(ValueError):
        composed(headers=headers)


def test_a_line_break_in_a_subject_is_refused():
    with pytest.raises(ValueError):
        composed(rendered=SimpleNamespace(subject="Hello\r\nBcc: x@y.z", text="", html=""))


@given(name=st.text(max_size=100))
def test_whatever_a_person_is_called_there_is_one_reader(name):
    try:
        message = composed(to_name=name)
        content = message.as_bytes()
    except ValueError:
        return
    parsed = message_from_bytes(content, policy=policy.default)
    assert [address.addr_spec for address in parsed["To"].addresses] == ["marta@gruenwald.example"]
    assert parsed["Bcc"] is None


@pytest.mark.parametrize(
    "name",
    [
        'Weber, "Ada" <x@evil.example>',
        "Grünwald & Jørgensen, Payments GmbH & Co. KG, Zweigstelle Bad Münstereifel",
        "用户, 名",
        "a@b.example,",
    ],
)
def test_a_name_with_marks_stays_a_name(name):
    content = composed(to_name=name).as_bytes()
    (reader,) = message_from_bytes(content, policy=policy.default)["To"].addresses
    assert reader.addr_spec == "marta@gruenwald.example"
    # The library's newer parser puts a space before a comma between two encoded words; its older one reads RFC 2047 as written.
    phrase, address = parseaddr(message_from_bytes(content, policy=policy.compat32)["To"])
    assert (str(make_header(decode_header(phrase))), address) == (name[:64].strip(), "marta@gruenwald.example")


def test_only_an_address_outside_ascii_needs_smtputf8():
    assert not composed(to_address="marta@grünwald.example").policy.utf8
    assert "marta@xn--grnwald-o2a.example" in composed(to_address="marta@grünwald.example").as_string()
    assert composed(to_address="märta@grünwald.example").policy.utf8
    assert "märta@grünwald.example" in composed(to_address="märta@grünwald.example").as_bytes().decode()
